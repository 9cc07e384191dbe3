"""The loop that lets a model write one answer under a grammar, always its likeliest token.

Tokens that the grammar forces are fed with the token before them and never sampled. Nearly every
value is a copy of the document, so tokens that probably follow are computed along and kept as far
as the model chooses them: several choices for the price of one. How tokens are grouped depends on
the question and its answer alone, so the same question has the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain
from typing import Protocol

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from numpy.typing import NDArray

from appliance.extraction.batches import Batch, Tokens, first, length, split, whole
from appliance.extraction.choice import LIMITS, Step, check, choose, consume, stopped
from appliance.extraction.drafting import DraftTokens, draft


class Decoder(Protocol):
    """What this room asks of a model."""

    context: int
    batch: int
    """Tokens that the model takes at most in its context, and in one batch."""
    forgets: bool
    start: Tokens
    tokenizer: LLTokenizer

    def knows(self, token: str) -> bool: ...
    def tokenize(self, text: str, *, special: bool = False) -> list[int]: ...
    def detokenize(self, tokens: Sequence[int]) -> bytes: ...
    def logits(self, batches: Sequence[Batch], at: Sequence[int] = (-1,)) -> NDArray[np.float32]:
        """[places, vocabulary], as ``Engine.logits`` says."""
        ...


@dataclass(frozen=True, slots=True)
class Trace:
    """One answer, token by token."""

    asked: int
    """Tokens of the question."""
    batches: tuple[Batch, ...]
    """Question and answer as they were computed, but for the last step."""
    begun: Tokens
    """What was given or forced before the first choice."""
    steps: tuple[Step, ...]
    whole: bool
    """False when it was cut by the budget."""

    @property
    def tokens(self) -> list[int]:
        """Of the answer."""
        return self.before(len(self.steps))

    def before(self, step: int) -> list[int]:
        """Of the answer, those before the choice of this step."""
        return [*self.begun, *(token for one in self.steps[:step] for token in one.tokens)]

    def upto(self, step: int) -> tuple[Batch, ...]:
        """What was computed before the choice of this step."""
        return first(self.batches, self.asked + len(self.before(step)))


def decode(
    engine: Decoder,
    grammar: str,
    prompt: Sequence[Batch],
    *,
    budget: int,
    said: Sequence[int] = (),
    given: Sequence[int] = (),
    enough: Callable[[bytes], bool] | None = None,
    guess: DraftTokens | None = None,
) -> Trace:
    """Writes at most ``budget`` tokens.

    ``said`` are tokens of the answer that ``prompt`` holds already, ``given`` those that have to
    come next. ``enough`` looks at the answer after each step and may end it early. ``guess`` says
    what probably follows: it changes how fast an answer comes, and what it is no more than any
    other grouping of tokens would (see ``Engine``). Raises ModelError, and WorkerError where the
    grammar fails, since it is this document's.
    """
    matcher = LLMatcher(engine.tokenizer, grammar, log_level=0, limits=LIMITS)
    check(matcher)
    consume(matcher, [*said, *given])
    forced = matcher.compute_ff_tokens()
    consume(matcher, forced)
    begun = (*said, *given, *forced)
    batches, certain = list(prompt), (*given, *forced)
    if not said and len(batches[-1].tokens) + len(certain) <= engine.batch:
        certain = (*batches.pop().tokens, *certain)  # computed with the end of the question
    steps: list[Step] = []
    spent = len(begun)
    text = engine.detokenize(begun)

    def ended() -> bool:
        return stopped(matcher) or spent >= budget or bool(enough and enough(text))

    while not ended():
        if len(certain) > engine.batch:  # where a document says nothing much is forced
            *full, rest = split(certain, engine.batch)
            batches += full
            certain = rest.tokens
        room = min(engine.batch, engine.context - length(batches)) - len(certain)
        ahead = draft(engine, matcher, guess, text, room) if guess and engine.forgets else ()
        batch = whole((*certain, *chain.from_iterable(ahead)))
        kept = len(certain)
        rows = engine.logits([*batches, batch], _choices(kept, ahead))
        for row, drafted in zip(rows, (*ahead, ()), strict=True):
            step = choose(matcher, row, drafted)
            steps.append(step)
            spent += len(step.tokens)
            text += engine.detokenize(step.tokens)
            if step.tokens != drafted or ended():
                break
            kept += len(step.tokens)
        batches.append(replace(batch, kept=kept))
        certain = steps[-1].tokens
    asked = length(prompt) - len(said)
    return Trace(asked, tuple(batches), begun, tuple(steps), whole=stopped(matcher))


def _choices(certain: int, ahead: Sequence[Tokens]) -> list[int]:
    """The places in a batch after which the model chooses."""
    return [end - 1 for end in accumulate(map(len, ahead), initial=certain)]
