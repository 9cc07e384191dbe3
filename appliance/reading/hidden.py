"""Which words of a PDF's text layer a person cannot see. Pure.

Small models obey instructions that are hidden in a document, so what nobody sees is kept from
them. Some is certain: off the page, or nothing is painted there. The rest is only suspected -
tiny, without contrast, under a picture, printed over - until the OCR of the rendered page has had
its say. A value that was whited out and typed anew leaves both in the text layer, and where the
old one stands the page is anything but plain.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

import numpy as np

from appliance.domain.document import BBox
from appliance.reading.painting import PaintedArea, PaintedImage, Painting
from appliance.reading.pdf_text import ASLANT, PdfWord
from appliance.reading.words import TextRun

_MOST = 0.6
"""Share of a word's box that lies under the paint, and under the later words together: lines that
were typed half a line aside hide it as well."""

_Boxes = np.ndarray[tuple[int, int], np.dtype[np.float64]]
_Shares = np.ndarray[tuple[int], np.dtype[np.float64]]


def overprinted(words: Sequence[PdfWord], areas: Sequence[PaintedArea]) -> frozenset[int]:
    """Indices of ``words``. The same text once more hides nothing, it makes the letters bold."""
    if not words or not areas:
        return frozenset()
    paint, text = _boxes(areas), _boxes(words)
    ranks = np.array([area.order for area in areas])
    found: set[int] = set()
    for index, word in enumerate(words):
        above = ranks[_shares(word.bbox, paint) > _MOST]
        above = above[above > word.order]
        if above.size:
            shares = _shares(word.bbox, text)
            later = (
                float(shares[other])
                for other in map(int, np.flatnonzero(shares))
                if words[other].order > above.min() and _replaces(words[other], word)
            )
            if sum(later) > _MOST:
                found.add(index)
    return frozenset(found)


def _replaces(other: PdfWord, word: PdfWord) -> bool:
    # The box of a diagonal says nothing about where its ink is.
    return other.painted and _core(other) != _core(word) and other.angle != ASLANT


def _core(word: PdfWord) -> str:
    """Without brackets and the like, which a second printing can have joined to another word."""
    return re.sub(r"[^\w.,-]", "", word.text)


def _boxes(things: Sequence[PaintedArea] | Sequence[PdfWord]) -> _Boxes:
    boxes = [thing.bbox for thing in things]
    return np.array([(box.left, box.top, box.right, box.bottom) for box in boxes])


def _shares(box: BBox, others: _Boxes) -> _Shares:
    """Of ``box``, 0-1, that lie under each of ``others``; 0 of a box without an area."""
    wide = np.minimum(others[:, 2], box.right) - np.maximum(others[:, 0], box.left)
    high = np.minimum(others[:, 3], box.bottom) - np.maximum(others[:, 1], box.top)
    shared: _Shares = np.maximum(wide, 0) * np.maximum(high, 0)
    return shared / (box.width * box.height or np.inf)


def share_inside(inner: BBox, outer: BBox) -> float:
    """Share of the area of ``inner``, 0-1."""
    wide = min(inner.right, outer.right) - max(inner.left, outer.left)
    high = min(inner.bottom, outer.bottom) - max(inner.top, outer.top)
    area = inner.width * inner.height
    return max(wide, 0.0) * max(high, 0.0) / area if area else float(wide >= 0 and high >= 0)


_TINY = 2.0
"""Points."""
_CONTRAST = 24
"""Of 255, in any colour channel: light grey on white is still seen."""
_PLAIN = 2
"""Of 255: what a renderer may add to one plain colour."""
_DOUBLE = 0.6
"""Share of a word's box under a second printing of the same word."""
_TELLING = 4
"""Characters from which on a hidden word is told to the clerk."""

_WHOLE = 0.7
"""Share of the page under pictures from which on it is a scan."""
_GRID = 100
"""Fields across and down in which that share is counted."""

_COMPARED = 100
"""Hidden words that are looked for with misread letters."""

Pixels = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]


class Visibility(Enum):
    SEEN = "seen"
    DOUBTFUL = "doubtful"
    UNSEEN = "unseen"


def visibilities(words: Sequence[PdfWord], pixels: Pixels, painted: Painting) -> list[Visibility]:
    """``pixels`` is the rendered page, rows by columns by RGB."""
    over = overprinted(words, [*painted.fills, *painted.pictures])
    alone = [_sight(word, pixels, painted.pictures) for word in words]
    return [
        Visibility.DOUBTFUL if seen is Visibility.SEEN and index in over else seen
        for index, seen in enumerate(alone)
    ]


def _sight(word: PdfWord, pixels: Pixels, pictures: Sequence[PaintedImage]) -> Visibility:
    box = word.bbox
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    if not word.painted or not (0 <= x <= 1 and 0 <= y <= 1):
        return Visibility.UNSEEN
    if _contrast(_patch_of(word, pixels)) <= _PLAIN:
        return Visibility.UNSEEN
    if word.size < _TINY or covered(word, pictures) or faint(word, pixels):
        return Visibility.DOUBTFUL
    return Visibility.SEEN


def covered(word: PdfWord, pictures: Iterable[PaintedImage]) -> bool:
    """A picture was painted over it later."""
    return any(
        picture.order > word.order and share_inside(word.bbox, picture.bbox) > 0.9
        for picture in pictures
    )


def faint(word: PdfWord, pixels: Pixels) -> bool:
    """Where it stands, the page shows one colour only, or its own colour is the background."""
    patch = _patch_of(word, pixels)
    if _contrast(patch) < _CONTRAST:
        return True
    if word.colour is None:
        return False
    # Bold letters can fill their box and a ruled line can lie at its edge, but not both.
    inside = np.median(patch.reshape(-1, 3), axis=0)
    around = np.median(np.concatenate([patch[0], patch[-1]]), axis=0)
    far = [np.abs(ground - np.array(word.colour)).max() for ground in (inside, around)]
    return bool(max(far) < _CONTRAST)


