"""One window's question put to the model, and its answer with the scores of its tokens.

A model that is lost writes the same row for ever. A row may be written as often as its values
stand in the window, and no more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from appliance.domain.doctype import DocType
from appliance.domain.document import Document, page_text
from appliance.domain.errors import DoctypeError
from appliance.domain.prediction import TokenScore
from appliance.extraction.batches import split
from appliance.extraction.cells import Cell, Cells, parse
from appliance.extraction.decode import Decoder, Trace, decode
from appliance.extraction.drafting import PromptLookup
from appliance.extraction.grammar import grammar
from appliance.extraction.prompt import Prompt, PromptFormat, PromptPart, document_text, question
from appliance.extraction.windows import Window, pages
from appliance.fields.chunks import Chunks, chunks, find

_NEAR = 80
"""Bytes after the end of a row within which it is looked at, beside the columns of the next one
that can only be null."""


def loops(doctype: DocType, pages: Sequence[Chunks]) -> Callable[[bytes], bool]:
    """Whether an unfinished answer's last row has been written too often."""

    columns = doctype.items.fields if doctype.items else ()
    tail = _NEAR + sum(len(json.dumps(spec.name)) + len(": null, ") for spec in columns)

    def looping(answer: bytes) -> bool:
        if doctype.items is None or b"}, " not in answer[-tail:]:
            return False
        parsed = parse(answer.decode("utf-8", "ignore"), doctype).rows
        rows = [said for row in parsed if (said := _texts(row))]  # the last has perhaps but begun
        if not rows:
            return False
        written = rows.count(rows[-1])
        return written > 1 and written > _standing(rows[-1], pages)

    return looping


def _texts(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(said for cell in row if (said := cell.words or cell.text))


def _standing(texts: Sequence[str], pages: Sequence[Chunks]) -> int:
    """How often the rarest of them stands there."""
    return min(sum(len(find(text, page)) for page in pages) for text in texts)


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """What a model is asked about one window, and the rules of its answer."""

    question: Prompt
    grammar: str
    runs: tuple[Chunks, ...]


@dataclass(frozen=True, slots=True)
class SampledToken:
    """A token that the model chose: bytes ``start`` to ``end`` of the answer."""

    start: int
    end: int
    step: int
    """Which choice of the answer it was, from 0."""
    score: TokenScore


@dataclass(frozen=True, slots=True)
class WindowAnswer:
    """One window's question and answer."""

    window: Window
    grammar: str
    guess: PromptLookup
    trace: Trace
    answer: str
    cells: Cells
    sampled: tuple[SampledToken, ...]
    looped: bool
    """The table was ended because it repeated itself; its last row is one too many."""

    def chosen(self, cell: Cell) -> tuple[SampledToken, ...]:
        """The tokens in which the model chose this value: that there is one, what, and its end."""
        start, end = (len(self.answer[:at].encode()) for at in (cell.start, cell.end))
        return tuple(token for token in self.sampled if token.end > start and token.start < end)


def build_request(
    doctype: DocType, document: Document, window: Window, *, form: PromptFormat
) -> WindowRequest:
    """The one place where a window becomes a question, in serving and in training."""
    shown = pages(document, window)
    runs = tuple(chunks(page.words) for page in shown)
    rules = grammar(doctype, runs, lines=sum(map(_lines, map(page_text, shown))))
    return WindowRequest(question(doctype, document_text(shown), form=form), rules, runs)


def run_request(
    engine: Decoder,
    doctype: DocType,
    document: Document,
    window: Window,
    *,
    form: PromptFormat,
    most: int,
) -> WindowAnswer:
    """An answer of at most ``most`` tokens. Raises ModelError, WorkerError."""
    asked = build_request(doctype, document, window, form=form)
    shared, own = asked.question.shared, asked.question.own
    looping = loops(doctype, asked.runs)
    prompt = (
        # What all documents of a type share is computed once: batches of its own.
        *split([*engine.start, *tokenize(engine, shared)], engine.batch),
        *split(tokenize(engine, own), engine.batch),
    )
    guess = PromptLookup(doctype, pages(document, window), asked.runs)
    trace = decode(engine, asked.grammar, prompt, budget=most, enough=looping, guess=guess)
    written = engine.detokenize(trace.tokens)
    answer = written.decode("utf-8", "ignore")
    return WindowAnswer(
        window,
        asked.grammar,
        guess,
        trace,
        answer,
        parse(answer, doctype),
        tuple(_sampled(engine, trace)),
        looped=not trace.whole and looping(written),
    )


def token_budget(
    engine: Decoder, doctype: DocType, *, form: PromptFormat, answer: int, context: int
) -> int:
    """Of ``context`` tokens those that are left for a document.

    Raises DoctypeError when there are next to none.
    """
    frame = question(doctype, "", form=form)
    taken = len(engine.start) + len(tokenize(engine, (*frame.shared, *frame.own)))
    left = context - answer - taken
    if left < answer // 4:
        raise DoctypeError(
            f"the question about a {doctype.name} leaves no room for the document",
            hint="use a model with a larger context, or a type with fewer fields",
        )
    return left


def tokenize(engine: Decoder, pieces: Iterable[PromptPart]) -> list[int]:
    return [
        token for piece in pieces for token in engine.tokenize(piece.text, special=piece.special)
    ]


def _lines(text: str) -> int:
    return text.count("\n") + 1


def _sampled(engine: Decoder, trace: Trace) -> Iterator[SampledToken]:
    at = len(engine.detokenize(trace.begun))
    for number, step in enumerate(trace.steps):
        ends = [at + len(engine.detokenize(step.tokens[:count])) for count in (0, 1)]
        for start, end in pairwise(ends):
            yield SampledToken(start, end, number, step.score)
        at += len(engine.detokenize(step.tokens))
