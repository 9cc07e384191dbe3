"""Row by row: what is proven, what is promised, and that only doubtful cells are marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper import DOUBTFUL, SURE, answer, document, prediction
from test_judge import NOTE, PAPER, RIGHT, codes, header, judged, table

from appliance.doctypes.expressions import parse
from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.prediction import Basis, Field, Judgement, Remembered, TokenScore
from appliance.domain.rows import cells
from appliance.fields.style import style_of
from appliance.judgement.assess import assess_field
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.judgement.table_judgement import (
    ProvenCells,
    ProvesCells,
    certainty,
    remembering,
    row_score,
)

SCANNED = replace(
    PAPER,
    pages=tuple(
        replace(page, words=tuple(replace(word, confidence=0.99) for word in page.words))
        for page in PAPER.pages
    ),
)
UNSUMMED = replace(NOTE, checks=NOTE.checks[:1])
THREE = (("Bolts", "60.00"), ("Nuts", "40.00"), ("Bolts", "90.00"))


def proving(*known: tuple[int, str]) -> ProvesCells:
    return lambda paper, doctype, fields: frozenset(known)


def marked(judgement: Judgement) -> set[tuple[int | None, str]]:
    return {
        (one.line_item_id, one.fieldtype)
        for one in cells(judgement.fields)
        if any(found.code == BlockerCode.UNSURE for found in one.blockers)
    }


def hows(judgement: Judgement, row: int) -> list[str]:
    return [one.how for one in judgement.rows[row]]


def proven(judgement: Judgement) -> list[list[bool]]:
    return [[one.proven for one in row] for row in judgement.rows]


def test_of_a_held_table_only_the_doubtful_cells_are_marked():
    sure, unsure = table(*THREE, amounts=SURE), table(*THREE)
    rows = [*sure[:2], *unsure[2:4], *sure[4:]]
    judgement = judged(header() + rows, UNSUMMED)
    assert marked(judgement) == {(1, "amount")}
    assert [hows(judgement, row) for row in (0, 2)] == [["probability"] * 2] * 2
    (doubt,) = judgement.blockers
    assert doubt == Blocker("table-unproven", "rows: 1 of 3 rows is unsure", "rows")
    many = judged(header() + [*unsure[:4], *sure[4:]], UNSUMMED)
    assert [one.message for one in many.blockers] == ["rows: 2 of 3 rows are unsure"]


def test_a_row_whose_doubtful_cell_is_settled_is_accepted_with_its_score():
    rows = table(*THREE, descriptions=DOUBTFUL, amounts=SURE)[:2]
    judgement = judged(header() + rows, UNSUMMED, settled={("description", 0): None})
    assert judgement.accepted and hows(judgement, 0) == ["clerk", "probability"]


def test_a_clerk_who_settled_the_table_is_asked_about_none_of_its_unsure_cells():
    judgement = judged(header() + table(*THREE), UNSUMMED, settled={("rows", None): None})
    assert judgement.accepted and not marked(judgement)
    assert hows(judgement, 0) == ["probability", "unsupported"]


def test_what_is_proven_needs_no_score_and_proves_nothing_beside_it():
    rows = table(("Bolts", "60.00"), ("Nuts", "40.00"), descriptions=DOUBTFUL)
    amounts = proving((0, "amount"), (1, "amount"))
    judgement = judged(header() + rows, UNSUMMED, prove=amounts)
    assert marked(judgement) == {(0, "description"), (1, "description")}
    assert hows(judgement, 0) == ["unsupported", "check"]
    whole = proving(*((row, name) for row in (0, 1) for name in ("description", "amount")))
    assert judged(header() + rows, UNSUMMED, prove=whole).accepted


def test_a_sum_that_is_right_proves_its_column_alone():
    rows = table(("Bolts", "60.00"), ("Nuts", "40.00"), descriptions=DOUBTFUL)
    judgement = judged(header() + rows)
    assert marked(judgement) == {(0, "description"), (1, "description")}
    assert hows(judgement, 0) == ["unsupported", "check"]
    assert codes(judgement) == {("table-unproven", "rows")}
    assert proven(judgement) == [[False, True]] * 2
    wrong = header(net=answer(PAPER, "net", "90.00"))
    assert not any(map(any, proven(judged(wrong + rows))))


def test_proof_alone_accepts_nothing_that_is_not_promised():
    """As in the header: what a check proves is sure, and still has to be promised."""
    bounds = {spec.name: 0.95 for spec in NOTE.fields}
    judgement = judge(
        PAPER, NOTE, prediction(*header(), *RIGHT), policy=AcceptancePolicy(bounds=bounds)
    )
    assert {how for row in (0, 1) for how in hows(judgement, row)} == {Basis.UNPROMISED}


def test_rows_whose_sum_fails_are_held_however_much_else_is_proven():
    wrong = header(net=answer(PAPER, "net", "90.00"))
    every = proving(*((row, name) for row in (0, 1) for name in ("description", "amount")))
    judgement = judged(wrong + RIGHT, prove=every)
    assert not judgement.accepted
    assert hows(judgement, 0) == hows(judgement, 1) == ["unsupported"] * 2


def test_what_is_proven_is_looked_for_in_what_the_clerk_left():
    asked: list[Field] = []

    def prove(paper, doctype, fields):
        asked.extend(fields)
        return frozenset()

    fields = header() + RIGHT
    judged(fields, prove=prove)
    assert asked == fields
    asked.clear()
    every = {(one.fieldtype, one.line_item_id): None for one in RIGHT}
    judged(header(), prove=prove)
    judged(fields, prove=prove, settled=every)
    assert not asked  # nothing is left to prove


PRICED = TableSpec(
    "rows",
    (
        FieldSpec("description"),
        *(FieldSpec(name, FieldType.AMOUNT) for name in ("pieces", "price", "amount")),
    ),
)
EACH = replace(
    NOTE,
    items=PRICED,
    checks=(parse("rows.pieces * rows.price == rows.amount", PRICED, Decimal("0.02")),),
)
NUMBERS = document("Bolts 2.00 30.00 60.00", "Nuts 4.00 30.00 90.00")


def priced() -> list[Field]:
    said = (("Bolts", "2.00", "30.00", "60.00"), ("Nuts", "4.00", "30.00", "90.00"))
    return [
        answer(NUMBERS, spec.name, text, row=at)
        for at, row in enumerate(said)
        for spec, text in zip(PRICED.fields, row, strict=True)
    ]


def test_a_check_of_rows_that_fails_is_said_at_the_cells_of_its_row():
    judgement = judged(header() + priced(), EACH, NUMBERS)
    failed = {
        (one.line_item_id, one.fieldtype)
        for one in cells(judgement.fields)
        if any(found.code == BlockerCode.CHECK_FAILED for found in one.blockers)
    }
    assert failed == {(1, name) for name in ("pieces", "price", "amount")}
    told = [one for one in judgement.blockers if one.code == BlockerCode.CHECK_FAILED]
    assert {(one.fieldtype, one.line_item_id) for one in told} == {
        (name, 1) for name in ("pieces", "price", "amount")
    }


def test_of_a_check_of_rows_whose_cells_are_all_settled_nothing_is_said():
    settled = {(name, 1): None for name in ("pieces", "price", "amount")}
    judgement = judged(header() + priced(), EACH, NUMBERS, settled=settled)
    assert not any(one.code == BlockerCode.CHECK_FAILED for one in judgement.blockers)


HEADS = (("Description", 0.1), ("Quantity", 0.45), ("Price", 0.65), ("Amount", 0.85))
GOODS = [
    ("Bolts", "7", "13.15", "92.05"),
    ("Nuts", "12", "4.85", "58.20"),
    ("Rings", "9", "21.35", "192.15"),
]
DRAWN = DocType(
    "note",
    "Note",
    (FieldSpec("number"),),
    TableSpec(
        "rows",
        (
            FieldSpec("description"),
            FieldSpec("quantity", FieldType.QUANTITY),
            FieldSpec("unit_price", FieldType.AMOUNT, description="price of one"),
            FieldSpec("net_amount", FieldType.AMOUNT),
        ),
    ),
)


def drawn(goods: Sequence[Sequence[str]]) -> tuple[Document, list[Field]]:
    """A page with a table and its total, and its cells as read, of which nobody is sure."""
    words: list[Word] = []
    for line, row in enumerate([[name for name, _ in HEADS], *goods]):
        for text, (_, left) in zip(row, HEADS, strict=True):
            box = BBox(left, 0.1 + 0.03 * line, left + 0.01 * len(text), 0.115 + 0.03 * line)
            words.append(Word(text, box, line, gap=2))
    total = str(sum(Decimal(row[-1]) for row in goods))
    for text, left in (("Total", 0.65), (total, 0.85)):
        words.append(Word(text, BBox(left, 0.5, left + 0.01 * len(text), 0.515), 99, gap=2))
    page = Document("a" * 64, (Page(595, 842, tuple(words), "text"),))
    fields = [
        Field(spec.name, text, (Span(0, at, at + 1),), line_item_id=row, tokens=DOUBTFUL)
        for row, good in enumerate(goods)
        for at, (spec, text) in enumerate(
            zip(DRAWN.items.fields, good, strict=True), len(HEADS) * (row + 1)
        )
    ]
    return page, fields


def test_what_the_numbers_of_the_page_prove_is_not_doubted_and_all_beside_it_is():
    page, fields = drawn(GOODS)
    judgement = judged(fields, DRAWN, page)
    assert marked(judgement) == {(row, "description") for row in range(3)}
    assert [one.message for one in judgement.blockers] == ["rows: 3 of 3 rows are unsure"]
    assert hows(judgement, 1) == ["unsupported", "check", "check", "check"]


def test_a_row_with_a_false_number_is_not_proven_and_the_others_are():
    page, fields = drawn([*GOODS, ("Pins", "6", "8.45", "50.80"), ("Cups", "3", "7.65", "22.95")])
    judgement = judged(fields, DRAWN, page)
    numbers = ("quantity", "unit_price", "net_amount")
    assert marked(judgement) >= {(3, name) for name in numbers}
    assert not marked(judgement) & {(row, name) for row in (0, 1, 2, 4) for name in numbers}


def placed(documents: int, text: str | None, *, row: int) -> Field:
    """An amount by where it stood on earlier documents; the model had another."""
    remembered = Remembered(documents, 1.0, 1.0, "90.00", placed=True)
    return replace(answer(PAPER, "amount", text, row=row, tokens=()), remembered=remembered)


@pytest.mark.parametrize(
    ("answered", "tokens", "documents", "said"),
    [
        ("60.00", SURE, 0, exp(-0.001)),
        ("60.00", (), 0, 0.01),
        ("60.00", (), 3, 1 - 0.99 / 4),
        ("60.00", (TokenScore(log(0.5), log(0.5)),), 1, 0.75),
        ("90.00", (), 3, 0.375),
        ("90.00", (), 2, None),
    ],
)
def test_a_cell_is_as_sure_as_the_model_and_memory_together(
    answered: str, tokens: tuple[TokenScore, ...], documents: int, said: float | None
) -> None:
    """Behind all that the model named comes what memory says in its place; whatever an OCR read is
    half as sure."""
    remembered = Remembered(documents, 1.0, 1.0, answered, placed=True) if documents else None
    cell = replace(answer(PAPER, "amount", "60.00", row=0, tokens=tokens), remembered=remembered)
    typed = assess_field(cell, NOTE, PAPER, style_of(PAPER))
    scanned = assess_field(cell, NOTE, SCANNED, style_of(SCANNED))
    assert certainty(typed) == (said if said is None else pytest.approx(said, abs=1e-3))
    assert certainty(scanned) == (said if said is None else pytest.approx(said / 2, abs=1e-3))


def test_what_stood_there_on_earlier_documents_is_doubted_until_it_is_proven():
    rows = [table(("Bolts", "60.00"))[0], placed(9, "60.00", row=0)]
    held = judged(header() + rows, UNSUMMED)
    assert marked(held) == {(0, "amount")} and held.rows[0][1].score == pytest.approx(0.45)
    (doubt,) = held.rows[0][1].blockers
    assert doubt.message == "amount is unsure: '60.00', where it stood on 9 earlier documents"
    sure = judged(header() + rows, UNSUMMED, prove=proving((0, "amount")))
    assert sure.accepted and hows(sure, 0) == ["probability", "sender"]


@pytest.mark.parametrize(("documents", "how"), [(1, "unsupported"), (3, "absent")])
def test_that_a_cell_says_nothing_is_believed_from_three_documents_on(documents: int, how: str):
    rows = [table(("Bolts", "60.00"))[0], placed(documents, None, row=0)]
    judgement = judged(header() + rows, UNSUMMED)
    assert hows(judgement, 0) == ["probability", how]
    assert marked(judgement) == ({(0, "amount")} if how == "unsupported" else set())


def test_proof_is_looked_for_anew_when_a_cell_or_a_total_has_changed():
    asked: list[object] = []

    def prove(paper, doctype, fields):
        asked.append(fields)
        return frozenset({(0, "amount")})

    prover = remembering(prove)
    other_net = header(net=answer(PAPER, "net", "90.00"))
    other_sender = header(sender=answer(PAPER, "sender", "ACME"))
    for fields, times in (
        (header() + RIGHT, 1),
        (header() + RIGHT, 1),
        (other_sender + RIGHT, 1),
        (other_net + RIGHT, 2),
        (header() + RIGHT[:2], 3),
    ):
        assert prover(PAPER, NOTE, fields) == {(0, "amount")}
        assert len(asked) == times


@pytest.mark.parametrize(
    ("row", "score"),
    [
        (table(("Bolts", "60.00")), 0.135),
        (table(("Bolts", "60.00"), amounts=SURE), 0.999),
        (table((None, "60.00"), descriptions=DOUBTFUL, amounts=SURE), 0.999),
        (table((None, None)), 1.0),
        (table(("Bolts", "60.00"), amounts=()), 0.01),
        ([table(("Bolts", "60.00"))[0], placed(2, "60.00", row=0)], None),
    ],
)
def test_a_row_is_as_sure_as_its_least_certain_filled_cell(row, score):
    (decided,) = judged(row, UNSUMMED).rows
    assert row_score(decided) == (score and pytest.approx(score, abs=1e-3))


TOKENS = st.sampled_from([(), DOUBTFUL, SURE])
TEXTS = st.none() | st.sampled_from(["Bolts", "Nuts", "60.00", "40.00", "elsewhere"])
CELLS = st.dictionaries(
    st.tuples(st.integers(0, 2), st.sampled_from(["description", "amount"])),
    st.tuples(TEXTS, TOKENS),
    max_size=6,
).map(
    lambda found: [
        answer(PAPER, name, text, row=row, tokens=tokens)
        for (row, name), (text, tokens) in sorted(found.items())
    ]
)
KEYS = st.frozensets(
    st.tuples(st.integers(0, 2), st.sampled_from(["description", "amount"])), max_size=6
)
KINDS = st.sampled_from([NOTE, UNSUMMED])


@given(CELLS, KEYS, KEYS, KINDS, st.floats(0, 1))
def test_of_an_accepted_table_every_cell_is_settled_absent_proven_or_promised(
    rows: list[Field], proven: ProvenCells, settled: ProvenCells, kind, bound
):
    judgement = judged(
        header() + rows,
        kind,
        bound=bound,
        prove=proving(*proven),
        settled={(name, row): None for row, name in settled},
    )
    if judgement.accepted:
        for one in cells(judgement.fields):
            key = (one.line_item_id, one.fieldtype)
            summed = kind is NOTE and one.fieldtype == "amount" and one.how == "check"
            assert (
                key in settled
                or one.field.text is None
                or key in proven
                or summed
                or (one.score is not None and one.score >= bound)
            )
            assert one.how in ("clerk", "absent", "check", "probability")


@given(CELLS, KEYS, KEYS, KINDS, st.floats(0, 1))
def test_more_proof_never_holds_a_table(
    rows: list[Field], some: ProvenCells, more: ProvenCells, kind, bound
):
    less, whole = (
        judged(header() + rows, kind, bound=bound, prove=proving(*known))
        for known in (some, some | more)
    )
    assert marked(whole) <= marked(less)
    assert not less.accepted or whole.accepted
