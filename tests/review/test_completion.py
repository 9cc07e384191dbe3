"""What the page offers to somebody who types."""

from dataclasses import replace

import pytest
from drafts import NOTE, PAPER, document, draft, only, prediction, write
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.review.draft.places import DOCUMENT, FieldRef
from appliance.review.editor.completion import candidates, complete

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
    assert [one.text for one in candidates(draft(), GROSS)][:2] == ["119.00", "60.00"]


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
    assert [" ".join(word.text for word in span.words(LETTER)) for span in found.spans] == [
        "Bolt & Nut",
        "Station Road 7",
    ]
    kept = open_(LETTER).act(write(SENDER, found.text, found.spans)).entry(SENDER)
    assert (kept.text, kept.spans) == (found.text, ())


def test_a_text_may_begin_within_a_run():
    assert offered("har") == "Harbour Road,"
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


def test_cells_are_completed_too():
    assert complete(draft(), "Bo", FieldRef("description", 0)).text == "Bolts"


@settings(max_examples=60)
@given(
    st.sampled_from([spec.name for spec in NOTE.fields]),
    st.text(max_size=12) | st.sampled_from([word.text[:3] for word in PAPER.pages[0].words]),
)
def test_what_is_offered_begins_with_what_is_typed_and_says_more(name, typed):
    found = complete(draft(), typed, FieldRef(name))
    if found:
        typed = typed.lstrip()
        assert found.text[: len(typed)].casefold() == typed.casefold()
        assert len(found.text) > len(typed)


def test_blind_the_same_words_are_offered_whatever_the_model_read():
    one, two = draft(blind=True), draft(prediction(sender=None, gross="191.00"), blind=True)
    for spec in NOTE.fields:
        place = FieldRef(spec.name)
        assert candidates(one, place) == candidates(two, place)
        assert complete(one, "1", place) == complete(two, "1", place)
