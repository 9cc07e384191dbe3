"""What a clerk typed or picked as a value, and what she may take with one key. Pure.

A text becomes a value with its places on the page. The choices are both readings of an unclear
value, or what else it may be; blind, only the readings of what the clerk typed herself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from appliance.domain.blockers import AMBIGUOUS
from appliance.domain.doctype import NUMBERS, FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.domain.plurals import counted
from appliance.domain.prediction import Field
from appliance.fields import dates, numbers
from appliance.fields.candidates import ValueCandidate
from appliance.fields.comparison import same
from appliance.fields.folding import collapse_spaces, fold_alnum, unaccented
from appliance.fields.signs import signed_apart
from appliance.fields.types import not_seen
from appliance.fields.writing import written_day
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.places import DOCUMENT, ActionRefused, FieldRef, Phase
from appliance.review.draft.state import ClerkValue

_NOTHING = "nothing is typed: {absent} if it is not on the document"
_SHOWN = 6


def parse_input(
    derived: DerivedState,
    place: FieldRef,
    text: str,
    spans: tuple[Span, ...] = (),
    wraps: tuple[Span, ...] = (),
) -> ClerkValue:
    """``wraps`` as a ``Field`` has them.

    Raises ActionRefused when there is no text, or none of the listed values is meant.
    """
    context, spec = derived.context, derived.context.spec(place)
    text = collapse_spaces(text or context.lookup.text((*spans, *wraps)))
    if not text:
        raise ActionRefused(_NOTHING)
    if not spans and (problem := not_seen(text)):
        raise ActionRefused(f"this {problem}: type it anew")
    if not spec.type.verbatim:
        return _listed(derived, place, text, spans)
    if spec.type is FieldType.DATE and not spans and _is_more_than_a_day(text):
        raise ActionRefused(f'"{text}" is more than a date. Type the date alone.')
    if fold_alnum(text) not in fold_alnum(context.lookup.text((*spans[:1], *wraps))):
        wraps = ()
    if not wraps:
        whole = tuple(span for span in spans if context.lookup.says(span, text))
        spans = whole or context.lookup.find(text, spec, derived.style)
    field = Field(place.fieldtype, text, spans, wraps, line_item_id=place.row)
    return ClerkValue(field, derived.read_as(place, text).value)


def _is_more_than_a_day(text: str) -> bool:
    """Words that are no months stand in it: two readings of a scanner, say."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    return len([word for word in words if unaccented(word) not in dates.MONTHS]) > 1


def _listed(
    derived: DerivedState, place: FieldRef, typed: str, spans: tuple[Span, ...]
) -> ClerkValue:
    spec = derived.context.spec(place)
    value, way = match_listed_value(typed, spec)
    lookup = derived.context.lookup
    spans = spans or lookup.places(way, spec, fold=True) or lookup.places(value, spec, fold=True)
    words = lookup.text(spans[:1]) if spans else way
    field = Field(place.fieldtype, value, spans, words=words, line_item_id=place.row)
    return ClerkValue(field, value)


def match_listed_value(typed: str, spec: FieldSpec) -> tuple[str, str]:
    """The listed value and the word for it of which ``typed`` is the whole or the beginning.

    Raises ActionRefused when there is none, or more than one value.
    """
    wanted = fold_alnum(typed) or collapse_spaces(typed)
    ways = [(value, way) for value, way in _ways(spec) if _reduced(way).startswith(wanted)]
    whole = [pair for pair in ways if _reduced(pair[1]) == wanted] or ways
    values = list(dict.fromkeys(value for value, _ in whole))
    if len(values) == 1:
        return whole[0]
    known = values or list(spec.values)
    more = "" if len(known) <= _SHOWN else " ..."
    raise ActionRefused(f"type one of these: {', '.join(known[:_SHOWN])}{more}")


def _ways(spec: FieldSpec) -> Iterator[tuple[str, str]]:
    for value, ways in spec.values.items():
        yield from ((value, way) for way in (value, *ways))


