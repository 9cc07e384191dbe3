"""What may be accepted under the owner's terms, as far as the evidence goes. Pure.

A field is looked at by itself when there is evidence enough of it, or when it has an accuracy of
its own. So are rows, always, since one document has many of them. The other fields are looked at
together. Documents of known senders and of unknown ones are too, where one score is shown to mean
much the same for both, and so are headers of several types that are promised the same. Each promise
holds by itself with its assurance, not all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from appliance.domain.doctype import AccuracyTarget
from appliance.domain.sections import Section
from appliance.promise.bounds import fewest
from appliance.promise.threshold import (
    EvidenceValue,
    ProvenThreshold,
    accepting,
    growth,
    threshold,
)

ALONE = 8
"""Times the fewest values that can prove anything, with which a field is looked at by itself."""
LADDER = (0.995, 0.99, 0.975, 0.95, 0.9, 0.85, 0.8)
"""Accuracies of which it is said whether they could be promised today."""
FAR = 10
"""Times the evidence at hand beyond which nobody waits for more."""
APART = 2.0
"""Times the promised share of errors that may be the bound of known and of unknown senders, or of
each type, by themselves, where that share is proven of all of them together. What that keeps is
simulated by ``bench/clusters.py``, for the threshold was found on the same evidence."""


@dataclass(frozen=True, slots=True)
class Guarantee:
    fields: tuple[str, ...]
    accuracy: float
    """Share of the accepted values that is right, at least; 0-1."""
    assurance: float
    """Confidence level, 0-1."""
    documents: int
    """Of the evidence."""
    values: int
    """Of the evidence, accepted or not."""
    proven: ProvenThreshold | None
    """None when nothing may be accepted."""
    today: float | None
    """What could be promised with this evidence; None when nothing of the ladder could."""
    missing: int | None
    """About so many more values like these would prove it; 0 when it is proven, None when more of
    the same would not."""
    since: float = 0.0
    """When its terms began to hold, seconds since 1970: what was accepted before says nothing of
    them."""
    known: bool = True
    """Of documents whose sender was known when they were answered; else of those of the others."""
    withdrawn: bool = False
    """Nothing is accepted since too many accepted values were wrong."""
    section: Section = Section.HEADER
    """Where its fields are."""
    together: bool = False
    """Proven of known and unknown senders at once, whose documents and values all count."""
    types: tuple[str, ...] = ()
    """Document types of which it is proven at once; empty where of its own alone. ``documents`` and
    ``values`` are its own, and of what is ``proven`` the bound is that of all of them."""

    @property
    def accepted(self) -> float:
        """Share of the evidence's values."""
        return self.proven.n / self.values if self.proven and self.values else 0.0


def guarantees(
    evidence: Mapping[str, Sequence[EvidenceValue]],
    terms: AccuracyTarget,
    *,
    table: str | None = None,
    known: bool = True,
) -> tuple[Guarantee, ...]:
    """For documents of ``known`` senders, or of unknown ones. ``evidence`` by fieldtype, in the
    order of the type, and of each row under the name of the ``table``; a field of which nobody
    keyed a value comes with none."""
    apart = [
        name for name, values in evidence.items() if name == table or _is_apart(name, values, terms)
    ]
    rest = tuple(name for name in evidence if name not in apart)
    groups = [(name,) for name in apart] + ([rest] if rest else [])
    return tuple(
        replace(
            _grant(group, evidence, terms),
            known=known,
            section=Section.TABLE if group == (table,) else Section.HEADER,
        )
        for group in groups
    )


def together(
    evidence: Mapping[str, Sequence[EvidenceValue]],
    terms: AccuracyTarget,
    groups: Iterable[tuple[str, ...]],
) -> dict[tuple[str, ...], Guarantee]:
    """Of the ``groups`` of fields those that are proven of known and unknown senders at once. The
    ``evidence`` is that of both; the answer, as if of known ones, is good for either."""
    found = {}
    for names in groups:
        values = [value for name in names for value in evidence[name]]
        accuracy, assurance = terms.of(names[0]), terms.assurance
        if proven := _of_both(values, accuracy, assurance):
            documents = len({value.document for value in values})
            ladder = (one for one in LADDER if _of_both(values, one, assurance))
            today = next(ladder, accuracy)
            found[names] = Guarantee(
                *(names, accuracy, assurance, documents, len(values), proven, today, 0),
                together=True,
            )
    return found


