"""Which lines below a header begin a row: those that say the same kinds of things in the same
columns. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from appliance.tables.columns import Band, Laid, laid
from appliance.tables.headers import has_decimals
from appliance.tables.numbers import Kind, kind_of
from appliance.tables.page_lines import PlacedWord, TextLine

_FIRST_LINES = 12
"""Below a header, among which one is a whole row."""
_COMPARED = 40
"""Lines that could begin a row and say what one looks like."""
_CLOSE = 9
"""Heights below a header within which its first row begins, where one does."""
_WIDER = 1.25
"""Times the widest space within a table that is wider than it: below it, it may be at its end."""
_SPACE = 1.1
"""Heights; a space that is no wider ends nothing."""
_FARTHEST = 40
"""Heights; a table does not jump over half a page of other text."""


class Body:
    """Lines below a header, laid into its columns when they are looked at."""

    def __init__(self, lines: Sequence[TextLine], columns: Sequence[Band]) -> None:
        self.lines = lines
        self.columns = columns
        self._laid: dict[int, Laid] = {}

    def __getitem__(self, at: int) -> Laid:
        if at not in self._laid:
            self._laid[at] = laid(self.lines[at], self.columns)
        return self._laid[at]

    def filled(self, at: int) -> int:
        return min(len(self[at]), len(self.lines[at].runs))

    def kinds(self, at: int) -> Mapping[int, Kind]:
        return {column: kind_of(word.text for word in cell) for column, cell in self[at].items()}


def beginnings(body: Body, header_base: float, headers: Sequence[int]) -> list[int]:
    """Rising. Another header, one of ``headers``, ends the table, but for one inside a row, below
    which a line says wholly the same."""
    lines = body.lines
    first = [
        body.filled(at)
        for at, line in enumerate(lines[:_FIRST_LINES])
        if line.numbers and len(line.runs) >= 2
    ]
    if not first or max(first) < 2:
        return []
    least = max(2, round(0.6 * max(first) + 0.01))
    pattern = _pattern(body, header_base, list(islice(_full(body, least), _COMPARED)))
    kept: list[int] = []
    for at in _full(body, least):
        if kept and lines[at].top - lines[kept[-1]].base > _FARTHEST * lines[at].height:
            break
        kinds = body.kinds(at)
        if not alike(kinds, pattern):
            continue
        if kept and kinds != pattern and any(kept[-1] < header < at for header in headers):
            break
        if _is_apart(lines, kept, at, header_base) and not _fits(body, kept, at):
            continue
        kept.append(at)
    return kept


def _is_apart(lines: Sequence[TextLine], kept: Sequence[int], at: int, header_base: float) -> bool:
    """A wider space lies above it than any from the header to the last row that was ``kept``."""
    if not kept:
        return False
    within = [_space(lines, one) for one in range(kept[0] + 1, kept[-1] + 1)]
    widest = max([lines[kept[0]].top - header_base, *within])
    above = max(_space(lines, one) for one in range(kept[-1] + 1, at + 1))
    return above > max(_WIDER * widest, _SPACE * lines[at].height)


def _space(lines: Sequence[TextLine], at: int) -> float:
    return lines[at].top - lines[at - 1].base


def _fits(body: Body, kept: Sequence[int], at: int) -> bool:
    """It says words where all rows that were ``kept`` do, and decimals wherever all of them do: so
    do no account and no sum."""
    rows = [body[one] for one in kept]
    every = set.intersection(*map(set, rows))
    decimal = {column for column in every if all(has_decimals(row[column]) for row in rows)}
    worded = {column for column in every if all(_is_worded(row[column]) for row in rows)}
    mine = body[at]
    return all(has_decimals(mine.get(column, ())) for column in decimal) and (
        not worded or any(_is_worded(mine.get(column, ())) for column in worded)
    )


def _is_worded(words: Sequence[PlacedWord]) -> bool:
    return kind_of(word.text for word in words) != "number"


def _full(body: Body, least: int) -> Iterator[int]:
    """Lines that fill about as many columns as the fullest of the first."""
    for at, line in enumerate(body.lines):
        if line.numbers and len(line.runs) >= least and body.filled(at) >= least:
            yield at


def _pattern(body: Body, header_base: float, full: Sequence[int]) -> Mapping[int, Kind]:
    """What the line says that most others are like, of the fullest close to the header: above what
    stands apart."""
    lines = body.lines
    kinds = {at: body.kinds(at) for at in full}
    close = [at for at in full if lines[at].top - header_base < _CLOSE * lines[at].height]
    close = close[:_FIRST_LINES] or list(full[:1])
    ends = (
        at for at in range(1, len(close)) if _is_apart(lines, close[:at], close[at], header_base)
    )
    close = close[: next(ends, None)]
    most = max((body.filled(at) for at in close), default=0)
    fullest = [at for at in close if body.filled(at) >= 0.85 * most]
    best = max(
        fullest,
        key=lambda at: (sum(alike(kinds[other], kinds[at]) for other in full), -at),
        default=None,
    )
    return {} if best is None else kinds[best]


def alike(mine: Mapping[int, Kind], pattern: Mapping[int, Kind]) -> bool:
    """Whether a line says the kinds of a ``pattern`` in most of its columns, and little besides."""
    if not pattern:
        return False
    same = 0.0
    for column, kind in pattern.items():
        if mine.get(column) == kind:
            same += 1
        elif column in mine and "mixed" in (mine[column], kind):
            same += 0.5
    more = sum(column not in pattern for column in mine)
    return same - 0.25 * more >= 0.6 * len(pattern)