def _reduced(way: str) -> str:
    return fold_alnum(way) or collapse_spaces(way)


MOST = 3
NOT_THERE = "not on the document"
ILLEGIBLE = "unreadable"
_UNITS = {FieldType.QUANTITY, FieldType.INTEGER}


@dataclass(frozen=True, slots=True)
class Choice:
    text: str
    """As it is shown."""
    value: ClerkValue | None = None
    """None: the text is written as if she had typed it."""
    spans: tuple[Span, ...] = ()


def choices(derived: DerivedState, place: FieldRef) -> tuple[Choice, ...]:
    """At most three."""
    if place == DOCUMENT:
        return ()
    if place == derived.context.table:
        return _tables(derived)
    readings = tuple(_readings(derived, place))
    phase = derived.phase_of(place)
    if phase is Phase.COMPARE:
        return (readings or tuple(_both(derived, place)))[:MOST]
    if derived.context.spec(place).values:
        return tuple(_values(derived, place))[:MOST]
    if phase is Phase.BLIND or place.row is not None:
        return readings[:MOST]
    return (*readings, *_others(derived, place, room=MOST - len(readings)))[:MOST]


def _readings(derived: DerivedState, place: FieldRef) -> Iterator[Choice]:
    field, kind = derived.field(place), derived.context.spec(place).type
    if field.text is None:
        return
    if derived.normal(place).value is not None:
        yield from _signed(derived, field, kind)
        return
    for value in _possible(field.text, kind):
        said = written_day(date.fromisoformat(value)) if kind is FieldType.DATE else value
        yield Choice(said, ClerkValue(field, value))


def _signed(derived: DerivedState, field: Field, kind: FieldType) -> Iterator[Choice]:
    """The number with the sign that stands apart from it on the page."""
    lookup, document = derived.context.lookup, derived.context.document
    if kind in NUMBERS and field.spans and (span := signed_apart(document, field.spans[0])):
        yield Choice(lookup.text((span,)), spans=(span,))


def _possible(text: str, kind: FieldType) -> Iterable[str]:
    """Normal forms; none where there is but one way to read it."""
    if kind is FieldType.DATE:
        found = [day.isoformat() for day in dates.readings(text).possible]
    elif kind in NUMBERS and kind is not FieldType.INTEGER:
        found = [numbers.written(one) for one in numbers.readings(text, units=kind in _UNITS)]
    else:
        found = []
    return found if len(found) > 1 else ()


def _both(derived: DerivedState, place: FieldRef) -> Iterator[Choice]:
    """Hers, then the model's, where they differ."""
    keyed = derived.state.keyed.get(place)
    read = derived.read(place)
    spec = derived.context.spec(place)
    theirs = derived.normal_of(place, read).value
    if keyed is None and (place.row is None or place in derived.state.clerk_values):
        return
    if derived.came_whole(place.row):
        return
    hers = keyed or ClerkValue(Field(place.fieldtype, None, line_item_id=place.row))
    field = hers.field
    if hers.illegible or not same(spec, field.text, hers.value, read.text, theirs):
        yield Choice(ILLEGIBLE if hers.illegible else field.text or NOT_THERE, hers)
        yield Choice(read.text or NOT_THERE, as_clerk_value(derived, place, read))


def as_clerk_value(derived: DerivedState, place: FieldRef, read: Field) -> ClerkValue:
    """The model's answer as hers, in the row where she stands."""
    field = Field(
        place.fieldtype,
        read.text,
        read.spans,
        read.wraps,
        words=read.words,
        line_item_id=place.row,
    )
    return ClerkValue(field, derived.normal_of(place, read).value)