def _of_both(
    values: Sequence[EvidenceValue], accuracy: float, assurance: float
) -> ProvenThreshold | None:
    """None also where one of the two is bounded too loosely: it might be as wrong as it likes, as
    long as the other is right and more."""
    proven = threshold(values, accuracy, assurance=assurance)
    halves = [[value for value in values if value.known is known] for known in (True, False)]
    if proven and all(_is_like(half, proven, accuracy, assurance) for half in halves):
        return proven
    return None


def _is_like(
    some: Sequence[EvidenceValue], proven: ProvenThreshold, accuracy: float, assurance: float
) -> bool:
    """``some`` of the values of which it is proven are not bounded too loosely by themselves."""
    found = accepting(some, proven.score, assurance=assurance)
    return found is not None and found.bound <= APART * (1 - accuracy)


@dataclass(frozen=True, slots=True)
class SharedGuarantee:
    """Of the headers of several document types at once."""

    types: tuple[str, ...]
    proven: ProvenThreshold
    today: float
    """The most that could be promised of all of them."""


def shared(
    evidence: Mapping[str, Sequence[EvidenceValue]], accuracy: float, *, assurance: float
) -> SharedGuarantee | None:
    """Of those document types whose scores are shown to mean much the same, at least two. The
    ``evidence`` by their names; None where nothing is proven."""
    alike = dict(evidence)
    while len(alike) > 1:
        values = [value for found in alike.values() for value in found]
        proven = _of_both(values, accuracy, assurance)
        if proven is None:
            return None
        known = len(alike)
        alike = {
            name: found
            for name, found in alike.items()
            if _is_like(found, proven, accuracy, assurance)
        }
        if len(alike) == known:
            ladder = (one for one in LADDER if _of_both(values, one, assurance))
            return SharedGuarantee(tuple(sorted(alike)), proven, next(ladder, accuracy))
    return None


def with_shared(
    grants: Iterable[Guarantee],
    found: SharedGuarantee,
    header: Mapping[str, Sequence[EvidenceValue]],
) -> Iterator[Guarantee]:
    """The ``grants`` of a type that is part of what was ``found``, with that where they lack a
    proof of their own; of other fields than those of the ``header`` as they were."""
    for grant in grants:
        if grant.proven or not set(grant.fields) <= header.keys():
            yield grant
            continue
        accepted = [
            value
            for name in grant.fields
            for value in header[name]
            if value.known is grant.known and value.score >= found.proven.score
        ]
        errors = sum(not value.right for value in accepted)
        proven = replace(found.proven, n=len(accepted), errors=errors)
        yield replace(grant, proven=proven, today=found.today, missing=0, types=found.types)


def _is_apart(name: str, values: Sequence[EvidenceValue], terms: AccuracyTarget) -> bool:
    if name in terms.fields:
        return True
    return len(values) >= ALONE * fewest(terms.accuracy, terms.assurance)


def _grant(
    names: tuple[str, ...], evidence: Mapping[str, Sequence[EvidenceValue]], terms: AccuracyTarget
) -> Guarantee:
    values = [value for name in names for value in evidence[name]]
    accuracy, assurance = terms.of(names[0]), terms.assurance
    proven = threshold(values, accuracy, assurance=assurance)
    return Guarantee(
        names,
        accuracy,
        assurance,
        len({value.document for value in values}),
        len(values),
        proven,
        _today(values, assurance),
        0 if proven else _missing(values, accuracy, assurance),
    )


def _today(values: Sequence[EvidenceValue], assurance: float) -> float | None:
    return next((one for one in LADDER if threshold(values, one, assurance=assurance)), None)


def _missing(values: Sequence[EvidenceValue], accuracy: float, assurance: float) -> int | None:
    """At the same rate of errors."""
    if not values:
        return fewest(accuracy, assurance)
    times = growth(values, accuracy, assurance=assurance, most=FAR)
    return None if times is None else ceil(len(values) * (times - 1))
