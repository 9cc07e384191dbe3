"""What the page offers to somebody who types: values of the field's type, and how a text goes on.

Pure. A date, an amount or a code is offered whole. A text may begin at any word and run on over
line ends; it is continued to the end of the run of words in which it ends, and where it ends with
the run, to the end of the run below. Of several offers those come first that no other field uses,
that have the field's shape, and that stand beside its label or on the line of its row.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import BBox, Document, Page, Span
from appliance.fields.candidates import implausible_text, joined, runs, unnumbered
from appliance.fields.chunks import cut
from appliance.fields.folding import bared, fold_alnum
from appliance.fields.grounding import row_line
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, FieldRef

MOST = 50
OFFERED = 9
"""At most so many are offered to go on with."""


@dataclass(frozen=True, slots=True)
class Completion:
    text: str
    spans: tuple[Span, ...] = ()
    """Where it stands; of a text that wraps its first part alone."""
    wraps: tuple[Span, ...] = ()
    """Where such a text goes on."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What may be meant by what is typed, the likeliest first."""

    all: tuple[Completion, ...] = ()
    ambiguous: bool = False
    """Others are as likely as the first."""


def candidates(draft: Draft, place: FieldRef) -> tuple[Completion, ...]:
    """Words of the pages that are shaped like the field's type, in the order of offers."""
    if _is_whole(draft, place):
        return ()
    found = _merged_by_text(_ranked(draft, place, _shaped(draft, place)))
    return tuple(one.completion for one in found[:MOST])


def completions(draft: Draft, typed: str, place: FieldRef) -> tuple[Completion, ...]:
    """How the page continues ``typed``, whatever its case: different texts, at most nine."""
    found = (one.completion for one in _found(draft, typed, place))
    return tuple(one for one in found if len(one.text) > len(typed.lstrip()))[:OFFERED]


def complete(draft: Draft, typed: str, place: FieldRef) -> Completion | None:
    """The likeliest of ``completions``; None when there is none."""
    return next(iter(completions(draft, typed, place)), None)


def offers(draft: Draft, typed: str, place: FieldRef) -> Offers:
    """``completions``, and the value that is typed already where it stands on the page so: it is
    led on, with a question, only to what has the field's shape better, and not from the line of
    its row."""
    found = _found(draft, typed, place)
    exact = [one for one in found if one.completion.text == typed.lstrip()]
    longer = [one for one in found if one not in exact]
    here = place.row is not None and any(not one.used and not one.far for one in exact)
    if not longer or here or (exact and exact[0].shape <= longer[0].shape):
        return Offers(tuple(one.completion for one in (*exact, *longer))[:OFFERED])
    first, *others = longer
    rivals = [one for one in others if one.value != first.value and one.rank == first.rank]
    every = tuple(one.completion for one in (*longer[: OFFERED - len(exact)], *exact))
    doubtful = first.used or first.misshapen == _PIECE
    return Offers(every, ambiguous=bool(rivals or exact or doubtful))


def _is_whole(draft: Draft, place: FieldRef) -> bool:
    return place in (DOCUMENT, draft.derived.context.table)


@dataclass(frozen=True, slots=True)
class _Found:
    """Something on the page that begins as what is typed."""

    completion: Completion
    value: str
    """Offers of one value are no rivals."""
    misshapen: int = 0
    """0: it has the field's shape, ``_PIECE``: it is only a piece of the page."""
    part: bool = False
    """It begins within a run of words."""
    used: bool = False
    """Another field means it."""
    far: int = 0
    """Less beside the field's label, or off the line of its row."""
    lines: int = 0
    """To the line of its row, or of the row before."""

    @property
    def shape(self) -> tuple[bool, int]:
        return self.used, self.misshapen

    @property
    def rank(self) -> tuple[bool, int, int, bool]:
        return self.used, self.misshapen, self.far, self.part


def _found(draft: Draft, typed: str, place: FieldRef) -> list[_Found]:
    wanted = typed.lstrip()
    if not wanted or _is_whole(draft, place):
        return []
    spec = draft.derived.context.spec(place)
    if spec.values:
        return _merged_by_text(_listed(draft, place, wanted, spec))
    if spec.type is FieldType.TEXT:
        return _merged_by_text(_ranked(draft, place, _texts(draft, wanted)))
    begun = (
        one
        for one in _shaped(draft, place)
        if _goes_on(text := one.completion.text, wanted) or text == wanted
    )
    found = _ranked(draft, place, chain(begun, _codes(draft, wanted, spec)))
    if any(one.shape == (False, 0) for one in found):
        found = [one for one in found if not one.misshapen or one.completion.text == wanted]
    if not any(one.completion.text != wanted and not one.used for one in found):
        pieces = _ranked(draft, place, _pieces(draft, wanted, spec))
        found = sorted((*found, *pieces), key=lambda one: (one.rank, one.lines))
    return _merged_by_text(found)


