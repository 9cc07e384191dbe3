"""The next line item on the page, offered whole: a filled row shows what a row looks like.

Pure. What stands on the lines of the filled row makes columns, those that nobody asked for among
them. The next row is the first line below, or on a later page, whose words fall into these columns
again. A line of totals ends the table; lines that repeat a heading are passed over. Where each
column is a line and each row stands beside the one before, the next row is on the right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

from appliance.domain.doctype import CODES, NUMBERS, FieldSpec, FieldType
from appliance.domain.document import BBox, Span
from appliance.fields.candidates import joined, shaped
from appliance.fields.folding import fold_alnum
from appliance.fields.types import normalise
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.draft import Draft
from appliance.review.editor.completion import Completion
from appliance.review.editor.filled_rows import FAR, LocatedCell, LocatedRow, located, words_of
from appliance.review.editor.page_lines import (
    NEAR,
    PageLines,
    WordIndices,
    WordShape,
    is_number,
)
from appliance.review.editor.row_columns import RowColumn, laid

RowOffer = tuple[Completion | None, ...]
"""One for each column of the table; None where nothing stands."""

_LEAST = 0.6
"""Share of the filled row's cells that another row has."""
_ALIGNED = 0.8
"""Heights by which a word of the same column may be off."""
_CLOSE = 0.7
"""Heights between two lines of one text."""
_LABEL = 3
"""Words of a total's label; a line with a longer one is a row when all its cells are there."""

_TOTALS = (
    "total totale totaal totals totaux sum summe suma som soma somma toplam razem celkem "
    "subtotal subtotaal soustotal zwischensumme gesamt gesamtsumme gesamtbetrag endbetrag "
    "rechnungsbetrag nettobetrag bruttobetrag nettosumme bruttosumme net netto gross brutto "
    "imponibile due balance tax vat mwst ust tva iva btw kdv ht ttc"
)


def next_row(draft: Draft, row: int) -> RowOffer | None:
    """None when no further row is to be seen, or when fewer than two cells of ``row`` stand on the
    page. Some 2 ms; it asks nothing of a file or a model."""
    derived = draft.derived
    pages = [PageLines(page) for page in draft.document.pages]
    rows = located(derived, pages)
    if len(rows.get(row, ())) < min(2, len(derived.context.columns)):
        return None
    pattern = _Pattern(derived, pages, rows, row)
    found = _Turned(pattern).found() if pattern.is_stacked else None
    if found is None and not pattern.is_turned:
        found = _Below(pattern).found(pattern.page, pattern.line)
    return tuple(_Offers(pattern, found)) if found else None


