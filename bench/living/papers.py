"""A hundred thousand invoices as they are read, answered and keyed, out of some that were drawn.

Each sender's paper is drawn and read once. What its later invoices say in other words is put in the
places of the first: number, order, dates, quantities and sums, which are right. The model that
answers them is made up: it takes some values for others, and mostly is less sure then.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property, partial
from pathlib import Path
from random import Random

from appliance.doctypes import catalogue
from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.corrections import Correction, CorrectionKind, Review
from appliance.domain.document import Document, Page, Span, Word
from appliance.domain.limits import Limits
from appliance.domain.prediction import (
    Basis,
    Field,
    FieldJudgement,
    Judgement,
    Prediction,
    TokenScore,
)
from appliance.fields.party import twin_key
from appliance.learning.importing.labels_to_review import labels_to_review
from appliance.reading.ocr import RapidOcr
from appliance.reading.read import read
from appliance.samples import invoice
from appliance.samples.drafts import INVOICE_LAYOUTS, draw_twice
from appliance.samples.invoice import Invoice
from appliance.samples.language import Language
from appliance.samples.languages import LANGUAGES
from appliance.samples.layouts.base import Order
from appliance.samples.truth import PrintedValue
from bench import common

DOCTYPE = catalogue.find("supplier_invoice", folder=None)
TONGUES = ("de", "en", "es")
"""That write an amount as one word, so that another takes its place."""
WRONG = 0.008
"""Share of the values that the model takes for others, where there is one to be taken for."""
SURE = 0.25
"""Share of these of which it is as sure as of right ones."""
HELD_ANYWAY = 0.12
"""Share of the documents that are held although all is right."""
FIRST_DAY = date(2024, 1, 1)

Place = tuple[str, int | None]
"""A field, and its row."""


@dataclass(frozen=True)
class Template:
    """The first paper of a sender, as it was read and as it is right."""

    pdf: bytes
    document: Document
    content: Invoice
    language: Language
    right: Judgement

    @cached_property
    def said(self) -> Mapping[Place, PrintedValue]:
        return _said(self.content, self.language)


@dataclass(frozen=True)
class MadeInvoice:
    """What comes of one file of the history."""

    content: bytes
    document: Document
    right: Judgement
    wrong: Mapping[Place, Field]
    """What the model answered instead, where it was wrong."""
    scores: Mapping[Place, float]
    held: bool
    twin: str | None

    @property
    def docid(self) -> str:
        return self.document.docid

    def prediction(self, model: str) -> Prediction:
        fields = tuple(self._answered(one.field) for one in self.right.fields)
        return Prediction(self.docid, DOCTYPE.name, model, fields)

    def judgement(self) -> Judgement:
        """Of the prediction; whatever is unsure is held."""
        fields = tuple(
            replace(
                one,
                field=self._answered(one.field),
                score=self.scores[_place(one)],
                how=Basis.UNSUPPORTED if self._is_unsure(one) else Basis.PROBABILITY,
                blockers=(_unsure(one.fieldtype),) if self._is_unsure(one) else (),
            )
            for one in self.right.fields
        )
        blockers = tuple(found for one in fields for found in one.blockers)
        return replace(self.right, fields=fields, blockers=blockers)

    def review(self, model: str, *, blind: bool, seconds: float) -> Review:
        corrections = tuple(self._corrected(one, blind=blind) for one in self.right.fields)
        return Review(model, corrections, self.right, seconds, blind=blind)

    def _answered(self, field: Field) -> Field:
        place = field.fieldtype, field.line_item_id
        score = self.scores[place]
        token = TokenScore(score - 1.0, score - 1.0, margin=8 * score, entropy=(1 - score) / 2)
        return replace(self.wrong.get(place, field), tokens=(token,) * 3)

    def _is_unsure(self, one: FieldJudgement) -> bool:
        return self.scores[_place(one)] < 0.5 and (self.held or _place(one) in self.wrong)

    def _corrected(self, one: FieldJudgement, *, blind: bool) -> Correction:
        after, before = one.field.text, self.wrong.get(_place(one), one.field).text
        kind = CorrectionKind.CONFIRMED if after == before else CorrectionKind.CHANGED
        keyed = after if blind else None
        return Correction(
            *(one.fieldtype, one.line_item_id, before, after, kind, True, one.field.spans),
            value=one.value,
            keyed=keyed,
        )


def templates(number: int) -> Iterator[Template]:
    """Of so many senders, each drawn and read once in the life of the cache."""
    folder = common.CACHE / "living" / "papers"
    for at in range(number):
        yield common.kept(folder / str(at), partial(template, at))


def template(at: int) -> Template:
    """The first of the drawn ones in which every value stands in places of its own."""
    for attempt in range(50):
        rng = Random(f"living/{at}/{attempt}")
        found = _drawn(rng, LANGUAGES[TONGUES[at % len(TONGUES)]])
        if _is_fit(found):
            return found
    raise SystemExit(f"no invoice of sender {at} can be varied")


def _drawn(rng: Random, language: Language) -> Template:
    made = invoice.invent(rng, language, rows=rng.choice((1, 2, 2, 3, 3, 4, 5, 8)))
    lines = tuple(
        replace(line, quantity=Decimal(113 + 17 * at + rng.randrange(16)))
        for at, line in enumerate(made.lines)
    )
    content = replace(made, lines=lines)
    layout = rng.choice(list(INVOICE_LAYOUTS.values()))
    telling = invoice.telling(content, language)
    pdf = draw_twice(layout, Order(content, telling, language))
    truth = telling.truth(invoice.FIELDS, invoice.COLUMNS)
    labels = truth.labels()
    rows = labels.pop(truth.table)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "paper.pdf")
        path.write_bytes(pdf)
        document = read(path, docid=_docid(pdf), limits=Limits(), ocr=_ocr())
    keyed = labels_to_review(
        document,
        DOCTYPE,
        {name: text for name, text in labels.items() if text is not None},
        [{name: text for name, text in row.items() if text is not None} for row in rows],
        absent=[name for name, text in labels.items() if text is None],
    )
    return Template(pdf, document, content, language, keyed.review.judgement)


@cache
def _ocr() -> RapidOcr:
    """Takes half a second to make; the papers have their text and ask it for nothing."""
    return RapidOcr(threads=1)


def _is_fit(found: Template) -> bool:
    """Can each value be replaced, without one taking another's words?"""
    taken: set[tuple[int, int]] = set()
    for one in found.right.fields:
        if _place(one) not in found.said or not one.field.spans or one.field.wraps:
            if one.field.text is not None and one.fieldtype not in ("kind", "currency"):
                return False
            continue
        if _varies(one.fieldtype):
            text = found.said[_place(one)].text
            words = {(s.page, at) for s in one.field.spans for at in range(s.start, s.end)}
            fits = all(s.end - s.start == len(text.split()) for s in one.field.spans)
            if words & taken or not fits:
                return False
            taken |= words
    return True


