import re
from decimal import Decimal

import pytest
from figures import figures
from hypothesis import given
from hypothesis import strategies as st

from appliance.doctypes.expressions import parse
from appliance.domain.doctype import FieldSpec, TableSpec
from appliance.judgement.checks import CheckState, check_outcomes

ITEMS = TableSpec("rows", (FieldSpec("amount"),))


def outcome(expression, header, rows=(), tolerance="0.02"):
    return check_outcomes([parse(expression, ITEMS, Decimal(tolerance))], header, rows)[0]


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
    assert figures(found.message) == ["100.00", "19.00", "191.00"]
    assert all(name in found.message for name in ("net total", "tax total", "gross total"))


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
    assert re.findall(r"[\d-]{10}", late.message) == ["2018-05-02", "2018-05-01"]
    assert outcome("sent <= due", {"sent": "2018-05-02"}).state is CheckState.NOT_APPLICABLE


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