@dataclass(frozen=True, slots=True)
class _FoundRow:
    page: int
    cells: dict[int, WordIndices]
    """By number of the column, the first line of each."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """A line of the filled row."""

    below: float
    """Points below the line that has most cells."""
    columns: tuple[RowColumn, ...]
    """From the left."""


class _Pattern:
    """What the filled row looks like, and what the draft has used already."""

    def __init__(
        self,
        derived: DerivedState,
        pages: Sequence[PageLines],
        rows: dict[int, LocatedRow],
        row: int,
    ) -> None:
        self.derived = derived
        self.pages = pages
        self.specs: Sequence[FieldSpec] = derived.context.columns
        self.cells = rows[row]
        self.page = next(iter(self.cells.values())).page
        self.lines = pages[self.page]
        self.used = {place for one in rows.values() for place in words_of(one)}
        self._others = [cells for one, cells in rows.items() if one != row]
        self.line_of = {n: self.lines.line_of[c.words[0]] for n, c in self.cells.items()}
        held = list(self.line_of.values())
        self.line = max(set(held), key=lambda line: (held.count(line), -line))
        self.height = median(self.lines.boxes[at].height for at in self.lines.lines[self.line])
        self.borrowed = self._borrowed()
        self.layers = [self._layer(line) for line in sorted(set(held))]

    def _borrowed(self) -> LocatedRow:
        """Cells that the filled row lacks and other rows have."""
        found: LocatedRow = {}
        for cells in self._others:
            found |= {n: cell for n, cell in cells.items() if n not in self.cells}
        return found

    def _layer(self, line: int) -> _Layer:
        own = {n: cell for n, cell in self.cells.items() if self.line_of[n] == line}
        if line == self.line:
            own |= self.borrowed
        columns = [self._column(n, cell) for n, cell in own.items()]
        taken = {at for n, cell in own.items() if n in self.cells for at in cell.words}
        rest = [at for at in self.lines.lines[line] if at not in taken]
        for piece in self.lines.pieces(rest):
            box = self.lines.box(piece)
            if not any(column.left < box.right and box.left < column.right for column in columns):
                said = " ".join(map(self.lines.text, piece))
                columns.append(RowColumn(is_number(self.lines.text(piece[0])), None, [box], [said]))
        below = self.lines.middle(line) - self.lines.middle(self.line)
        return _Layer(below, tuple(sorted(columns, key=lambda one: one.left)))

    def _column(self, n: int, cell: LocatedCell) -> RowColumn:
        numeric = self.specs[n].type in NUMBERS or is_number(cell.text)
        known = [cell, *(row[n] for row in self._others if n in row and row[n] is not cell)]
        return RowColumn(
            numeric, n, [self._first_line(one) for one in known], [c.text for c in known]
        )

    def _first_line(self, cell: LocatedCell) -> BBox:
        lines = self.pages[cell.page]
        return lines.box(next(iter(lines.by_line(cell.words)), cell.words))

    @cached_property
    def asked(self) -> list[RowColumn]:
        """Of the table's columns those that the row shows."""
        return [one for layer in self.layers for one in layer.columns if one.number is not None]

    @cached_property
    def is_stacked(self) -> bool:
        """Each cell is one word on a line of its own, below the one before."""
        boxes = [self.lines.box(cell.words) for cell in self.cells.values()]
        middles = [box.left + box.right for box in boxes]
        lines = set(self.line_of.values())
        return (
            all(len(cell.words) == 1 for cell in self.cells.values())
            and len(lines) == len(boxes) > 1
            and max(middles) - min(middles) < 3 * self.height
        )

    @cached_property
    def is_turned(self) -> bool:
        """Another row of the draft stands beside it."""
        first = min(self.cells)
        return self.is_stacked and any(
            cells[first].page == self.page
            and self.lines.line_of.get(cells[first].words[0]) == self.line_of[first]
            for cells in self._others
            if first in cells
        )

    @cached_property
    def settled(self) -> set[tuple[int, int]]:
        """Page and word of what the header surely says: values that stand in one place alone."""
        state = self.derived.state
        answers = [state.clerk_values.get(place) for place in self.derived.context.header]
        spans = [one.field.spans for one in answers if one and one.settled]
        return {
            (span.page, at)
            for found in spans
            if len(found) == 1
            for span in found
            for at in range(span.start, span.end)
        }


class _Below:
    """A table as most are: the next row is a line further down."""

    def __init__(self, pattern: _Pattern) -> None:
        self._pattern = pattern

    def found(self, page: int, line: int) -> _FoundRow | None:
        """The first behind ``line``; None where a total comes before it."""
        pattern = self._pattern
        for number, lines in enumerate(pattern.pages[page:], page):
            for at in range(line + 1 if number == page else 0, len(lines.lines)):
                if not begins_row(pattern, lines, at) or lines.said(at) in self._headings:
                    continue
                cells = self._cells(number, at)
                if self._is_row(cells):
                    return None if self._is_total(number, at, cells) else _FoundRow(number, cells)
        return None

    @cached_property
    def _headings(self) -> set[str]:
        """What the lines above the row say, and those within it: none of them is a row again."""
        pattern, lines = self._pattern, self._pattern.lines
        last = max(lines.line_of.get(c.words[-1], 0) for c in pattern.cells.values())
        rows = {lines.line_of.get(at) for page, at in pattern.used if page == pattern.page}
        near = range(max(0, pattern.line - FAR), last)
        return {lines.said(line) for line in near if line not in rows}

    def _cells(self, page: int, line: int) -> dict[int, WordIndices]:
        """Of the row whose line with most cells is ``line``."""
        pattern, lines = self._pattern, self._pattern.pages[page]
        found: dict[int, WordIndices] = {}
        for layer in pattern.layers:
            middle = lines.middle(line) + layer.below
            at = lines.nearest(middle, within=0.5 * pattern.height) if layer.below else line
            if at is not None:
                found |= laid(lines, at, layer.columns, height=pattern.height)
        return {
            n: words
            for n, words in found.items()
            if pattern.used.isdisjoint((page, at) for at in words)
        }

    def _is_row(self, cells: dict[int, WordIndices]) -> bool:
        """As many cells as the filled row has, or nearly so, numbers and a text among them."""
        asked = self._pattern.asked
        numbers = [one.number in cells for one in asked if one.numeric]
        texts = [one.number in cells for one in asked if not one.numeric]
        return (
            sum(numbers) + sum(texts) >= _LEAST * len(asked)
            and sum(numbers) >= _LEAST * len(numbers)
            and (any(texts) or not texts)
        )

    def _is_total(self, page: int, line: int, cells: dict[int, WordIndices]) -> bool:
        words = ((page, at) for found in cells.values() for at in found)
        if not self._pattern.settled.isdisjoint(words):
            return True
        label = list(_label(self._pattern.pages[page], line))
        if set(_TOTALS.split()).isdisjoint(label):
            return False
        return len(label) <= _LABEL or len(cells) < len(self._pattern.asked)


