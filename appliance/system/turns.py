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
"""Documents of which a child keeps what is done; others begin when one of them is finished."""

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
    at: float = 0.0
    """When its last turn ended."""


class Unended:
    """What a child has done of the documents that are not finished, by whatever names their work.

    Their turns come round: between two turns of one, each other that still waits has had its own.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._works: dict[Hashable, _Work] = {}
        self._put_off: dict[Hashable, float] = {}
        """Those for which there was no room, and since when."""

    @contextmanager
    def turn(
        self, name: Hashable, seconds: float, *, granted: float
    ) -> Iterator[tuple[list[Any], Callable[[], bool]]]:
        """What is done of the work of that name, and whether its turn of so many ``seconds`` is
        over. Raises TimeoutExceeded once all its turns took what is ``granted``, and Unfinished
        where it has to wait until another work is finished."""
        start = self._clock()
        work = self._works.pop(name, None) or self._new(name, start)
        if work.seconds >= granted:
            raise TimeoutExceeded(f"it took over {granted:.0f} s")
        try:
            yield work.done, lambda: self._clock() - start >= seconds
        except Unfinished:
            work.at = self._clock()
            work.seconds += work.at - start
            if len(self._works) < OPEN:
                self._works[name] = work
            else:
                self._put_off[name] = work.at
            raise

    def _new(self, name: Hashable, now: float) -> _Work:
        since = self._put_off.pop(name, None)
        if since is not None and len(self._works) >= OPEN:
            # What had no turn while all others had theirs is wanted by nobody any more.
            left = next((other for other, work in self._works.items() if work.at < since), None)
            if left is None:
                self._put_off[name] = now
                raise Unfinished("others that take long are finished first")
            del self._works[left]
        return _Work()
