"""A note on paper, what a model read on it, and drafts of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from appliance.doctypes.expressions import parse
from appliance.domain.blockers import Blocker
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.prediction import Field, Prediction, TokenScore
from appliance.domain.sections import NOTHING, Section
from appliance.fields.chunks import chunks
from appliance.fields.grounding import spans
from appliance.judgement.judge import judge
from appliance.judgement.policy import uniform_policy
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import Draft, begin
from appliance.review.draft.places import FieldRef

BOUND = 0.95
SURE = (TokenScore(-0.01, -0.001),)
DOUBTFUL = (TokenScore(-3.0, -2.0),)

ROWS = TableSpec(
    "rows", (FieldSpec("description"), FieldSpec("amount", FieldType.AMOUNT, required=True))
)
CHECKS = ("net + tax == gross", "sum(rows.amount) == net")
NOTE = DocType(
    name="note",
    title="Note",
    fields=(
        FieldSpec("number", FieldType.CODE, required=True),
        FieldSpec("sent", FieldType.DATE, required=True),
        FieldSpec("sender"),
        FieldSpec("sender_vat_id", FieldType.VAT_ID),
        FieldSpec(
            "currency",
            FieldType.CURRENCY,
            values={"EUR": ("EUR", "euro", "€"), "USD": ("USD", "US dollar"), "UAH": ()},
        ),
        FieldSpec("net", FieldType.AMOUNT),
        FieldSpec("tax", FieldType.AMOUNT),
        FieldSpec("gross", FieldType.AMOUNT, required=True),
    ),
    items=ROWS,
    party=("sender_vat_id", "sender"),
    number="number",
    gross="gross",
    checks=tuple(parse(text, ROWS, Decimal("0.02")) for text in CHECKS),
)
LINES = (
    "ACME Trading Ltd  Note RE-7",
    "GB980780684  on 25/12/2018",
    "Bolts  60.00",
    "Nuts  40.00",
    "net 100.00  tax 19.00  gross 119.00 EUR",
    "paid 191.00  printed 03/04/2018",
)
SAID = {
    "number": "RE-7",
    "sent": "25/12/2018",
    "sender": "ACME Trading Ltd",
    "sender_vat_id": "GB980780684",
    "currency": "EUR",
    "net": "100.00",
    "tax": "19.00",
    "gross": "119.00",
}
TABLE = (("Bolts", "60.00"), ("Nuts", "40.00"))


def document(*lines: str) -> Document:
    """Two blanks are a wide gap; a character is a hundredth of the page wide."""
    words = []
    for number, line in enumerate(lines):
        for found in re.finditer(r"\S+", line):
            left, right = found.start() / 100, found.end() / 100
            gap = 2 if line[: found.start()].endswith("  ") else 1
            box = BBox(left, 0.03 * number, right, 0.03 * number + 0.02)
            words.append(Word(found[0], box, number, gap))
    return Document("a" * 64, (Page(595, 842, tuple(words), "text"),))


PAPER = document(*LINES)


def field(
    name: str,
    text: str | None,
    paper: Document = PAPER,
    *,
    row: int | None = None,
    tokens: tuple[TokenScore, ...] = SURE,
    runners_up: tuple[str, ...] = (),
) -> Field:
    found: tuple[Span, ...] = ()
    if text is not None:
        found = spans(text, [chunks(page.words) for page in paper.pages])
    words = text if name == "currency" else None
    return Field(
        name,
        text,
        found,
        words=words,
        line_item_id=row,
        tokens=tokens,
        runners_up=runners_up,
    )


def prediction(paper: Document = PAPER, table=TABLE, **changes: Field | str | None) -> Prediction:
    """As on the note, but for ``changes`` in the header."""
    header = [
        said if isinstance(said, Field) else field(name, said, paper)
        for name, said in {**SAID, **changes}.items()
    ]
    cells = [
        field(name, text, paper, row=row)
        for row, texts in enumerate(table)
        for name, text in zip(("description", "amount"), texts, strict=True)
    ]
    return Prediction("a" * 64, "note", "m1", (*header, *cells))


def only(paper: Document, table=(), **said: str) -> Prediction:
    """All else is absent."""
    return prediction(paper, table, **{**dict.fromkeys(SAID), **said})


def draft(
    predicted: Prediction | None = None,
    paper: Document = PAPER,
    kind: DocType = NOTE,
    *,
    blind: frozenset[Section] = NOTHING,
    row_lot: float = 0.0,
    actions: str = "",
    seen_before: str | None = None,
    extra: Sequence[Blocker] = (),
) -> Draft:
    asked = prediction(paper) if predicted is None else predicted
    policy = uniform_policy(kind, BOUND)
    earlier = [Blocker("seen-before", f"seen before: {seen_before}")] if seen_before else []
    judgement = judge(paper, kind, asked, policy=policy, extra_blockers=[*earlier, *extra])
    return begin(
        paper,
        kind,
        asked,
        judgement,
        policy=policy,
        blind=blind,
        lot=lambda what: row_lot,
        actions=actions,
    )


confirm = partial(DraftAction, ActionKind.CONFIRM)
write = partial(DraftAction, ActionKind.WRITE)
absent = partial(DraftAction, ActionKind.ABSENT)
illegible = partial(DraftAction, ActionKind.ILLEGIBLE)


def take(place: FieldRef, number: int, text: str = "") -> DraftAction:
    return DraftAction(ActionKind.TAKE, place, text, number=number)


def add_row(after: int | None) -> DraftAction:
    return DraftAction(ActionKind.ADD_ROW, FieldRef("rows", after))


def remove_row(row: int) -> DraftAction:
    return DraftAction(ActionKind.REMOVE_ROW, FieldRef("rows", row))