def _label(lines: PageLines, line: int) -> Iterator[str]:
    """The words before the first number that has words before it."""
    said = False
    for at in lines.lines[line]:
        if is_number(lines.text(at)):
            if said:
                return
        elif word := fold_alnum(lines.text(at)):
            said = True
            yield word


def begins_row(pattern: _Pattern, lines: PageLines, line: int) -> bool:
    """Numbers stand where the row has numbers; of a row without any, words where it has words."""
    layer = next(one for one in pattern.layers if not one.below)
    asked = [one for one in layer.columns if one.number is not None]
    columns = [one for one in asked if one.numeric] or asked
    hits = sum(
        any(
            (lines.digits[at] or not column.numeric or "0" in lines.text(at))
            and column.misfit(lines.boxes[at]) < _ALIGNED * pattern.height
            for at in lines.lines[line]
        )
        for column in columns
    )
    return hits >= max(1, _LEAST * len(columns))


class _Turned:
    """A table whose columns are lines, as a chemical analysis: the next row stands on the right, or
    begins the band below."""

    def __init__(self, pattern: _Pattern) -> None:
        self._pattern = pattern
        self._lines = pattern.lines

    def found(self) -> _FoundRow | None:
        pattern = self._pattern
        right = max(self._lines.box(cell.words).right for cell in pattern.cells.values())
        beside = self._across(pattern.line_of, beyond=right)
        if beside or not pattern.is_turned:
            return beside
        band = self._band()
        if band is None:
            return None
        heads = [self._lines.lines[line][0] for line in band.values()]
        return self._across(band, beyond=self._lines.box(heads).right)

    def _band(self) -> dict[int, int] | None:
        """The next lines that begin as those of the row do."""
        lines, found = self._lines, dict[int, int]()
        at = max(self._pattern.line_of.values()) + 1
        for n, own in sorted(self._pattern.line_of.items(), key=lambda pair: pair[1]):
            head = lines.text(lines.lines[own][0])
            while at < len(lines.lines) and lines.text(lines.lines[at][0]) != head:
                at += 1
            if at == len(lines.lines):
                return None
            found[n] = at
        return found

    def _across(self, line_of: dict[int, int], *, beyond: float) -> _FoundRow | None:
        """A word of each line, below each other and right of ``beyond``."""
        boxes, height = self._lines.boxes, self._pattern.height
        first, *others = sorted(line_of, key=line_of.__getitem__)
        on_right = (at for at in self._lines.lines[line_of[first]] if boxes[at].left > beyond)
        start = next(on_right, None)
        if start is None:
            return None
        middle = boxes[start].left + boxes[start].right
        cells: dict[int, WordIndices] = {first: (start,)}
        for n in others:
            words = self._lines.lines[line_of[n]]
            near = min(words, key=lambda at: abs(boxes[at].left + boxes[at].right - middle))
            off = abs(boxes[near].left + boxes[near].right - middle)
            if off > 3 * height or boxes[near].left < beyond - height:
                return None
            cells[n] = (near,)
        return None if self._is_strange(cells) else _FoundRow(self._pattern.page, cells)

    def _is_strange(self, cells: dict[int, WordIndices]) -> bool:
        shapes = {n: WordShape.of(self._lines.text(at)) for n, (at, *_) in cells.items()}
        return any(
            one.strangeness(shapes[one.number]) > 1
            for one in self._pattern.asked
            if one.number in shapes
        )


