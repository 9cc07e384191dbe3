"""Text that does not read line by line across the page: blocks, wrapped cells, glued words. Pure.

Blocks of text beside other things - an address, a column of prose - are read as blocks: else two
addresses side by side would be read line by line across both. Tables stay rows: a stack of cells
is taken out only when it looks like an address or like prose.

Cells of a row that go on in the line below are put back together:

    Agency: Ax Media   Advertiser: Diana Harshbarger for   Market: Johnsn City-
                                   TN CD-1                         Bristl

reads "Agency: Ax Media Advertiser: Diana Harshbarger for TN CD-1 Market: Johnsn City- Bristl". The
line below counts as such only when it is close, has few cells, and each begins exactly below a
beginning in the row above.

A glued word is cut only beside a whole date, time or amount that touches letters:
"21/05/2018TIME:" falls into "21/05/2018" and "TIME:"; a code such as "INV-2017A" stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from appliance.reading.words import LayoutWord, Line, cells, height, room_between, says_figure

_DATE = (
    r"(?:\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})"
    r"|\d{1,2}-\d{1,2}-(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{4}/\d{2}/\d{2})"
)
_WHOLE_DATE = r"(?:\d{1,2}/\d{1,2}/\d{4}|\d{4}/\d{2}/\d{2})"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[AP]M\b)?"
_AMOUNT = r"(?:\d{1,3}(?:[.,]\d{3})+|\d+)[.,]\d{2}"
_CURRENCY = r"(?:RM|EUR|USD|GBP|CHF|PLN|MYR|[€$£])"
_SEAMS = (
    # a date before or behind letters, or before a time
    re.compile(rf"(?<=[^\W\d]|[:(\]])(?={_DATE}(?!\d))"),
    re.compile(rf"(?<![\d/.-]){_DATE}(?=[^\W\d_]{{2}}|\d{{1,2}}:\d{{2}})"),
    # a number and a date with a year of four digits
    re.compile(rf"(?<=\d-)(?={_WHOLE_DATE}(?:$|{_TIME}))"),
    re.compile(rf"(?<=\d-){_WHOLE_DATE}(?={_TIME})"),
    # both ends of a range of dates
    re.compile(rf"(?<![\d/.-]){_DATE}(?=-{_DATE}(?![\d/.-]))"),
    re.compile(
        rf"(?<=\d[/.-]\d\d-)(?={_DATE}(?![\d/.-]))|(?<=[/.-]\d{{4}}-)(?={_DATE}(?![\d/.-]))"
    ),
    # a time before letters that are more than AM or PM
    re.compile(rf"(?<![\d:]){_TIME}(?=[^\W\d_]{{3}})", re.IGNORECASE),
    # a label and its amount: "TOTAL:RM9.00", "Cash10.00"
    re.compile(rf"(?<=[^\W\d_]{{3}}:)(?=-?{_CURRENCY}?-?{_AMOUNT}\W?$)"),
    re.compile(rf"(?<=:)(?={_CURRENCY}{_AMOUNT}\W?$)"),
    re.compile(rf"(?<=[^\W\d_]{{4}})(?=-?{_AMOUNT}\W?$)"),
    re.compile(rf"(?<![\w.,-]){_AMOUNT}(?=[^\W\d_]{{4}})"),
    # a name and its number in brackets
    re.compile(r"(?<=[^\W\d_]{3})(?=\(\d{3})"),
    re.compile(r"(?:(?<=[^\W\d_])|(?<=[^\W\d_]\.))(?=\(\d{5})"),
)


def cuts(word: str) -> list[int]:
    """Places inside ``word`` where it falls apart, rising."""
    found = {match.end() for seam in _SEAMS for match in seam.finditer(word)}
    return sorted(at for at in found if 0 < at < len(word))


_CLOSE_BELOW = 0.35
"""Room between both lines, in character heights."""
_SAME = 0.4
"""How far beginnings may differ, in character heights."""


def unwrapped(lines: Iterable[Line]) -> list[Line]:
    """``lines`` from the top; each returned line is one row."""
    rows: list[Line] = []
    above: Line = []
    for line in lines:
        grown = _grown(rows[-1], above, line) if rows else None
        if grown is None:
            rows.append(line)
        else:
            rows[-1] = grown
        above = line
    return rows


def _grown(row: Line, above: Line, below: Line) -> Line | None:
    """The row with ``below`` worked into its cells; None when it is a row of its own.

    ``above`` is the line of the row that was worked in last.
    """
    columns, rest = cells(row), cells(below)
    size = min(piece.height for piece in below)
    few = len(columns) >= 3 and 2 * len(rest) <= len(columns)
    if not few or room_between(above, below) > _CLOSE_BELOW * size or _of_its_own(below):
        return None
    places = [_column(cell, columns, size) for cell in rest]
    if len(set(places)) < len(places):
        return None
    for place, cell in zip(places, rest, strict=True):
        # A bare number below the first cell numbers the next row.
        if place is None or (place == 0 and not any(map(_has_letters, cell))):
            return None
        columns[place] = columns[place] + cell
    return [piece for column in columns for piece in column]


def _of_its_own(below: Line) -> bool:
    """It states figures or labels."""
    return says_figure(below) or any(map(_is_label, below))


def _column(cell: Line, columns: list[Line], size: float) -> int | None:
    """Which column the cell stands below, from its beginning to no further than the next one."""
    for number, column in enumerate(columns):
        following = columns[number + 1][0].left if number + 1 < len(columns) else float("inf")
        if cell[-1].right > following - _SAME * size:
            continue
        if any(abs(cell[0].left - start) <= _SAME * size for start in _beginnings(column)):
            return number
    return None


def _beginnings(column: Line) -> list[float]:
    """Where the cell begins, and where its value does behind a label."""
    values = [
        after.left for before, after in zip(column, column[1:], strict=False) if _is_label(before)
    ]
    return [column[0].left, *values]


def _has_letters(piece: LayoutWord) -> bool:
    return any(character.isalpha() for character in piece.text)


def _is_label(piece: LayoutWord) -> bool:
    return piece.text.endswith(":")


_CLOSE = 1.6
"""Room between the lines of a stack, in character heights."""
_POSTCODE = re.compile(
    r"(?:^|[\s,]|\b[A-Z]{1,3}-)(?:\d{4,6}|\d{2}-\d{3}|\d{5}-\d{4})(?=[\s,]|$)"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"
)
_NUMBER = re.compile(r"[^\w]*\d")


@dataclass(frozen=True, slots=True)
class _Cell:
    line: int
    """Index of its line in the block."""
    pieces: Line

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return max(piece.right for piece in self.pieces)

    @property
    def top(self) -> float:
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        return max(piece.bottom for piece in self.pieces)

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)


Stack = list[_Cell]


def unstacked(lines: Sequence[Line]) -> list[Line]:
    """``lines`` from the top; those of a block follow each other in the answer."""
    grid = [[_Cell(number, cell) for cell in cells(line)] for number, line in enumerate(lines)]
    blocks = [
        block
        for stack in _stacks(grid)
        for block in _addresses(stack) or _prose(stack)
        if _has_company(block, grid) and not _in_table(block, grid)
    ]
    ordered: list[Line] = []
    done = 0
    for first, last, group in _regions(blocks):
        if first < done:
            continue
        region = [cell for row in grid[first : last + 1] for cell in row]
        clear = [stack for stack in group if _clear(stack, region)]
        ordered.extend(lines[done:first])
        ordered.extend(_bands(region, clear) if clear else lines[first : last + 1])
        done = last + 1
    return ordered + list(lines[done:])


def _stacks(grid: Sequence[Sequence[_Cell]]) -> list[Stack]:
    """Cells that begin below each other, closely."""
    stacks: list[Stack] = []
    open_stacks: list[Stack] = []
    for row in grid:
        for cell in row:
            size = height(cell.pieces)
            open_stacks = [s for s in open_stacks if cell.top - s[-1].bottom <= 3 * size]
            for stack in open_stacks:
                if _below(stack[-1], cell, size):
                    stack.append(cell)
                    break
            else:
                stacks.append([cell])
                open_stacks.append(stacks[-1])
    return stacks


def _below(above: _Cell, cell: _Cell, size: float) -> bool:
    return (
        above.line < cell.line
        and abs(above.left - cell.left) <= 0.5 * size
        and cell.top - above.bottom <= _CLOSE * size
    )


def _addresses(stack: Stack) -> list[Stack]:
    """Each from a name down to its postcode and the country below it."""
    found: list[Stack] = []
    start = 0
    for at, cell in enumerate(stack):
        if at < start or not _ends_address(cell):
            continue
        end = at + 2 if at + 1 < len(stack) and _plain(stack[at + 1]) else at + 1
        block = stack[start:end]
        if _is_address(block):
            found.append(block)
            start = end
        else:
            start = at + 1
    return found


def _ends_address(cell: _Cell) -> bool:
    """A postcode and its city."""
    text = cell.text
    return bool(_POSTCODE.search(text)) and ":" not in text and any(c.isalpha() for c in text)


def _is_address(block: Stack) -> bool:
    named = any(_plain(cell) for cell in block[:-1])
    return 3 <= len(block) <= 9 and named and not any(says_figure(c.pieces) for c in block)


def _plain(cell: _Cell) -> bool:
    """Letters, no digits, no label: a name or a country."""
    return cell.text[0].isalpha() and not any(c.isdigit() or c == ":" for c in cell.text)


def _prose(stack: Stack) -> list[Stack]:
    words = [len(cell.pieces) for cell in stack]
    digits = sum(c.isdigit() for cell in stack for c in cell.text)
    return [stack] if len(stack) >= 4 and mean(words) >= 5 and digits < sum(words) else []


def _has_company(stack: Stack, grid: Sequence[Sequence[_Cell]]) -> bool:
    return any(len(grid[cell.line]) > 1 for cell in stack)


def _in_table(stack: Stack, grid: Sequence[Sequence[_Cell]]) -> bool:
    """Most of its lines that have company stand beside numbers: descriptions of goods, which may
    well have as many words as prose or end in what looks like a postcode."""
    beside = [[cell for cell in grid[mine.line] if cell is not mine] for mine in stack]
    company = [others for others in beside if others]
    rows = sum(map(_numbers, company))
    return rows >= 2 and rows > len(company) / 2


def _numbers(beside: Sequence[_Cell]) -> bool:
    """Two or more, and more than there is of anything else."""
    numbers = sum(bool(_NUMBER.match(cell.text)) for cell in beside)
    return numbers >= 2 and numbers > len(beside) / 2


def _regions(blocks: Sequence[Stack]) -> list[tuple[int, int, list[Stack]]]:
    """Lines from first to last with the blocks in them, blocks that share lines together."""
    regions: list[tuple[int, int, list[Stack]]] = []
    for stack in sorted(blocks, key=lambda stack: stack[0].line):
        first, last = stack[0].line, stack[-1].line
        if regions and first <= regions[-1][1]:
            begin, end, group = regions[-1]
            regions[-1] = (begin, max(end, last), [*group, stack])
        else:
            regions.append((first, last, [stack]))
    return regions


def _clear(stack: Stack, region: Sequence[_Cell]) -> bool:
    """Nothing else in the region's lines stands in its way, from edge to edge."""
    left, right = stack[0].left, max(cell.right for cell in stack)
    return not any(cell.left < right and cell.right > left and cell not in stack for cell in region)


def _bands(region: Sequence[_Cell], blocks: Sequence[Stack]) -> list[Line]:
    """The blocks and what is left and right of them, one after the other."""
    blocks = sorted(blocks, key=lambda stack: stack[0].left)
    bands: dict[int, dict[int, Line]] = {}
    for cell in region:
        band = next((2 * n + 1 for n, stack in enumerate(blocks) if cell in stack), None)
        if band is None:
            band = 2 * sum(stack[0].left < cell.left for stack in blocks)
        bands.setdefault(band, {}).setdefault(cell.line, []).extend(cell.pieces)
    return [bands[band][line] for band in sorted(bands) for line in sorted(bands[band])]
