"""An engine without a model: it writes what a test wants, byte by byte, as far as it is let."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from llguidance import LLTokenizer
from numpy.typing import NDArray

Batch = tuple[int, ...]


class FakeEngine:
    """``wants(prompt)`` are whole answers, the likeliest first. A token is a byte."""

    def __init__(self, *wants: str, context: int = 8192, batch: int = 512) -> None:
        self.wants: Callable[[str], Sequence[str]] = lambda prompt: wants
        self.context = context
        self.batch = batch
        self.start: Batch = ()
        self.tokenizer = LLTokenizer("byte")
        self.asked: list[tuple[Batch, ...]] = []

    def knows(self, token: str) -> bool:
        return False

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        return list(text.encode("utf-8", "replace"))

    def detokenize(self, tokens: Sequence[int]) -> bytes:
        return bytes(tokens)

    def logits(self, batches: Sequence[Batch]) -> NDArray[np.float32]:
        self.asked.append(tuple(batches))
        before = bytes(token for batch in batches for token in batch)
        prompt, marker, answer = before.rpartition(b"JSON:\n")
        row = np.zeros(self.tokenizer.vocab_size, dtype=np.float32)
        for rank, want in enumerate(self.wants((prompt + marker).decode())):
            following = want.encode()[len(answer) :]
            if want.encode().startswith(answer) and following:
                row[following[0]] = max(row[following[0]], 9.0 - 2 * rank)
        return row