class _Offers:
    """A found row as values of the table's columns."""

    def __init__(self, pattern: _Pattern, found: _FoundRow) -> None:
        self._pattern = pattern
        self._found = found
        self._lines = pattern.pages[found.page]

    def __iter__(self) -> Iterator[Completion | None]:
        for n, spec in enumerate(self._pattern.specs):
            words = self._found.cells.get(n)
            yield self._completion(n, spec, words) if words else None

    def _completion(self, n: int, spec: FieldSpec, words: WordIndices) -> Completion | None:
        if spec.type is FieldType.TEXT and n in self._pattern.cells:
            words = words if self._pattern.is_stacked else self._with_lines_below(n, words)
        spans = tuple(Span(self._found.page, *stretch) for stretch in _stretches(words))
        if not spec.type.verbatim:
            return self._listed(spec, spans)
        text = self._pattern.derived.context.lookup.text(spans)
        like = self._pattern.cells.get(n) or self._pattern.borrowed[n]
        if spec.type is FieldType.TEXT or spec.type in CODES:
            return Completion(_cut_alike(text, like, self._pattern.pages[like.page]), spans)
        with_unit = any(map(str.isalpha, like.text))
        if with_unit and normalise(text, spec, self._pattern.derived.style).value is not None:
            return Completion(text, spans)
        return self._of_shape(spec, spans[0])

    def _listed(self, spec: FieldSpec, spans: Sequence[Span]) -> Completion | None:
        """The value that the most of the words say."""
        derived = self._pattern.derived
        said = derived.context.lookup.of_type(spec, derived.style)
        here = [one for one in said if any(one.span.overlaps(span) for span in spans)]
        best = max(here, key=lambda one: one.span.end - one.span.start, default=None)
        return Completion(best.text, (best.span,)) if best else None

    def _of_shape(self, spec: FieldSpec, span: Span) -> Completion | None:
        page = self._lines.page
        run = replace(page, words=page.words[span.start : span.end])
        for one in shaped(run, span.page, spec, self._pattern.derived.style):
            at = Span(span.page, span.start + one.span.start, span.start + one.span.end)
            return Completion(one.text, (at,))
        return None

    def _with_lines_below(self, n: int, words: WordIndices) -> WordIndices:
        """All lines on which the text goes on where the filled row took all; else those whose first
        word had no room on the line above, unless the filled row left such a line out."""
        pattern = self._pattern
        low, high = self._room(n)
        mine = pattern.lines.by_line(pattern.cells[n].words)
        left_out = self._line_below(pattern.lines, mine[-1], low, high)
        every = len(mine) > 1 and not left_out
        if (
            len(mine) == 1
            and left_out
            and not self._has_room(pattern.lines, mine[0], left_out, high)
        ):
            return words
        lines = self._lines.by_line(words)
        while below := self._line_below(self._lines, lines[-1], low, high):
            if not every and self._begins_anew(lines[-1], below, high):
                break
            lines.append(below)
        return tuple(at for line in lines for at in line)

    def _room(self, n: int) -> tuple[float, float]:
        """Where lines of the column begin at the earliest, and its neighbour on the right."""
        columns = next(
            layer.columns
            for layer in self._pattern.layers
            if any(one.number == n for one in layer.columns)
        )
        at = next(at for at, one in enumerate(columns) if one.number == n)
        low = min(box.left for box in columns[at].boxes) - self._pattern.height
        high = columns[at + 1].left if at + 1 < len(columns) else self._lines.page.width
        return low, high

    def _line_below(
        self, lines: PageLines, above: Sequence[int], low: float, high: float
    ) -> list[int]:
        """What the next line says in the column; nothing where it begins a row or stands apart."""
        line = lines.line_of[above[0]] + 1
        if line == len(lines.lines) or begins_row(self._pattern, lines, line):
            return []
        words = [at for at in lines.lines[line] if low < lines.boxes[at].left < high]
        if not words or all(is_number(lines.text(at)) for at in words):
            return []
        box = lines.box(words)
        gap = box.top - lines.box(lines.lines[line - 1]).bottom
        return words if box.right <= high and gap < _CLOSE * self._pattern.height else []

    def _begins_anew(self, above: Sequence[int], below: Sequence[int], high: float) -> bool:
        """It has company on its line, or had room on the line above."""
        line = self._lines.lines[self._lines.line_of[below[0]]]
        return len(below) < len(line) or self._has_room(self._lines, above, below, high)

    def _has_room(
        self, lines: PageLines, above: Sequence[int], below: Sequence[int], high: float
    ) -> bool:
        first = lines.boxes[below[0]].width + NEAR * self._pattern.height
        return high - lines.box(above).right > first


def _cut_alike(text: str, like: LocatedCell, lines: PageLines) -> str:
    """Without the marks around it that the filled row left out."""
    whole = joined([lines.page.words[at] for at in like.words])
    before, found, behind = whole.partition(like.text)
    return text.removeprefix(before).removesuffix(behind).strip() or text if found else text


def _stretches(words: Iterable[int]) -> list[tuple[int, int]]:
    """Runs in reading order, in the order in which they are read."""
    found: list[tuple[int, int]] = []
    for at in words:
        if found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found
