"""What the page offers to somebody who types."""

from dataclasses import replace

import pytest
from drafts import NOTE, PAPER, document, draft, only, prediction, write
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.domain.sections import WHOLE
from appliance.fields.folding import bared
from appliance.review.draft.places import DOCUMENT, FieldRef
from appliance.review.editor.completion import candidates, complete, completions, offers

LETTER = document(
    "ACME Trading Ltd (4711)  Invoice date: 25 Dec 2018",
    "12 Harbour Road,  Deliver to: Bolt & Nut",
    "Bristol BS1 5DB  Station Road 7",
    "Hardwake Enterprise",
    "Total: EUR 1 234,50 in words many",
)
SENDER, GROSS, SENT = FieldRef("sender"), FieldRef("gross"), FieldRef("sent")


def open_(paper, kind=NOTE):
    return draft(only(paper), paper, kind)


def texts(paper, place, kind=NOTE):
    return [one.text for one in candidates(open_(paper, kind), place)]


def offered(typed, place=SENDER, paper=LETTER):
    found = complete(open_(paper), typed, place)
    return found and found.text


def test_amounts_of_the_page_those_beside_the_label_first():
    assert [one.text for one in candidates(draft(), GROSS)][:2] == ["119.00", "191.00"]


def test_each_candidate_knows_where_it_stands():
    paper = document("9.00 and 9.00", "gross 9.00")
    (one,) = candidates(open_(paper), GROSS)
    assert one.spans == (Span(0, 4, 5), Span(0, 0, 1), Span(0, 2, 3))


@pytest.mark.parametrize(
    ("line", "kind", "found"),
    [
        ("paid RM9.00 on", FieldType.AMOUNT, ["9.00"]),
        ("sum 1 234,50 EUR", FieldType.AMOUNT, ["1 234,50"]),
        ("on Fri, 25 Dec 2018, 11:05", FieldType.DATE, ["25 Dec 2018"]),
        ("Gen. Date 6/1/2020", FieldType.DATE, ["6/1/2020"]),
        ("May 5 03/04/2018", FieldType.DATE, ["03/04/2018"]),
        ("to DE89 3704 0044 0532 0130 00 now", FieldType.IBAN, ["DE89 3704 0044 0532 0130 00"]),
        ("VAT GB980780684, thanks", FieldType.VAT_ID, ["GB980780684"]),
        ("No. RE-7/18 of 03/04/2018 at 11:05 for 9.00", FieldType.CODE, ["RE-7/18"]),
        ("Name: ACME Ltd (123)", FieldType.TEXT, ["ACME Ltd", "ACME Ltd (123)", "Name: ACME Ltd"]),
    ],
)
def test_words_are_offered_by_their_shape(line, kind, found):
    note = replace(NOTE, fields=(FieldSpec("x", kind),), party=(), number=None, gross=None)
    paper = document(line)
    assert texts(paper, FieldRef("x"), replace(note, checks=(), items=None))[: len(found)] == found


def test_a_listed_field_offers_the_values_that_the_page_says():
    paper = document("all in US dollar")
    (one,) = candidates(open_(paper), FieldRef("currency"))
    assert (one.text, one.spans) == ("USD", (Span(0, 2, 4),))


def test_a_text_is_continued_to_the_wide_gap_then_to_the_line_below():
    assert offered("acme") == "ACME Trading Ltd"
    assert offered("ACME Trading Ltd") == "ACME Trading Ltd (4711)"
    assert offered("12 h") == "12 Harbour Road,"
    assert offered("12 Harbour Road,") == "12 Harbour Road, Bristol BS1 5DB"
    assert offered("12 Harbour Road, B") == "12 Harbour Road, Bristol BS1 5DB"


def test_a_text_goes_on_below_in_its_own_column():
    found = complete(open_(LETTER), "Bolt & Nut", SENDER)
    assert found.text == "Bolt & Nut Station Road 7"
    lines = *found.spans, *found.wraps
    assert [" ".join(word.text for word in span.words(LETTER)) for span in lines] == [
        "Bolt & Nut",
        "Station Road 7",
    ]
    written = write(SENDER, found.text, found.spans, wraps=found.wraps)
    kept = open_(LETTER).act(written).entry(SENDER)
    assert (kept.text, kept.lines) == (found.text, lines)


