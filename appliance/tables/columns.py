"""Columns below the words that head them, and which words of a line stand in which. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from appliance.tables.numbers import goes_on
from appliance.tables.page_lines import WIDE, PlacedWord, TextLine, Words

Laid = Mapping[int, Words]
"""By column: what of a line stands in it, from the left."""

_OVERHANG = 1.0
"""Heights by which a header may stand over the column behind its own."""
_TOUCHING = 0.05
"""Heights that two things share before they stand over each other."""


@dataclass(frozen=True, slots=True)
class Band:
    """A column as it is found, in heights of the page's usual word."""

    header: tuple[PlacedWord, ...]
    left: float
    right: float
    """Of the words that head it."""
    low: float
    high: float
    """Of all that stands in it."""

    @staticmethod
    def under(words: Iterable[PlacedWord]) -> Band:
        header = tuple(sorted(words, key=lambda word: (round(word.bottom, 1), word.left)))
        left = min(word.left for word in header)
        right = max(word.right for word in header)
        return Band(header, left, right, left, right)

    def scaled(self, by: float) -> Band:
        """On a page on which lengths are so many times as long."""
        return replace(
            self,
            left=self.left * by,
            right=self.right * by,
            low=self.low * by,
            high=self.high * by,
        )

    def holding(self, words: Sequence[PlacedWord]) -> Band:
        if not words:
            return self
        return replace(
            self,
            low=min(self.left, *(word.left for word in words)),
            high=max(self.right, *(word.right for word in words)),
        )


def laid(line: TextLine, columns: Sequence[Band]) -> dict[int, Words]:
    """Each word in one of ``columns``, of which there is one at least: by column, from the left. A
    number close behind words, and below no header, goes on there: "bidon 50 1"."""
    cells: dict[int, Words] = {}
    for runs in line.runs_of_pieces:
        before: tuple[int, Words] | None = None
        for run in runs:
            if before and not (_is_figures(before[1]) or _touched(run, columns)):
                cells[before[0]].extend(run)
                continue
            for before in _placed(run, columns):
                column, part = before
                cells.setdefault(column, []).extend(part)
    return cells


def _is_figures(words: Words) -> bool:
    return all(word.is_number for word in words)


def _placed(run: Words, columns: Sequence[Band]) -> list[tuple[int, Words]]:
    """Columns that a run falls into: one, or several at its best cuts."""
    done: list[tuple[int, Words]] = []
    while run:
        hits = _touched(run, columns)
        if len(hits) <= 1:
            done.append((hits[0] if hits else _nearest(run, columns), run))
            break
        if len(run) == 1:
            done.append((min(hits, key=lambda at: _off(run[0], columns[at])), run))
            break
        first, second = columns[hits[0]], columns[hits[1]]
        cut = min(range(1, len(run)), key=lambda at: _cost(run, at, first, second))
        if _cost(run, cut, first, second) > _cost_of_one(run, first, second):
            done.append((max(hits, key=lambda at: _shared(run, columns[at])), run))
            break
        done.append((hits[0], run[:cut]))
        run = run[cut:]
    return done


def _touched(run: Words, columns: Sequence[Band]) -> list[int]:
    """Those of which it shares more than ``_TOUCHING``: asked of every run under every header, so
    without ``_shared``."""
    left, right = run[0].left, run[-1].right
    if right - left <= _TOUCHING:
        return []
    return [
        at
        for at, band in enumerate(columns)
        if right - band.left > _TOUCHING < band.right - left and band.right - band.left > _TOUCHING
    ]


def _shared(run: Words, band: Band) -> float:
    return min(run[-1].right, band.right) - max(run[0].left, band.left)


def _nearest(run: Words, columns: Sequence[Band]) -> int:
    left, right = run[0].left, run[-1].right

    def away(at: int) -> tuple[float, float]:
        band = columns[at]
        outside = max(band.low - right, left - band.high, 0.0)
        return outside, min(abs(band.left - left), abs(band.right - right))

    return min(range(len(columns)), key=away)


def _off(word: PlacedWord, band: Band) -> float:
    edges = min(
        abs(band.left - word.left),
        abs(band.right - word.right),
        abs(band.left + band.right - word.left - word.right) / 2,
    )
    return edges - 0.5 * _shared([word], band) / max(word.right - word.left, 0.1)


