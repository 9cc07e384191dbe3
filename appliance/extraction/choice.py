"""One choice of a token: the likeliest that the grammar allows, and how sure it was.

Of each chosen token two log-probabilities are kept: among all tokens, and among the allowed ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from llguidance import LLMatcher, LLParserLimits
from numpy.typing import NDArray

from appliance.domain.errors import WorkerError
from appliance.domain.prediction import CERTAIN, TokenScore
from appliance.extraction.batches import Tokens

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


@dataclass(frozen=True, slots=True)
class Step:
    """One sampled token and what followed it without a choice."""

    tokens: Tokens
    """The sampled one first, then the forced ones."""
    score: TokenScore
    others: tuple[tuple[int, TokenScore], ...]
    """The next likeliest allowed tokens, the likeliest first."""


def scores(logits: NDArray[np.float32], allowed: NDArray[np.intp]) -> NDArray[np.float64]:
    """Log-probabilities of the ``allowed`` tokens, in nats: over the whole vocabulary in the first
    row, over the allowed tokens alone in the second.

    ``logits`` is [vocabulary], ``allowed`` holds indices into it, the result is [2, allowed].
    """
    top = logits.max()
    # The sum over a vocabulary is the dear part: single precision, summed in pairs by numpy.
    every = float(np.log(np.exp(logits - top).sum(dtype=np.float64))) + float(top)
    chosen = logits[allowed].astype(np.float64)
    best = chosen.max()
    return np.stack([chosen - every, chosen - best - np.log(np.exp(chosen - best).sum())])


def choose(matcher: LLMatcher, logits: NDArray[np.float32], drafted: Tokens = ()) -> Step:
    """Takes the next token and what is forced after it.

    ``logits`` is [vocabulary]. ``drafted`` is such a step, known already if its first token is
    chosen. Raises WorkerError.
    """
    mask = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
    check(matcher)
    allowed = np.flatnonzero(np.unpackbits(mask, bitorder="little")[: len(logits)].view(bool))
    if not len(allowed):
        raise WorkerError("the grammar allows no token")
    free, among = scores(logits, allowed)
    # Equal logits: the lower token first, on every machine.
    best = np.lexsort((allowed, -among))[:ALTERNATIVES]
    ranked = [(int(allowed[i]), TokenScore(float(free[i]), float(among[i]))) for i in best]
    (token, likeliest), *others = ranked
    score = replace(likeliest, margin=_margin(ranked), entropy=float(-(np.exp(among) @ among)))
    tokens = drafted if drafted[:1] == (token,) else (token,)
    consume(matcher, tokens)
    if tokens is not drafted and not matcher.is_stopped():
        following = matcher.compute_ff_tokens()
        consume(matcher, following)
        tokens = (token, *following)
    return Step(tokens, score, tuple(others))


def consume(matcher: LLMatcher, tokens: Sequence[int]) -> None:
    """Raises WorkerError when the grammar refuses tokens that it forced or allowed."""
    if tokens and not matcher.consume_tokens(list(tokens)):
        check(matcher)
        raise WorkerError("the grammar refused its own token")


def stopped(matcher: LLMatcher) -> bool:
    """Whether the answer is complete. Raises WorkerError when it stopped for another reason."""
    check(matcher)
    if not matcher.is_stopped():
        return False
    if matcher.stop_reason() not in _DONE:
        raise WorkerError(f"the grammar stopped the answer: {matcher.stop_reason()}")
    return True


def check(matcher: LLMatcher) -> None:
    """Raises WorkerError when llguidance is in error."""
    if matcher.is_error():
        raise WorkerError(
            f"llguidance gave up: {matcher.get_error()}",
            hint="the document may be too long for one window",
        )


def _margin(ranked: Sequence[tuple[int, TokenScore]]) -> float:
    if len(ranked) < 2:
        return CERTAIN
    (_, first), (_, second) = ranked[:2]
    return min(first.allowed - second.allowed, CERTAIN)
