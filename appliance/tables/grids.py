"""One header and what stands below it become rows: lines that begin one, and what goes on. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.tables.beginnings import Body, beginnings
from appliance.tables.columns import Band, Laid, joined_by_body, split_by_body
from appliance.tables.headers import bands, has_decimals, heads_rows
from appliance.tables.page_lines import PlacedWord, TextLine, Words

MOST_LINES = 250
"""Below a header that are looked at."""
MOST_COLUMNS = 40
_LOOKED_AT = 8
"""Lines below a header that say which columns it has."""
_FULL = 0.7
"""Share of the pieces of the fullest of them."""
_MOST_LABELS = 12
"""Lines that a turned table has."""
_REGULAR, _APART = 3, 1.4
"""Lines of a turned table after which its pitch is known, and how much farther away no more of it
is."""

_LEAST_COLUMNS, _LEAST_ROWS = 3, 2
"""Of a table whose header stands on the page before."""
_AT_FOOT = 4
"""Lines below a header that stands at the foot of its page, at most."""
LINES_AT_FOOT = _AT_FOOT + 3
"""Among which such a header stands, of several lines."""
_ON_TOP = 8
"""Lines above the first row on the next page, at most."""

GridRow = tuple[tuple[Words, ...], ...]
"""By column the lines of a cell."""


@dataclass(frozen=True)
class Grid:
    """A table of one page."""

    page: int
    bands: Sequence[Band]
    rows: Sequence[GridRow]
    """A record a row."""
    labelled: Sequence[GridRow]
    """The same lines, header first, each that begins in the first column a row: for tables whose
    records run across."""
    title: Sequence[PlacedWord]
    """Words of the lines just above it."""
    headed_on: int | None = None
    """The page of the words that head it, where its rows begin on the next one."""

    @property
    def header_page(self) -> int:
        return self.page if self.headed_on is None else self.headed_on


def grid_below(
    lines: Sequence[TextLine],
    block: tuple[int, int],
    number: int,
    known: Sequence[Sequence[Band]],
) -> Grid | None:
    """Below the header ``block``, its first and last line, on page ``number``; None where no row
    begins there. ``known``: columns of other pages, by which a header of the same words is cut."""
    first, last = block
    header = lines[first : last + 1]
    columns = bands(header)
    if not 2 <= len(columns) <= MOST_COLUMNS:
        return None
    below = lines[last + 1 : last + 1 + MOST_LINES]
    width = columns[-1].right - columns[0].left
    headers = [at for at in range(1, len(below) - 1) if heads_rows(below, at, width)]
    own = below[: headers[0]] if headers else below
    rows = _like_rows(own)
    columns = joined_by_body(split_by_body(columns, rows), rows)
    columns = _cut_as_before(columns, known)
    body = Body(below, columns)
    begins = beginnings(body, header[-1].base, headers)
    if not begins:
        return None
    columns = [
        band.holding([word for at in begins for word in body[at].get(column, [])])
        for column, band in enumerate(columns)
    ]
    above = lines[max(0, first - 3) : first]
    return Grid(
        number,
        columns,
        rows_of(Body(below, columns), begins, header[-1].base),
        _labelled(Body([*header, *below], columns), header[-1].base),
        tuple(word for line in above for word in line.words),
    )


def grid_behind(
    lines: Sequence[TextLine],
    block: tuple[int, int],
    number: int,
    behind: Sequence[TextLine],
    by: float,
) -> Grid | None:
    """Return the table below a header at the foot of page ``number`` whose rows all stand on the
    page ``behind`` it; None where they do not begin on top of that one. Lengths there are ``by``
    times as long."""
    first, last = block
    columns = [band.scaled(by) for band in bands(lines[first : last + 1])]
    if not _LEAST_COLUMNS <= len(columns) <= MOST_COLUMNS or len(lines) - 1 - last > _AT_FOOT:
        return None
    below = behind[:MOST_LINES]
    width = columns[-1].right - columns[0].left
    body = Body(below, columns)
    begins = beginnings(body, below[0].base, ()) if below else []
    if len(begins) < _LEAST_ROWS or begins[0] > _ON_TOP:
        return None
    if any(heads_rows(below, at, width) for at in range(begins[0])):
        return None
    rows = rows_of(body, begins, below[0].base)
    return Grid(number + 1, columns, rows, (), (), headed_on=number)


def _like_rows(body: Sequence[TextLine]) -> list[TextLine]:
    """Of the first lines that stand apart those that are about as full as the fullest: sums below
    a lone row are not."""
    found = [line for line in body[:25] if len(line.pieces) >= 3][:_LOOKED_AT]
    if not found:
        return [line for line in body[:6] if len(line.pieces) >= 2]
    most = max(len(line.pieces) for line in found)
    return [line for line in found if len(line.pieces) >= _FULL * most]


def _cut_as_before(columns: list[Band], known: Sequence[Sequence[Band]]) -> list[Band]:
    """The same words were cut into more columns on another page: cut so here too."""
    words = [word for band in columns for word in band.header]
    texts = sorted(word.text for word in words)
    for other in known:
        said = [word.text for band in other for word in band.header]
        if len(other) > len(columns) and sorted(said) == texts:
            left = list(words)
            return [Band.under([_taken(left, word.text) for word in b.header]) for b in other]
    return columns


def _taken(words: Words, text: str) -> PlacedWord:
    return words.pop(next(at for at, word in enumerate(words) if word.text == text))


def rows_of(body: Body, begins: Sequence[int], header_base: float) -> list[GridRow]:
    """A row for each of ``begins``, lines of ``body``, rising and one at least: with what goes on
    below it, or, where cells are centred, also above it. ``header_base`` is in heights."""
    lines = body.lines
    first = begins[0]
    size = lines[first].height
    numbers = {column for column, kind in body.kinds(first).items() if kind == "number"}
    centred = (
        0 < first <= 4
        # A sum brought forward stands above a row, and is no part of it.
        and not any(has_decimals(body[at].get(one, ())) for at in range(first) for one in numbers)
        and lines[first].top - lines[first - 1].base < 0.6 * size
        and lines[0].top - header_base > -0.2 * size
    )
    owned: list[list[int]] = [[at] for at in begins]
    if centred:
        owned[0] = [*range(first), first]
    for number, (start, end) in enumerate(zip(begins, begins[1:], strict=False)):
        cut = end
        if centred and end > start + 1:
            cut = max(range(start + 1, end + 1), key=lambda at: lines[at].top - lines[at - 1].base)
        owned[number] += range(start + 1, cut)
        owned[number + 1] = [*range(cut, end), *owned[number + 1]]
    owned[-1] += _tail(body, begins, size)
    return [_row([body[at] for at in one], len(body.columns)) for one in owned]


def _tail(body: Body, begins: Sequence[int], size: float) -> list[int]:
    """What goes on below the last row: close, no row or header of its own, and no sums: nothing
    below a number where no other row has anything below it, and no amount where no other row goes
    on with one."""
    lines, last = body.lines, begins[-1]
    inner = [
        at for start, end in zip(begins, begins[1:], strict=False) for at in range(start + 1, end)
    ]
    below = {column for at in inner for column in body[at]}
    counted = any(has_decimals(lines[at].words) for at in inner)
    numbers = {column for column, kind in body.kinds(last).items() if kind == "number"}
    least = max(2, round(0.6 * len(body[last]) + 0.01))
    tail = []
    for at in range(last + 1, min(last + 12, len(lines))):
        apart = len(lines[at].pieces) >= 2 and len(body[at]) > 2
        if (
            lines[at].top - lines[at - 1].base > 1.1 * size
            or body.filled(at) >= least
            or (apart and not lines[at].numbers)
            or (numbers - below) & set(body[at])
            or (has_decimals(lines[at].words) and not counted)
        ):
            break
        tail.append(at)
    return tail


def _row(lines: Sequence[Laid], width: int) -> GridRow:
    return tuple(tuple(cell[at] for cell in lines if at in cell) for at in range(width))


def _labelled(body: Body, header_base: float) -> list[GridRow]:
    """From the header to the last line close below it whose label has something beside it in most
    columns; no label stands twice, and what stands farther apart than these do is another table."""
    width = len(body.columns)
    groups: list[list[Laid]] = []
    labels: set[str] = set()
    whole = 0
    base, farthest = body.lines[0].base, 0.0
    for at, line in enumerate(body.lines):
        below = line.top > header_base
        pitch = line.base - base
        apart = len(groups) >= _REGULAR and pitch > _APART * farthest
        if below and (line.top - base > 1.1 * line.height or apart):
            break
        base, farthest = line.base, max(farthest, pitch)
        cells = body[at]
        if groups and 0 not in cells and below:
            groups[-1].append(cells)
            continue
        label = " ".join(word.text for word in cells.get(0, ()))
        if len(groups) == _MOST_LABELS or (below and label in labels):
            break
        labels.add(label)
        groups.append([cells])
        if len(cells) >= max(2, 0.5 * width):
            whole = len(groups)
    return [_row(group, width) for group in groups[:whole]]
