"""A value that was approved before is found where the page says it, and only there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typed_pages import document

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.fields.style import style_of
from appliance.senders.history import ApprovedDocument
from appliance.senders.memory import FoundValue, RememberedValues, SenderMemory

KIND = DocType(
    "invoice",
    "Invoice",
    (
        FieldSpec("supplier"),
        FieldSpec("address"),
        FieldSpec("customer_number", FieldType.CODE),
        FieldSpec("iban", FieldType.IBAN),
        FieldSpec("number", FieldType.CODE),
        FieldSpec("date", FieldType.DATE),
        FieldSpec("total", FieldType.AMOUNT),
        FieldSpec("currency", FieldType.CURRENCY, values={"EUR": ("EUR", "€")}),
    ),
    party=("supplier",),
    number="number",
    gross="total",
)
IBAN = "DE89370400440532013000"


def approved(earlier: list[Mapping[str, str | None]]) -> list[ApprovedDocument]:
    """On empty pages."""
    return [ApprovedDocument(document(""), texts, texts, {}) for texts in earlier]


def found(name: str, earlier: list[Mapping[str, str | None]], text: str) -> FoundValue | None:
    paper = document(text)
    look = RememberedValues(paper, style_of(paper))
    return look.found(
        KIND.spec(name), SenderMemory(KIND, approved(earlier)).values(KIND.spec(name))
    )


@pytest.mark.parametrize(
    ("name", "before", "text", "printed"),
    [
        ("supplier", "ACME Ltd.", "by ACME Ltd. Leeds", "ACME Ltd."),
        ("supplier", "ACME Ltd", "by acme ltd Leeds", "acme ltd"),
        ("supplier", "ACME Trading Ltd", "by ACME Tradlng Ltd", "ACME Tradlng Ltd"),
        ("supplier", "ACME Trading Ltd", "by OACME Trading Ltd", "OACME Trading Ltd"),
        ("address", "1 High Street, Leeds LS1 4AP", "1 High Street,\nLeeds LS1 4AP", None),
        ("iban", IBAN, "IBAN DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
        ("currency", "EUR", "Total 5.00 €", "€"),
    ],
)
def test_it_is_found_as_the_page_writes_it(
    name: str, before: str, text: str, printed: str | None
) -> None:
    one = found(name, [{name: before}], text)
    assert one is not None
    assert one.value.text == before and one.value.documents == 1
    assert one.printed == (printed or " ".join(text.split()))
    assert " ".join(w.text for w in one.span.words(document(text))) == one.printed
    reads_alike = one.printed.casefold().replace(" ", "") == before.casefold().replace(" ", "")
    assert one.likeness == 1.0 or not reads_alike


@pytest.mark.parametrize(
    ("name", "before", "text"),
    [
        ("supplier", "ACME Ltd", "by Somebody Else Ltd"),
        ("supplier", "Lieferant GmbH", "Musterlieferant GmbH"),
        ("address", "12 High Street, Leeds", "13 High Street, Leeds"),
        ("iban", IBAN, "IBAN DE02 1203 0000 0000 2020 51"),
        ("iban", IBAN, "IBAN DE89 3704 0044 0532 0130 01"),
        ("date", "12.03.2026", "12.03.2026"),
        ("total", "119.00", "119.00"),
        ("number", "4711", "4711"),
        ("customer_number", "K-77", "K-77"),
    ],
)
def test_what_differs_or_changes_is_not_found(name: str, before: str, text: str) -> None:
    assert found(name, [{name: before}], text) is None


def test_a_code_that_names_no_party_is_looked_for_after_three_that_were_the_same() -> None:
    same: list[Mapping[str, str | None]] = [{"customer_number": "K-77"}] * 3
    assert found("customer_number", same, "K-77") is not None
    assert found("customer_number", [{"customer_number": "K-78"}, *same], "K-77") is None


def test_of_two_branches_the_one_that_is_on_the_page() -> None:
    leeds, york = "1 High Street, Leeds", "7 Low Road, York"
    earlier: list[Mapping[str, str | None]] = [{"address": york}, {"address": leeds}]
    for text, wanted in ((leeds, leeds), (york, york)):
        one = found("address", earlier, f"ACME\n{text}\n12.03.2026")
        assert one is not None and one.value.text == wanted


def test_the_clerks_latest_way_of_writing_it() -> None:
    earlier: list[Mapping[str, str | None]] = [{"supplier": "ACME Ltd."}, {"supplier": "Acme ltd"}]
    one = found("supplier", earlier, "Acme ltd")
    assert one is not None
    assert (one.value.text, one.value.documents) == ("ACME Ltd.", 2)


@given(
    st.lists(st.text(max_size=30), max_size=4),
    st.lists(st.text(alphabet="ab1 Ltd€.\n", max_size=60), min_size=1, max_size=2),
)
def test_what_is_found_stands_on_the_page(before: list[str], pages: list[str]) -> None:
    paper = document(*pages)
    look = RememberedValues(paper, style_of(paper))
    memory = SenderMemory(KIND, approved([{"supplier": a, "currency": "EUR"} for a in before]))
    for name in ("supplier", "currency"):
        one = look.found(KIND.spec(name), memory.values(KIND.spec(name)))
        if one is not None:
            assert one.span.lies_in(paper)
            assert 0.9 <= one.likeness <= 1.0


def test_what_is_trusted_three_documents_say_in_a_row() -> None:
    acme, other = {"supplier": "ACME Ltd"}, {"supplier": "Other"}
    for earlier, wanted in (
        ([acme] * 3, "ACME Ltd"),
        ([{"supplier": "Acme ltd"}, acme, acme, other], "Acme ltd"),
        ([acme, acme], None),
        ([acme, other, acme, acme], None),
        ([{"supplier": None}, acme, acme, acme], None),
    ):
        assert SenderMemory(KIND, approved(earlier)).constant(KIND.spec("supplier")) == wanted


def test_what_was_wrong_twice_running_is_set_aside() -> None:
    """Its page said it, and her clerk said another: the buyer's name, keyed as the supplier's."""
    page = document("ACME Trading Ltd\nto Buyer and Sons Ltd")
    right, wrong = ({"supplier": name} for name in ("ACME Trading Ltd", "Buyer and Sons Ltd"))
    known = [
        [one.text for one in SenderMemory(KIND, earlier).values(KIND.spec("supplier"))]
        for newer in (1, 2)
        for earlier in [[ApprovedDocument(page, one, one, {}) for one in [*[right] * newer, wrong]]]
    ]
    assert known == [["ACME Trading Ltd", "Buyer and Sons Ltd"], ["ACME Trading Ltd"]]
    elsewhere = [ApprovedDocument(document("ACME Trading Ltd"), right, right, {})] * 2
    last = ApprovedDocument(page, wrong, wrong, {})
    memory = SenderMemory(KIND, [*elsewhere, last])  # two branches: nobody was wrong
    assert len(memory.values(KIND.spec("supplier"))) == 2
