"""What the bench of tables counts, and that it runs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from small_bench import small_bench

from appliance.doctypes import catalogue
from appliance.doctypes.expressions import parse
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.prediction import Field, Prediction
from appliance.domain.results import ModelVersion
from appliance.evaluation.scoring import CountedLabels, ExpectedValues
from appliance.fields.comparison import RowCounts
from appliance.reading.text import text_page
from appliance.samples.drafts import supplier_invoice
from bench.asked import Asked
from bench.studies import Case
from bench.tables import report
from bench.tables.by_words import ByWords
from bench.tables.counts import TableCounts, counts
from bench.tables.falsified import falsified
from bench.tables.header import lost_most
from bench.tables.proven import Proof, proof
from bench.tables.rulings import in_grid, is_scan, rulings

ORDER = DocType(
    "order",
    "Order",
    (),
    TableSpec("lines", (FieldSpec("what"), FieldSpec("amount", FieldType.AMOUNT))),
)


def page(*texts: str) -> Document:
    words = tuple(
        Word(text, BBox(0.1, 0.01 * at, 0.2, 0.01 * at + 0.008), at)
        for at, text in enumerate(texts)
    )
    return Document("0" * 64, (Page(595, 842, words, "text"),))


def asked(*rows: dict[str, str | None]) -> Asked:
    truth = ExpectedValues({}, rows, None)
    return Asked(Case("order.pdf", page("Bolt", "1.00"), truth), ORDER, CountedLabels())


def said(*rows: dict[str, str]) -> Prediction:
    fields = [
        Field(name, text, line_item_id=at)
        for at, row in enumerate(rows)
        for name, text in row.items()
    ]
    return Prediction("0" * 64, "order", "model", tuple(fields))


def test_a_row_is_right_as_a_whole_and_a_cell_by_itself() -> None:
    order = asked({"what": "Bolt", "amount": "1.00"}, {"what": "Nut", "amount": None})
    found = counts(order, said({"what": "Nut"}, {"what": "bolt", "amount": "1.10"}))
    assert found == TableCounts(1, 0, RowCounts(1, 2, 2), cells_right=2, cells=3)


def test_columns_that_do_not_count_make_no_row_wrong() -> None:
    order = asked({"what": "Bolt", "amount": "1.00"})
    amounts = CountedLabels(columns=frozenset({"amount"}))
    found = counts(order, said({"what": "Nut", "amount": "1.00"}), amounts)
    assert (found.rows.matched, found.cells, found.whole) == (1, 1, 1)


def test_a_row_too_many_is_not_a_whole_table() -> None:
    bolt = {"what": "Bolt", "amount": "1.00"}
    found = counts(asked({**bolt}), said(bolt, bolt))
    assert (found.whole, found.rows.matched, found.cells_right) == (0, 1, 2)


def test_one_digit_of_one_word_becomes_another() -> None:
    document = page("Bolt", "1,250.00", "7")
    for seed in range(20):
        false = falsified(document, (0, 1), Random(seed))
        one, other = document.pages[0].words, false.pages[0].words
        assert [word.bbox for word in one] == [word.bbox for word in other]
        assert (one[0], one[2]) == (other[0], other[2])
        differ = [(a, b) for a, b in zip(one[1].text, other[1].text, strict=True) if a != b]
        ((before, after),) = differ
        assert before.isdecimal() and after.isdecimal()


@pytest.mark.parametrize(("layout", "grid"), [("grid", True), ("banner", False)])
def test_lines_between_columns_make_a_grid(tmp_path: Path, layout: str, grid: bool) -> None:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(supplier_invoice(Random(7), "de", layout=layout, rows=6).pdf)
    assert not is_scan(path)
    middle = [(0, BBox(0.1, y, 0.9, y + 0.01)) for y in (0.36, 0.38)]
    assert in_grid(rulings(path), middle) == grid


def test_the_own_naming_is_judged_where_it_is_worst() -> None:
    rows = {"fiscal_pt": {"rows_f1": 0.8}, "demo": {"rows_f1": 0.5}, "receipts": {"rows_f1": 0.9}}
    own = {"fiscal_pt": {"rows_f1": 0.8}, "demo": {"rows_f1": 0.4}, "receipts": {"rows_f1": 0.0}}
    assert report.own_naming_share(rows, own) == 0.8
    assert report.own_naming_share(rows, {}) is None


def test_points_are_lost_where_most_are() -> None:
    before = {"sroie": 0.6225, "demo": 0.79}
    assert lost_most(before, {"sroie": 0.615, "demo": 0.85}) == 0.8
    assert lost_most(before, {"sroie": 0.63, "demo": 0.85}) < 0


def test_a_label_that_the_document_says_nowhere_makes_no_proven_number_wrong() -> None:
    """Two invoices print amounts without tax and are labelled with tax."""
    lines = [("What", "Amount"), ("Bolt", "2.50"), ("Nut", "7.70"), ("Total", "10.20")]
    words = tuple(
        Word(text, BBox(left, 0.02 * at, left + 0.1, 0.02 * at + 0.01), at)
        for at, line in enumerate(lines)
        for left, text in zip((0.05, 0.5), line, strict=True)
    )
    document = Document("0" * 64, (Page(595, 842, words, "text"),))
    assert ORDER.items
    check = parse("sum(lines.amount) == total", ORDER.items, Decimal("0.01"))
    order = replace(ORDER, checks=(check,))
    fields = [
        Field("total", "10.20", spans=(Span(0, 7, 8),)),
        Field("what", "Bolt", spans=(Span(0, 2, 3),), line_item_id=0),
        Field("amount", "2.50", spans=(Span(0, 3, 4),), line_item_id=0),
        Field("what", "Nut", spans=(Span(0, 4, 5),), line_item_id=1),
        Field("amount", "7.70", spans=(Span(0, 5, 6),), line_item_id=1),
    ]

    def proved(second: str) -> Proof:
        rows = [{"what": "Bolt", "amount": "2.50"}, {"what": "Nut", "amount": second}]
        case = Case("order.pdf", document, ExpectedValues({}, rows, None))
        return proof(Asked(case, order, CountedLabels()), fields)

    assert len(proved("7.70").proven) == 2 and proved("7.70").wrong == proved("7.70").unsaid == ()
    said = "order.pdf, row 2, amount: 7.70, truth has"
    assert (proved("9.16").wrong, proved("9.16").unsaid) == ((), (f"{said} 9.16",))
    assert (proved("10.20").wrong, proved("10.20").unsaid) == ((f"{said} 10.20",), ())


def test_what_is_not_measured_has_no_figure() -> None:
    found = report.figures({"geometry": {"ms_a_page": 21.5}})
    assert found["geometry_ms"] == 21.5
    assert found["fiscal_pt.rows_f1"] is None and found["proven_wrong"] is None


def test_none_is_a_figure_where_nothing_is_wrong() -> None:
    proofs = {"proven": 3, "share": 1.0, "wrong": 0, "upper": 0.63, "named_by_truth": {}}
    assert report.figures({"proven": proofs})["proven_wrong"] == 0


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.data
@pytest.mark.timeout(900)
def test_the_bench_runs_the_real_model_over_real_tables() -> None:
    printed = small_bench("tables", "rows", "own_naming", "proven", "falsified")
    assert "'fiscal_pt'" in printed or '"fiscal_pt"' in printed
    assert '"named_by_truth"' in printed and '"unused"' in printed


def test_rows_of_a_model_that_names_no_column_are_read_without_it() -> None:
    untaught = ModelVersion("m", "nowhere.gguf", "")
    kind = catalogue.find("supplier_invoice", folder=None)
    lines = [("Description", "Quantity", "Amount"), ("Bolts", "3", "6.00"), ("Nuts", "4", "8.00")]
    page = text_page([f"{what:20}{many:>10}{amount:>12}" for what, many, amount in lines])
    said = ByWords(untaught).extract(Document("0" * 64, (page,)), kind)
    assert [[field.text for field in row if field.text] for row in said.rows] == [
        ["Bolts", "3", "6.00"],
        ["Nuts", "4", "8.00"],
    ]
    with pytest.raises(ValueError, match="names columns"):
        ByWords(replace(untaught, names_columns=True))
