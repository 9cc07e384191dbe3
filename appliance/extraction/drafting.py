"""What probably follows in an answer, as the tokens that the grammar would let a model write.

A guess is text; it is walked through a copy of the grammar as far as that goes. Nothing here
decides what is answered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from llguidance import LLMatcher, LLTokenizer

from appliance.extraction.batches import Tokens

MOST = 16
"""Tokens drafted at once: of 12, 16, 20, 24 and 32 the cheapest by calls and tokens of 25 receipts,
where a batch costs as much as eight of its tokens; not timed."""

Guess = Callable[[bytes], tuple[bytes, bytes]]
"""Of an answer so far: the beginning of the value that it is in, and what probably follows; empty
where there is nothing to guess by."""


class Vocabulary(Protocol):
    tokenizer: LLTokenizer

    def tokenize(self, text: str, *, special: bool = False) -> list[int]: ...
    def detokenize(self, tokens: Sequence[int]) -> bytes: ...


def draft(
    vocabulary: Vocabulary, matcher: LLMatcher, guess: Guess, text: bytes, room: int
) -> tuple[Tokens, ...]:
    """Steps of a choice and what is forced after it, of ``room`` tokens at most; ``text`` is the
    answer so far."""
    ahead = matcher.deep_copy()
    steps: list[Tokens] = []
    left = min(room, MOST)
    while plan := _planned(vocabulary, *guess(text)):
        while plan:
            step = _step(ahead, plan.popleft())
            if step is None or len(step) > left:
                return tuple(steps)
            steps.append(step)
            left -= len(step)
            text += vocabulary.detokenize(step)
            if any(plan.popleft() != token for token in step[1:] if plan):
                break  # the grammar cuts or goes on where the guess would not: guess anew
    return tuple(steps)


def _planned(vocabulary: Vocabulary, said: bytes, rest: bytes) -> deque[int]:
    """The tokens of ``rest``, if possible as they are after ``said``."""
    try:
        tokens = vocabulary.tokenize((said + rest).decode())
    except UnicodeDecodeError:  # what is said may end within a character
        return deque(vocabulary.tokenizer.tokenize_bytes(rest))
    written = b""
    for count, token in enumerate(tokens):
        if written == said:
            return deque(tokens[count:])
        written += vocabulary.detokenize([token])
    return deque(vocabulary.tokenizer.tokenize_bytes(rest))


def _step(ahead: LLMatcher, token: int) -> Tokens | None:
    """Taken by the copy; None when the grammar refuses it or is at its end."""
    if ahead.is_stopped() or ahead.try_consume_tokens([token]) != 1:
        return None
    forced = () if ahead.is_stopped() else tuple(ahead.compute_ff_tokens())
    ahead.try_consume_tokens(list(forced))
    return token, *forced
