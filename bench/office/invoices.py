"""The invoices of four weeks in the order in which they arrive, written with their labels.

A sender comes as often as one over its rank (Zipf). What is printed is the truth, nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from appliance.samples import invoice
from appliance.samples.drafts import SampleDraft, draw_twice
from appliance.samples.invoice import Invoice, InvoiceLine
from appliance.samples.layouts.base import Order
from appliance.samples.make import MadeDocument, label_line
from appliance.samples.renderings import render
from bench.office.senders import OFFICE, SENDERS, Sender, senders

NUMBER = 300
DUPLICATES = 12
A_DAY = 15
FIRST_DAY = date(2026, 1, 5)
"""A Monday."""
NEAREST, FARTHEST = 3, 40
"""Places from a paper to its duplicate."""
_LONG = 14
"""Invoices of two pages."""
_CREDITS = 9
_SCANNED_ANYWAY = 0.05
"""Share of the papers of a sender that mails its PDFs."""


@dataclass(frozen=True, slots=True)
class Paper:
    place: int
    """In the order of arrival, from 0."""
    sender: Sender
    invoice: Invoice
    rendering: str
    duplicate_of: int | None
    """Place of the same invoice that came before."""

    def draft(self) -> SampleDraft:
        language = self.sender.language
        telling = invoice.telling(self.invoice, language)
        pdf = draw_twice(self.sender.layout, Order(self.invoice, telling, language))
        truth = telling.truth(invoice.FIELDS, invoice.COLUMNS)
        layout = self.sender.layout.name
        return SampleDraft("supplier_invoice", language.code, layout, pdf, truth)


def make(folder: Path, number: int = NUMBER) -> None:
    """Writes the files of the first ``number`` and ``labels.jsonl``, a line a file in the order in
    which they arrive.

    A line is ``label_line``'s with ``sender``, its company, and ``duplicate_of``, the file of the
    same invoice or null.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[dict[str, object]] = []
    for paper in papers()[:number]:
        made = write(folder, paper)
        again = paper.duplicate_of
        lines.append(
            {
                **label_line(made),
                "sender": paper.sender.party.name,
                "duplicate_of": None if again is None else lines[again]["file"],
            }
        )
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "labels.jsonl").write_text(text, encoding="utf-8")


def write(folder: Path, paper: Paper) -> MadeDocument:
    draft = paper.draft()
    copy = render(draft.pdf, paper.rendering, rng=Random(f"office/copy/{paper.place}"))
    path = folder / f"invoice-{paper.place + 1:03}{copy.suffix}"
    path.write_bytes(copy.data)
    return MadeDocument(path, draft.doctype, paper.rendering, draft)


def papers() -> list[Paper]:
    """All that arrive, nothing drawn yet."""
    rng = Random("office/papers")
    again = _duplicates(rng)
    fresh = [place for place in range(NUMBER) if place not in again]
    who = dict(zip(fresh, _zipf(rng, senders(), len(fresh)), strict=True))
    plain = [place for place in fresh if not who[place].repeats]
    long = set(rng.sample([place for place in plain if who[place].wholesale], _LONG))
    known = [
        place
        for place in plain
        if place not in long and any(who.get(before) is who[place] for before in range(place))
    ]
    credits = set(rng.sample(known, _CREDITS))
    serials: dict[int, int] = {}
    last: dict[int, str] = {}
    found: list[Paper] = []
    for place in range(NUMBER):
        if place in again:
            paper = found[again[place]]
            rendering = rng.choice(("searchable", "degraded"))
            found.append(
                replace(paper, place=place, rendering=rendering, duplicate_of=again[place])
            )
            continue
        sender, credit = who[place], place in credits
        serial = serials.get(sender.rank, sender.first) + rng.randint(1, 7)
        serials[sender.rank] = serial
        few = min(_rows(rng, credit), len(sender.goods))
        rows = rng.randint(24, 34) if place in long else few
        written = _invoice(
            rng, sender, place, serial, rows, last.get(sender.rank, "") if credit else ""
        )
        if not credit:
            last[sender.rank] = written.number
        odd = rng.random() < _SCANNED_ANYWAY
        rendering = sender.scanned or ("degraded" if odd else "clean")
        found.append(Paper(place, sender, written, rendering, None))
    return found


def _zipf(rng: Random, those: Sequence[Sender], number: int) -> list[Sender]:
    """Drawn anew until each has come."""
    weights = [1 / sender.rank for sender in those]
    while True:
        drawn = rng.choices(those, weights, k=number)
        if len({sender.rank for sender in drawn}) == SENDERS:
            return drawn


def _duplicates(rng: Random) -> dict[int, int]:
    """By the place of each duplicate the place of its original."""
    found: dict[int, int] = {}
    while len(found) < DUPLICATES:
        original = rng.randrange(NUMBER)
        place = original + rng.randint(NEAREST, FARTHEST)
        used = {*found, *found.values()}
        if place < NUMBER and not used & {original, place}:
            found[place] = original
    return found


def arrival(place: int) -> date:
    """Fifteen arrive on each working day."""
    weeks, day = divmod(place // A_DAY, 5)
    return FIRST_DAY + timedelta(weeks=weeks, days=day)


def _rows(rng: Random, credit: bool) -> int:
    few = (1, 2) if credit else (1, 2, 3, 4, 5, 6, 7, 8)
    return rng.choices(few, [1 / (count + 1) for count in few])[0]


def _invoice(
    rng: Random, sender: Sender, place: int, serial: int, rows: int, original: str
) -> Invoice:
    """``original`` is the number of the invoice that a credit note takes back."""
    day = max(FIRST_DAY, arrival(place) - timedelta(days=sender.lag))
    credit = bool(original)
    return Invoice(
        credit=credit,
        number=sender.number(serial, year=day.year, month=day.month, credit=credit),
        original=original,
        day=day,
        due=day + timedelta(days=sender.terms),
        delivered=day - timedelta(days=rng.randint(0, 3)),
        order=sender.order or f"4500{110000 + 13 * place + rng.randrange(13)}",
        customer=sender.customer,
        supplier=sender.party,
        buyer=OFFICE,
        contact=sender.contact,
        phone=sender.phone,
        register=sender.register,
        bank=sender.bank,
        iban=sender.iban,
        lines=sender.goods if sender.repeats else tuple(_lines(rng, sender, rows, credit)),
    )


def _lines(rng: Random, sender: Sender, rows: int, credit: bool) -> Iterator[InvoiceLine]:
    """Each of the sender's goods once before any comes again."""
    while rows > 0:
        for line in rng.sample(sender.goods, min(rows, len(sender.goods))):
            many = Decimal(rng.randint(1, 2 * int(line.quantity)))
            yield replace(line, quantity=-many if credit else many)
            rows -= 1
