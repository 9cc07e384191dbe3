"""The column question put to a model: its answer, and what it says of every column."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import TokenScore
from appliance.extraction.asking import ModelAnswer, SampledToken, put_question
from appliance.extraction.column_question import (
    LETTERS,
    ColumnChoice,
    choices,
    column_answer,
    column_request,
    default_part,
)
from appliance.extraction.decode import Decoder
from appliance.extraction.prompt import PromptFormat
from appliance.extraction.table_choice import ColumnScores
from appliance.tables.table import ColumnPart, Naming, Table

_UNSAID = -20.0
"""Log-probability of what the model did not even consider, in nats."""


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """One table's question and answer."""

    table: Table
    scores: ColumnScores
    tokens: Mapping[str, tuple[TokenScore, ...]]
    """By field those that chose its column, the one that took the table first."""
    chosen: Mapping[str, ColumnPart | None]

    def tokens_of(self, name: str, where: ColumnPart | None) -> tuple[TokenScore, ...]:
        """How sure the model was that the field stands there; where another column was taken than
        it chose, how sure it was of that one."""
        if name in self.chosen and self.chosen[name] == where:
            return self.tokens[name]
        doubt = self.scores.fields.get(name, {}).get(where, _UNSAID)
        return (TokenScore(doubt, doubt, margin=0.0),)


def ask_columns(
    engine: Decoder,
    doctype: DocType,
    document: Document,
    table: Table,
    likely: Naming,
    *,
    form: PromptFormat,
) -> TableAnswer:
    """``likely`` is what it will probably say: it makes the answer quicker, and no other.

    Raises ModelError, WorkerError.
    """
    asked = column_request(doctype, document, table, form=form)
    guess = _Guess(doctype, column_answer(doctype, table, likely))
    said = put_question(engine, asked.question, asked.grammar, most=engine.context, guess=guess)
    found = choices(said.text, doctype)
    columns = min(len(table.columns), len(LETTERS))
    taken = said.sampled[:1]
    scores = {one.spec.name: _scores(engine, said, one, columns) for one in found}
    tokens = {
        one.spec.name: tuple(t.score for t in (*taken, *said.chosen(one.start, one.end)))
        for one in found
    }
    sure = taken[0].score.allowed if taken else 0.0
    return TableAnswer(
        table,
        ColumnScores(sure if found else _other(sure), scores),
        tokens,
        {one.spec.name: one.where for one in found},
    )


class _Guess:
    """Of an answer so far: how the likely one goes on, from the key that comes next."""

    def __init__(self, doctype: DocType, likely: str) -> None:
        self._likely = likely
        self._keys = [f"{json.dumps(spec.name)}:" for spec in (doctype.items or doctype).fields]

    def __call__(self, answer: bytes) -> tuple[bytes, bytes]:
        said = answer.decode()
        if self._likely.startswith(said):
            return b"", self._likely[len(said) :].encode()
        key = next((key for key in self._keys if said.endswith(key)), None)
        at = self._likely.find(key) if key else -1
        return b"", self._likely[at + len(key) :].encode() if key and at >= 0 else b""


def _scores(
    engine: Decoder, said: ModelAnswer, choice: ColumnChoice, columns: int
) -> dict[ColumnPart | None, float]:
    """Of what was said and of what was nearly said."""
    steps = said.chosen(choice.start, choice.end)
    usual = default_part(choice.spec.type)
    every = [ColumnPart(column, usual) for column in range(columns)]
    if not steps:  # the grammar left one way
        return {choice.where: 0.0}
    there, *letter = steps
    if choice.where is None:
        each = _other(there.score.allowed) - math.log(columns)
        return {None: there.score.allowed, **dict.fromkeys(every, each)}
    found: dict[ColumnPart | None, float] = {None: _other(there.score.allowed)}
    for at, likely in _letters(engine, said, letter[:1]):
        found[ColumnPart(at, usual)] = there.score.allowed + likely
    found.pop(ColumnPart(choice.where.column, usual), None)
    found[choice.where] = sum(token.score.allowed for token in steps)
    return found


def _letters(
    engine: Decoder, said: ModelAnswer, chosen: list[SampledToken]
) -> Iterator[tuple[int, float]]:
    """Columns that were nearly chosen, and their log-probability."""
    for token in chosen:
        for other, score in said.trace.steps[token.step].others:
            letter = engine.detokenize([other]).decode("utf-8", "ignore").strip()
            if len(letter) == 1 and letter in LETTERS:
                yield LETTERS.index(letter), score.allowed


def _other(sure: float) -> float:
    """Log-probability of what was not chosen, of two."""
    return math.log(max(-math.expm1(min(sure, 0.0)), math.exp(_UNSAID)))
