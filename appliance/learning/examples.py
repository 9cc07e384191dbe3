"""A labelled document as rows of tokens that a model is trained on.

A row is the question that serving would put and the answer that it should get, in the tokens of
llama.cpp, walked through the grammar as an answer is decoded: what the grammar forces is never
taught, since it is never chosen. So training and serving cannot differ.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from llguidance import LLMatcher

from appliance.domain.doctype import DocType
from appliance.domain.labels import Labelled
from appliance.extraction.asking import Asked, put, tokenize
from appliance.extraction.cells import parse
from appliance.extraction.decode import LIMITS, Engine
from appliance.extraction.prompt import Format, answer, choose_format, question
from appliance.extraction.windows import Window, left_out, windows
from appliance.learning.recipe import ROW
from appliance.learning.targets import Target, Targets

ANSWER = 320
"""Tokens that are kept free for the answer; a table of some eight rows."""


@dataclass(frozen=True, slots=True)
class Row:
    docid: str
    tokens: tuple[int, ...]
    taught: tuple[bool, ...]
    """Of each token: whether the model chooses it and is to learn that choice."""


@dataclass(frozen=True, slots=True)
class Examples:
    rows: tuple[Row, ...]
    taught: int
    """Labels."""
    unread: Counter[str]
    """Labels that do not stand in the document as it was read, by field."""
    cut: int
    """Windows and ends of tables that were left out."""
    refused: int
    """Windows whose answer the grammar does not allow."""


class Refused(Exception):
    """The grammar does not allow this answer."""


def examples(engine: Engine, labelled: Labelled, doctype: DocType) -> Examples:
    """The windows that show a value, and the first of those that do not."""
    form = choose_format(engine.knows)
    targets = Targets(labelled, doctype)
    limit = ROW - ANSWER - _frame(engine, doctype, form)
    cut = windows(labelled.document, limit=limit, count=lambda text: len(engine.tokenize(text)))
    chosen = _chosen(cut, targets)
    rows: list[Row] = []
    shortened = refused = 0
    for window, target in chosen:
        asked = put(doctype, labelled.document, window, form=form)
        try:
            row, whole = _row(engine, doctype, asked, target, labelled.document.docid)
        except Refused:
            refused += 1
            continue
        shortened += not whole
        if any(row.taught):
            rows.append(row)
    lost = len(cut) - len(chosen) + shortened + bool(left_out(labelled.document, cut))
    return Examples(tuple(rows), targets.taught, targets.unread, lost, refused)


def _chosen(cut: Sequence[Window], targets: Targets) -> list[tuple[Window, Target]]:
    every = [(window, targets.of(window)) for window in cut]
    without = [pair for pair in every if not pair[1].shows][:1]
    return [pair for pair in every if pair[1].shows or pair in without]


def _frame(engine: Engine, doctype: DocType, form: Format) -> int:
    """Tokens of a question without its document."""
    frame = question(doctype, "", form=form)
    return len(engine.start) + len(tokenize(engine, (*frame.shared, *frame.own)))


def _row(
    engine: Engine, doctype: DocType, asked: Asked, target: Target, docid: str
) -> tuple[Row, bool]:
    """And whether the whole answer found room. Raises Refused."""
    said = answer(doctype, target.fields)
    untaught = _untaught(said, doctype, target)
    asking = asked.question
    prompt = [*engine.start, *tokenize(engine, (*asking.shared, *asking.own))]
    tokens, taught, at = list(prompt), [False] * len(prompt), 0
    for token, chosen in walk(engine, asked.grammar, said.encode()):
        end = at + len(engine.detokenize([token]))
        tokens.append(token)
        taught.append(chosen and not any(at < last and first < end for first, last in untaught))
        at = end
        if len(tokens) == ROW:
            break
    # What follows the last choice that is taught teaches nothing.
    while taught and not taught[-1]:
        taught.pop()
    return Row(docid, tuple(tokens[: len(taught)]), tuple(taught)), at >= len(said.encode())


def _untaught(said: str, doctype: DocType, target: Target) -> list[tuple[int, int]]:
    """Bytes of the answer that say what nobody knows."""
    cells = parse(said, doctype)
    every = [*cells.header, *(cell for row in cells.rows for cell in row)]
    spans = [
        (cell.start, cell.end) for cell in every if (cell.spec.name, cell.row) in target.masked
    ]
    if not target.table:
        spans.append((max((cell.end for cell in cells.header), default=0), len(said)))
    return [(len(said[:start].encode()), len(said[:end].encode())) for start, end in spans]


def walk(engine: Engine, grammar: str, said: bytes) -> Iterator[tuple[int, bool]]:
    """The answer's tokens as decoding would write them, each with whether it is a choice.

    Raises Refused.
    """
    matcher = LLMatcher(engine.tokenizer, grammar, log_level=0, limits=LIMITS)
    script = _Script(engine, said)
    while True:
        for token in matcher.compute_ff_tokens():
            yield script.take(matcher, token), False
        if matcher.is_stopped() or script.done:
            break
        yield script.take(matcher, script.next()), True
    if matcher.is_error() or not script.done:
        raise Refused


class _Script:
    """What is left to say, in the vocabulary's own tokens."""

    def __init__(self, engine: Engine, said: bytes) -> None:
        self._engine = engine
        self._rest = said
        self._planned: deque[int] = deque()

    @property
    def done(self) -> bool:
        return not self._rest

    def next(self) -> int:
        if not self._planned:
            self._planned.extend(self._engine.tokenize(self._rest.decode()))
        return self._planned[0]

    def take(self, matcher: LLMatcher, token: int) -> int:
        written = self._engine.detokenize([token])
        if not self._rest.startswith(written) or not matcher.try_consume_tokens([token]):
            raise Refused
        self._rest = self._rest[len(written) :]
        if self._planned and self._planned[0] == token:
            self._planned.popleft()
        else:
            self._planned.clear()  # the grammar cuts here where the vocabulary would not
        return token
