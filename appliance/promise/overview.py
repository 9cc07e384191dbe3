"""How the promise on a type of document stands: what an owner is told of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from appliance.judgement.policy import AcceptancePolicy
from appliance.promise.bounds import fewest
from appliance.promise.guarantees import FAR, Guarantee
from appliance.promise.policies import DoctypeCalibration
from appliance.promise.threshold import EvidenceValue

EARLY = 10
"""Documents of evidence up to which errors do not yet say that too much is wrong."""


@dataclass(frozen=True, slots=True)
class StraightThrough:
    """Of the evidence, as it would be decided on now. No promise of documents: the thresholds were
    found on the same evidence, and of a long document only some values were keyed."""

    documents: int = 0
    """Of which a value of each section was keyed and answered."""
    through: int = 0
    """Those with nothing in them that would be held."""
    wrong: int = 0
    """Those of these in which a value that was keyed is wrong."""


@dataclass(frozen=True, slots=True)
class Overview:
    doctype: str
    model: str
    kept: DoctypeCalibration
    straight: StraightThrough = StraightThrough()
    since: Mapping[Guarantee, float] = field(default_factory=dict)
    """Of one that is withdrawn: when documents came since which it is in doubt, seconds since
    1970."""
    set_apart: int = 0
    """Documents of the type that are evidence, imported ones among them, whether the model has
    answered them or not."""

    @property
    def halves(self) -> bool:
        """Are known and unknown senders looked at apart?"""
        return len({grant.known for grant in self.kept.grants}) > 1

    @property
    def promises(self) -> list[Guarantee]:
        """Each once, also where it is proven of known and unknown senders together."""
        return [grant for grant in self.kept.grants if grant.known or not grant.together]

    def others(self, grant: Guarantee) -> bool:
        """Are some fields looked at apart, so that those together are the others?"""
        return sum(one.known is grant.known for one in self.kept.grants) > 1


def straight(
    values: Mapping[str, Sequence[EvidenceValue]],
    policy: AcceptancePolicy,
    *,
    table: str | None = None,
) -> StraightThrough:
    """``table`` is the name of the type's."""
    toward = {known: policy.toward(known=known) for known in (True, False)}
    promised = {known: all(map(one.promises, values)) for known, one in toward.items()}
    header = {v.document for name, found in values.items() if name != table for v in found}
    rows = {value.document for value in values[table]} if table else header
    every = header & rows if header else rows
    named = [(name, value) for name, found in values.items() for value in found]
    held = {
        value.document
        for name, value in named
        if not (promised[value.known] and toward[value.known].reached(name, _least(value)))
    }
    through = every - held
    wrong = {value.document for _, value in named if not value.right}
    return StraightThrough(len(every), len(through), len(through & wrong))


def _least(value: EvidenceValue) -> float:
    return value.score if value.least is None else value.least


def needed(grant: Guarantee) -> int | None:
    """Values of evidence with which it would be proven, as far as can be told; the fewest that
    prove such an accuracy when that is far off or it is too early to say; None when too much of
    the evidence is wrong."""
    if grant.missing is not None:
        return grant.values + grant.missing
    least = fewest(grant.accuracy, grant.assurance)
    early = grant.documents <= EARLY and grant.values < least
    return least if early or grant.values * FAR < least else None


def rows(found: Overview) -> list[dict[str, Any]]:
    """For programs: one a grant, always with the same keys."""
    return [_row(found, grant) for grant in found.kept.grants]


def _row(found: Overview, grant: Guarantee) -> dict[str, Any]:
    proven = grant.proven
    return {
        "doctype": found.doctype,
        "model": found.model,
        "known_senders": grant.known,
        "together": grant.together,
        "types_together": list(grant.types),
        "fields": list(grant.fields),
        "pooled": len(grant.fields) > 1,
        "accuracy": grant.accuracy,
        "assurance": grant.assurance,
        "documents": grant.documents,
        "values": grant.values,
        "score": proven.score if proven else None,
        "accepted": proven.n if proven else 0,
        "errors": proven.errors if proven else None,
        "wrong_at_most": proven.bound if proven else None,
        "share_accepted": grant.accepted,
        "today": grant.today,
        "missing": grant.missing,
        "enough_evidence": (grant.known, grant.section) in found.kept.enough,
        "in_doubt": grant.withdrawn,
        "in_doubt_since": found.since.get(grant),
        "straight_documents": found.straight.through,
        "straight_wrong": found.straight.wrong,
        "all_documents": found.straight.documents,
        "set_apart": found.set_apart,
        "answered": found.kept.answered,
    }
