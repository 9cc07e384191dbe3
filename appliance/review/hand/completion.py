"""What the page offers to somebody who types: values of the field's type, and how a text goes on.

Pure. A date, an amount or a code is offered whole; a text up to the next wide gap or line end,
and from there to the end of the run below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.fields.candidates import unnumbered
from appliance.fields.chunks import cut
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, Place
from appliance.review.hand.runs import continued, resumed

MOST = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    text: str
    spans: tuple[Span, ...] = ()
    """Where it stands; of a text that goes on in another column each part."""


def candidates(draft: Draft, place: Place) -> tuple[Candidate, ...]:
    """Words of the pages that are shaped like the field's type, those beside its label first."""
    if _is_whole(draft, place):
        return ()
    standing = draft.standing
    found: dict[str, list[Span]] = {}
    for one in standing.case.lookup.of_type(standing.case.spec(place), standing.style):
        found.setdefault(one.text, []).append(one.span)
    return tuple(Candidate(text, tuple(spans)) for text, spans in list(found.items())[:MOST])


def complete(draft: Draft, typed: str, place: Place) -> Candidate | None:
    """How the page continues ``typed``, whatever its case; None when it does not."""
    wanted = typed.lstrip()
    if not wanted or _is_whole(draft, place):
        return None
    spec = draft.standing.case.spec(place)
    if spec.values:
        offers: Iterable[Candidate] = _listed(draft, place, spec)
    elif spec.type is FieldType.TEXT:
        offers = _texts(draft, wanted, spec)
    else:
        offers = _values(draft, place, wanted, spec)
    return next((one for one in offers if _goes_on(one.text, wanted)), None)


def _is_whole(draft: Draft, place: Place) -> bool:
    return place in (DOCUMENT, draft.standing.case.table)


def _goes_on(text: str, typed: str) -> bool:
    return len(text) > len(typed) and text[: len(typed)].casefold() == typed.casefold()


def _listed(draft: Draft, place: Place, spec: FieldSpec) -> Iterator[Candidate]:
    """The words of the values, of those first that the page says."""
    said = {one.text: one.spans for one in candidates(draft, place)}
    for value in dict.fromkeys((*said, *spec.values)):
        for way in (value, *spec.values[value]):
            yield Candidate(way, said.get(value, ()))


def _texts(draft: Draft, typed: str, spec: FieldSpec) -> Iterator[Candidate]:
    """Beside the field's label first. Where the page does not say all that is typed, as OCR may
    have misread it, the last words are continued near the ones before them."""
    lookup = draft.standing.case.lookup
    whole = sorted(
        continued(draft.document, typed), key=lambda one: -lookup.beside(one[1][0], spec)
    )
    found = ((0, text, spans) for text, spans in whole)
    for start, text, spans in chain(found, resumed(draft.document, typed)):
        for said in (unnumbered(text), text):
            yield Candidate(typed[:start] + said, spans)


def _values(draft: Draft, place: Place, typed: str, spec: FieldSpec) -> Iterator[Candidate]:
    """Of the field's shape, else any chunk that is more than a mark."""
    standing = draft.standing
    for one in standing.case.lookup.of_type(spec, standing.style):
        if _goes_on(one.text, typed):
            yield Candidate(one.text, (one.span,))
    for number, page in enumerate(draft.document.pages):
        for at, word in enumerate(page.words):
            for piece in cut(word.text) if typed.casefold() in word.text.casefold() else ():
                yield Candidate(piece, (Span(number, at, at + 1),))