def _contrast(patch: Pixels) -> int:
    """Between the brightest and the darkest dot, in the colour channel where it is greatest."""
    if not patch.size:
        return 0
    seen = patch.reshape(-1, 3)
    return int((seen.max(axis=0).astype(int) - seen.min(axis=0)).max())


def _patch_of(word: PdfWord, pixels: Pixels) -> Pixels:
    """What the page shows where the word stands, with a margin."""
    box, margin = word.bbox, word.bbox.height * 0.2
    rows, columns = pixels.shape[:2]
    top = max(math.floor((box.top - margin) * rows), 0)
    bottom = max(math.ceil((box.bottom + margin) * rows), top + 1)
    left = max(math.floor(box.left * columns) - 1, 0)
    right = max(math.ceil(box.right * columns) + 1, left + 1)
    return pixels[top:bottom, left:right]


def is_scan(words: Sequence[PdfWord], pictures: Sequence[PaintedImage]) -> bool:
    """Pictures fill the page and nearly all text lies unseen on or under them: a scanner's OCR."""
    if pictured(pictures) <= _WHOLE:
        return False
    unseen = sum(len(w.text) for w in words if not w.painted or covered(w, pictures))
    return unseen >= 0.9 * sum(len(w.text) for w in words)


def pictured(pictures: Sequence[PaintedImage]) -> float:
    """Share of the page that lies under a picture; a scan may come in strips."""
    seen = np.zeros((_GRID, _GRID), dtype=bool)
    for box in (picture.bbox for picture in pictures):
        left, top, right, bottom = (
            round(_GRID * min(max(edge, 0.0), 1.0))
            for edge in (box.left, box.top, box.right, box.bottom)
        )
        seen[top:bottom, left:right] = True
    return float(seen.mean())


@dataclass(frozen=True, slots=True)
class HiddenText:
    kept: tuple[PdfWord, ...]
    hidden: tuple[PdfWord, ...]
    """Kept from the model."""
    told: tuple[str, ...]
    """Of these, the words that the page nowhere says: what a clerk has to see."""


def worth_asking(words: Sequence[PdfWord], sights: Sequence[Visibility]) -> bool:
    """No word is dropped on a suspicion, and no clerk is told what the page says anyway."""
    pairs = list(zip(words, sights, strict=True))
    shown = [word for word, seen in pairs if seen is Visibility.SEEN]
    doubtful = [word for word, seen in pairs if seen is Visibility.DOUBTFUL and _bare(word.text)]
    return any(not _is_double(word, shown) for word in doubtful) or bool(
        _told(_shown(words, sights), _rest(words, sights))
    )


def _is_double(word: PdfWord, shown: Iterable[PdfWord]) -> bool:
    """It stands there in sight as well."""
    return any(
        other.text == word.text and share_inside(word.bbox, other.bbox) > _DOUBLE for other in shown
    )


def find_hidden(
    words: Sequence[PdfWord], sights: Sequence[Visibility], said: Sequence[TextRun]
) -> HiddenText:
    """``said`` is what the OCR reads on the rendered page, in the same shares."""
    kept: list[PdfWord] = []
    hidden: list[PdfWord] = []
    for word, seen in zip(words, sights, strict=True):
        shown = seen is Visibility.SEEN or (seen is Visibility.DOUBTFUL and _says_there(word, said))
        (kept if shown else hidden).append(word)
    read = [part for piece in said for part in piece.text.split()]
    return HiddenText(tuple(kept), tuple(hidden), _told(_shown(words, sights) + read, hidden))


def _shown(words: Sequence[PdfWord], sights: Sequence[Visibility]) -> list[str]:
    return [w.text for w, seen in zip(words, sights, strict=True) if seen is Visibility.SEEN]


def _rest(words: Sequence[PdfWord], sights: Sequence[Visibility]) -> list[PdfWord]:
    return [w for w, seen in zip(words, sights, strict=True) if seen is not Visibility.SEEN]


def _told(page: Iterable[str], hidden: Iterable[PdfWord]) -> tuple[str, ...]:
    everything = [_bare(part) for part in page]
    run, parts = "".join(everything), set(everything)
    unsaid: dict[str, bool] = {}
    for bare in (_bare(word.text) for word in hidden):
        if len(bare) >= _TELLING and bare not in unsaid:
            # Comparing letter by letter is slow; a page with so much to hide is told anyway.
            close = parts if len(unsaid) < _COMPARED else set()
            unsaid[bare] = not _says(bare, run, close)
    return tuple(word.text for word in hidden if unsaid.get(_bare(word.text)))


def _says_there(word: PdfWord, said: Iterable[TextRun]) -> bool:
    near = [piece for piece in said if _touch(word.bbox, piece.bbox)]
    parts = [_bare(part) for piece in near for part in piece.text.split()]
    return _says(_bare(word.text), "".join(parts), parts)


def _touch(a: BBox, b: BBox) -> bool:
    return a.left <= b.right and b.left <= a.right and a.top <= b.bottom and b.top <= a.bottom


def _says(word: str, run: str, parts: Iterable[str]) -> bool:
    """As a part of what was read, or with a letter in four misread; figures have to agree."""
    if word in run:
        return True
    return not any(c.isdigit() for c in word) and any(
        abs(len(part) - len(word)) <= 2 and SequenceMatcher(None, word, part).ratio() >= 0.75
        for part in parts
    )


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())
