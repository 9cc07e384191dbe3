from __future__ import annotations

from typing import Any

import pytest
from drafts import DOUBTFUL, document, draft, field, only, prediction

from appliance.domain.errors import RefusedError
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import FieldRef
from appliance.review.draft.program_values import check_ready, filled

GERMAN = document("Lieferung vom 03.04.2018", "Netto 1.234,50 EUR", "Brutto 1.469,06 EUR")


def value(draft: Draft, name: str, row: int | None = None) -> tuple[str | None, str | None]:
    entry = draft.entry(FieldRef(name, row))
    return entry.text, entry.value


def test_what_stands_there_in_another_writing_is_confirmed_and_keeps_its_place() -> None:
    unsure = draft(prediction(sent=field("sent", "25/12/2018", tokens=DOUBTFUL)))
    after = filled(unsure, {"sent": "2018-12-25"})
    assert value(after, "sent") == ("25/12/2018", "2018-12-25")
    assert after.entry(FieldRef("sent")).spans and after.entry(FieldRef("sent")).by_clerk
    check_ready(after, "")


def test_another_value_is_written_and_found_on_the_page() -> None:
    after = filled(
        draft(prediction(number=field("number", "RE-1", tokens=DOUBTFUL))), {"number": "RE-7"}
    )
    assert value(after, "number") == ("RE-7", "RE-7") and after.entry(FieldRef("number")).spans


def test_numbers_have_a_decimal_point_however_the_document_writes_them() -> None:
    paper = draft(only(GERMAN, net="1.234,50"), GERMAN)
    assert value(filled(paper, {"net": "1234.50"}), "net") == ("1.234,50", "1234.50")
    assert value(filled(paper, {"gross": "1469.06"}), "gross")[1] == "1469.06"
    with pytest.raises(RefusedError, match='gross: "1.469" would mean 1469 on this document'):
        filled(paper, {"gross": "1.469"})


def test_none_says_that_the_document_does_not_say_it() -> None:
    after = filled(draft(), {"sender_vat_id": None})
    assert value(after, "sender_vat_id") == (None, None)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"currency": "gold"}, "currency: Type one of these: EUR, USD, UAH"),
        ({"sent": "soon"}, "sent: "),
        ({"haulier": "ACME"}, "note has no field haulier"),
        ({"rows": "Bolts"}, "rows are rows"),
        ({"rows": [{"price": "1.00"}]}, "rows have no column price"),
        ({"rows": [{"amount": "many"}]}, "amount of row 1: "),
        ({"net": [{"amount": "1.00"}]}, "net: .* is no text"),
        ({"rows": [{"amount": 60}]}, "amount of row 1: 60 is no text"),
    ],
)
def test_what_cannot_be_is_refused_in_the_words_of_the_station(values: Any, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        filled(draft(), values)


def test_rows_are_given_whole_and_their_sum_is_checked() -> None:
    given = [
        {"description": "Bolts", "amount": "60.00"},
        {"description": "Nuts", "amount": "30.00"},
        {"description": "Washers", "amount": "10.00"},
    ]
    after = filled(draft(), {"rows": given})
    assert [[cell.text for cell in row] for row in after.rows] == [
        ["Bolts", "60.00"],
        ["Nuts", "30.00"],
        ["Washers", "10.00"],
    ]
    check_ready(after, "")
    fewer = filled(draft(), {"rows": given[:1], "net": "100.00"})
    with pytest.raises(RefusedError, match=r"60\.00.*100\.00"):
        check_ready(fewer, "")
    check_ready(fewer, "the supplier forgot a row")
    none = filled(draft(), {"rows": None})
    assert none.rows == ()


def test_every_field_that_needs_a_clerk_is_named_with_what_she_would_be_told() -> None:
    asked = draft(prediction(gross=None, sent=field("sent", "03/04/2018", tokens=DOUBTFUL)))
    with pytest.raises(RefusedError, match="gross: This value is missing") as refused:
        check_ready(asked, "")
    assert "sent: " in str(refused.value) and "None" in refused.value.hint


def test_what_is_said_of_the_document_as_a_whole_is_for_a_person() -> None:
    with pytest.raises(RefusedError, match="another.pdf") as refused:
        check_ready(draft(seen_before="another.pdf"), "it is another one")
    assert "appliance review" in refused.value.hint
