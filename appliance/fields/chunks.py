"""Words cut into chunks, the smallest pieces that an answer may be made of.

Numbers, dates and codes stay whole, so that no answer takes 2017 out of 25/12/2017; currency
marks, colons, quotes, brackets and trailing punctuation stand apart. Every run of chunks is a run
of characters of ``text``, and one place in ``text`` is one run of words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from appliance.domain.document import Word

_BLANK = " "
_APART = '"“”„«»‹›()[]{}<>|;=*'
_EDGE = ".,:!?…'’‘`´%&/\\_~#•·"
_AMOUNT = r"[-+]?\d[\d.,'’]*[.,]\d{1,3}-?"
_MARK = r"[^\W\d_]{1,4}\$?|[^\W\d_]{0,3}\$"

CURRENCIES = "€$£¥₹₽₺₩₫₪₱฿¢₴₸₼₾₦"
"""Marks that stand apart from their amounts."""
_SYMBOL = re.compile(f"([{CURRENCIES}])")
_CUTS = (
    re.compile(rf"({_MARK})({_AMOUNT})"),  # RM9.00
    re.compile(rf"({_AMOUNT})({_MARK})"),  # 9.00EUR, 1.5kg
    re.compile(r"([^\W\d_]+)(\.)(\d.*)"),  # No.53
)


@dataclass(frozen=True, slots=True)
class Chunks:
    """The chunks of a run of words, blanks between words among them."""

    texts: tuple[str, ...]
    words: tuple[int | None, ...]
    """Of each chunk, the index of its word; None for a blank."""

    @property
    def text(self) -> str:
        """All of it, as an answer would have to write it."""
        return "".join(self.texts)


@dataclass(frozen=True, slots=True)
class WordRange:
    """A run of chunks by the words that it begins and ends in, ``end`` exclusive."""

    start: int
    end: int
    """Indices of words on the page."""


def chunks(words: Sequence[Word]) -> Chunks:
    texts: list[str] = []
    owners: list[int | None] = []
    for index, word in enumerate(words):
        if index and _blank_before(words, index):
            texts.append(_BLANK)
            owners.append(None)
        # Half a surrogate pair out of a broken PDF can't be written as UTF-8: "?" stands for it.
        pieces = cut(word.text.encode("utf-8", "replace").decode())
        texts += pieces
        owners += [index] * len(pieces)
    return Chunks(tuple(texts), tuple(owners))


def cut(word: str) -> list[str]:
    """The chunks of one word; joined they are the word."""
    return [piece for part in _parts(word) for piece in _peel(part) if piece]


class Finder:
    """Looks for many texts within the same chunks, which are made ready once."""

    def __init__(self, within: Chunks) -> None:
        self._within = within
        self._text = within.text
        self._starts = _starts(within.texts)
        self._edges = frozenset(self._starts)

    def find(self, text: str, *, fold: bool = False) -> list[tuple[str, WordRange]]:
        """Every run of chunks that reads ``text``, as it stands there, and its place.

        ``fold`` ignores case.
        """
        whole, wanted = (self._folded, _lower(text)) if fold else (self._text, text)
        found = []
        at = whole.find(wanted) if wanted.strip() else -1
        while at >= 0:
            end = at + len(wanted)
            if at in self._edges and end in self._edges:
                found.append((self._text[at:end], self._place(at, end)))
            at = whole.find(wanted, at + 1)
        return found

    @cached_property
    def _folded(self) -> str:
        return _lower(self._text)

    def _place(self, start: int, end: int) -> WordRange:
        first, last = (bisect_right(self._starts, at) - 1 for at in (start, end))
        owners = [owner for owner in self._within.words[first:last] if owner is not None]
        return WordRange(owners[0], owners[-1] + 1)


def find(text: str, within: Chunks, *, fold: bool = False) -> list[tuple[str, WordRange]]:
    """As ``Finder`` does, for one text."""
    return Finder(within).find(text, fold=fold)


def runs(within: Chunks, *, longest: int) -> Iterator[str]:
    """Every run that neither begins nor ends with a blank, up to ``longest`` characters."""
    for start, first in enumerate(within.texts):
        if first == _BLANK:
            continue
        run = ""
        for text in within.texts[start:]:
            run += text
            if len(run) > longest:
                break
            if text != _BLANK:
                yield run


def _blank_before(words: Sequence[Word], index: int) -> bool:
    word = words[index]
    return word.gap > 0 or word.line != words[index - 1].line


def _parts(word: str) -> list[str]:
    """Cut wherever two sides can't belong together, whatever stands around them."""
    parts = [""]
    for index, character in enumerate(word):
        if _stands_apart(word, index):
            parts += [character, ""]
        else:
            parts[-1] += character
    return [piece for part in parts for piece in _SYMBOL.split(part)]


def _stands_apart(word: str, index: int) -> bool:
    character = word[index]
    if character in _APART:
        return True
    before, after = word[index - 1 : index], word[index + 1 : index + 2]
    if character in ":,":
        return not (before.isdigit() and after.isdigit())
    # "and/or" are two words, "25/12/2018" and "A/123" are not.
    return character == "/" and not any(letter.isdigit() for letter in word)


def _peel(part: str) -> list[str]:
    """Leading and trailing punctuation apart, then marks apart from the amounts they stand at."""
    front: list[str] = []
    back: list[str] = []
    while len(part) > 1 and part[0] in _EDGE and not re.match(r"[.,]\d", part):
        front.append(part[0])
        part = part[1:]
    while len(part) > 1 and part[-1] in _EDGE:
        back.append(part[-1])
        part = part[:-1]
    return [*front, *_cut_marks(part), *reversed(back)]


def _cut_marks(part: str) -> list[str]:
    for pattern in _CUTS:
        match = pattern.fullmatch(part)
        if match:
            return list(match.groups())
    return [part]


def _lower(text: str) -> str:
    """Lower case that keeps every character's place."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _starts(texts: Sequence[str]) -> list[int]:
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text))
    return starts
