"""What is remembered stands in place of the model's answer where the page says it, and is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typed_pages import document

from appliance.domain.blockers import BlockerCode
from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.domain.einvoice import TermPlace
from appliance.domain.prediction import Field, Prediction, Remembered, TokenScore
from appliance.senders.difference import differences
from appliance.senders.history import UNKNOWN, ApprovedDocument, SenderHistory
from appliance.senders.recall import recalled_header

KIND = DocType(
    "invoice",
    "Invoice",
    (
        FieldSpec("supplier"),
        FieldSpec("iban", FieldType.IBAN),
        FieldSpec("total", FieldType.AMOUNT),
        FieldSpec("vat_id", FieldType.VAT_ID),
        FieldSpec("kind", FieldType.ENUM, values={"invoice": ("Invoice",), "credit": ("Credit",)}),
    ),
    party=("vat_id", "supplier"),
    gross="total",
)
OLD, NEW = "DE89370400440532013000", "DE02120300000000202051"
PAGE = f"ACME Tradlng Ltd\nto Buyer and Sons Ltd\nIBAN {OLD}\nInvoice\nTotal 119.00"


def history(*earlier: Mapping[str, str | None], page: str = "") -> SenderHistory:
    papers = tuple(ApprovedDocument(document(page), one, one, {}) for one in earlier)
    return SenderHistory("acme", papers)


def answered(**texts: str | None) -> Prediction:
    fields = [
        Field(name, text, tokens=(TokenScore(-0.1, -0.1),), runners_up=("other",))
        for name, text in texts.items()
    ]
    return Prediction("0" * 64, KIND.name, "m", tuple(fields))


def field(said: Prediction, known: SenderHistory, page: str = PAGE) -> Field:
    return recalled_header(said, document(page), KIND, known).fields[0]


def codes(said: Prediction, known: SenderHistory, page: str = PAGE) -> list[str]:
    paper = document(page)
    found = differences(recalled_header(said, paper, KIND, known), paper, KIND, known)
    return [one.code for one in found]


ACME = {"supplier": "ACME Trading Ltd", "iban": OLD}


@pytest.mark.parametrize("said", [None, "Buyer and Sons Ltd", "ACME Tradlng Ltd"])
def test_what_was_approved_stands_in_place_of_the_answer(said: str | None) -> None:
    found = field(answered(supplier=said), history(ACME, ACME))
    assert found.from_memory and found.text == "ACME Trading Ltd"
    assert (found.words, found.spans) == ("ACME Tradlng Ltd", (Span(0, 0, 3),))
    assert found.tokens == ()  # they are those of another text
    assert found.runners_up == ((said, "other") if said else ("other",))
    assert found.remembered is not None
    assert (found.remembered.documents, found.remembered.share) == (2, 1.0)
    assert found.remembered.answered == said
    assert found.remembered.in_words == "as on 2 earlier documents"


def test_an_answer_that_agrees_stays_as_it_is() -> None:
    said = answered(supplier="ACME Trading Ltd")
    found = field(said, history(ACME), "acme trading ltd")
    assert not found.from_memory and found.tokens == said.fields[0].tokens
    assert found.remembered == Remembered(1, 1.0, 1.0, "ACME Trading Ltd")


def test_of_two_that_were_confirmed_the_model_chooses() -> None:
    both, page = {"supplier": "Buyer and Sons Ltd"}, PAGE.replace("Tradlng", "Trading")
    said = answered(supplier="Buyer and Sons Ltd")
    once, twice = (history(ACME, *[both] * times) for times in (1, 2))
    assert field(said, once, page).text == "ACME Trading Ltd"
    assert not field(said, twice, page).from_memory


def test_a_value_stands_for_the_models_word_until_a_clerk_prefers_another_beside_it() -> None:
    both, page = {"supplier": "Buyer and Sons Ltd"}, PAGE.replace("Tradlng", "Trading")
    corrected = history(ACME, both, both, both, page=page)
    found = field(answered(supplier="Buyer and Sons Ltd"), corrected, page)
    assert found.text == "ACME Trading Ltd" and found.remembered is not None
    assert found.remembered.answered == "Buyer and Sons Ltd"


@pytest.mark.parametrize(
    ("name", "before", "said"),
    [
        ("supplier", "Somebody Else Ltd", "ACME Tradlng Ltd"),  # not on the page
        ("total", "119.00", "11.90"),  # another on every document
        ("kind", "invoice", "credit"),  # the model reads which of a list
        ("iban", OLD, NEW),  # an account that is one is never put aside
    ],
)
def test_nothing_else_is_put_in_place(name: str, before: str, said: str) -> None:
    answer = answered(**{name: said})
    assert field(answer, history({name: before})) is answer.fields[0]


BUYERS = "DE590058993"


def corrected(*left: str | None, name: str = "vat_id", wrote: str = BUYERS) -> SenderHistory:
    """Documents on which the model ``wrote`` the same, and what a clerk ``left``; newest first."""
    paper = document(f"ACME Trading Ltd\n{BUYERS}")
    return SenderHistory(
        "acme", tuple(ApprovedDocument(paper, {name: one}, {}, {}, {name: wrote}) for one in left)
    )


def test_what_a_clerk_left_empty_stays_empty_where_the_model_answers_the_same() -> None:
    found = field(answered(vat_id=f"{BUYERS[:2]} {BUYERS[2:]}"), corrected(None, None, BUYERS))
    assert found.text is None and found.from_memory and not found.spans
    assert found.runners_up == ("DE 590058993", "other")
    assert found.remembered == Remembered(2, 2 / 3, 1.0, "DE 590058993")


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("DE123456789", corrected(None)),  # another answer
        (None, corrected(None)),
        (BUYERS, corrected(BUYERS, None)),  # a clerk left it since
        (BUYERS, corrected(None, wrote="")),
    ],
)
def test_nothing_else_is_left_empty(said: str | None, known: SenderHistory) -> None:
    answer = answered(vat_id=said)
    assert field(answer, known, PAGE).text == said


def test_an_amount_is_another_by_its_marks_alone() -> None:
    known = corrected(None, name="total", wrote="11,90")
    assert field(answered(total="11,90"), known).text is None
    assert field(answered(total="1,190"), known).text == "1,190"


def test_an_account_is_not_left_empty_because_one_was() -> None:
    answer = answered(iban=OLD)
    assert field(answer, corrected(None, name="iban", wrote=OLD)) is answer.fields[0]


def test_an_account_that_was_misread_is_mended() -> None:
    found = field(answered(iban=OLD.replace("3704", "3104")), history(ACME))
    assert found.text == OLD and found.from_memory


@given(st.lists(st.sampled_from([PAGE, "Invoice", "ACME"]), max_size=2), st.text(max_size=20))
def test_of_an_unknown_sender_nothing_is_another(pages: Sequence[str], text: str) -> None:
    said, paper = answered(supplier=text, iban=OLD), document(*pages)
    assert recalled_header(said, paper, KIND, UNKNOWN) is said
    assert differences(said, paper, KIND, UNKNOWN) == ()


def test_recalled_twice_is_recalled_once() -> None:
    """A model that says what was recalled agrees."""
    known = history(ACME, ACME)
    once = field(answered(supplier=None), known)
    again = field(answered(supplier=once.text), known)
    assert again.text == once.text and not again.from_memory


@pytest.mark.parametrize("said", [NEW, OLD, None])
@pytest.mark.parametrize("beside", ["", f"or {OLD}"])
def test_an_account_that_no_earlier_page_names_holds_the_document(
    said: str | None, beside: str
) -> None:
    page = f"ACME Trading Ltd\nIBAN DE02 1203 0000 0000 2020 51 {beside}"
    assert BlockerCode.ACCOUNT_CHANGED in codes(answered(iban=said), history(ACME), page)


@pytest.mark.parametrize(
    "known",
    [
        history(ACME, {"supplier": "ACME Trading Ltd", "iban": NEW}),
        history(ACME, page=f"factored by Bank AG, IBAN {NEW}"),
    ],
)
def test_an_account_that_was_there_before_does_not(known: SenderHistory) -> None:
    assert codes(answered(iban=NEW), known, f"IBAN {NEW}\nIBAN {OLD}") == []


def test_what_the_last_three_say_and_this_one_does_not_is_told() -> None:
    said, page = answered(supplier="Newco AG"), "Newco AG"
    assert codes(said, history(ACME, ACME, ACME), page) == [BlockerCode.UNLIKE_BEFORE]
    assert codes(said, history(ACME, ACME), page) == []
    assert codes(answered(supplier=None), history(ACME, ACME, ACME), page) == []
    assert codes(said, history(ACME, ACME, ACME), "Newco AG ACME Trading Ltd") == []


@pytest.mark.parametrize(
    "said, told",
    [
        ({"supplier": "ACME Trading Ltd", "vat_id": "DE 136695976"}, []),
        ({"supplier": "ACME TRADING LIMITED", "vat_id": "DE136695976"}, []),
        ({"supplier": "ACME Trading Ltd", "vat_id": "DE129273398"}, [BlockerCode.UNLIKE_BEFORE]),
    ],
)
def test_what_an_einvoice_says_is_told_where_a_code_is_another(
    said: dict[str, str], told: list[BlockerCode]
) -> None:
    constant = {"supplier": "ACME Trading Ltd", "vat_id": "DE136695976"}
    answer = answered(**said)
    place = TermPlace("BT-1", "/Invoice")
    fields = tuple(replace(one, einvoice=place) for one in answer.fields)
    known = history(constant, constant, constant)
    assert codes(replace(answer, fields=fields), known, " ".join(constant.values())) == told


@pytest.mark.parametrize("said, told", [(NEW, [BlockerCode.ACCOUNT_CHANGED]), (OLD, [])])
def test_a_new_account_that_only_the_einvoice_says_is_told(
    said: str, told: list[BlockerCode]
) -> None:
    answer = answered(iban=said)
    fields = tuple(replace(one, einvoice=TermPlace("BT-84", "/Invoice")) for one in answer.fields)
    page = "ACME Trading Ltd, to be paid as agreed"
    assert codes(replace(answer, fields=fields), history(ACME), page) == told


@pytest.mark.parametrize("known", [UNKNOWN, history(ACME), history({"iban": NEW})])
def test_an_account_abroad_is_told_until_it_was_approved(known: SenderHistory) -> None:
    said = answered(iban=NEW, vat_id="ATU12345675")
    found = codes(said, known, f"IBAN {NEW}")
    approved = any(one.values.get("iban") == NEW for one in known.earlier)
    assert (BlockerCode.ACCOUNT_ABROAD in found) is not approved
    assert BlockerCode.ACCOUNT_ABROAD not in codes(answered(iban=NEW, vat_id="DE136695976"), known)
    assert BlockerCode.ACCOUNT_ABROAD not in codes(answered(iban=NEW), known)


@pytest.mark.parametrize(
    "known, told",
    [(UNKNOWN, True), (history({"iban": None}), True), (history({"iban": OLD}), False)],
)
def test_of_two_accounts_a_clerk_chooses_until_one_was_approved(
    known: SenderHistory, told: bool
) -> None:
    found = codes(answered(iban=OLD), known, f"IBAN {OLD} or IBAN {NEW}")
    assert (BlockerCode.WHICH_ACCOUNT in found) is told
    assert BlockerCode.WHICH_ACCOUNT not in codes(answered(iban=OLD), known, f"IBAN {OLD} {OLD}")


def named(supplier: str, buyer: str) -> dict[str, str | None]:
    return {"supplier": supplier, "buyer": buyer}


SAME = named("ACME Trading Ltd", "ACME trading, Ltd.")
OTHER = named("ACME Trading Ltd", "Buyer Ltd")


@pytest.mark.parametrize(
    "said, known, told",
    [
        (SAME, UNKNOWN, True),
        (SAME, history(SAME, SAME), True),  # what was keyed twice may be a slip
        (SAME, history(SAME, SAME, OTHER), True),
        (SAME, history(SAME, SAME, SAME), False),
        (OTHER, UNKNOWN, False),
        (named("", ""), UNKNOWN, False),
    ],
)
def test_one_name_for_two_is_told_until_the_last_three_documents_have_it(
    said: dict[str, str | None], known: SenderHistory, told: bool
) -> None:
    kind = replace(KIND, fields=(*KIND.fields, FieldSpec("buyer")))
    found = differences(answered(**said), document("x"), kind, known)
    assert [one.fieldtype for one in found] == (["supplier", "buyer"] if told else [])
    if told:
        assert found[0].code == BlockerCode.SAME_NAME
        assert found[0].message == "supplier: buyer says the same"


def test_all_fields_of_the_party_may_say_one_name() -> None:
    kind = replace(KIND, fields=(*KIND.fields, FieldSpec("buyer")), party=("supplier", "buyer"))
    assert differences(answered(**SAME), document("x"), kind, UNKNOWN) == ()


def test_a_gross_total_far_from_ten_others_is_told() -> None:
    ten = history(*({"total": str(amount)} for amount in range(100, 110)))
    for text, told in (("545.00", False), ("546.00", True), ("20.00", False), ("19.90", True)):
        found = differences(answered(total=text), document("x"), KIND, ten)
        assert bool(found) is told
    assert found[0].message == "total is 19.90: the last 10 documents had 100 to 109"
    nine = SenderHistory("acme", ten.earlier[:9])
    assert differences(answered(total="9999.00"), document("x"), KIND, nine) == ()
