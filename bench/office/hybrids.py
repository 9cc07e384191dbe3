"""A quarter of the office's invoices as their senders would write them with XML inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from appliance.domain.einvoice import EInvoice
from appliance.einvoice.parse import parsed
from appliance.records.evidence import hash_bucket
from appliance.samples import einvoice
from bench.office.invoices import Paper, papers
from bench.office.plan import Arrival, kind

STREAM = "invoices"
_SHARE = 4
"""One invoice in so many; all of these are PDFs as a program made them."""
_KEY = b"which invoices of an office carry their XML"


def hybrids(arrivals: Sequence[Arrival]) -> Mapping[str, EInvoice]:
    """By docid what the XML says that lies in the file as well."""
    invoices = {one.path.stem: one for one in arrivals if one.stream == STREAM}
    possible = [
        (invoices[name], one)
        for one in papers()
        if _is_typed(one) and (name := f"invoice-{one.place + 1:03}") in invoices
    ]
    possible.sort(key=lambda pair: hash_bucket(pair[0].docid, _KEY))
    every = possible[: len(invoices) // _SHARE]
    return {arrival.docid: _said(paper, arrival) for arrival, paper in every}


def _is_typed(paper: Paper) -> bool:
    """A credit note prints below zero what its XML says above."""
    fresh = paper.duplicate_of is None and not paper.invoice.credit
    return fresh and paper.rendering == "clean"


def _said(paper: Paper, arrival: Arrival) -> EInvoice:
    """What the page says, and no more: the labels are those of the page."""
    said = parsed(einvoice.xml(paper.invoice, paper.sender.language))
    assert said and said.valid, said
    doctype, known = kind(arrival.doctype), arrival.known
    printed = {name for row in (known.values, *(known.rows or ())) for name in row if row[name]}
    specs = (*doctype.fields, *(doctype.items.fields if doctype.items else ()))
    unsaid = {spec.einvoice for spec in specs if spec.name not in printed}
    return replace(
        said,
        values=tuple(one for one in said.values if one.term not in unsaid),
        lines=tuple(tuple(one for one in row if one.term not in unsaid) for row in said.lines),
        embedded=True,
    )
