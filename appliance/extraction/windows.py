"""A long document in windows that fit the model.

Pure. Whole pages where possible, one page of overlap; a page too long is cut at lines, a line too
long between words. A word that fits nowhere is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby

from appliance.domain.document import Document, Page, page_text
from appliance.tables.table import WordKey


@dataclass(frozen=True, slots=True)
class PageRange:
    """The words ``start`` to ``end`` (exclusive) of one page."""

    page: int
    start: int
    end: int


Window = tuple[PageRange, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    part: PageRange
    cost: int
    """Tokens."""


def windows(
    document: Document,
    *,
    limit: int,
    count: Callable[[str], int],
    hidden: Set[WordKey] = frozenset(),
) -> tuple[Window, ...]:
    """Windows of at most ``limit`` tokens as ``count`` counts them; none without words. A line of
    which every word is ``hidden`` stands in no window."""
    if not hidden and _bytes(document) < limit:  # no token is shorter: nothing to count
        shown = [(number, page.words) for number, page in enumerate(document.pages) if page.words]
        return (
            (tuple(PageRange(number, 0, len(words)) for number, words in shown),) if shown else ()
        )
    blocks = [
        block
        for number, page in enumerate(document.pages)
        for block in _blocks(page, number, hidden, limit, count)
    ]
    found: list[Window] = []
    while blocks:
        size = _fitting(blocks, limit)
        found.append(tuple(block.part for block in blocks[:size]))
        blocks = blocks[_next(blocks, size, limit) :]
    return tuple(found)


def pages(document: Document, window: Window) -> tuple[Page, ...]:
    """The pages as far as the window shows them."""
    return tuple(
        replace(page, words=page.words[part.start : part.end])
        for part in window
        for page in (document.pages[part.page],)
    )


def left_out(
    document: Document, cut: Iterable[Window], *, hidden: Set[WordKey] = frozenset()
) -> int:
    """How many words no window shows, though they are not ``hidden``."""
    shown = {(part.page, at) for w in cut for part in w for at in range(part.start, part.end)}
    return sum(len(page.words) for page in document.pages) - len(shown | hidden)


def _bytes(document: Document) -> int:
    return sum(len(page_text(page).encode("utf-8", "replace")) + 1 for page in document.pages)


def _fitting(blocks: Sequence[_Block], limit: int) -> int:
    total = size = 0
    for block in blocks:
        total += block.cost
        if total > limit:
            break
        size += 1
    return size


def _next(blocks: Sequence[_Block], size: int, limit: int) -> int:
    """Where the next window begins: at the last block again, if there is room for both."""
    if 1 < size < len(blocks) and blocks[size - 1].cost + blocks[size].cost <= limit:
        return size - 1
    return size


def _blocks(
    page: Page, number: int, hidden: Set[WordKey], limit: int, count: Callable[[str], int]
) -> Iterator[_Block]:
    """The page as a whole, or cut at lines."""
    start = end = cost = 0
    for piece in _pieces(page, number, hidden, limit, count):
        if cost and (cost + piece.cost > limit or piece.part.start != end):
            yield _Block(PageRange(number, start, end), cost)
            cost = 0
        if not cost:
            start = piece.part.start
        end, cost = piece.part.end, cost + piece.cost
    if cost:
        yield _Block(PageRange(number, start, end), cost)


def _pieces(
    page: Page, number: int, hidden: Set[WordKey], limit: int, count: Callable[[str], int]
) -> Iterator[_Block]:
    """Lines, in halves where they are too long."""
    at = 0
    for _, words in groupby(page.words, key=lambda word: word.line):
        start, at = at, at + len(list(words))
        if not all((number, word) in hidden for word in range(start, at)):
            yield from _halve(page, PageRange(number, start, at), limit, count)


def _halve(
    page: Page, part: PageRange, limit: int, count: Callable[[str], int]
) -> Iterator[_Block]:
    cost = count(page_text(replace(page, words=page.words[part.start : part.end])) + "\n")
    if cost <= limit:
        yield _Block(part, max(cost, 1))
    elif part.end - part.start > 1:
        middle = (part.start + part.end) // 2
        yield from _halve(page, replace(part, end=middle), limit, count)
        yield from _halve(page, replace(part, start=middle), limit, count)
