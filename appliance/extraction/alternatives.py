"""What else the model would have written for one value: the branches it nearly took."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.domain.doctype import DocType
from appliance.extraction.asking import WindowAnswer
from appliance.extraction.decode import Decoder, decode
from appliance.extraction.header_answer import AnsweredValue, parse

_LONGEST = 48
"""Tokens of another value: a longer one is quicker picked from the page than read through."""
_BUDGET = 120
"""Tokens written for one field in all; after a long prompt each takes 50 to 100 ms."""
_TRIES = 3
"""Branches followed for each value wanted: some end in the same value or in none."""


def runners_up(
    engine: Decoder, doctype: DocType, reading: WindowAnswer, value: AnsweredValue, *, most: int
) -> list[str]:
    """Up to ``most`` other values of a header field, the likeliest branch first."""
    index = reading.header.values.index(value)
    found: list[str] = []
    left = _BUDGET
    for _, step, other in sorted(_branches(reading, value), reverse=True)[: most * _TRIES]:
        text, written = _complete(
            engine, doctype, reading, step, other, index, most=min(left, _LONGEST)
        )
        left -= written
        if text is not None and text not in (value.text, *found):
            found.append(text)
        if len(found) == most or left <= 0:
            break
    return found


def _branches(reading: WindowAnswer, value: AnsweredValue) -> Iterator[tuple[float, int, int]]:
    """Log-probability of each, and the step that takes which other token."""
    reached = 0.0
    for token in reading.chosen(value):
        for other, score in reading.said.trace.steps[token.step].others:
            yield reached + score.allowed, token.step, other
        reached += token.score.allowed


def _complete(
    engine: Decoder,
    doctype: DocType,
    reading: WindowAnswer,
    step: int,
    other: int,
    index: int,
    *,
    most: int,
) -> tuple[str | None, int]:
    """The value that greedily follows, None where that is null or over ``most`` tokens, and how
    many tokens were written for it."""

    def written(answer: bytes) -> bool:
        return len(parse(answer.decode("utf-8", "ignore"), doctype).values) > index

    said = reading.said.trace.before(step)
    trace = decode(
        engine,
        reading.grammar,
        reading.said.trace.upto(step),
        budget=len(said) + 1 + most,
        said=said,
        given=(other,),
        enough=written,
        guess=reading.guess,
    )
    values = parse(engine.detokenize(trace.tokens).decode("utf-8", "ignore"), doctype).values
    text = values[index].text if len(values) > index else None
    return text, len(trace.tokens) - len(said) - 1
