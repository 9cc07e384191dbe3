from decimal import Decimal

import pytest
from figures import figures
from hypothesis import given
from hypothesis import strategies as st

from appliance.doctypes.expressions import parse
from appliance.domain.doctype import FieldSpec, TableSpec
from appliance.fields.style import WritingStyle
from appliance.judgement.checks import CheckState, check_outcomes

ITEMS = TableSpec("rows", (FieldSpec("amount"),))


def outcome(expression, header, rows=(), tolerance="0.02", **writing):
    check = parse(expression, ITEMS, Decimal(tolerance))
    return check_outcomes([check], header, rows, **writing)[0]


def totals(net, tax, gross):
    return {"net_total": net, "tax_total": tax, "gross_total": gross}


SUM = "net_total + tax_total == gross_total"


def test_a_sum_that_fits_passes_and_proves():
    found = outcome(SUM, totals("100.00", "19.00", "119.00"))
    assert found.state is CheckState.PASSED and found.proves


@pytest.mark.parametrize(("gross", "state"), [("119.02", "passed"), ("119.03", "failed")])
def test_cents_of_rounding_are_forgiven(gross, state):
    assert outcome(SUM, totals("100.00", "19.00", gross)).state == state


def test_a_sum_that_fails_says_why():
    found = outcome(SUM, totals("100.00", "19.00", "191.00"))
    assert found.state is CheckState.FAILED
    assert found.message == "Net total + tax total is 119.00. The gross total is 191.00."


def test_a_sum_of_rows_that_fails_is_said_as_the_document_writes_numbers():
    """D1."""
    rows = [{"amount": "6000.00"}, {"amount": "345.02"}]
    said = [
        outcome("sum(rows.amount) == net_total", {"net_total": "9894.5"}, rows, style=style).message
        for style in (WritingStyle(","), WritingStyle("."), WritingStyle())
    ]
    assert said == [
        "The rows add up to 6.345,02. The net total is 9.894,50.",
        "The rows add up to 6,345.02. The net total is 9,894.50.",
        "The rows add up to 6345.02. The net total is 9894.50.",
    ]


EACH = "rows.pieces * rows.price == rows.amount"


def priced(*rows):
    return [dict(zip(("pieces", "price", "amount"), row, strict=True)) for row in rows]


def test_a_product_is_checked_row_by_row_and_proves_nothing():
    found = outcome(EACH, {}, priced(("2", "30.00", "60.00"), ("3", "1.115", "3.35")))
    assert (found.state, found.proves, found.sums_rows) == (CheckState.PASSED, False, False)


def test_a_product_that_fails_says_in_which_row():
    found = outcome(EACH, {}, priced(("2", "30.00", "60.00"), ("4", "30.00", "90.00")))
    assert found.state is CheckState.FAILED
    said = "Row 2: Pieces × price is 120.00. The amount is 90.00."
    assert (found.failing, found.message) == (((1, said),), said)


@pytest.mark.parametrize("rows", [(), (("2", None, "60.00"),)])
def test_a_product_that_lacks_a_number_is_not_applicable(rows):
    assert outcome(EACH, {}, priced(*rows)).state is CheckState.NOT_APPLICABLE


def test_another_row_without_a_number_hides_no_failure():
    found = outcome(EACH, {}, priced(("2", None, "60.00"), ("4", "30.00", "90.00")))
    assert found.state is CheckState.FAILED and [at for at, _ in found.failing] == [1]


def test_names_of_many_things_and_two_columns_make_sentences_too():
    rows = [{"amount": "30", "packages": "7"}]
    counted = outcome("sum(rows.packages) == packages", {"packages": "32"}, rows)
    assert counted.message == "The rows add up to 7. The packages are 32."
    two = outcome("sum(rows.packages) == sum(rows.amount)", {}, rows)
    assert two.message == "The packages of all rows are 7. The amount of all rows is 30."
    more = outcome("good + scrap <= total", {"good": "5", "scrap": "1", "total": "3"})
    assert more.message == "Good + scrap is 6. The total is 3, which is less."


@pytest.mark.parametrize("tax", ["0.00", "0.01", "-0.02"])
def test_a_copied_number_proves_nothing(tax):
    found = outcome(SUM, totals("100.00", tax, "100.00"))
    assert found.state is CheckState.PASSED and not found.proves


def test_a_missing_term_makes_it_not_applicable():
    assert outcome(SUM, totals("100.00", None, "100.00")).state is CheckState.NOT_APPLICABLE
    assert outcome(SUM, {}).state is CheckState.NOT_APPLICABLE


def test_a_column_is_added_up():
    rows = [{"amount": "60.00"}, {"amount": "40.00"}]
    assert outcome("sum(rows.amount) == net", {"net": "100"}, rows).proves
    wrong = outcome("sum(rows.amount) == net", {"net": "90"}, rows)
    assert wrong.state is CheckState.FAILED and figures(wrong.message) == ["100.00", "90.00"]
    missing = outcome("sum(rows.amount) == net", {"net": "60"}, [*rows, {"amount": None}])
    assert missing.state is CheckState.NOT_APPLICABLE


def test_a_date_may_not_lie_before_another():
    days = {"sent": "2018-05-02", "due": "2018-05-01"}
    assert outcome("due <= sent", days).state is CheckState.PASSED
    assert not outcome("due <= sent", days).proves
    late = outcome("sent <= due", days)
    assert late.state is CheckState.FAILED
    assert late.message == "The sent, 2 May 2018, is after the due, 1 May 2018."
    assert outcome("sent <= due", {"sent": "2018-05-02"}).state is CheckState.NOT_APPLICABLE


def test_a_day_is_said_as_it_stands_there_unless_that_may_be_another_day():
    days = {"sent": "2026-03-22", "due": "2026-01-12"}
    texts = {"sent": "22.03.2026", "due": "12/01/2026"}
    said = outcome("sent <= due", days, texts=texts).message
    assert said == "The sent, 22.03.2026, is after the due, 12 January 2026."


def test_a_number_may_not_be_more_than_another():
    for more, less in (("2", "1"), ("-2", "-3")):
        found = outcome("a <= b", {"a": more, "b": less})
        assert found.state is CheckState.FAILED and more in found.message and less in found.message
    assert outcome("a == b", {"a": "20181225", "b": "20181226"}).state is CheckState.FAILED


CENTS = st.decimals(-(10**7), 10**7, places=2)


@given(CENTS, CENTS)
def test_right_sums_always_pass_and_wrong_ones_never(net, tax):
    gross = net + tax
    assert outcome(SUM, totals(str(net), str(tax), str(gross))).state is CheckState.PASSED
    wrong = totals(str(net), str(tax), str(gross + Decimal("0.03")))
    assert outcome(SUM, wrong).state is CheckState.FAILED


@given(st.dictionaries(st.sampled_from("ab"), st.none() | st.text()), st.sampled_from(["==", "<="]))
def test_no_value_breaks_a_check(header, relation):
    outcome(f"a {relation} b", header)
