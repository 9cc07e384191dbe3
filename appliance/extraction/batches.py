"""Tokens that llama.cpp computes together, and which of them stay.

Pure. Logits may depend slightly on what is computed together: to compute a token as it was computed
before, its whole batch has to be known, with what was drafted and dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

Tokens = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """``tokens`` are computed together, the first ``kept`` of them stay."""

    tokens: Tokens
    kept: int

    @property
    def stays(self) -> Tokens:
        return self.tokens[: self.kept]


def whole(tokens: Iterable[int]) -> Batch:
    """All of it stays."""
    every = tuple(tokens)
    return Batch(every, len(every))


def split(tokens: Sequence[int], size: int) -> tuple[Batch, ...]:
    """``size`` at most together."""
    return tuple(whole(tokens[at : at + size]) for at in range(0, len(tokens), size))


def length(batches: Iterable[Batch]) -> int:
    """Tokens that stay."""
    return sum(batch.kept for batch in batches)


def first(batches: Iterable[Batch], count: int) -> tuple[Batch, ...]:
    """What held the first ``count`` tokens that stay, computed as it was."""
    found: list[Batch] = []
    for batch in batches:
        if count <= 0:
            break
        found.append(replace(batch, kept=min(batch.kept, count)))
        count -= batch.kept
    return tuple(found)


def common(done: Sequence[Batch], wanted: Sequence[Batch]) -> tuple[Batch, ...]:
    """The longest beginning of ``wanted`` that ``done`` holds, computed the same way."""
    found: list[Batch] = []
    for ours, theirs in zip(done, wanted, strict=False):
        if ours.tokens != theirs.tokens or ours.kept < theirs.kept:
            break
        found.append(theirs)
        if ours.kept > theirs.kept:
            break
    return tuple(found)
