"""Earlier documents of a sender, looked up in the records."""

from __future__ import annotations

from functools import cache

from appliance.judgement.consider import Papers
from appliance.promise.senders import Paper, paper
from appliance.records.proof import Proof

PAPERS = 20
"""The newest of a sender that are looked at."""


def papers(proof: Proof, doctype: str, *, before: float) -> Papers:
    """Those of the type that were approved before then, seconds since 1970; looked up once."""

    @cache
    def of(party: str) -> tuple[Paper, ...]:
        found = proof.papers(doctype, party, before=before, most=PAPERS)
        return tuple(paper(judgement, document) for document, judgement in found)

    return of
