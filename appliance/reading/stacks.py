"""Blocks of text beside other things - an address, a column of prose - are read as blocks. Pure.

Without this, two addresses side by side would be read line by line across both. Tables stay rows:
a stack of cells is taken out only when it looks like an address or like prose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from appliance.reading.piece import Line, cells, height, says_figure

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