def _varies(fieldtype: str) -> bool:
    return fieldtype in _VARIES


_VARIES = frozenset(
    ("invoice_number", "invoice_date", "due_date", "order_number")
    + ("net_total", "tax_total", "gross_total", "quantity", "net_amount")
)
_MISTAKEN = {
    "invoice_date": "due_date",
    "due_date": "invoice_date",
    "invoice_number": "order_number",
    "order_number": "invoice_number",
    "supplier_name": "buyer_name",
    "net_total": "gross_total",
    "tax_total": "net_total",
    "gross_total": "net_total",
    "quantity": "unit_price",
    "unit_price": "net_amount",
    "net_amount": "unit_price",
}
"""By field, the one for which the model takes it."""


def varied(of: Template, number: int, day: date, rng: Random) -> MadeInvoice:
    """The ``number``th document of the history, written on ``day``."""
    content = _content(of.content, day, rng)
    said = _said(content, of.language)
    data = of.pdf + f"\n% {number}\n".encode()
    fields = tuple(_judged(one, said) for one in of.right.fields)
    document = _document(of, said, _docid(data))
    wrong, scores = _answers(fields, rng)
    right = replace(of.right, fields=fields)
    held = bool(wrong) or rng.random() < HELD_ANYWAY
    if held and all(score >= 0.5 for score in scores.values()):
        scores[rng.choice(list(scores))] = 0.4
    return MadeInvoice(data, document, right, wrong, scores, held, twin_key(DOCTYPE, right))


