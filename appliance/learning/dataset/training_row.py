"""A question and its perfect answer as the tokens that a model is trained on.

The answer is walked through the grammar as it would be decoded: what the grammar forces is in the
row and never taught, since serving never chooses it. So training and serving cannot differ.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from appliance.extraction.asking import tokenize
from appliance.extraction.decode import Decoder
from appliance.extraction.prompt import Prompt
from appliance.extraction.walk import walk
from appliance.learning.trainer.recipe import ROW

CharacterRange = tuple[int, int]
"""First and last (exclusive) of an answer."""


@dataclass(frozen=True, slots=True)
class TrainingRow:
    docid: str
    tokens: tuple[int, ...]
    """Ids of the model's vocabulary: a question and its answer."""
    taught: tuple[bool, ...]
    """Of each token: whether the model chooses it and is to learn that choice."""
    whole: bool
    """Whether the whole answer found room."""

    @property
    def teaches(self) -> bool:
        return any(self.taught)


def training_row(
    engine: Decoder,
    question: Prompt,
    grammar: str,
    said: str,
    *,
    masked: Collection[CharacterRange],
    docid: str,
) -> TrainingRow:
    """``masked`` is what nobody knows of the answer ``said``. Raises RefusedByGrammar."""
    unknown = [(_bytes(said, first), _bytes(said, last)) for first, last in masked]
    tokens = [*engine.start, *tokenize(engine, (*question.shared, *question.own))]
    taught = [False] * len(tokens)
    at, end = 0, len(said.encode())
    for token, chosen in walk(engine, grammar, said.encode()):
        if len(tokens) >= ROW:
            break
        begun, at = at, at + len(engine.detokenize([token]))
        tokens.append(token)
        taught.append(chosen and not any(begun < last and first < at for first, last in unknown))
    # What follows the last choice that is taught teaches nothing.
    while taught and not taught[-1]:
        taught.pop()
    return TrainingRow(docid, tuple(tokens[: len(taught)]), tuple(taught), whole=at == end)


def _bytes(said: str, characters: int) -> int:
    return len(said[:characters].encode())