def _values(derived: DerivedState, place: FieldRef) -> Iterator[Choice]:
    """Of a listed field: what the page says, what the model nearly read, and the rest of a list
    that is short."""
    context = derived.context
    spec, now = context.spec(place), derived.field(place).text
    said = {one.text: (one.span,) for one in context.lookup.of_type(spec, derived.style)}
    read: tuple[str, ...] = ()
    if derived.phase_of(place) is Phase.REVIEW:
        model = context.read(place)
        nearly = (model.text, *model.runners_up)
        read = tuple(text for text in nearly if text and text in spec.values)
    rest = spec.values if len(spec.values) <= MOST + 1 else ()
    for value in dict.fromkeys((*said, *read, *rest)):
        if value != now:
            yield Choice(value, spans=said.get(value, ()))


def _others(derived: DerivedState, place: FieldRef, *, room: int) -> Iterator[Choice]:
    """What the model read if she wrote something else; then the one value that stands beside the
    field's label, else what stands on the page and what the model nearly read."""
    spec, now = derived.context.spec(place), derived.field(place).text
    known = [(now, derived.normal(place).value)]
    for text, spans in _pool(derived, place):
        if len(known) > room:
            return
        value = derived.read_as(place, text).value
        if not any(same(spec, text, value, *one) for one in known):
            known.append((text, value))
            yield Choice(text, spans=spans)


def _tables(derived: DerivedState) -> tuple[Choice, ...]:
    """Her rows, or all of the model's, where these are more or less."""
    context, state = derived.context, derived.state
    phase = derived.phase_of(context.table or DOCUMENT)
    if phase is not Phase.COMPARE or len(state.rows) == len(context.rows):
        return ()
    return tuple(Choice(counted(len(rows), "row")) for rows in (state.rows, context.rows))


_UNLABELLED = 2
"""Values that no label tells apart: the third was right in 7 % of 587 fields of real documents."""
_Offer = tuple[str, tuple[Span, ...]]


def _pool(derived: DerivedState, place: FieldRef) -> Iterator[_Offer]:
    """The page and the model by turns: on real documents either alone is right less often."""
    spec, read = derived.context.spec(place), derived.context.read(place)
    said = derived.as_typed(place, read)
    if said is not None and _reads(derived, place, said):
        yield said, read.spans
    page = _likeliest(derived, place)
    alone = len(page) == 1 and derived.context.lookup.beside(page[0].span, spec) > 0
    for one, text in zip_longest(page, () if alone else read.runners_up):
        if one:
            yield one.text, (one.span,)
        if text and _fits(derived, place, text) and not derived.used(place, text):
            yield text, ()


def _reads(derived: DerivedState, place: FieldRef, text: str) -> bool:
    """As a value of the field's type, be it with wrong check digits."""
    normal = derived.read_as(place, text)
    return normal.value is not None or normal.code in AMBIGUOUS


def _fits(derived: DerivedState, place: FieldRef, text: str) -> bool:
    """It reads as a value without a problem, and has the shape of the field's type."""
    spec, normal = derived.context.spec(place), derived.read_as(place, text)
    known = normal.problem is None or normal.code in AMBIGUOUS
    return known and derived.context.lookup.fits(text, normal.value, spec, derived.style)


def _likeliest(derived: DerivedState, place: FieldRef) -> Sequence[ValueCandidate]:
    """Of what no other field uses, what stands beside the most words of the field's label; without
    a label the first two."""
    spec, lookup = derived.context.spec(place), derived.context.lookup
    found: list[ValueCandidate] = []
    for one in lookup.fitting(spec, derived.style):
        if derived.used(place, one.text, one.span) or (found and _same_place(one, found[-1])):
            continue
        if found and lookup.beside(one.span, spec) < lookup.beside(found[0].span, spec):
            break
        found.append(one)
        if len(found) > MOST:
            break
    labelled = found and lookup.beside(found[0].span, spec)
    return found if labelled else found[:_UNLABELLED]


def _same_place(one: ValueCandidate, other: ValueCandidate) -> bool:
    """Or the same value in two places."""
    overlaps = one.span.start < other.span.end and other.span.start < one.span.end
    alike = one.value is not None and one.value == other.value
    return alike or (one.span.page == other.span.page and overlaps)
