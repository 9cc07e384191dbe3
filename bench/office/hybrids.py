"""A quarter of the office's invoices as their senders would write them with XML inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from appliance.domain.einvoice import EInvoice
from appliance.einvoice.parse import parsed
from appliance.records.evidence import hash_bucket
from appliance.samples import einvoice
from bench.office.invoices import Paper, papers
from bench.office.plan import Arrival

STREAM = "invoices"
_SHARE = 4
"""One invoice in so many; all of these are PDFs as a program made them."""
_KEY = b"which invoices of an office carry their XML"


def hybrids(arrivals: Sequence[Arrival]) -> Mapping[str, EInvoice]:
    """By docid what the XML says that lies in the file as well."""
    docids = {one.path.stem: one.docid for one in arrivals if one.stream == STREAM}
    possible = [
        (docids[name], one)
        for one in papers()
        if _is_typed(one) and (name := f"invoice-{one.place + 1:03}") in docids
    ]
    possible.sort(key=lambda pair: hash_bucket(pair[0], _KEY))
    return {docid: _said(one) for docid, one in possible[: len(docids) // _SHARE]}


def _is_typed(paper: Paper) -> bool:
    """A credit note prints below zero what its XML says above."""
    fresh = paper.duplicate_of is None and not paper.invoice.credit
    return fresh and paper.rendering == "clean"


def _said(paper: Paper) -> EInvoice:
    said = parsed(einvoice.xml(paper.invoice, paper.sender.language))
    assert said and said.valid, said
    return replace(said, embedded=True)
