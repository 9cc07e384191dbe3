"""The arithmetic of the standard, to the cent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.einvoice import EInvoice, Level, Syntax, TermValue
from appliance.einvoice.arithmetic import failed_sums

LINE = {"129": "3", "146": "10.00", "131": "30.00"}
HEADER = {
    "92": "1.00",
    "99": "0.50",
    "106": "30.00",
    "107": "1.00",
    "108": "0.50",
    "109": "29.50",
    "110": "5.61",
    "112": "35.11",
    "113": "5.00",
    "114": "-0.01",
    "115": "30.10",
    "116": "29.50",
    "117": "5.61",
    "119": "19",
}


def values(said: dict[str, str], group: int = 0) -> tuple[TermValue, ...]:
    return tuple(TermValue(f"BT-{number}", text, "", group) for number, text in said.items())


def invoice(level: Level = Level.LINES, line: dict[str, str] = LINE, **changed: str) -> EInvoice:
    """``t106="1.00"`` says another value, an empty one leaves it out."""
    said = HEADER | {name.removeprefix("t"): text for name, text in changed.items()}
    header = values({number: text for number, text in said.items() if text})
    return EInvoice(Syntax.CII, "", level, header, (values(line),))


def failed(said: EInvoice) -> list[str]:
    return list(failed_sums(said))


def rules(said: EInvoice) -> list[str]:
    return [fault.rpartition("(")[2].rstrip(").") for fault in failed(said)]


def test_what_adds_up_has_no_fault() -> None:
    assert failed(invoice()) == []


@pytest.mark.parametrize(
    "changed, broken",
    [
        ({"t106": "30.01", "t109": "29.51", "t112": "35.12", "t115": "30.11"}, "BR-CO-10"),
        ({"t107": "1.01", "t109": "29.49", "t112": "35.10", "t115": "30.09"}, "BR-CO-11"),
        ({"t107": "", "t109": "30.50", "t112": "36.11", "t115": "31.10"}, "BR-CO-11"),
        ({"t108": "0.51", "t109": "29.51", "t112": "35.12", "t115": "30.11"}, "BR-CO-12"),
        ({"t109": "29.51", "t112": "35.12", "t115": "30.11"}, "BR-CO-13"),
        ({"t110": "5.62", "t112": "35.12", "t115": "30.11"}, "BR-CO-14"),
        ({"t112": "35.12", "t115": "30.11"}, "BR-CO-15"),
        ({"t115": "30.11"}, "BR-CO-16"),
        ({"t113": ""}, "BR-CO-16"),
        ({"t114": ""}, "BR-CO-16"),
        ({"t110": "5.60", "t117": "5.60", "t112": "35.10", "t115": "30.09"}, "BR-CO-17"),
    ],
)
def test_a_cent_too_much_or_too_little_breaks_the_rule_of_its_sum_alone(
    changed: dict[str, str], broken: str
) -> None:
    assert rules(invoice(**changed)) == [broken]


def test_a_fault_names_both_numbers() -> None:
    line = LINE | {"131": "30.01"}
    assert failed(invoice(line=line, t116="29.6")) == [
        "The rows add up to 30.01, the invoice says 30.00 (BR-CO-10).",
        "19 % of 29.60 are 5.62, the invoice says 5.61 (BR-CO-17).",
    ]
    alone = invoice(line={"129": "1", "146": "10.00", "131": "10.01"}, t106="10.01")
    assert failed(alone)[-1] == (
        "Row 1: quantity, price, allowances and charges come to 10.00, the row says 10.01 (BT-131)."
    )


@pytest.mark.parametrize(
    "line, right",
    [
        ({"129": "1000", "146": "12.00", "149": "100", "131": "120.00"}, True),
        ({"129": "3", "146": "10.00", "136": "2.50", "141": "1.00", "131": "28.50"}, True),
        ({"129": "3", "146": "0.335", "131": "1.01"}, True),
        ({"129": "20", "146": "4.10", "131": "81.90"}, True),  # a price of 4.095, rounded
        ({"129": "20", "146": "4.10", "131": "81.89"}, False),
        ({"129": "20", "146": "4", "131": "81.89"}, False),
        ({"129": "-2", "146": "5.00", "131": "-10.00"}, True),
        ({"129": "0", "146": "5.00", "131": "0.00"}, True),
        ({"129": "2", "131": "1.00"}, True),  # nothing to compute with
    ],
)
def test_a_row_is_its_quantity_times_a_price_that_may_be_rounded(
    line: dict[str, str], right: bool
) -> None:
    said = invoice(line=line, t106=line["131"])
    assert any("BT-131" in fault for fault in failed(said)) is not right


def test_half_a_cent_of_tax_is_rounded_away_from_zero() -> None:
    for base, tax in (("0.50", "0.10"), ("-0.50", "-0.10")):
        said = invoice(t116=base, t117=tax, t110=tax)
        assert "BR-CO-17" not in rules(said)


def test_each_rate_has_its_own_tax() -> None:
    said = invoice(t116="10.00", t117="1.90", t110="2.60")
    second = values({"116": "10.00", "117": "0.70", "119": "7"}, group=1)
    assert not {"BR-CO-14", "BR-CO-17"} & set(rules(replace(said, values=said.values + second)))


def test_without_a_rate_there_is_no_tax() -> None:
    assert "BR-CO-17" in rules(invoice(t119=""))
    assert "BR-CO-17" not in rules(invoice(t119="", t117="0.00"))


def test_what_a_profile_does_not_carry_is_not_checked() -> None:
    bare = EInvoice(
        Syntax.CII,
        "",
        Level.MINIMUM,
        values({"109": "29.50", "110": "5.61", "112": "35.11", "115": "1.00"}),
    )
    assert failed(bare) == []
    assert failed(replace(invoice(Level.HEADER), lines=())) == []
    assert rules(replace(bare, values=values({"109": "29.50", "112": "35.11"}))) == ["BR-CO-15"]


def test_totals_that_have_to_be_stated_are_missed() -> None:
    assert rules(invoice(t115="")) == ["BR-15"]


@given(
    st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=5),
    st.integers(-3, 3),
)
def test_sums_are_exact_to_the_cent_under_whatever_precision(nets: list[Decimal], off: int) -> None:
    total = sum(nets) + Decimal(off).scaleb(-2)
    lines = tuple(values({"131": f"{net}"}) for net in nets)
    said = replace(invoice(t106=f"{total}"), lines=lines)
    with localcontext(prec=3):
        assert ("BR-CO-10" in rules(said)) == (off != 0)


@pytest.mark.parametrize("text", ["", "NaN", "1e5", "Infinity", "1,00", "9" * 1000, "0x1"])
def test_what_is_no_decimal_of_the_schema_is_computed_with_by_nobody(text: str) -> None:
    assert "BR-CO-16" not in rules(invoice(t115=text))
