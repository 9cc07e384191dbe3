"""What one window's answer says, and what is not taught."""

from __future__ import annotations

from keyed_papers import (
    BILL,
    CURRENCY,
    NOTE,
    at,
    document,
    header,
    labelled,
    row,
)

from appliance.domain.doctype import DocType
from appliance.domain.labels import Label
from appliance.extraction.windows import PageRange
from appliance.learning.dataset.targets import Targets

PAPER = document("ACME Ltd\nDate 25.12.2018\nwood 5.00\nTotal 9.00", "iron 9.00\nseite 2")
FIRST = (PageRange(0, 0, 8),)
SECOND = (PageRange(1, 0, 4),)
BOTH = FIRST + SECOND


def said(target):
    return {field.fieldtype: field.text for field in target.fields}


def targets(paper, *labels, doctype=NOTE):
    return Targets(labelled(paper, *labels, doctype=doctype), doctype)


def test_a_value_is_taught_as_it_stands_and_what_nobody_labelled_is_masked():
    target = targets(PAPER, *header(company="acme ltd", total="9")).of(FIRST)
    assert said(target) == {"company": "ACME Ltd", "date": None, "total": "9.00"}
    assert target.masked == {"date"}


def test_absent_is_taught_and_unread_is_not():
    known = targets(PAPER, *header(company=None, date="2017-01-01", total="9.00"))
    target = known.of(FIRST)
    assert said(target) == {"company": None, "date": None, "total": "9.00"}
    assert target.masked == {"date"}
    assert (known.taught, dict(known.unread)) == (2, {"date": 1})


def test_in_a_window_that_does_not_show_it_null_is_taught():
    target = targets(PAPER, *header(company="ACME Ltd")).of(SECOND)
    assert said(target)["company"] is None
    assert "company" not in target.masked


def test_where_the_clerk_pointed_is_meant_and_elsewhere_nothing_is_taught():
    total = Label("total", "9.00", spans=(at(PAPER, "9.00", page=1),))
    known = targets(PAPER, total)
    assert said(known.of(SECOND))["total"] == "9.00"
    assert said(known.of(FIRST))["total"] is None
    assert "total" in known.of(FIRST).masked


def test_where_nobody_pointed_a_number_is_meant_beside_its_label():
    known = targets(PAPER, *header(total="9.00"))
    assert said(known.of(FIRST))["total"] == "9.00"
    assert said(known.of(SECOND))["total"] is None  # iron costs as much, by chance
    assert "total" in known.of(SECOND).masked
    assert said(known.of(BOTH))["total"] == "9.00"


def test_a_name_may_stand_anywhere():
    paper = document("sent by ACME\nACME", "ACME")
    known = targets(paper, *header(company="ACME"))
    assert said(known.of((PageRange(1, 0, 1),)))["company"] == "ACME"


def test_a_value_that_the_window_cuts_is_neither_taught_nor_denied():
    target = targets(PAPER, *header(company="ACME Ltd")).of((PageRange(0, 0, 1),))
    assert said(target)["company"] is None
    assert "company" in target.masked


def test_a_place_that_an_older_reading_gave_does_not_count():
    stale = Label("company", "ACME Ltd", spans=(at(PAPER, "2", page=1),))
    assert said(targets(PAPER, stale).of(FIRST))["company"] == "ACME Ltd"


def test_a_field_that_the_type_no_longer_has_says_nothing():
    known = targets(PAPER, *header(company="ACME Ltd", fax="123"), *row(0, what="wood"))
    assert said(known.of(FIRST)).keys() == {"company", "date", "total"}
    assert known.taught == 1


def test_a_listed_value_is_taught_with_its_words():
    doctype = DocType("bill", "Bill", (CURRENCY,))
    paper = document("Total 9,00 €")
    (field,) = (
        targets(paper, *header(currency="EUR"), doctype=doctype).of((PageRange(0, 0, 3),)).fields
    )
    assert (field.text, field.words) == ("EUR", "€")


def test_rows_are_no_part_of_a_windows_answer():
    known = targets(PAPER, *header(total="9.00"), *row(0, what="wood", price="5.00"), doctype=BILL)
    assert said(known.of(FIRST)) == {"number": None, "total": "9.00"}
    assert (known.taught, known.unread.total()) == (1, 0)
