"""Whether an eye sees on the page what its text says there. Pure.

A typed page says twice what stands on it: to programs by its text, and to people by its drawing. A
value that is accepted stands in both. Values of one or two letters are too short for an OCR, and of
a table of hundreds of rows the first are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate, groupby, permutations

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.characters import legible
from appliance.domain.document import BBox, Document, PagePart
from appliance.domain.prediction import CARRYING, Field, Judgement
from appliance.fields.folding import alike, fold_alnum, unaccented
from appliance.judgement.assess import blocker

Look = Callable[[Sequence[PagePart]], Sequence[str | None]]
"""What stands on each part, as ``reading.eye.part_texts`` says it."""

_WORDS = re.compile(r"[\w.,'’]+")
_THOUSANDS = re.compile(r"\d{3}\b")
_SHORTEST = 3
"""Letters and digits."""
_MOST = 500
"""Lines of words of one document, those of the header first: half a minute for an OCR."""
_PLACES = 4
"""Places at which a value of an e-invoice is looked at: which of them is the one that a person
reads is not known."""
_ALIKE = 0.6
"""Share of a value's letters that an OCR has to see in their order."""
_ASIDE = 3.0
"""Heights of a line by which a second look takes in more: letters that were cut are whole in it."""
_RUNS = 4
"""Runs of letters that are tried in every order: their boxes may say any."""
_LONGEST = 1000
"""Letters of a part that are compared: no line is longer, and whoever looks may say anything."""
_SHOWN = 60
"""Letters of it that a clerk is told."""


@dataclass(frozen=True, slots=True)
class _TypedLine:
    """Words of one line of a typed page, in which a value stands."""

    field: Field
    part: PagePart
    text: str
    before: str
    """The word before it on the line, by the text of the page."""

    @property
    def wider(self) -> _TypedLine:
        box, aside = self.part.box, _ASIDE * self.part.box.height
        wide = BBox(max(box.left - aside, 0.0), box.top, min(box.right + aside, 1.0), box.bottom)
        return replace(self, part=replace(self.part, box=wide))


def nobody_looks(parts: Sequence[PagePart]) -> Sequence[str | None]:
    """Of whoever has no file to look at."""
    return [None] * len(parts)


def seen_otherwise(
    judgement: Judgement, document: Document, look: Look, *, keyed: Collection[str] = ()
) -> tuple[Blocker, ...]:
    """A blocker of each value of ``judgement`` that is accepted and that nobody sees where the text
    of a typed page has it, at the second look neither; one that an e-invoice says stands there only
    if the eye sees it too. Header fields that a clerk has ``keyed``
    blind are left out: she reads them on the page."""
    lines = [
        line
        for one in judgement.fields
        if one.how in CARRYING and not one.blockers
        if one.field.line_item_id is not None or one.fieldtype not in keyed
        for line in _typed_lines(one.field, document)
        if len(fold_alnum(line.text)) >= _SHORTEST
    ]
    lines.sort(key=lambda line: line.field.line_item_id is not None)
    doubtful = [line.wider for line, _ in _unseen(lines[:_MOST], look)]
    return tuple(
        blocker(BlockerCode.SEEN_OTHERWISE, _told(line.text, there), line.field)
        for line, there in _unseen(doubtful, look)
    )


def _typed_lines(field: Field, document: Document) -> Iterator[_TypedLine]:
    spans = field.spans[:_PLACES] if field.einvoice and field.line_item_id is None else field.place
    for span in spans:
        page = document.pages[span.page]
        if page.source == "text":
            at = span.start
            for number, line in groupby(span.words(document), key=lambda word: word.line):
                words = [*line]
                box = BBox.around(word.bbox for word in words)
                part = PagePart(span.page, page.rotation, box)
                last = page.words[at - 1] if at else None
                before = last.text if last and last.line == number else ""
                yield _TypedLine(field, part, " ".join(word.text for word in words), before)
                at += len(words)


def _unseen(lines: Sequence[_TypedLine], look: Look) -> list[tuple[_TypedLine, str]]:
    """And what is seen there instead."""
    shown = look([line.part for line in lines]) if lines else ()
    return [
        (line, there)
        for line, said in zip(lines, shown, strict=True)
        if said is not None and not is_seen(line.text, there := said[:_LONGEST], before=line.before)
    ]


def _told(text: str, there: str) -> str:
    said = legible(" ".join(there.split())[:_SHOWN])
    sees = f'shows "{said}"' if said else "shows nothing"
    return f': the page {sees} where its text says "{text}"'


def is_seen(text: str, there: str, *, before: str = "") -> bool:
    """The digits of ``text`` are words of ``there`` by themselves, so that 190.00 is not seen in
    1,190.00, and in 1 190.00 only if the 1 is the word ``before``; of letters that the OCR knows
    most are seen."""
    runs = there.split("\n")
    if any(map(str.isalpha, text)) and _folded(text) in map(_folded, (*runs, there)):
        return True  # "5 l" and "51" are one to an OCR
    orders = permutations(runs) if len(runs) <= _RUNS else [tuple(runs)]
    return any(_says(text, " ".join(order), before) for order in orders)


def _folded(text: str) -> str:
    return alike(fold_alnum(text))


def _says(text: str, there: str, before: str) -> bool:
    said = _digits(text)
    words = [word for word in _WORDS.findall(there) if _digits(word)]
    in_a_row = (
        said in accumulate(_digits(word) for word in words[first : first + len(said)])
        for first in range(len(words))
        if not (first and _goes_on(words[first - 1], words[first], before))
    )
    return (not said or any(in_a_row)) and _alike(text, there)


def _goes_on(left: str, right: str, before: str) -> bool:
    """``left`` is the thousands of the number that ``right`` ends, as in 1 190.00."""
    thousands = left.isdigit() and len(left) <= 3 and _THOUSANDS.match(right)
    return bool(thousands) and _digits(before) != left


def _digits(text: str) -> str:
    """Of words with one; letters that an OCR takes for digits count as such there."""
    words = (alike(word) for word in _WORDS.findall(text) if any(map(str.isdigit, word)))
    return "".join(filter(str.isdigit, "".join(words)))


def _alike(text: str, there: str) -> bool:
    said, seen = fold_alnum(unaccented(text)), fold_alnum(unaccented(there))
    if not said.isascii():
        return True  # in a script that the OCR may not know
    blocks = SequenceMatcher(None, said, seen, autojunk=False).get_matching_blocks()
    return sum(one.size for one in blocks) >= _ALIKE * len(said)