def test_a_text_may_begin_within_a_run():
    assert offered("harb") == "Harbour Road,"
    assert offered("nut") == "Nut Station Road 7"


def test_where_the_page_was_misread_the_next_words_are_still_offered():
    assert offered("Hardware E") == "Hardware Enterprise"
    assert offered("Nowhere E") is None


def test_a_value_is_completed_whole():
    assert offered("25", SENT) == "25 Dec 2018"
    assert offered("1", GROSS) == "1 234,50"
    assert offered("1 234,50", GROSS) is None


def test_a_listed_value_is_completed_by_any_of_its_words():
    assert offered("us d", FieldRef("currency")) == "US dollar"
    assert offered("e", FieldRef("currency")) == "EUR"


def test_the_document_and_its_table_offer_nothing():
    for place in (DOCUMENT, FieldRef("rows")):
        assert candidates(draft(), place) == ()
        assert complete(draft(), "a", place) is None


def likely(typed, place, paper, kind=NOTE, said=None):
    """The offers, and whether others are as likely as the first."""
    found = offers(said or open_(paper, kind), typed, place)
    return [one.text for one in found.all], found.ambiguous


NUMBER = FieldRef("number")
CODES = document("client  commande  facture", "CL3757  CDE 19559  FA2026-01")


def test_a_code_of_two_words_is_offered_whole():
    """A11: CD was CDE alone."""
    assert likely("cd", NUMBER, CODES) == (["CDE 19559"], False)


def test_several_that_begin_so_are_told_apart_by_her():
    """A11: C was CL3757."""
    assert likely("c", NUMBER, CODES) == (["CL3757", "CDE 19559"], True)
    assert likely("cl", NUMBER, CODES) == (["CL3757"], False)


def test_the_one_beside_the_label_is_not_asked_about():
    paper = document("and 119.00", "paid 19.51", "gross 116.44")
    assert likely("1", GROSS, paper) == (["116.44", "119.00", "19.51"], False)
    assert likely("1", FieldRef("tax"), paper) == (["119.00", "19.51", "116.44"], True)


@pytest.mark.parametrize(("typed", "longer"), [("19", "19.51"), ("11", "116.44")])
def test_a_number_that_goes_on_to_one_with_cents_is_asked_about(typed, longer):
    """A11: 19 and 11 were kept as they are."""
    paper = document("VAT 19 of 11", "sums 19.51", "and 116.44")
    assert likely(typed, FieldRef("tax"), paper) == ([longer, typed], True)


def test_what_has_the_shape_as_typed_is_not_led_on():
    paper = document("3 of 30", "RE-7 of RE-71")
    assert likely("RE-7", NUMBER, paper) == (["RE-7", "RE-71"], False)
    assert likely("3", GROSS, paper) == (["3", "30"], False)


def test_what_another_field_says_is_offered_last():
    """A11: GB was the VAT id of the other party."""
    kind = replace(NOTE, fields=(*NOTE.fields, FieldSpec("buyer_vat_id", FieldType.VAT_ID)))
    paper = document("GB980780684  GB434031494")
    one = open_(paper, kind)
    place = FieldRef("buyer_vat_id")
    assert likely("gb", place, paper, kind) == (["GB980780684", "GB434031494"], True)
    one = one.act(write(FieldRef("sender_vat_id"), "GB980780684", (Span(0, 0, 1),)))
    assert likely("gb", place, paper, kind, one) == (["GB434031494", "GB980780684"], False)
    assert [found.text for found in candidates(one, place)] == ["GB434031494", "GB980780684"]


def test_at_most_nine_different_texts_are_offered():
    paper = document(*(f"RE-{number} RE-{number}" for number in range(100, 120)))
    found = [one.text for one in completions(open_(paper), "RE", NUMBER)]
    assert found == [f"RE-{number}" for number in range(100, 109)]


