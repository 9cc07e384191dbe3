"""What probably follows in an answer (prompt lookup): the words that a value is a copy of.

A guess is text; it is walked through a copy of the grammar as far as that goes. Nothing depends on
a guess but the time that an answer takes. A value that has begun goes on as the document does
where it stands first: a text to the end of its column or line, over a comma there; a date to the
end of its shape; anything else to the end of its word. One that has not begun is looked for on the
line that says most of its field's label, a type's first text on the first line.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Protocol

from llguidance import LLMatcher, LLTokenizer

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Page
from appliance.extraction.batches import Tokens
from appliance.fields.chunks import Chunks
from appliance.fields.grounding import label_words, words_of
from appliance.fields.types import SHAPES

MOST = 16
"""Tokens drafted at once: of 12, 16, 20, 24 and 32 the cheapest by calls and tokens of 25 receipts,
where a batch costs as much as eight of its tokens; not timed."""

DraftTokens = Callable[[bytes], tuple[bytes, bytes]]
"""Of an answer so far: the beginning of the value that it is in, and what probably follows; empty
where there is nothing to guess by."""


class Vocabulary(Protocol):
    tokenizer: LLTokenizer

    def tokenize(self, text: str, *, special: bool = False) -> list[int]: ...
    def detokenize(self, tokens: Sequence[int]) -> bytes: ...


def draft(
    vocabulary: Vocabulary, matcher: LLMatcher, guess: DraftTokens, text: bytes, room: int
) -> tuple[Tokens, ...]:
    """Steps of a choice and what is forced after it, of ``room`` tokens at most; ``text`` is the
    answer so far."""
    ahead = matcher.deep_copy()
    steps: list[Tokens] = []
    left = min(room, MOST)
    while plan := _planned(vocabulary, *guess(text)):
        while plan:
            step = _step(ahead, plan.popleft())
            if step is None or len(step) > left:
                return tuple(steps)
            steps.append(step)
            left -= len(step)
            text += vocabulary.detokenize(step)
            if any(plan.popleft() != token for token in step[1:] if plan):
                break  # the grammar cuts or goes on where the guess would not: guess anew
    return tuple(steps)


def _planned(vocabulary: Vocabulary, said: bytes, rest: bytes) -> deque[int]:
    """The tokens of ``rest``, if possible as they are after ``said``."""
    try:
        tokens = vocabulary.tokenize((said + rest).decode())
    except UnicodeDecodeError:  # what is said may end within a character
        return deque(vocabulary.tokenizer.tokenize_bytes(rest))
    written = b""
    for count, token in enumerate(tokens):
        if written == said:
            return deque(tokens[count:])
        written += vocabulary.detokenize([token])
    return deque(vocabulary.tokenizer.tokenize_bytes(rest))


def _step(ahead: LLMatcher, token: int) -> Tokens | None:
    """Taken by the copy; None when the grammar refuses it or is at its end."""
    if ahead.is_stopped() or ahead.try_consume_tokens([token]) != 1:
        return None
    forced = () if ahead.is_stopped() else tuple(ahead.compute_ff_tokens())
    ahead.try_consume_tokens(list(forced))
    return token, *forced


_LAST = 600
"""Characters of an answer in which the value stands that is being written."""
_OPEN = re.compile(r'"(\w+)":(?:( ?)| "((?:[^"\\]|\\.)*))$')
_TEXT = re.compile(r"[^\n\t]*(?:(?<=,)\n[^\n\t]*)*")
_WORD = re.compile(r"[^\s,:;)\]}]*(?:[,:;)\]}]+[^\s,:;)\]}]+)*")
_NUMBER = re.compile(r"(?<!\S)[-+(]?\d(?:[\d.,'’]*\d)?(?!\S)")
_DATE = re.compile(rf"(?<!\w)(?:{SHAPES[FieldType.DATE]})(?!\w)")
_ENDS = {FieldType.TEXT: _TEXT, FieldType.DATE: _DATE}
_BEGINS = {
    FieldType.DATE: _DATE,
    **dict.fromkeys(
        (FieldType.AMOUNT, FieldType.QUANTITY, FieldType.INTEGER, FieldType.PERCENT), _NUMBER
    ),
}
"""Types of which a value can be told by its looks."""


class PromptLookup:
    """Of one window; ``runs`` are the chunks of its ``pages``."""

    def __init__(self, doctype: DocType, pages: Sequence[Page], runs: Sequence[Chunks]) -> None:
        self._specs = {spec.name: spec for spec in doctype.fields}
        pieces = [
            piece
            for page, run in zip(pages, runs, strict=True)
            for piece in (*_pieces(page, run), "\n")
        ]
        self._starts = list(accumulate(map(len, pieces), initial=0))
        self._page = "".join(pieces)
        self._text = re.sub(r"[\n\t]", " ", self._page)  # as an answer writes it
        self._title = next(iter(doctype.fields), None)
        self._likeliest: dict[str, str] = {}

    def __call__(self, answer: bytes) -> tuple[bytes, bytes]:
        """As ``DraftTokens`` says."""
        text = answer.decode("utf-8", "ignore")
        found = _OPEN.search(text[-_LAST:])
        if not found:
            return b"", b""
        name, blank, said = found.groups()
        if said is None:
            return b"", b'"' if blank else b' "'
        spec = self._specs.get(name)
        value = self._going_on(said, spec) if said else self._beginning(name)
        return said.encode(), (value[len(said) :] + '"' if value else "").encode()

    def _going_on(self, said: str, spec: FieldSpec | None) -> str:
        for at in self._standing(said):
            value = self._value(at, spec, least=len(said))
            if value.startswith(said):
                return value
        return ""

    def _standing(self, said: str) -> Iterator[int]:
        """Where it begins with a chunk."""
        at = self._text.find(said)
        while at >= 0:
            if self._starts[bisect_left(self._starts, at)] == at:
                yield at
            at = self._text.find(said, at + 1)

    def _value(self, at: int, spec: FieldSpec | None, *, least: int = 0) -> str:
        """From a place on, and over the end of its line if ``least`` characters are."""
        ends = _ENDS.get(spec.type, _WORD) if spec and spec.type.verbatim else _TEXT
        found = ends.match(self._page, at + least if ends is _TEXT else at)
        return self._text[at : found.end()] if found else ""

    def _beginning(self, name: str) -> str:
        if name not in self._likeliest:
            self._likeliest[name] = self._by_label(self._specs.get(name))
        return self._likeliest[name]

    def _by_label(self, spec: FieldSpec | None) -> str:
        if spec and spec is self._title and spec.type is FieldType.TEXT:
            return self._value(0, spec)
        looks = _BEGINS.get(spec.type) if spec else None
        if spec is None or looks is None:
            return ""
        label = label_words(spec)
        best, rank = "", -1
        for line in self._page.split("\n"):
            values = [found.group() for found in looks.finditer(line)]
            said = len(label & words_of(line))
            if values and said > rank:
                best, rank = values[-1], said
        return best


def _pieces(page: Page, run: Chunks) -> Iterator[str]:
    """Its chunks as an answer writes them, but a line feed where a line ends and a tab in a gap."""
    words, before = page.words, 0
    for text, word in zip(run.texts, run.words, strict=True):
        if word is not None:
            before = word
            yield json.dumps(text, ensure_ascii=False)[1:-1]
        elif words[before + 1].line != words[before].line:
            yield "\n"
        else:
            yield "\t" if words[before + 1].gap > 1 else text
