"""The loop that lets a model write one answer under a grammar, always its likeliest token.

Tokens that the grammar forces are fed with the token before them and never sampled. Of each sampled
token two log-probabilities are kept. How tokens are grouped into batches depends on the answer
alone, so the same question has the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from llguidance import LLMatcher, LLParserLimits, LLTokenizer
from numpy.typing import NDArray

from appliance.domain.errors import WorkerError
from appliance.domain.fields import CERTAIN, TokenScore

Batch = tuple[int, ...]

ALTERNATIVES = 4
"""Likeliest allowed tokens that are remembered of each step, the chosen one among them."""

# The defaults end a 500-word window in the middle of an answer. A step takes milliseconds even so.
LIMITS = LLParserLimits(
    initial_lexer_fuel=200_000_000,
    step_lexer_fuel=50_000_000,
    step_max_items=1_000_000,
    max_lexer_states=5_000_000,
    max_grammar_size=5_000_000,
    verbose_errors=False,
)
_DONE = ("NoExtension", "EndOfSentence")


class Engine(Protocol):
    """What this room asks of a model."""

    context: int
    batch: int
    start: Batch
    tokenizer: LLTokenizer

    def knows(self, token: str) -> bool: ...
    def tokenize(self, text: str, *, special: bool = False) -> list[int]: ...
    def detokenize(self, tokens: Sequence[int]) -> bytes: ...
    def logits(self, batches: Sequence[Batch]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One sampled token and what followed it without a choice."""

    tokens: Batch
    """The sampled one first, then the forced ones."""
    score: TokenScore
    others: tuple[tuple[int, TokenScore], ...]
    """The next likeliest allowed tokens, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One answer, token by token."""

    prompt: tuple[Batch, ...]
    begun: tuple[Batch, ...]
    """What was given or forced before the first choice."""
    steps: tuple[Step, ...]
    whole: bool
    """False when it was cut by the budget."""

    @property
    def tokens(self) -> list[int]:
        """Of the answer."""
        written = (*self.begun, *(step.tokens for step in self.steps))
        return [token for batch in written for token in batch]


def decode(
    engine: Engine,
    grammar: str,
    prompt: Sequence[Batch],
    *,
    budget: int,
    given: Sequence[Batch] = (),
    enough: Callable[[bytes], bool] | None = None,
) -> Trace:
    """Writes at most ``budget`` tokens.

    ``given`` are the batches that the answer has to begin with. ``enough`` looks at the answer
    after each step and may end it early. Raises ModelError, and WorkerError where the grammar
    fails, since it is this document's.
    """
    matcher = LLMatcher(engine.tokenizer, grammar, log_level=0, limits=LIMITS)
    _check(matcher)
    _consume(matcher, [token for batch in given for token in batch])
    begun = _begin(given, tuple(matcher.compute_ff_tokens()))
    _consume(matcher, begun[-1][len(given[-1]) if given else 0 :])
    batches = [*prompt, *begun]
    steps: list[Step] = []
    spent = sum(map(len, begun))
    text = engine.detokenize([token for batch in begun for token in batch])
    while not _stopped(matcher):
        if spent >= budget or (enough and enough(text)):
            return Trace(tuple(prompt), begun, tuple(steps), whole=False)
        step = _step(matcher, engine.logits(batches))
        steps.append(step)
        batches.append(step.tokens)
        spent += len(step.tokens)
        text += engine.detokenize(step.tokens)
    return Trace(tuple(prompt), begun, tuple(steps), whole=True)


def _begin(given: Sequence[Batch], forced: Batch) -> tuple[Batch, ...]:
    """The first batches of the answer; what is forced goes with the token before it."""
    if not given:
        return (forced,)
    return (*given[:-1], given[-1] + forced)


def scores(logits: NDArray[np.float32], allowed: NDArray[np.intp]) -> NDArray[np.float64]:
    """Log-probabilities of the ``allowed`` tokens: over the whole vocabulary in the first row,
    over the allowed ones alone in the second."""
    every = logits.astype(np.float64)
    chosen = every[allowed]
    return np.stack([chosen - _log_sum(every), chosen - _log_sum(chosen)])


def _log_sum(values: NDArray[np.float64]) -> float:
    top = values.max()
    return float(top + np.log(np.exp(values - top).sum()))


def _step(matcher: LLMatcher, logits: NDArray[np.float32]) -> Step:
    mask = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
    _check(matcher)
    allowed = np.flatnonzero(np.unpackbits(mask, bitorder="little")[: len(logits)])
    if not len(allowed):
        raise WorkerError("the grammar allows no token")
    free, among = scores(logits, allowed)
    # Equal logits: the lower token first, on every machine.
    best = np.lexsort((allowed, -among))[:ALTERNATIVES]
    ranked = [(int(allowed[i]), TokenScore(float(free[i]), float(among[i]))) for i in best]
    (token, likeliest), *others = ranked
    score = replace(likeliest, margin=_margin(ranked), entropy=float(-(np.exp(among) @ among)))
    _consume(matcher, [token])
    following = () if matcher.is_stopped() else tuple(matcher.compute_ff_tokens())
    _consume(matcher, following)
    return Step((token, *following), score, tuple(others))


def _margin(ranked: Sequence[tuple[int, TokenScore]]) -> float:
    if len(ranked) < 2:
        return CERTAIN
    (_, first), (_, second) = ranked[:2]
    return min(first.allowed - second.allowed, CERTAIN)


def _consume(matcher: LLMatcher, tokens: Sequence[int]) -> None:
    if tokens and not matcher.consume_tokens(list(tokens)):
        _check(matcher)
        raise WorkerError("the grammar refused its own token")


def _stopped(matcher: LLMatcher) -> bool:
    _check(matcher)
    if not matcher.is_stopped():
        return False
    if matcher.stop_reason() not in _DONE:
        raise WorkerError(f"the grammar stopped the answer: {matcher.stop_reason()}")
    return True


def _check(matcher: LLMatcher) -> None:
    if matcher.is_error():
        raise WorkerError(
            f"llguidance gave up: {matcher.get_error()}",
            hint="the document may be too long for one window",
        )