def _content(of: Invoice, day: date, rng: Random) -> Invoice:
    lines = tuple(
        replace(line, quantity=Decimal(rng.randint(100, 400)) * (1 if line.quantity > 0 else -1))
        for line in of.lines
    )
    return replace(
        of,
        lines=lines,
        number=_other_digits(of.number, rng),
        order=_other_digits(of.order, rng),
        day=day,
        due=day + (of.due - of.day),
        delivered=day - timedelta(days=2),
    )


def _other_digits(text: str, rng: Random) -> str:
    return "".join(str(rng.randrange(10)) if one.isdigit() else one for one in text)


def _said(content: Invoice, language: Language) -> dict[Place, PrintedValue]:
    telling = invoice.telling(content, language)
    for name in invoice.FIELDS:
        telling.say(name)
    for name in invoice.COLUMNS:
        telling.column(name)
    truth = telling.truth(invoice.FIELDS, invoice.COLUMNS)
    found: dict[Place, PrintedValue] = {
        (name, None): value for name, value in truth.fields.items() if value
    }
    for at, row in enumerate(truth.rows):
        found |= {(name, at): value for name, value in row.items() if value}
    return found


def _judged(one: FieldJudgement, said: Mapping[Place, PrintedValue]) -> FieldJudgement:
    if one.field.text is None or not _varies(one.fieldtype):
        return one
    value = said[_place(one)]
    return replace(one, field=replace(one.field, text=value.text), value=value.norm)


def _document(of: Template, said: Mapping[Place, PrintedValue], docid: str) -> Document:
    pages = [list(page.words) for page in of.document.pages]
    for one in of.right.fields:
        if one.field.text is not None and _varies(one.fieldtype):
            for span in one.field.spans:
                _write(pages[span.page], span, said[_place(one)].text)
    return Document(docid, tuple(map(_page, of.document.pages, pages)), of.document.blockers)


def _page(page: Page, words: Sequence[Word]) -> Page:
    return replace(page, words=tuple(words))


def _write(words: list[Word], span: Span, text: str) -> None:
    for at, part in zip(range(span.start, span.end), text.split(), strict=True):
        words[at] = replace(words[at], text=part)


def _answers(
    fields: Sequence[FieldJudgement], rng: Random
) -> tuple[dict[Place, Field], dict[Place, float]]:
    """What was answered wrongly, and how sure the model was of each value."""
    by_place = {_place(one): one.field for one in fields}
    wrong, scores = {}, {}
    for (name, row), field in by_place.items():
        scores[name, row] = rng.uniform(0.7, 1.0) ** 0.5
        other = by_place.get((_MISTAKEN.get(name, ""), row))
        if other is None or rng.random() >= WRONG:
            continue
        wrong[name, row] = replace(field, text=other.text, spans=other.spans)
        if rng.random() >= SURE:
            scores[name, row] = rng.uniform(0.05, 0.6)
    return wrong, scores


def _unsure(fieldtype: str) -> Blocker:
    return Blocker(BlockerCode.UNSURE, "The model is not sure.", fieldtype)


def _place(one: FieldJudgement) -> Place:
    return one.fieldtype, one.line_item_id


def _docid(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
