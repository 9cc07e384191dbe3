"""One header and what stands below it become rows: lines that begin one, and what goes on. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from appliance.tables.columns import Band, Laid, laid, split_by_body
from appliance.tables.headers import bands, stands_apart
from appliance.tables.numbers import Kind, kind_of
from appliance.tables.page_lines import PlacedWord, TextLine, Words

MOST_LINES = 400
"""Below a header that are looked at."""
_MOST_LABELS = 12
"""Lines that a turned table has."""

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
    title: Sequence[PlacedWord] = field(default=())


def grid_below(
    lines: Sequence[TextLine],
    block: tuple[int, int],
    number: int,
    known: Sequence[Sequence[Band]] = (),
) -> Grid | None:
    """``known``: columns of other pages, by which a header of the same words is cut."""
    first, last = block
    header = lines[first : last + 1]
    columns = bands(header)
    if len(columns) < 2:
        return None
    body = lines[last + 1 : last + 1 + MOST_LINES]
    headers = _next_headers(lines, last + 1, columns)
    own = body[: headers[0]] if headers else body
    columns = split_by_body(columns, _like_rows(own)[:8])
    columns = _cut_as_before(columns, known)
    cells = [laid(line, columns) for line in body]
    begins = _beginnings(body, cells, header[-1].base, headers)
    if not begins:
        return None
    columns = [
        band.holding([word for at in begins for word in cells[at].get(column, [])])
        for column, band in enumerate(columns)
    ]
    cells = [laid(line, columns) for line in body]
    rows = _rows(body, cells, begins, header[-1].base, len(columns))
    above = lines[max(0, first - 3) : first]
    heads = [laid(line, columns) for line in header]
    return Grid(
        number,
        columns,
        rows,
        _labelled([*header, *body], [*heads, *cells], header[-1].base, len(columns)),
        tuple(word for line in above for word in line.words),
    )


def _next_headers(lines: Sequence[TextLine], start: int, columns: Sequence[Band]) -> list[int]:
    """Lines of the body that are as wide as this header and stand above numbers."""
    width = columns[-1].right - columns[0].left
    lines = lines[: start + MOST_LINES]
    return [
        at - start
        for at in range(start + 1, len(lines) - 1)
        if lines[at].numbers == 0
        and lines[at].right - lines[at].left > 0.6 * width
        and lines[at + 1].numbers > 0.3
        and lines[at].cells >= 3
        and stands_apart(lines[at])
    ]


def _like_rows(body: Sequence[TextLine]) -> list[TextLine]:
    found = [line for line in body[:25] if len(line.pieces) >= 3]
    return found or [line for line in body[:6] if len(line.pieces) >= 2]


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


def _says_number(cells: Laid) -> bool:
    return any(word.is_number for cell in cells.values() for word in cell)


def _filled(line: TextLine, cells: Laid) -> int:
    return min(len(cells), len(line.runs))


def _beginnings(
    body: Sequence[TextLine],
    cells: Sequence[Laid],
    header_base: float,
    headers: Sequence[int],
) -> list[int]:
    """Lines that begin a row: they fill about as many columns as the fullest of the first ones, and
    say the same kinds of things in the same columns. Another header ends the table, but for one
    inside a row, below which a line says wholly the same."""
    counts = [_filled(line, cell) for line, cell in zip(body, cells, strict=True)]
    head = [n for n, cell in zip(counts[:12], cells, strict=False) if n >= 2 and _says_number(cell)]
    if not head:
        return []
    least = max(2, round(0.6 * max(head) + 0.01))
    full = [at for at, n in enumerate(counts) if n >= least and _says_number(cells[at])]
    if not full:
        return []
    kinds = {
        at: {column: kind_of(w.text for w in cell) for column, cell in cells[at].items()}
        for at in full
    }
    close = [at for at in full if body[at].top - header_base < 9 * body[at].height][:12] or full[:1]
    most = max(counts[at] for at in close)
    pattern = kinds[
        max(
            (at for at in close if counts[at] >= 0.85 * most),
            key=lambda at: (sum(_alike(kinds[n], kinds[at]) for n in full), -at),
        )
    ]
    kept: list[int] = []
    for at in full:
        if not _alike(kinds[at], pattern):
            continue
        # A table does not jump over half a page of other text.
        if kept and body[at].top - body[kept[-1]].base > 40 * body[at].height:
            break
        if any(kept[-1] < header < at for header in headers if kept) and kinds[at] != pattern:
            break
        kept.append(at)
    return kept


def _alike(mine: Mapping[int, Kind], pattern: Mapping[int, Kind]) -> bool:
    same = 0.0
    for column, kind in pattern.items():
        if mine.get(column) == kind:
            same += 1
        elif column in mine and "mixed" in (mine[column], kind):
            same += 0.5
    more = sum(column not in pattern for column in mine)
    return same - 0.25 * more >= 0.6 * len(pattern)


def _rows(
    body: Sequence[TextLine],
    cells: Sequence[Laid],
    begins: Sequence[int],
    header_base: float,
    width: int,
) -> list[GridRow]:
    first = begins[0]
    size = body[first].height
    centred = (
        0 < first <= 4
        and body[first].top - body[first - 1].base < 0.6 * size
        and body[0].top - header_base > -0.2 * size
    )
    owned: list[list[int]] = [[at] for at in begins]
    if centred:
        owned[0] = [*range(first), first]
    for number, (start, end) in enumerate(zip(begins, begins[1:], strict=False)):
        cut = end
        if centred and end > start + 1:
            cut = max(range(start + 1, end + 1), key=lambda at: body[at].top - body[at - 1].base)
        owned[number] += range(start + 1, cut)
        owned[number + 1] = [*range(cut, end), *owned[number + 1]]
    owned[-1] += _tail(body, cells, begins, size)
    return [_row([cells[at] for at in lines], width) for lines in owned]


def _tail(
    body: Sequence[TextLine],
    cells: Sequence[Laid],
    begins: Sequence[int],
    size: float,
) -> list[int]:
    """What goes on below the last row: close, no row or header of its own, and no sums: nothing
    below a number where no other row has anything below it."""
    last = begins[-1]
    below = {
        column
        for start, end in zip(begins, begins[1:], strict=False)
        for cell in cells[start + 1 : end]
        for column in cell
    }
    numbers = {
        column for column, cell in cells[last].items() if kind_of(w.text for w in cell) == "number"
    }
    least = max(2, round(0.6 * len(cells[last]) + 0.01))
    tail = []
    for at in range(last + 1, min(last + 12, len(body))):
        line = body[at]
        apart = len(line.pieces) >= 2 and len(cells[at]) > 2
        if (
            line.top - body[at - 1].base > 1.1 * size
            or _filled(line, cells[at]) >= least
            or (apart and not _says_number(cells[at]))
            or (numbers - below) & set(cells[at])
        ):
            break
        tail.append(at)
    return tail


def _row(lines: Sequence[Laid], width: int) -> GridRow:
    return tuple(tuple(cell[at] for cell in lines if at in cell) for at in range(width))


def _labelled(
    lines: Sequence[TextLine], cells: Sequence[Laid], header_base: float, width: int
) -> list[GridRow]:
    """From the header to the last line close below it whose label has something beside it in most
    columns; no label stands twice."""
    groups: list[list[Laid]] = []
    labels: set[str] = set()
    whole = 0
    base = lines[0].base
    for line, cell in zip(lines, cells, strict=True):
        below = line.top > header_base
        if below and line.top - base > 1.1 * line.height:
            break
        base = line.base
        if groups and 0 not in cell and below:
            groups[-1].append(cell)
            continue
        label = " ".join(word.text for word in cell.get(0, ()))
        if len(groups) == _MOST_LABELS or (below and label in labels):
            break
        labels.add(label)
        groups.append([cell])
        if len(cell) >= max(2, 0.5 * width):
            whole = len(groups)
    return [_row(group, width) for group in groups[:whole]]
