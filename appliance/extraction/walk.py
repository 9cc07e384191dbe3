"""A given answer as the tokens in which decoding would write it: what the grammar forces, forced.

The mirror of ``decode``, where a text takes the place of the model.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from llguidance import LLMatcher

from appliance.extraction.choice import LIMITS
from appliance.extraction.decode import Decoder


class RefusedByGrammar(Exception):
    """The grammar does not allow this answer."""


def walk(engine: Decoder, grammar: str, said: bytes) -> Iterator[tuple[int, bool]]:
    """Each token, and whether the model has to choose it. Raises RefusedByGrammar."""
    matcher = LLMatcher(engine.tokenizer, grammar, log_level=0, limits=LIMITS)
    script = _Script(engine, said)
    while not matcher.is_error():
        for token in matcher.compute_ff_tokens():
            yield script.take(matcher, token), False
        if matcher.is_stopped() or script.done:
            break
        yield script.take(matcher, script.next()), True
    if matcher.is_error() or not script.done:
        raise RefusedByGrammar


class _Script:
    """What is left to say, in the vocabulary's own tokens."""

    def __init__(self, engine: Decoder, said: bytes) -> None:
        self._engine = engine
        self._rest = said
        self._planned: deque[int] = deque()

    @property
    def done(self) -> bool:
        return not self._rest

    def next(self) -> int:
        if not self._planned:
            self._planned.extend(self._plan())
        return self._planned[0]

    def _plan(self) -> list[int]:
        try:
            return self._engine.tokenize(self._rest.decode())
        except UnicodeDecodeError:  # what is forced may end within a character
            return list(self._engine.tokenizer.tokenize_bytes(self._rest))

    def take(self, matcher: LLMatcher, token: int) -> int:
        """Raises RefusedByGrammarByGrammar for a token that does not go on with the answer."""
        written = self._engine.detokenize([token])
        if not self._rest.startswith(written) or not matcher.try_consume_tokens([token]):
            raise RefusedByGrammar
        self._rest = self._rest[len(written) :]
        if self._planned and self._planned[0] == token:
            self._planned.popleft()
        else:
            self._planned.clear()  # the grammar cuts here where the vocabulary would not
        return token
