"""What else the model would have written for one value: the branches it nearly took."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.domain.doctype import DocType
from appliance.extraction.asking import Reading
from appliance.extraction.cells import Cell, parse
from appliance.extraction.decode import Batch, Engine, decode

_LONGEST = 48
"""Tokens of another value: a longer one is quicker picked from the page than read through."""
_BUDGET = 120
"""Tokens written for one field in all; after a long prompt each takes 50 to 100 ms."""
_TRIES = 3
"""Branches followed for each value wanted: some end in the same value or in none."""


def runners_up(
    engine: Engine, doctype: DocType, reading: Reading, cell: Cell, *, most: int
) -> list[str]:
    """Up to ``most`` other values of a header field, the likeliest branch first."""
    index = reading.cells.header.index(cell)
    found: list[str] = []
    left = _BUDGET
    for _, given in sorted(_branches(reading, cell), reverse=True)[: most * _TRIES]:
        text, written = _complete(engine, doctype, reading, given, index, most=min(left, _LONGEST))
        left -= written
        if text is not None and text not in (cell.text, *found):
            found.append(text)
        if len(found) == most or left <= 0:
            break
    return found


def _branches(reading: Reading, cell: Cell) -> Iterator[tuple[float, tuple[Batch, ...]]]:
    """Log-probability of each, and the batches that begin it."""
    steps, reached = reading.trace.steps, 0.0
    for token in reading.chosen(cell):
        before = tuple(step.tokens for step in steps[: token.step])
        for other, score in steps[token.step].others:
            yield reached + score.allowed, (*reading.trace.begun, *before, (other,))
        reached += token.score.allowed


def _complete(
    engine: Engine,
    doctype: DocType,
    reading: Reading,
    given: tuple[Batch, ...],
    index: int,
    *,
    most: int,
) -> tuple[str | None, int]:
    """The value that greedily follows, None where that is null or over ``most`` tokens, and how
    many tokens were written for it."""

    def written(answer: bytes) -> bool:
        return len(parse(answer.decode("utf-8", "ignore"), doctype).header) > index

    begun = sum(map(len, given))
    trace = decode(
        engine,
        reading.grammar,
        reading.trace.prompt,
        budget=begun + most,
        given=given,
        enough=written,
    )
    header = parse(engine.detokenize(trace.tokens).decode("utf-8", "ignore"), doctype).header
    text = header[index].text if len(header) > index else None
    return text, len(trace.tokens) - begun