def _cost(run: Words, cut: int, first: Band, second: Band) -> float:
    """What stands in the wrong column, and how far the right part is from its column's edge."""
    before, behind = run[:cut], run[cut:]
    left, right = behind[0].left, behind[-1].right
    stray = max(0.0, _shared(before, second)) + max(0.0, _shared(behind[:1], first))
    edge = min(
        abs(left - second.left),
        abs(right - second.right),
        abs(left - second.low),
        abs(right - second.high),
    )
    return stray + 0.5 * edge - 0.5 * (left - before[-1].right)


def _cost_of_one(run: Words, first: Band, second: Band) -> float:
    """It overflows from its own column, or stands well inside one."""
    shares = _shared(run, first), _shared(run, second)
    return 0.35 * (run[-1].right - run[0].left - max(shares)) + min(shares)


def split_by_body(columns: Sequence[Band], body: Sequence[TextLine]) -> list[Band]:
    """A header below which two cells stand in most lines is two headers."""
    found = list(columns)
    for _ in range(4):
        cells = [laid(line, found) for line in body]
        more = [
            part
            for at, band in enumerate(found)
            for part in _split(band, [cell[at] for cell in cells if at in cell])
        ]
        if len(more) == len(found):
            break
        found = more
    return found


def joined_by_body(columns: Sequence[Band], body: Sequence[TextLine]) -> list[Band]:
    """Two headers hardly apart, below which no line has two cells, are one: an OCR sees wide spaces
    between the words of one."""
    found = list(columns)
    cells = [laid(line, found) for line in body]
    at = 1
    while at < len(found):
        one, other = found[at - 1 : at + 1]
        filled = [(at - 1 in cell, at in cell) for cell in cells]
        near = other.left - one.right < WIDE * max(word.height for word in one.header)
        if near and any(map(any, filled)) and not any(map(all, filled)):
            found[at - 1 : at + 1] = [Band.under((*one.header, *other.header))]
            cells = [laid(line, found) for line in body]
        else:
            at += 1
    return found


def _split(band: Band, cells: Sequence[Words]) -> list[Band]:
    corridor = _corridor(cells)
    if len(band.header) < 2 or corridor is None:
        return [band]
    left, right = corridor
    words = sorted(band.header, key=lambda word: word.left)
    cuts = [
        at
        for at in range(1, len(words))
        if words[at].left >= max(word.right for word in words[:at]) - 0.02
        and words[at - 1].left < right
        and words[at].right > left
        and words[at - 1].right < right + _OVERHANG
    ]
    if not cuts or left >= right:
        return [band]
    middle = (left + right) / 2
    cut = min(cuts, key=lambda at: abs((words[at - 1].right + words[at].left) / 2 - middle))
    return [Band.under(words[:cut]), Band.under(words[cut:])]


def _corridor(cells: Sequence[Words]) -> tuple[float, float] | None:
    """Where nothing stands in most of the cells, from left to right."""
    least = 0.6 * len(cells)
    gaps = [found for cell in cells if (found := _wide_gap(cell)) is not None]
    if len(gaps) < least:
        gaps = _behind_counted(cells)
    middles = [(left + right) / 2 for left, right in gaps]
    along = (
        [(left, right) for left, right in gaps if left <= middle <= right] for middle in middles
    )
    most = max(along, key=len, default=[])
    if not most or len(most) < least:
        return None
    return max(left for left, _ in most), min(right for _, right in most)


def _wide_gap(cell: Words) -> tuple[float, float] | None:
    for before, word in zip(cell, cell[1:], strict=False):
        apart = word.left - before.right
        mark = not any(character.isalnum() for character in word.text)
        unit = (
            before.is_number and not word.is_number and apart < (3 if mark else 1.3) * word.height
        )
        numbers = before.is_number and word.is_number and not goes_on(before.text, word.text)
        if numbers or (apart > WIDE * word.height and not unit):
            return before.right, word.left
    return None


def _behind_counted(cells: Sequence[Words]) -> list[tuple[float, float]]:
    """A number that counts the rows, close to what it counts: that begins in one place."""
    counted = [
        cell
        for cell in cells
        if len(cell) > 1 and cell[0].is_number and any(map(str.isalpha, cell[1].text))
    ]
    if not counted or len(counted) < 0.6 * len(cells):
        return []
    edges = [cell[1].left for cell in counted]
    if len(counted) > 1 and max(edges) - min(edges) >= 0.6 * counted[0][0].height:
        return []
    return [(cell[0].right, cell[1].left) for cell in counted]