def _goes_on(text: str, typed: str) -> bool:
    return len(text) > len(typed) and _begins(text, typed)


def _begins(text: str, typed: str) -> bool:
    """Whatever its case and accents: keyboards lack some."""
    return bared(text[: len(typed)]) == bared(typed)


def _merged_by_text(found: Iterable[_Found]) -> list[_Found]:
    """Each text once, with all its places."""
    merged: dict[str, _Found] = {}
    for one in found:
        first = merged.setdefault(one.completion.text, one)
        if one is not first and not (one.completion.wraps or first.completion.wraps):
            spans = tuple(dict.fromkeys((*first.completion.spans, *one.completion.spans)))
            completion = replace(first.completion, spans=spans)
            merged[one.completion.text] = replace(first, completion=completion)
    return list(merged.values())


def _ranked(draft: Draft, place: FieldRef, found: Iterable[_Found]) -> list[_Found]:
    far = _row_distance(draft, place) if place.row is not None else partial(_label, draft, place)
    ranked = []
    for one in found:
        text, span = one.completion.text, one.completion.spans[0]
        away, lines = far(span)
        used = draft.derived.used(place, unnumbered(text), span)
        ranked.append(replace(one, used=used, far=away, lines=lines))
    return sorted(ranked, key=lambda one: (one.rank, one.lines))


def _label(draft: Draft, place: FieldRef, span: Span) -> tuple[int, int]:
    context = draft.derived.context
    return -context.lookup.beside(span, context.spec(place)), 0


def _row_distance(draft: Draft, place: FieldRef) -> Callable[[Span], tuple[int, int]]:
    """Off the line of the row's other cells, and how far; in a row that has none yet, how far below
    the row before."""
    document, derived = draft.document, draft.derived
    rows = derived.state.rows
    at = rows.index(place.row) if place.row in rows else len(rows)
    before = _row_line(document, derived, rows[at - 1], None) if at else None
    own = _row_line(document, derived, place.row, place) or _marked(draft)

    def distance(span: Span) -> tuple[int, int]:
        page, line = span.page, document.pages[span.page].words[span.start].line
        there = own or before
        if there is None:
            return 0, 0
        away = _PAGE * abs(page - there[0]) + abs(line - there[1])
        if own:
            return int(away > 0), away
        return (away, 0) if (page, line) > there else (_ABOVE, away)

    return distance


_PAGE = 1000
"""Lines that the next page is away."""
_ABOVE = 1_000_000


def _marked(draft: Draft) -> tuple[int, int] | None:
    """Page and line of the row that she is asked for."""
    mark = draft.derived.context.mark if draft.draws else None
    return (mark.page, mark.words(draft.document)[0].line) if mark else None


def _row_line(
    document: Document, derived: DerivedState, row: int | None, without: FieldRef | None
) -> tuple[int, int] | None:
    """Page and line of the row's cells."""
    cells = (FieldRef(spec.name, row) for spec in derived.context.columns)
    spans = [derived.field(cell).spans for cell in cells if cell != without]
    return row_line(document, spans, after=None)


def _listed(draft: Draft, place: FieldRef, typed: str, spec: FieldSpec) -> Iterator[_Found]:
    """The word of each value, of those first that the page says."""
    said = {one.text: one.spans for one in candidates(draft, place)}
    for value in dict.fromkeys((*said, *spec.values)):
        ways = (way for way in (value, *spec.values[value]) if _begins(way, typed))
        if way := next(ways, None):
            yield _Found(Completion(way, said.get(value, ())), value, int(value not in said))


def _shaped(draft: Draft, place: FieldRef) -> Iterator[_Found]:
    derived = draft.derived
    spec, lookup = derived.context.spec(place), derived.context.lookup
    for one in lookup.of_type(spec, derived.style):
        fits = lookup.fits(one.text, one.value, spec, derived.style)
        value = one.value or fold_alnum(one.text)
        yield _Found(Completion(one.text, (one.span,)), value, misshapen=int(not fits))


_PIECE = 2
"""Of how little it has the field's shape: none, it is only a piece of the page."""
_CODE_WORDS = re.compile(r"(?=.*\d)[^a-z]+( [^a-z]+){1,2}")


