"""Where a value stands, and records of before values had lines."""

from __future__ import annotations

from pydantic import TypeAdapter

from appliance.domain.document import Span
from appliance.domain.prediction import Field, Prediction

ONE, TWO = Span(0, 1, 2), Span(0, 7, 9)
OF_BEFORE = b"""{"docid": "a", "doctype": "note", "model": "m1", "blockers": [], "fields": [
    {"fieldtype": "what", "text": "Bolts", "spans": [{"page": 0, "start": 1, "end": 2}],
     "words": null, "line_item_id": 3, "tokens": [{"free": -0.5, "allowed": -0.25}],
     "runners_up": [], "agrees": null, "instead_of": null}]}"""


def test_several_spans_are_places_and_wraps_are_lines_of_one():
    assert Field("what", "Bolts", (ONE, TWO)).places == ((ONE,), (TWO,))
    assert Field("what", "Bolts", (ONE,), (TWO,)).places == ((ONE, TWO),)
    assert Field("what", None).places == ()


def test_an_answer_that_was_kept_before_values_had_lines_opens():
    (field,) = TypeAdapter(Prediction).validate_json(OF_BEFORE).fields
    assert (field.spans, field.wraps, field.line_item_id) == ((ONE,), (), 3)
    assert field.places == ((ONE,),)
