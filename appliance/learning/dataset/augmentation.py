"""Labelled documents that say the values of others in the place of their own.

Pure. Of few documents a model learns the values by heart; of their variants it can only learn where
they stand. A variant says, wherever its document says a header value, what another document of the
type says in that field, in the words and lines of that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from appliance.domain.doctype import DocType
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.labels import Label, Labelled
from appliance.domain.rows import header
from appliance.fields.chunks import chunks
from appliance.fields.occurrences import Occurrence, Occurrences
from appliance.fields.style import style_of


@dataclass(frozen=True, slots=True)
class LocatedLabels:
    """A labelled document with the places of its header values."""

    labelled: Labelled
    places: Mapping[str, tuple[Occurrence, ...]]
    """By field; a value that lies within words, or is no text of the document, has none."""

    def words(self, name: str) -> tuple[Word, ...]:
        return self.places[name][0].span.words(self.labelled.document)


def locate_labels(labelled: Labelled, doctype: DocType) -> LocatedLabels:
    document = labelled.document
    look = Occurrences([chunks(page.words) for page in document.pages], style_of(document))
    specs = {spec.name: spec for spec in doctype.fields if spec.type.verbatim}
    found = {
        label.fieldtype: look.of(label.text, specs[label.fieldtype])
        for label in header(labelled.labels)
        if label.text is not None and label.fieldtype in specs
    }
    whole = {
        name: tuple(place for place in places if _whole(place, document))
        for name, places in found.items()
    }
    return LocatedLabels(labelled, {name: places for name, places in whole.items() if places})


def variant(one: LocatedLabels, others: Sequence[LocatedLabels], chance: Random) -> Labelled:
    """``others`` are of its type."""
    texts: dict[str, str] = {}
    put: dict[Span, tuple[Word, ...]] = {}
    for name, places in one.places.items():
        having = [other for other in others if name in other.places]
        # Two fields that say the same go on doing so.
        if not having or places[0].text in texts:
            continue
        other = chance.choice(having)
        texts[places[0].text] = other.places[name][0].text
        put |= {place.span: other.words(name) for place in places}
    chosen: list[Span] = []
    for span in sorted(put, key=lambda span: span.start - span.end):  # the longest first
        if not any(span.overlaps(longer) for longer in chosen):
            chosen.append(span)
    pages: list[Page] = []
    moves: list[_WordMoves] = []
    for number, page in enumerate(one.labelled.document.pages):
        here = {span.start: (span.end, put[span]) for span in chosen if span.page == number}
        words, starts = _rewritten(page.words, here)
        inner = {at for start, (end, _) in here.items() for at in range(start + 1, end)}
        pages.append(replace(page, words=words))
        moves.append(_WordMoves(tuple(starts), frozenset(inner)))

    def shifted(label: Label) -> Label:
        text = texts.get(" ".join(label.text.split())) if label.text is not None else None
        if label.line_item_id is None and label.fieldtype in one.places:
            text = texts.get(one.places[label.fieldtype][0].text)
        return replace(
            label,
            text=text or label.text,
            spans=_follow_spans(label.spans, one.labelled.document, moves),
            wraps=_follow_spans(label.wraps, one.labelled.document, moves),
            value=None if text else label.value,
        )

    document = replace(one.labelled.document, pages=tuple(pages))
    labels = tuple(map(shifted, one.labelled.labels))
    return replace(one.labelled, document=document, labels=labels)


@dataclass(frozen=True, slots=True)
class _WordMoves:
    """Where the words of a page went when some of them were written anew."""

    starts: tuple[int, ...]
    """Of each word of before, and of the end of the page, the index at which it begins now."""
    inner: frozenset[int]
    """Words of before that stood within what was written anew: nothing of now begins with them."""


def _follow_spans(
    spans: Sequence[Span], document: Document, moves: Sequence[_WordMoves]
) -> tuple[Span, ...]:
    """Return where the words of ``spans`` stand now.

    A span that begins or ends within words that were written anew is left out. Its own words are
    gone, for example the 3 of a 3 March 2026 that says 12 May 2026 now.
    """
    return tuple(
        Span(span.page, moved.starts[span.start], moved.starts[span.end])
        for span in spans
        if span.lies_in(document) and not {span.start, span.end} & (moved := moves[span.page]).inner
    )


def _whole(place: Occurrence, document: Document) -> bool:
    words = "".join(word.text for word in place.span.words(document))
    return words == "".join(place.text.split())


def _rewritten(
    words: Sequence[Word], put: Mapping[int, tuple[int, tuple[Word, ...]]]
) -> tuple[tuple[Word, ...], list[int]]:
    """The words of a page with others from a start to an end, and where each of its words begins
    then, that behind the last as well."""
    found: list[Word] = []
    moved: list[int] = []
    line = -1
    while len(moved) < len(words):
        start = len(moved)
        end, new = put.get(start, (start + 1, words[start : start + 1]))
        box = BBox.around(word.bbox for word in words[start:end])
        begins = not start or words[start].line != words[start - 1].line
        moved += [len(found)] * (end - start)
        for at, word in enumerate(new):
            line += begins if at == 0 else word.line != new[at - 1].line
            gap = words[start].gap if at == 0 else word.gap
            found.append(replace(word, bbox=box, line=line, gap=gap))
    return tuple(found), [*moved, len(found)]
