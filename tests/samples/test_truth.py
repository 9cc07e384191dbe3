"""The truth is what a layout has printed, no more."""

from __future__ import annotations

import pytest

from appliance.samples.truth import PrintedValue, Telling


@pytest.fixture
def telling():
    return Telling(
        {
            "day": PrintedValue("05.03.2026", "2026-03-05"),
            "coin": PrintedValue("€", "EUR", listed=True),
        },
        table="rows",
        rows=[{"what": PrintedValue("Nut", "Nut"), "sum": PrintedValue("1,50", "1.50")}],
    )


def test_what_was_not_printed_is_null(telling):
    telling.say("day")
    telling.column("what")
    truth = telling.truth(["day", "coin", "other"], ["what", "sum"])
    assert truth.labels() == {
        "day": "05.03.2026",
        "coin": None,
        "other": None,
        "rows": [{"what": "Nut", "sum": None}],
    }


def test_a_label_is_the_printed_text_and_has_its_normal_form_beside_it(telling):
    telling.say("day")
    telling.column("sum")
    truth = telling.truth(["day"], ["sum"])
    assert truth.labels_norm() == {"day": "2026-03-05", "rows": [{"sum": "1.50"}]}
    assert truth.texts() == ["05.03.2026", "1,50"]


def test_a_listed_type_is_labelled_with_its_value_and_tells_its_words(telling):
    telling.say("coin")
    truth = telling.truth(["coin"])
    assert truth.labels()["coin"] == "EUR"
    assert truth.words() == {"coin": "€"}


def test_a_fact_that_the_document_does_not_have_cannot_be_printed(telling):
    with pytest.raises(KeyError):
        telling.say("other")
