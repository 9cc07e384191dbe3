"""An engine without a model: it writes what a test wants, byte by byte, as far as it is let."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from llguidance import LLTokenizer
from numpy.typing import NDArray

from appliance.extraction.batches import Batch, Tokens, first, length


class FakeEngine:
    """``wants(prompt)`` are whole answers, the likeliest first. A token is a byte."""

    def __init__(self, *wants: str, context: int = 8192, batch: int = 512) -> None:
        self.wants: Callable[[str], Sequence[str]] = lambda prompt: wants
        self.context = context
        self.batch = batch
        self.forgets = True
        self.start: Tokens = ()
        self.tokenizer = LLTokenizer("byte")
        self.asked: list[tuple[Batch, ...]] = []

    def knows(self, token: str) -> bool:
        return False

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        return list(text.encode("utf-8", "replace"))

    def detokenize(self, tokens: Sequence[int]) -> bytes:
        return bytes(tokens)

    def logits(self, batches: Sequence[Batch], at: Sequence[int] = (-1,)) -> NDArray[np.float32]:
        assert max(len(batch.tokens) for batch in batches) <= self.batch
        self.asked.append(tuple(batches))
        before, last = length(batches[:-1]), len(batches[-1].tokens)
        return np.stack([self._row(first(batches, before + place % last + 1)) for place in at])

    def _row(self, batches: Sequence[Batch]) -> NDArray[np.float32]:
        said = bytes(token for batch in batches for token in batch.stays)
        prompt, marker, answer = said.rpartition(b"JSON:\n")
        row = np.zeros(self.tokenizer.vocab_size, dtype=np.float32)
        for rank, want in enumerate(self.wants((prompt + marker).decode())):
            following = want.encode()[len(answer) :]
            if want.encode().startswith(answer) and following:
                row[following[0]] = max(row[following[0]], 9.0 - 2 * rank)
        return row
