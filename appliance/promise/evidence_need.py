"""Whether more evidence is worth a clerk's time. Pure.

Keying blind is her dearest work. So fewer documents are drawn once each promise is proven, or once
it shows that no number of documents that she would key like these can prove it. This is asked after
fixed numbers of documents, and what is proven there has to be so with a fraction of what may fail
(Bonferroni): else a lucky streak among many looks would end the search for errors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.guarantees import Guarantee, guarantees, together
from appliance.promise.threshold import EvidenceValue

LOOKS = (20, 40, 80)
"""Documents of the evidence after which it is asked."""
MOST = 120
"""Documents of the evidence beyond which nobody waits for a proof."""


def is_needed(
    evidence: Mapping[str, Sequence[EvidenceValue]],
    terms: AccuracyTarget,
    *,
    table: str | None = None,
) -> bool:
    """``evidence`` as ``guarantees`` has it, the documents in the order in which they were keyed.
    The last look counts; before the first, more is needed."""
    look, looked = _looked_at(evidence)
    if not look:
        return True
    surely = guarantees(looked, _strict(terms), table=table)
    unproven = {name for grant in surely if not grant.proven for name in grant.fields}
    return any(
        _is_in_reach(grant, look)
        for grant in guarantees(looked, terms, table=table)
        if not unproven.isdisjoint(grant.fields)
    )


def is_proven_together(
    evidence: Mapping[str, Sequence[EvidenceValue]],
    terms: AccuracyTarget,
    groups: Collection[tuple[str, ...]],
) -> bool:
    """Of known and unknown senders at once: then neither needs more. ``evidence`` is that of both,
    in the order in which it was keyed; ``groups`` as ``together`` has them."""
    look, looked = _looked_at(evidence)
    return bool(look) and len(together(looked, _strict(terms), groups)) == len(groups)


def _looked_at(
    evidence: Mapping[str, Sequence[EvidenceValue]],
) -> tuple[int, Mapping[str, Sequence[EvidenceValue]]]:
    """How many documents at the last look, and what was keyed of them; 0 before the first."""
    documents = dict.fromkeys(value.document for values in evidence.values() for value in values)
    look = max((many for many in LOOKS if many <= len(documents)), default=0)
    first = set(list(documents)[:look])
    return look, {
        name: [value for value in values if value.document in first]
        for name, values in evidence.items()
    }


def _strict(terms: AccuracyTarget) -> AccuracyTarget:
    return replace(terms, assurance=1 - (1 - terms.assurance) / len(LOOKS))


def _is_in_reach(grant: Guarantee, documents: int) -> bool:
    """``MOST`` documents like these would prove it."""
    if grant.missing is None or not grant.values:
        return False
    return documents * (grant.values + grant.missing) <= MOST * grant.values
