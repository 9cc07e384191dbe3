"""Documents that say the values of others."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from keyed_papers import (
    BILL,
    COMPANY,
    CURRENCY,
    DATE,
    NOTE,
    PRICE,
    TOTAL,
    at,
    document,
    header,
    labelled,
    row,
)

from appliance.domain.document import Span, page_text
from appliance.domain.labels import Label
from appliance.learning.dataset.augmentation import locate_labels, variant
from appliance.learning.dataset.targets import Targets

PAPER = document("ACME Ltd\nDate 25.12.2018\nTotal 9.00\nPaid 9.00 by card", "ACME Ltd page 2")
OTHER = document("bill of\nWood and\nIron AG\n3. May 2019\nin all 1 250.00")
KNOWN = header(company="ACME Ltd", date="25.12.2018", total="9.00")
OTHERS = header(company="Wood and Iron AG", date="3. May 2019", total="1 250.00")


def varied(paper=PAPER, labels=KNOWN, other=OTHER, others=OTHERS, *, doctype=NOTE, table=False):
    one = locate_labels(labelled(paper, *labels, doctype=doctype, table=table), doctype)
    another = locate_labels(labelled(other, *others, doctype=doctype), doctype)
    return variant(one, [another], Random(0))


def texts(made):
    return [page_text(page) for page in made.document.pages]


def values(made):
    return {label.fieldtype: label.text for label in made.labels if label.line_item_id is None}


def test_every_place_says_what_the_other_says_in_its_words_and_lines():
    made = varied()
    assert texts(made) == [
        "Wood and\nIron AG\nDate 3. May 2019\nTotal 1 250.00\nPaid 1 250.00 by card",
        "Wood and\nIron AG page 2",
    ]
    assert values(made) == {
        "company": "Wood and Iron AG",
        "date": "3. May 2019",
        "total": "1 250.00",
    }


def test_it_is_taught_as_any_other():
    known = Targets(varied(), NOTE)
    assert (known.taught, known.unread.total()) == (3, 0)


def test_lines_that_become_one_and_boxes_stay_in_their_order():
    made = varied(OTHER, OTHERS, PAPER, KNOWN)
    assert texts(made) == ["bill of\nACME Ltd\n25.12.2018\nin all 9.00"]
    (page,) = made.document.pages
    lines = [word.line for word in page.words]
    assert lines == sorted(lines) and set(lines) == {0, 1, 2, 3}
    assert page.words[-1].bbox.right == OTHER.pages[0].words[-1].bbox.right


def test_where_the_clerk_pointed_is_where_the_new_words_stand():
    total = Label("total", "9.00", spans=(at(PAPER, "9.00"),))
    page = Label("company", "ACME Ltd", spans=())
    made = varied(labels=[page, total])
    (span,) = made.labels[1].spans
    assert [word.text for word in span.words(made.document)] == ["1", "250.00"]
    assert made.document.pages[0].words[span.start - 1].text == "Paid"


def shipped(pointed):
    """A note of 3 pallets on the 3rd of March, and where its clerk pointed for the 3."""
    kind = replace(NOTE, fields=(DATE, replace(TOTAL, name="pallets")))
    paper = document("Date 3 March 2026\nPallets 3")
    spans = tuple(Span(0, *place) for place in pointed)
    labels = [Label("date", "3 March 2026"), Label("pallets", "3", spans=spans, value="3")]
    other = document("of 12 May 2026\nin all 17")
    return varied(paper, labels, other, header(date="12 May 2026", pallets="17"), doctype=kind)


@pytest.mark.parametrize(
    ("pointed", "stands"),
    [
        ([(1, 2)], []),  # the 3 of the date, which says 12 now
        ([(3, 4)], []),  # nor its end
        ([(2, 3)], []),  # nor its middle
        ([(0, 2)], []),  # nor what reaches into it
        ([(2, 5)], []),  # or begins in it
        ([(1, 2), (5, 6)], ["17"]),
        ([(1, 4)], ["12 May 2026"]),
        ([(0, 6)], ["Date 12 May 2026 Pallets 17"]),
    ],
)
def test_what_was_pointed_at_within_a_value_that_is_written_anew_is_gone(pointed, stands):
    made = shipped(pointed)
    assert texts(made) == ["Date 12 May 2026\nPallets 17"]
    assert values(made) == {"date": "12 May 2026", "pallets": "17"}
    label = made.labels[1]
    found = [" ".join(word.text for word in span.words(made.document)) for span in label.spans]
    assert found == stands
    assert label.value is None, "the normal form of 3 is none of 17"


def test_lines_below_the_first_move_with_their_words():
    label = Label("what", "gate", 0, spans=(at(PAPER, "Total"),), wraps=(at(PAPER, "Paid"),))
    made = varied(labels=[*KNOWN, label], doctype=BILL)
    (*_, moved) = made.labels
    told = [span.words(made.document)[0].text for span in (*moved.spans, *moved.wraps)]
    assert told == ["Total", "Paid"] and moved.value == label.value


def test_what_another_value_is_part_of_gives_way_to_the_longer():
    kind = replace(NOTE, fields=(COMPANY, replace(COMPANY, name="town"), TOTAL))
    paper = document("Acme Bonn 7.00")
    labels = header(company="Acme Bonn", town="Bonn", total="7.00")
    others = header(company="Wood and Iron AG", town="Iron", total="1 250.00")
    made = varied(paper, labels, others=others, doctype=kind)
    assert texts(made) == ["Wood and\nIron AG 1 250.00"]


def test_fields_that_say_the_same_go_on_doing_so():
    kind = replace(NOTE, fields=(DATE, replace(DATE, name="due")))
    labels = header(date="25.12.2018", due="25.12.2018")
    others = header(date="3. May 2019", due="1 250.00")
    made = varied(labels=labels, others=others, doctype=kind)
    assert values(made) == {"date": "3. May 2019", "due": "3. May 2019"}


def test_a_cell_that_says_the_same_changes_with_it():
    paper = document("wood 9.00\nTotal 9.00")
    labels = [*header(total="9.00"), *row(0, what="wood", price="9.00")]
    made = varied(paper, labels, doctype=BILL, table=True)
    assert [label.text for label in made.labels] == ["1 250.00", "wood", "1 250.00"]
    known = Targets(made, BILL)
    assert (known.taught, known.unread.total()) == (1, 0)


@pytest.mark.parametrize(
    ("labels", "others"),
    [
        (header(company="ACME Ltd"), header(total="1 250.00")),  # the other does not say it
        (header(company=None), OTHERS),  # it is not there
        (header(company="CME"), OTHERS),  # nor as whole words
        (header(date="24.12.2018"), OTHERS),  # it was not read
    ],
)
def test_what_cannot_change_stays(labels, others):
    made = varied(labels=labels, others=others)
    assert made == labelled(PAPER, *labels)


def test_what_is_no_text_of_the_document_stays():
    kind = replace(NOTE, fields=(CURRENCY, PRICE))
    paper = document("9.00 EUR")
    made = varied(
        paper,
        header(currency="EUR", price="9.00"),
        document("7.50 zł"),
        header(currency="PLN", price="7.50"),
        doctype=kind,
    )
    assert texts(made) == ["7.50 EUR"]
    assert values(made) == {"currency": "EUR", "price": "7.50"}