ITEMS = document("Bolts  20.00  60.00", "Nuts  40.00  45.00", "Nails  20.50  61.00")


def row_of(*cells):
    return draft(prediction(ITEMS, (("Bolts", "60.00"), cells)), ITEMS)


def test_in_a_row_that_is_begun_its_line_comes_first():
    amount = FieldRef("amount", 1)
    one = row_of("Nails", "7.00")
    assert likely("6", amount, ITEMS, said=one) == (["61.00", "60.00"], False)
    assert {found.text for found in candidates(one, amount)[:2]} == {"20.50", "61.00"}


def test_a_number_of_the_line_is_not_led_on():
    paper = document("Bolts  3  60.00", "Nuts  3  30.00")
    cells = prediction(paper, (("Bolts", "60.00"), ("Nuts", "7.00")))
    found = likely("3", FieldRef("amount", 1), paper, said=draft(cells, paper))
    assert found == (["3", "30.00"], False)


def test_a_new_row_begins_on_the_line_below_the_one_before():
    assert likely("n", FieldRef("description", 1), ITEMS, said=row_of("", "")) == (
        ["Nuts", "Nails"],
        False,
    )


def test_cells_are_completed_too():
    assert complete(draft(), "Bo", FieldRef("description", 0)).text == "Bolts"


KEYS = st.characters(exclude_categories=("C", "Z"), include_characters=" ")
"""Of which a key has one."""


@settings(max_examples=60)
@given(
    st.sampled_from([spec.name for spec in NOTE.fields]),
    st.text(KEYS, max_size=12) | st.sampled_from([word.text[:3] for word in PAPER.pages[0].words]),
)
def test_what_is_offered_begins_with_what_is_typed_and_says_more(name, typed):
    found = complete(draft(), typed, FieldRef(name))
    if found:
        typed = typed.lstrip()
        assert bared(found.text[: len(typed)]) == bared(typed)
        assert len(found.text) > len(typed)


def test_blind_the_same_words_are_offered_whatever_the_model_read():
    one, two = draft(blind=WHOLE), draft(prediction(sender=None, gross="191.00"), blind=WHOLE)
    for spec in NOTE.fields:
        place = FieldRef(spec.name)
        assert candidates(one, place) == candidates(two, place)
        assert complete(one, "1", place) == complete(two, "1", place)


def test_what_another_field_has_is_asked_about_before_it_is_saved():
    paper = document("GB980780684 at ACME", "TVA client : GB268874260")
    said = open_(paper).act(write(FieldRef("sender_vat_id"), "GB980780684"))
    found = offers(said, "GB9", FieldRef("number"))
    assert found.all and found.ambiguous


def test_letters_before_a_vat_id_are_no_part_of_it():
    paper = document("TVA client : GB980780684")
    assert texts(paper, FieldRef("sender_vat_id")) == ["GB980780684"]


@pytest.mark.parametrize(
    ("typed", "text"), [("et", "Établissements Lecœur"), ("Éta", "Etablissements")]
)
def test_an_accent_may_be_missing(typed, text):
    assert complete(open_(document(text)), typed, SENDER) is not None


def test_a_code_is_never_completed_to_a_heading_without_a_digit():
    """C8: n was the heading Nettobetrag."""
    paper = document("Nettobetrag  Bestellnummer", "Nr. N-4711")
    assert complete(open_(paper), "net", NUMBER) is None
    assert complete(open_(paper), "n", NUMBER).text == "N-4711"
    assert complete(open_(paper), "net", GROSS) is None


def test_a_company_does_not_run_on_into_a_sentence():
    """C8."""
    paper = document("DSV Road AS the following goods")
    assert likely("ds", SENDER, paper) == (
        ["DSV Road AS", "DSV Road AS the following goods"],
        False,
    )
    assert offered("ac", paper=document("ACME GmbH & Co. KG")) == "ACME GmbH & Co. KG"
