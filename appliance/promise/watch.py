"""Whether what was accepted of late keeps the promise: a bet against it, document by document.

As long as the promise is kept the bet is fair at best, and much is seldom won; what wins from some
document on is a change. Waudby-Smith and Ramdas 2024 (bets), Shin, Ramdas and Rinaldo 2023 (starts
in mid-stream). Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STAKES = 0.5 ** np.arange(1, 8)
"""Shares of its money that a bet risks on one value: the highest find a landslide within a few
documents, the lowest a few errors too many."""
MOST = 0.5
"""The share that any risks on one document, however long."""
SOON = 50
"""Documents among which half of the money begins to bet; the rest waits for what comes later."""

Logs = NDArray[np.float64]
"""Natural logarithms of amounts of money: what is multiplied is added."""


@dataclass(frozen=True, slots=True)
class WatchResult:
    evidence: float
    """Against the promise: an e-value, the money that 1 has become by now."""
    alarmed: int | None
    """The document at which it was enough, counted from 0; None when it never was."""
    began: int | None
    """From which document on the values were likely worse; None without an alarm."""


def watch(documents: Sequence[Sequence[bool]], accuracy: float, *, assurance: float) -> WatchResult:
    """``documents`` as they came: for each accepted value of it, whether it is right.

    While the promise is kept this ever alarms with a probability of 1 - ``assurance`` at most. For
    if a document's expected share of errors, given those before it and how many values it has, is
    1 - ``accuracy`` at most, its factors are expected to be 1 at most, whatever its values have in
    common; so is each product of them from some start on, and what is shared out among bets and
    starts sums to 1. Such an amount reaches 1 / (1 - ``assurance``) that seldom (Ville 1939).

    Both lie between 0 and 1, neither included.
    """
    if not documents:
        return WatchResult(1.0, None, None)
    after = np.cumsum(_factors(documents, 1 - accuracy), axis=0)
    before = np.vstack([np.zeros_like(STAKES), after[:-1]])
    money = _money(before, after)
    enough = np.flatnonzero(money >= -np.log(1 - assurance))
    alarmed = int(enough[0]) if enough.size else None
    began = None if alarmed is None else _most_won(before[: alarmed + 1], after[alarmed])
    return WatchResult(_amount(money[-1]), alarmed, began)


def _factors(documents: Sequence[Sequence[bool]], errors: float) -> Logs:
    """What each bet makes of 1 by each document; 1 where nothing was accepted."""
    n = np.array([len(rights) for rights in documents], dtype=float)
    wrong = n - np.array([sum(rights) for rights in documents])
    share = wrong / np.maximum(n, 1)
    stakes = np.minimum(np.outer(n, STAKES), MOST)
    factors: Logs = np.log1p(stakes * (share / errors - 1)[:, None])
    return factors


def _money(before: Logs, after: Logs) -> Logs:
    """After each document: what waits, and what the bets made of all that began so far.

    One that began with a document has ``after / before``; so the sum over all that began is kept
    as a sum of ``begun / before``, and costs one step a document.
    """
    came = np.arange(1, len(after) + 1)
    waiting = np.log(SOON / (SOON + came))
    begun = np.log(SOON / ((SOON + came - 1) * (SOON + came)))
    shares = np.logaddexp.accumulate(begun[:, None] - before, axis=0)
    money: Logs = np.logaddexp(waiting, _mean(after + shares))
    return money


def _most_won(before: Logs, now: Logs) -> int:
    """The start that made most of its money, whatever it was given."""
    return int(np.argmax(_mean(now - before)))


def _mean(amounts: Logs) -> Logs:
    """Over the bets, which begin with equal shares."""
    mean: Logs = np.logaddexp.reduce(amounts, axis=-1) - np.log(len(STAKES))
    return mean


def _amount(logarithm: float) -> float:
    return float(np.exp(min(logarithm, 700.0)))  # more is no float
