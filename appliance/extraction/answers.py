"""A window's answer as fields that know where they stand and how sure they are.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType
from appliance.domain.document import Document, Span
from appliance.domain.errors import WorkerError
from appliance.domain.prediction import Field
from appliance.extraction.asking import WindowAnswer
from appliance.extraction.cells import Cell
from appliance.extraction.merge import PredictedRow, WindowFields
from appliance.extraction.windows import overlap
from appliance.fields import grounding
from appliance.fields.chunks import Chunks

PLACES = 16
"""Of a cell's text that are kept, the row's own first: a 1 stands on a long order a thousand times.
"""


def answers(
    document: Document, doctype: DocType, whole: Sequence[Chunks], readings: Sequence[WindowAnswer]
) -> Iterator[WindowFields]:
    """One a window; ``whole`` are the chunks of the document's pages. Raises WorkerError."""
    before: WindowAnswer | None = None
    for reading in readings:
        said = {cell.spec.name: cell for cell in reading.cells.header}
        header = tuple(
            _header(document, whole, reading, said[spec.name])
            if spec.name in said
            else Field(spec.name, None)
            for spec in doctype.fields
        )
        rows = tuple(_rows(document, whole, reading))
        shared = overlap(before.window, reading.window) if before else frozenset()
        yield WindowFields(header, rows, shared)
        before = reading


def cuts(doctype: DocType, reading: WindowAnswer) -> Iterator[Blocker]:
    """Why an answer is not whole."""
    if reading.cells.whole:
        return
    said = reading.cells.header
    if len(said) < len(doctype.fields):
        missing = doctype.fields[len(said)].name
        yield Blocker(
            BlockerCode.ANSWER_CUT, f"the answer was cut before {missing.replace('_', ' ')}"
        )
    else:
        count = len(reading.cells.rows) - reading.looped  # it repeats itself from there on
        rows = "row" if count == 1 else "rows"
        yield Blocker(BlockerCode.TABLE_CUT, f"only {count} {rows} read, more may follow")


def _header(
    document: Document, whole: Sequence[Chunks], reading: WindowAnswer, cell: Cell
) -> Field:
    found = grounding.by_label(document, _spans(whole, reading, cell), cell.spec)
    return _field(reading, cell, found)


def _rows(
    document: Document, whole: Sequence[Chunks], reading: WindowAnswer
) -> Iterator[PredictedRow]:
    after: tuple[int, int] | None = _before(document, reading)
    rows = reading.cells.rows
    for row in rows[:-1] if reading.looped else rows:
        cells = [_spans(whole, reading, cell) for cell in row]
        found = grounding.by_row(document, cells, after=after)
        after = grounding.row_line(document, cells, after=after)
        yield tuple(_field(reading, cell, at[:PLACES]) for cell, at in zip(row, found, strict=True))


def _before(document: Document, reading: WindowAnswer) -> tuple[int, int]:
    """Page and line before the window, whose rows stand below it."""
    first = reading.window[0]
    return first.page, document.pages[first.page].words[first.start].line - 1


def _spans(whole: Sequence[Chunks], reading: WindowAnswer, cell: Cell) -> tuple[Span, ...]:
    """Every place of the value, those that the window showed first."""
    said = cell.text if cell.spec.type.verbatim else cell.words
    if said is None:
        return ()
    found = grounding.spans(said, whole)
    if not found:
        raise WorkerError(f"bug: {said!r} for {cell.spec.name} does not stand in the document")
    return tuple(sorted(found, key=lambda span: not _shown(reading, span)))


def _shown(reading: WindowAnswer, span: Span) -> bool:
    return any(
        part.page == span.page and part.start <= span.start and span.end <= part.end
        for part in reading.window
    )


def _field(reading: WindowAnswer, cell: Cell, spans: tuple[Span, ...]) -> Field:
    return Field(
        cell.spec.name,
        cell.text,
        spans,
        words=cell.words,
        line_item_id=cell.row,
        tokens=tuple(token.score for token in reading.chosen(cell)),
    )
