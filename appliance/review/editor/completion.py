"""What the page offers to somebody who types: values of the field's type, and how a text goes on.

Pure. A date, an amount or a code is offered whole. A text may begin at any word and run on over
line ends; it is continued to the end of the run of words in which it ends, and where it ends with
the run, to the end of the run below.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import BBox, Document, Page, Span
from appliance.fields.candidates import joined, runs, unnumbered
from appliance.fields.chunks import cut
from appliance.fields.folding import fold_alnum
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, FieldRef

MOST = 50


@dataclass(frozen=True, slots=True)
class Completion:
    text: str
    spans: tuple[Span, ...] = ()
    """Where it stands; of a text that goes on in another column each part."""


def candidates(draft: Draft, place: FieldRef) -> tuple[Completion, ...]:
    """Words of the pages that are shaped like the field's type, those beside its label first."""
    if _is_whole(draft, place):
        return ()
    derived = draft.derived
    found: dict[str, list[Span]] = {}
    for one in derived.context.lookup.of_type(derived.context.spec(place), derived.style):
        found.setdefault(one.text, []).append(one.span)
    return tuple(Completion(text, tuple(spans)) for text, spans in list(found.items())[:MOST])


def complete(draft: Draft, typed: str, place: FieldRef) -> Completion | None:
    """How the page continues ``typed``, whatever its case; None when it does not."""
    wanted = typed.lstrip()
    if not wanted or _is_whole(draft, place):
        return None
    spec = draft.derived.context.spec(place)
    if spec.values:
        offers: Iterable[Completion] = _listed(draft, place, spec)
    elif spec.type is FieldType.TEXT:
        offers = _texts(draft, wanted, spec)
    else:
        offers = _values(draft, place, wanted, spec)
    return next((one for one in offers if _goes_on(one.text, wanted)), None)


def _is_whole(draft: Draft, place: FieldRef) -> bool:
    return place in (DOCUMENT, draft.derived.context.table)


def _goes_on(text: str, typed: str) -> bool:
    return len(text) > len(typed) and text[: len(typed)].casefold() == typed.casefold()


def _listed(draft: Draft, place: FieldRef, spec: FieldSpec) -> Iterator[Completion]:
    """The words of the values, of those first that the page says."""
    said = {one.text: one.spans for one in candidates(draft, place)}
    for value in dict.fromkeys((*said, *spec.values)):
        for way in (value, *spec.values[value]):
            yield Completion(way, said.get(value, ()))


def _texts(draft: Draft, typed: str, spec: FieldSpec) -> Iterator[Completion]:
    """Beside the field's label first. Where the page does not say all that is typed, as OCR may
    have misread it, the last words are continued near the ones before them."""
    lookup = draft.derived.context.lookup
    whole = sorted(
        continued(draft.document, typed), key=lambda one: -lookup.beside(one[1][0], spec)
    )
    found = ((0, text, spans) for text, spans in whole)
    for start, text, spans in chain(found, resumed(draft.document, typed)):
        for said in (unnumbered(text), text):
            yield Completion(typed[:start] + said, spans)


def _values(draft: Draft, place: FieldRef, typed: str, spec: FieldSpec) -> Iterator[Completion]:
    """Of the field's shape, else any chunk that is more than a mark."""
    derived = draft.derived
    for one in derived.context.lookup.of_type(spec, derived.style):
        if _goes_on(one.text, typed):
            yield Completion(one.text, (one.span,))
    for number, page in enumerate(draft.document.pages):
        for at, word in enumerate(page.words):
            for piece in cut(word.text) if typed.casefold() in word.text.casefold() else ():
                yield Completion(piece, (Span(number, at, at + 1),))


_NEAR = 8
"""Words behind one that was typed among which the next ones are looked for."""
_TOLD = 3
"""Characters of a word by which its place is known again."""

WordStretch = tuple[int, int]
"""First and last word, exclusive."""


def continued(document: Document, typed: str) -> Iterator[tuple[str, tuple[Span, ...]]]:
    """Texts that begin with ``typed`` and go on, and the words of each part, in reading order."""
    wanted = " ".join(typed.split()).casefold()
    for number, page in enumerate(document.pages):
        found = list(runs(page))
        starts = [first for first, _ in found]
        for at, word in enumerate(page.words):
            said = word.text.casefold()
            if not (said.startswith(wanted) or wanted.startswith(said)):
                continue
            here = bisect_right(starts, at) - 1
            parts = _parts(page, found, [(at, found[here][1])], here, wanted)
            if parts:
                yield _text(page, parts), tuple(Span(number, *part) for part in _merged(parts))


def resumed(document: Document, typed: str) -> Iterator[tuple[int, str, tuple[Span, ...]]]:
    """Where the last words of ``typed`` begin in it, and how the page goes on from them a few
    words behind one of those before them; the most words first, then the nearest."""
    for start in range(1, len(typed)):
        if not typed[start - 1].isspace() or typed[start].isspace():
            continue
        before = {fold_alnum(word) for word in typed[:start].split()}
        told = {word for word in before if len(word) >= _TOLD}
        found = [
            (distance, text, spans)
            for text, spans in continued(document, typed[start:])
            if (distance := _distance(document, spans[0], told)) is not None
        ]
        for _, text, spans in sorted(found, key=lambda one: one[0]):
            yield start, text, spans


def _distance(document: Document, span: Span, told: set[str]) -> int | None:
    """Words between the nearest of ``told`` before ``span`` and its first; None when none is."""
    words = document.pages[span.page].words
    near = range(1, min(_NEAR, span.start) + 1)
    return next((far for far in near if _is_told(words[span.start - far].text, told)), None)


def _is_told(word: str, told: set[str]) -> bool:
    """Also where OCR put two words together, or misread the end of one."""
    said = fold_alnum(word)
    return any(one in said or (len(one) > _TOLD and one[: _TOLD + 1] in said) for one in told)


def _parts(
    page: Page, found: Sequence[WordStretch], parts: list[WordStretch], here: int, wanted: str
) -> list[WordStretch]:
    """Runs until there is more than is wanted; empty when they say something else."""
    while True:
        said = _text(page, parts).casefold()
        if len(said) > len(wanted):
            return parts if said.startswith(wanted) else []
        below = _below(page, found, here) if wanted.startswith(said) else None
        if below is None:
            return []
        parts, here = [*parts, found[below]], below


def _below(page: Page, found: Sequence[WordStretch], here: int) -> int | None:
    """The run on the next line that stands under this one, else the first of that line."""
    line = page.words[found[here][0]].line
    later = [at for at in range(here + 1, len(found)) if page.words[found[at][0]].line > line]
    if not later:
        return None
    next_line = page.words[found[later[0]][0]].line
    beside = [at for at in later if page.words[found[at][0]].line == next_line]
    box = _box(page, found[here])
    under = [at for at in beside if _overlaps(box, _box(page, found[at]))]
    return under[0] if under else beside[0]


def _overlaps(one: BBox, other: BBox) -> bool:
    return one.left < other.right and other.left < one.right


def _box(page: Page, run: WordStretch) -> BBox:
    return BBox.around(word.bbox for word in page.words[run[0] : run[1]])


def _text(page: Page, parts: Sequence[WordStretch]) -> str:
    return " ".join(joined(page.words[start:end]) for start, end in parts)


def _merged(parts: Sequence[WordStretch]) -> list[WordStretch]:
    """Parts that follow each other in reading order are one."""
    merged = [parts[0]]
    for start, end in parts[1:]:
        if merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged
