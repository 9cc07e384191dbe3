"""Whether more evidence is worth a clerk's time. Pure.

Keying blind is her dearest work. So fewer documents are drawn once each promise is proven, or once
it shows that no number of documents that she would key like these can prove it. The first is asked
after every few documents, and what is proven there has to be so with a fraction of what may fail:
else a lucky streak among many looks would end the search for errors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.guarantees import Guarantee, guarantees, shared, together
from appliance.promise.threshold import EvidenceValue

LOOKS = (20, 30, 40, 50, 60, 80, 100, 120)
"""Documents of the evidence after which it is asked whether they prove it."""
AT_A_LOOK = 4
"""Part of what may fail that belongs to each look. The looks share most of their evidence, so it is
more than an eighth (S. J. Pocock, Group Sequential Methods, Biometrika 64, 1977): what is just not
as right as promised is proven at any of them no more often than it may be."""
CHANCES = (20, 40, 80)
"""Documents after which it is asked whether more of them would prove it. Not as often: who gives up
by chance keys too little to find out."""
MOST = 120
"""Documents of the evidence beyond which nobody waits for a proof."""


def is_needed(
    evidence: Mapping[str, Sequence[EvidenceValue]],
    terms: AccuracyTarget,
    *,
    documents: Sequence[str],
    table: str | None = None,
) -> bool:
    """``evidence`` as ``guarantees`` has it, of ``documents`` in the order in which they were
    keyed. The last look counts; before the first, more is needed."""
    look, looked = _looked_at(evidence, LOOKS, documents)
    if not look:
        return True
    surely = guarantees(looked, _strict(terms), table=table)
    unproven = {name for grant in surely if not grant.proven for name in grant.fields}
    chance, then = _looked_at(evidence, CHANCES, documents)
    return any(
        _is_in_reach(grant, chance)
        for grant in guarantees(then, terms, table=table)
        if not unproven.isdisjoint(grant.fields)
    )


def is_proven_together(
    evidence: Mapping[str, Sequence[EvidenceValue]],
    terms: AccuracyTarget,
    groups: Collection[tuple[str, ...]],
    *,
    documents: Sequence[str],
) -> bool:
    """Of known and unknown senders at once: then neither needs more. ``evidence`` is that of both,
    of ``documents`` in the order in which they were keyed; ``groups`` as ``together`` has them."""
    look, looked = _looked_at(evidence, LOOKS, documents)
    return bool(look) and len(together(looked, _strict(terms), groups)) == len(groups)


def types_proven_together(
    evidence: Mapping[str, Sequence[EvidenceValue]],
    accuracy: float,
    *,
    assurance: float,
    documents: Sequence[str],
) -> tuple[str, ...]:
    """Document types of which none needs more of the header: with the others it is proven.
    ``evidence`` as ``shared`` has it, of ``documents`` in the order in which they were keyed. Of
    several types it is looked at after as many times the documents."""
    looks = [many * len(evidence) for many in LOOKS]
    _, looked = _looked_at(evidence, looks, documents)
    found = shared(looked, accuracy, assurance=_strictly(assurance))
    return found.types if found else ()


def _looked_at(
    evidence: Mapping[str, Sequence[EvidenceValue]],
    looks: Sequence[int],
    documents: Sequence[str],
) -> tuple[int, Mapping[str, Sequence[EvidenceValue]]]:
    """How many ``documents`` at the last look, and what was keyed of them; 0 before the first. The
    same look sees the same documents, whatever was keyed of them and after them."""
    every = {value.document for values in evidence.values() for value in values}
    keyed = [one for one in documents if one in every]
    look = max((many for many in looks if many <= len(keyed)), default=0)
    first = set(keyed[:look])
    return look, {
        name: [value for value in values if value.document in first]
        for name, values in evidence.items()
    }


def _strict(terms: AccuracyTarget) -> AccuracyTarget:
    return replace(terms, assurance=_strictly(terms.assurance))


def _strictly(assurance: float) -> float:
    return 1 - (1 - assurance) / AT_A_LOOK


def _is_in_reach(grant: Guarantee, documents: int) -> bool:
    """``MOST`` documents like these would prove it."""
    if grant.missing is None or not grant.values:
        return False
    return documents * (grant.values + grant.missing) <= MOST * grant.values
