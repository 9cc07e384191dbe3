"""Long work in turns: a document that takes long lets others go in between, and loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Hashable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from appliance.domain.errors import TimeoutExceeded, Unfinished

TURN = 20.0
"""Seconds of work on one document after which others go first."""
OPEN = 8
"""Documents of which a child keeps what is done; another one begins anew until one is finished."""

Part = TypeVar("Part")


def never() -> bool:
    """All of it is one turn."""
    return False


def take_turn(
    done: list[Part], parts: Generator[tuple[Part, int]], over: Callable[[], bool]
) -> None:
    """Adds ``parts`` to what is ``done``; each says with itself how many there are in all.

    Raises Unfinished where ``over`` says that the turn ends and some are left.
    """
    with closing(parts):
        for part, number in parts:
            done.append(part)
            if len(done) < number and over():
                raise Unfinished(f"{len(done)} of {number} parts of it are done; others go first")


@dataclass(slots=True)
class _Work:
    done: list[Any] = field(default_factory=list)
    seconds: float = 0.0
    """Spent on it."""


class Begun:
    """What is done of the documents that are not finished, by whatever names their work."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._works: dict[Hashable, _Work] = {}

    @contextmanager
    def turn(
        self, name: Hashable, seconds: float, *, granted: float
    ) -> Iterator[tuple[list[Any], Callable[[], bool]]]:
        """What is done of the work of that name, and whether its turn of so many ``seconds`` is
        over. Raises TimeoutExceeded once all its turns took what is ``granted``."""
        work, start = self._works.pop(name, None) or _Work(), self._clock()
        if work.seconds >= granted:
            raise TimeoutExceeded(f"it took over {granted:.0f} s")
        try:
            yield work.done, lambda: self._clock() - start >= seconds
        except Unfinished:
            work.seconds += self._clock() - start
            if len(self._works) < OPEN:  # the first ones stay: always some come to their end
                self._works[name] = work
            raise
