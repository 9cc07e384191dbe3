"""What a clerk types or picks -> the answer that it is, with its place on the page. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.domain.doctype import FieldSpec
from appliance.domain.document import Span
from appliance.domain.prediction import Field
from appliance.fields.folding import letters, squeezed
from appliance.fields.normalise import not_seen
from appliance.review.draft.places import Place, Refused
from appliance.review.draft.standing import Standing
from appliance.review.draft.state import Said

_NOTHING = "nothing is typed: n if it is not on the document"
_SHOWN = 6


def write(standing: Standing, place: Place, text: str, spans: tuple[Span, ...] = ()) -> Said:
    """Raises Refused when there is no text, or none of the listed values is meant."""
    case, spec = standing.case, standing.case.spec(place)
    text = squeezed(text or case.lookup.text(spans))
    if not text:
        raise Refused(_NOTHING)
    if not spans and (problem := not_seen(text)):
        raise Refused(f"this {problem}: type it anew")
    if not spec.type.verbatim:
        return _listed(standing, place, text, spans)
    # Parts of a text that goes on in another column are no places of the whole.
    whole = tuple(span for span in spans if case.lookup.says(span, text))
    spans = whole or case.lookup.find(text, spec, standing.style)
    field = Field(place.fieldtype, text, spans, line_item_id=place.row)
    return Said(field, standing.read_as(place, text).value)


def _listed(standing: Standing, place: Place, typed: str, spans: tuple[Span, ...]) -> Said:
    spec = standing.case.spec(place)
    value, way = meant(typed, spec)
    lookup = standing.case.lookup
    spans = spans or lookup.places(way, spec, fold=True) or lookup.places(value, spec, fold=True)
    words = lookup.text(spans[:1]) if spans else way
    field = Field(place.fieldtype, value, spans, words=words, line_item_id=place.row)
    return Said(field, value)


def meant(typed: str, spec: FieldSpec) -> tuple[str, str]:
    """The listed value and the word for it of which ``typed`` is the whole or the beginning.

    Raises Refused when there is none, or more than one value.
    """
    wanted = letters(typed) or squeezed(typed)
    ways = [(value, way) for value, way in _ways(spec) if _reduced(way).startswith(wanted)]
    whole = [pair for pair in ways if _reduced(pair[1]) == wanted] or ways
    values = list(dict.fromkeys(value for value, _ in whole))
    if len(values) == 1:
        return whole[0]
    known = values or list(spec.values)
    more = "" if len(known) <= _SHOWN else " ..."
    raise Refused(f"type one of these: {', '.join(known[:_SHOWN])}{more}")


def _ways(spec: FieldSpec) -> Iterator[tuple[str, str]]:
    for value, ways in spec.values.items():
        yield from ((value, way) for way in (value, *ways))


def _reduced(way: str) -> str:
    return letters(way) or squeezed(way)