def _codes(draft: Draft, typed: str, spec: FieldSpec) -> Iterator[_Found]:
    """Codes of several words: CDE 19559."""
    if spec.type is not FieldType.CODE or spec.pattern is not None:
        return
    for text, spans, part in continued(draft.document, typed):
        if len(spans) == 1 and _CODE_WORDS.fullmatch(text):
            yield _Found(Completion(text, spans), fold_alnum(text), part=part)


def _pieces(draft: Draft, typed: str, spec: FieldSpec) -> Iterator[_Found]:
    """Any chunk that is more than a mark. A code, number or day is offered only with a digit in
    it, unless the field's own pattern allows it: else a heading would be taken for one."""
    for number, page in enumerate(draft.document.pages):
        for at, word in enumerate(page.words):
            for piece in cut(word.text) if typed.casefold() in word.text.casefold() else ():
                if _goes_on(piece, typed) and _may_be_value(piece, spec):
                    place = (Span(number, at, at + 1),)
                    yield _Found(Completion(piece, place), fold_alnum(piece), misshapen=_PIECE)


_COMPANY_FORMS = re.compile(
    "ab|ag|aps|as|asa|bv|co|corp|gmbh|inc|kg|lda|limited|llc|llp|ltd|ltda|nv|ohg|oy|plc|pty|sa"
    "|sarl|sas|sl|spa|srl|sro",
    re.IGNORECASE,
)
"""Without dots. A name ends behind one of them."""


def name_alone(text: str) -> str:
    """Return the company's name without the sentence in small letters that runs on behind it."""
    words = unnumbered(text).split()
    for at in range(1, len(words) - 1):
        behind = words[at + 1]
        ends = _COMPANY_FORMS.fullmatch(words[at].replace(".", "").strip(",;"))
        if ends and words[at][:1].isupper() and behind.isalpha() and behind.islower():
            return " ".join(words[: at + 1])
    return unnumbered(text)


def _may_be_value(piece: str, spec: FieldSpec) -> bool:
    if any(map(str.isdigit, piece)):
        return True
    return spec.pattern is not None and re.fullmatch(spec.pattern, piece) is not None


def _texts(draft: Draft, typed: str) -> Iterator[_Found]:
    """Where the page does not say all that is typed, as OCR may have misread it, the last words are
    continued near the ones before them."""
    whole = [(0, *one) for one in continued(draft.document, typed)]
    for start, text, spans, part in whole or resumed(draft.document, typed):
        for said in dict.fromkeys((name_alone(text), unnumbered(text), text)):
            written = typed[:start] + said
            if _goes_on(written, typed):
                value, misshapen = fold_alnum(name_alone(text)), int(implausible_text(said))
                completion = Completion(written, spans[:1], spans[1:])
                yield _Found(completion, value, misshapen, part)


_NEAR = 8
"""Words behind one that was typed among which the next ones are looked for."""
_TOLD = 3
"""Characters of a word by which its place is known again."""

WordStretch = tuple[int, int]
"""First and last word, exclusive."""


def continued(document: Document, typed: str) -> Iterator[tuple[str, tuple[Span, ...], bool]]:
    """Texts that begin with ``typed`` and go on, in reading order: the words of each part, and
    whether it begins within a run of words."""
    wanted = bared(" ".join(typed.split()))
    for number, page in enumerate(document.pages):
        found = list(runs(page))
        starts = [first for first, _ in found]
        for at, word in enumerate(page.words):
            said = bared(word.text)
            if not (said.startswith(wanted) or wanted.startswith(said)):
                continue
            here = bisect_right(starts, at) - 1
            parts = _parts(page, found, [(at, found[here][1])], here, wanted)
            if parts:
                spans = tuple(Span(number, *part) for part in _merged(parts))
                yield _text(page, parts), spans, at > found[here][0]


def resumed(document: Document, typed: str) -> Iterator[tuple[int, str, tuple[Span, ...], bool]]:
    """Where the last words of ``typed`` begin in it, and how the page goes on from them a few
    words behind one of those before them; the most words first, then the nearest."""
    for start in range(1, len(typed)):
        if not typed[start - 1].isspace() or typed[start].isspace():
            continue
        before = {fold_alnum(word) for word in typed[:start].split()}
        told = {word for word in before if len(word) >= _TOLD}
        found = [
            (distance, text, spans)
            for text, spans, _ in continued(document, typed[start:])
            if (distance := _distance(document, spans[0], told)) is not None
        ]
        for _, text, spans in sorted(found, key=lambda one: one[0]):
            yield start, text, spans, False


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
        said = bared(_text(page, parts))
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
