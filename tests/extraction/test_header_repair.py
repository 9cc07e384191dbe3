from dataclasses import replace
from decimal import Decimal

import pytest
from typed_pages import document

from appliance.doctypes.expressions import parse
from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.prediction import Field
from appliance.extraction.header_repair import repaired
from appliance.fields.chunks import chunks

BILL = DocType(
    "bill",
    "Bill",
    (FieldSpec("sent", FieldType.DATE), FieldSpec("due", FieldType.DATE)),
    checks=(parse("sent <= due", None, Decimal(0)),),
)
PAGE = "ordered 18.06.2026\nsent 19.06.2026\ndelivered 20 June 2026\nto be paid by 3 July 2026"


def put_right(page, sent, due, kind=BILL):
    paper = document(page)
    fields = Field("sent", sent), Field("due", due)
    found = repaired(paper, kind, [chunks(one.words) for one in paper.pages], fields)
    return paper, {one.fieldtype: one for one in found}


def test_a_day_that_should_follow_another_and_does_not_is_the_last_of_the_document():
    paper, found = put_right(PAGE, "19.06.2026", "18.06.2026")
    due = found["due"]
    assert (due.text, due.instead_of) == ("3 July 2026", "18.06.2026")
    assert [word.text for word in due.spans[0].words(paper)] == ["3", "July", "2026"]
    assert found["sent"].instead_of is None


@pytest.mark.parametrize(
    ("page", "sent", "due"),
    [
        (PAGE, "19.06.2026", "20 June 2026"),  # they follow
        (PAGE, "19.06.2026", None),
        (PAGE, None, "18.06.2026"),
        (PAGE, "3 July 2026", "18.06.2026"),  # none comes later
        (PAGE.replace("3 July", "3 or 5"), "20 June 2026", "18.06.2026"),
    ],
)
def test_else_both_days_stay_as_they_were_read(page, sent, due):
    _, found = put_right(page, sent, due)
    assert [(one.text, one.instead_of) for one in found.values()] == [(sent, None), (due, None)]


def test_days_that_have_to_be_equal_are_not_put_in_order():
    kind = replace(BILL, checks=(parse("sent == due", None, Decimal(0)),))
    _, found = put_right(PAGE, "19.06.2026", "18.06.2026", kind)
    assert found["due"].text == "18.06.2026"
