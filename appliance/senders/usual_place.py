"""What changes from document to document stands at its usual place. Pure.

A number, a date or a total is another on every document, but its sender prints it beside the same
words. Where clerks approved it on earlier documents tells where it is on this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from appliance.domain.doctype import CODES, NUMBERS, FieldSpec, FieldType
from appliance.domain.document import Document, Span
from appliance.fields.candidates import Lookup, ValueCandidate
from appliance.fields.comparison import normalised
from appliance.fields.style import WritingStyle, style_of
from appliance.senders.history import ApprovedDocument
from appliance.senders.surroundings import Surroundings, surroundings

MOVES = NUMBERS | CODES | {FieldType.DATE}
"""Types whose values a page shows by their shape."""
_LOOKED_AT = 5
"""Documents, the newest, that say where a value stands."""
_SURE = 1.0
"""Likeness from which on it is its place: the same words stand on one side of it."""
_TRIED = 3
"""Documents, the newest, on which place and model are compared."""


class PlacedValues:
    """The values of one document with what stands around them."""

    def __init__(self, document: Document, style: WritingStyle | None = None) -> None:
        self._document = document
        self._style = style or style_of(document)
        self._around: dict[Span, Surroundings] = {}

    @property
    def style(self) -> WritingStyle:
        return self._style

    def around(self, span: Span) -> Surroundings:
        if span not in self._around:
            self._around[span] = surroundings(span, self._document)
        return self._around[span]

    def at(self, spec: FieldSpec, usual: Sequence[Surroundings]) -> ValueCandidate | None:
        """The one that stands as ``usual``; None where none does, or two that differ."""
        if not usual:
            return None
        scored = [
            (max(one.likeness(self.around(value.span)) for one in usual), value)
            for value in self._lookup.shaped(spec, self._style)
        ]
        best = max((score for score, _ in scored), default=0.0)
        found = [value for score, value in scored if score == best]
        if best < _SURE or len({one.value or one.text for one in found}) > 1:
            return None
        return found[0]

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self._document)


class UsualPlaces:
    """Of one sender's approved documents of one type."""

    def __init__(self, earlier: Sequence[ApprovedDocument]) -> None:
        """``earlier``: the newest first."""
        self._earlier = earlier
        self._pages: dict[int, PlacedValues] = {}

    def find(self, spec: FieldSpec, page: PlacedValues) -> ValueCandidate | None:
        """The value of the field where it usually stands."""
        return page.at(spec, self._usual(spec)) if spec.type in MOVES else None

    def documents(self, spec: FieldSpec, page: PlacedValues, span: Span) -> tuple[int, int]:
        """How many have it as it stands at ``span``, of how many that were looked at."""
        here, usual = page.around(span), self._usual(spec)
        return sum(one.likeness(here) >= _SURE for one in usual), len(usual)

    def beats_model(self, spec: FieldSpec) -> bool:
        """On the last documents the place, by those before them, was right more often than what
        the model had written."""
        by_place = by_model = 0
        for at, one in enumerate(self._earlier[:_TRIED]):
            truth = one.texts.get(spec.name)
            if not truth or spec.name not in one.answered or at + 1 == len(self._earlier):
                continue
            page = self._page(at)
            placed = page.at(spec, self._usual(spec, since=at + 1))
            said = placed.text if placed else None
            by_place += _same(said, truth, spec, page.style)
            by_model += _same(one.answered[spec.name], truth, spec, page.style)
        return by_place > by_model

    def _usual(self, spec: FieldSpec, since: int = 0) -> list[Surroundings]:
        at = [at for at in range(since, len(self._earlier)) if spec.name in self._earlier[at].spans]
        return [
            self._page(one).around(self._earlier[one].spans[spec.name]) for one in at[:_LOOKED_AT]
        ]

    def _page(self, at: int) -> PlacedValues:
        if at not in self._pages:
            self._pages[at] = PlacedValues(self._earlier[at].document)
        return self._pages[at]


def _same(text: str | None, truth: str, spec: FieldSpec, style: WritingStyle) -> bool:
    """A clerk writes as the page does, an imported label as programs do."""
    return normalised(text, truth, spec.type, style) or normalised(
        text, truth, spec.type, style, style
    )
