"""A question put to the model, and its answer with the scores of its tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import pairwise

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import DoctypeError
from appliance.domain.prediction import TokenScore
from appliance.extraction.batches import split
from appliance.extraction.decode import Decoder, Trace, decode
from appliance.extraction.drafting import DraftTokens, PromptLookup
from appliance.extraction.grammar import grammar
from appliance.extraction.header_answer import AnsweredValue, HeaderAnswer, parse
from appliance.extraction.prompt import Prompt, PromptFormat, PromptPart, document_text, question
from appliance.extraction.windows import Window, pages, windows
from appliance.fields.chunks import Chunks, chunks
from appliance.tables.table import WordKey


@dataclass(frozen=True, slots=True)
class SampledToken:
    """A token that the model chose: bytes ``start`` to ``end`` of the answer."""

    start: int
    end: int
    step: int
    """Which choice of the answer it was, from 0."""
    score: TokenScore


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    trace: Trace
    text: str
    sampled: tuple[SampledToken, ...]

    def chosen(self, start: int, end: int) -> tuple[SampledToken, ...]:
        """The tokens in which the model chose what stands from character ``start`` to ``end``."""
        begin, stop = (len(self.text[:at].encode()) for at in (start, end))
        return tuple(token for token in self.sampled if token.end > begin and token.start < stop)


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """What a model is asked about one window, and the rules of its answer."""

    question: Prompt
    grammar: str
    runs: tuple[Chunks, ...]


@dataclass(frozen=True, slots=True)
class WindowAnswer:
    """One window's question and answer."""

    window: Window
    grammar: str
    guess: PromptLookup
    said: ModelAnswer
    header: HeaderAnswer

    def chosen(self, value: AnsweredValue) -> tuple[SampledToken, ...]:
        """The tokens in which the model chose this value: that there is one, what, and its end."""
        return self.said.chosen(value.start, value.end)


def cut_windows(
    engine: Decoder, document: Document, *, limit: int, hidden: Set[WordKey] = frozenset()
) -> tuple[Window, ...]:
    """Windows of at most ``limit`` tokens, without the lines of which every word is ``hidden``."""
    return windows(
        document, limit=limit, count=lambda text: len(engine.tokenize(text)), hidden=hidden
    )


def build_request(
    doctype: DocType, document: Document, window: Window, *, form: PromptFormat
) -> WindowRequest:
    """The one place where a window becomes a question, in serving and in training."""
    shown = pages(document, window)
    runs = tuple(chunks(page.words) for page in shown)
    asked = question(doctype, document_text(shown), form=form)
    return WindowRequest(asked, grammar(doctype, runs), runs)


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
    guess = PromptLookup(doctype, pages(document, window), asked.runs)
    said = put_question(engine, asked.question, asked.grammar, most=most, guess=guess)
    return WindowAnswer(window, asked.grammar, guess, said, parse(said.text, doctype))


def put_question(
    engine: Decoder, question: Prompt, grammar: str, *, most: int, guess: DraftTokens
) -> ModelAnswer:
    """Raises ModelError, WorkerError."""
    prompt = (
        # What all documents of a type share is computed once: batches of its own.
        *split([*engine.start, *tokenize(engine, question.shared)], engine.batch),
        *split(tokenize(engine, question.own), engine.batch),
    )
    trace = decode(engine, grammar, prompt, budget=most, guess=guess)
    text = engine.detokenize(trace.tokens).decode("utf-8", "ignore")
    return ModelAnswer(trace, text, tuple(_sampled(engine, trace)))


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


def _sampled(engine: Decoder, trace: Trace) -> Iterator[SampledToken]:
    at = len(engine.detokenize(trace.begun))
    for number, step in enumerate(trace.steps):
        ends = [at + len(engine.detokenize(step.tokens[:count])) for count in (0, 1)]
        for start, end in pairwise(ends):
            yield SampledToken(start, end, number, step.score)
        at += len(engine.detokenize(step.tokens))
