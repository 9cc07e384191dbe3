"""The column question put to a model: its answer, and what it says of every column."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import TokenScore
from appliance.extraction.asking import ModelAnswer, put_question
from appliance.extraction.column_question import ColumnChoice, ColumnRequest, column_request
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
    """By field that was named those that chose its column, the one that took the table first."""
    chosen: Naming

    def tokens_of(self, name: str, where: ColumnPart | None) -> tuple[TokenScore, ...]:
        """How sure the model was that the field stands there; where it did not say so, how sure it
        was all the same."""
        if where is not None and self.chosen.get(name) == where:
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
    guess = _Guess(asked, asked.answer(likely))
    said = put_question(engine, asked.question, asked.grammar, most=engine.context, guess=guess)
    found = asked.choices(said.text)
    taken = said.sampled[:1]
    sure = taken[0].score.allowed if taken else 0.0
    each = [_scores(engine, asked, said, one) for one in found]
    scores = {name: _of_field(name, each) for name in asked.usual} if found else {}
    chosen: dict[str, ColumnPart] = {}
    tokens: dict[str, tuple[TokenScore, ...]] = {}
    for one in found:
        for name, where in one.holds.items():
            if name in chosen and scores[name][where] <= scores[name][chosen[name]]:
                continue  # said of two columns: the surer one
            chosen[name] = where
            steps = said.chosen(one.start, one.end)
            tokens[name] = tuple(token.score for token in (*taken, *steps))
    return TableAnswer(table, ColumnScores(sure if found else _other(sure), scores), tokens, chosen)


class _Guess:
    """Of an answer so far: how the likely one goes on, from the column that comes next."""

    def __init__(self, asked: ColumnRequest, likely: str) -> None:
        self._asked, self._likely = asked, likely
        self._starts = [choice.start for choice in asked.choices(likely)]

    def __call__(self, answer: bytes) -> tuple[bytes, bytes]:
        said = answer.decode("utf-8", "ignore")
        if self._likely.startswith(said):
            return b"", self._likely[len(said) :].encode()
        column = self._asked.asks(said) if self._starts else None
        return b"", b"" if column is None else self._likely[self._starts[column] :].encode()


_Scores = Mapping[tuple[str, ColumnPart], float]
"""Log-probability that a field stands there, as one column's answer has it."""


def _scores(
    engine: Decoder, asked: ColumnRequest, said: ModelAnswer, choice: ColumnChoice
) -> _Scores:
    """Of what was said and of what was nearly said."""
    steps = said.chosen(choice.start, choice.end)
    here = {name: ColumnPart(choice.column, part) for name, part in asked.usual.items()}
    if not choice.holds:
        null = steps[0].score.allowed if steps else 0.0
        each = _other(null) - math.log(len(here))
        return {(name, where): each for name, where in here.items()}
    told = sum(token.score.allowed for token in steps)
    found = {(name, where): told for name, where in choice.holds.items()}
    if len(steps) > 1:  # that there is a field, and which
        there, first = steps[:2]
        for names, likely in _nearly(engine, said, first.step, list(here)):
            share = there.score.allowed + likely - math.log(len(names))
            found |= {(name, here[name]): share for name in names if name not in choice.holds}
    return found


def _nearly(
    engine: Decoder, said: ModelAnswer, step: int, names: Sequence[str]
) -> Iterator[tuple[list[str], float]]:
    """Fields whose name begins as a token does that was nearly chosen, and its
    log-probability."""
    for token, score in said.trace.steps[step].others:
        begins = engine.detokenize([token]).decode("utf-8", "ignore").strip(' "')
        meant = [name for name in names if begins and name.startswith(begins)]
        if meant:
            yield meant, score.allowed


def _of_field(name: str, columns: Sequence[_Scores]) -> dict[ColumnPart | None, float]:
    """By column; and that it stands in none, which is as likely as that the likeliest is wrong."""
    found: dict[ColumnPart | None, float] = {
        where: score for one in columns for (said, where), score in one.items() if said == name
    }
    found[None] = _other(max(found.values(), default=_UNSAID))
    return found


def _other(sure: float) -> float:
    """Log-probability of what was not chosen, of two."""
    return math.log(max(-math.expm1(min(sure, 0.0)), math.exp(_UNSAID)))
