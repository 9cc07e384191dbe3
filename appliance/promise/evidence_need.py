"""Whether more evidence is worth a clerk's time. Pure.

Keying blind is her dearest work. So fewer documents are drawn once each promise is proven, or once
it shows that no number of documents that she would key like these can prove it. This is asked after
fixed numbers of documents, and what is proven there has to be so with a fraction of what may fail
(Bonferroni): else a lucky streak among many looks would end the search for errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.guarantees import Guarantee, guarantees
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
    documents = dict.fromkeys(value.document for values in evidence.values() for value in values)
    look = max((many for many in LOOKS if many <= len(documents)), default=0)
    if not look:
        return True
    first = set(list(documents)[:look])
    looked = {
        name: [value for value in values if value.document in first]
        for name, values in evidence.items()
    }
    strict = replace(terms, assurance=1 - (1 - terms.assurance) / len(LOOKS))
    surely = guarantees(looked, strict, table=table)
    unproven = {name for grant in surely if not grant.proven for name in grant.fields}
    return any(
        _is_in_reach(grant, look)
        for grant in guarantees(looked, terms, table=table)
        if not unproven.isdisjoint(grant.fields)
    )


def _is_in_reach(grant: Guarantee, documents: int) -> bool:
    """``MOST`` documents like these would prove it."""
    if grant.missing is None or not grant.values:
        return False
    return documents * (grant.values + grant.missing) <= MOST * grant.values
