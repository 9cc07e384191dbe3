"""Whether the watch over the promise is in time, and quiet while nothing happens. Pure.

Streams are drawn from documents whose answers are known: half of a stream as they came, half as
they come after a change for the worse. The threshold is proven on a sample of the former, and of
the stream a share is keyed blind and watched. Documents are drawn whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from appliance.promise.threshold import EvidenceValue, threshold
from appliance.promise.watch import WatchResult, watch

GROWN = 1.25
"""Times the evidence before a new threshold is tried again: each try may err, so there are few."""


@dataclass(frozen=True, slots=True)
class Doc:
    party: str
    values: tuple[tuple[float, bool], ...]
    """The score of each, and whether it is right."""

    def accepted(self, score: float) -> list[bool]:
        return [right for found, right in self.values if found >= score]


@dataclass(frozen=True, slots=True)
class Stream:
    documents: tuple[Doc, ...]
    changed: int
    """From which document on they are others; their number when they never are."""
    keyed: tuple[int, ...]
    """Which of them are keyed blind, in order."""

    def wrong(self, course: Sequence[float]) -> int:
        """Values delivered after the change though they are wrong; ``course`` as below."""
        pairs = zip(self.documents[self.changed :], course[self.changed :], strict=True)
        return sum(document.accepted(score).count(False) for document, score in pairs)


@dataclass(frozen=True, slots=True)
class Promise:
    accuracy: float = 0.95
    assurance: float = 0.95

    def proven(self, documents: Sequence[Doc]) -> float | None:
        """From which score on values may be accepted; None when nothing is proven."""
        values = [
            EvidenceValue(score, right, str(number), document.party)
            for number, document in enumerate(documents)
            for score, right in document.values
        ]
        found = threshold(values, self.accuracy, assurance=self.assurance)
        return found.score if found else None

    def watched(self, documents: Sequence[Doc], score: float) -> WatchResult:
        accepted = [document.accepted(score) for document in documents]
        return watch(accepted, self.accuracy, assurance=self.assurance)


@dataclass(frozen=True, slots=True)
class Run:
    """A stream with a change under the watch, and one without."""

    in_time: bool
    """At most half as many wrong values were delivered after the change as without a watch."""
    again: bool
    """Automation was withdrawn after the change, and went on by itself before the end."""
    false: bool
    """Automation was withdrawn though nothing had changed."""


@dataclass(frozen=True, slots=True)
class Figures:
    proven: float
    """Share of the runs in which a threshold was proven to begin with; the others count nowhere."""
    watch_in_time: float
    again: float
    false_withdrawals: float


def streams(
    before: Sequence[Doc],
    after: Sequence[Doc],
    *,
    share: float,
    seed: int,
    runs: int = 100,
    values: int = 5000,
    sample: int = 1000,
    promise: Promise = Promise(),
) -> Figures:
    """``values`` of a stream, the change at half; ``sample`` of them prove the threshold."""
    rng = np.random.default_rng(seed)
    found: list[Run] = []
    for _ in range(runs):
        score = promise.proven(drawn(before, sample, rng))
        if score is not None:
            first = drawn(before, values // 2, rng)
            worse = stream(first, drawn(after, values // 2, rng), share, rng)
            same = stream((*first, *drawn(before, values // 2, rng)), (), share, rng)
            found.append(run(worse, same, score, promise))
    n = max(len(found), 1)
    return Figures(
        proven=len(found) / runs,
        watch_in_time=sum(one.in_time for one in found) / n,
        again=sum(one.again for one in found) / n,
        false_withdrawals=sum(one.false for one in found) / n,
    )


def run(worse: Stream, same: Stream, score: float, promise: Promise) -> Run:
    watched = course(worse, score, promise)
    after = watched[worse.changed :]
    unwatched = [score] * len(worse.documents)
    return Run(
        in_time=2 * worse.wrong(watched) <= worse.wrong(unwatched),
        again=inf in after and after[-1] < inf,
        false=inf in course(same, score, promise),
    )


def course(stream: Stream, score: float, promise: Promise) -> list[float]:
    """For each document the score from which on its values are accepted; infinite while none are.

    An alarm withdraws automation. It goes on, with a watch that knows nothing of before, as soon as
    a threshold is proven by what was keyed since the change likely began.
    """
    scores: list[float] = []
    while len(scores) < len(stream.documents):
        keyed = [at for at in stream.keyed if at >= len(scores)]
        found = promise.watched([stream.documents[at] for at in keyed], score)
        if found.alarmed is None or found.began is None:
            return scores + [score] * (len(stream.documents) - len(scores))
        alarmed, began = keyed[found.alarmed], keyed[found.began]
        scores += [score] * (alarmed + 1 - len(scores))
        on, score = _again(stream, began, alarmed, promise)
        scores += [inf] * (on - len(scores))
    return scores


def _again(stream: Stream, began: int, alarmed: int, promise: Promise) -> tuple[int, float]:
    """From which document on values are accepted again, and from which score on."""
    since = [at for at in stream.keyed if at >= began]
    tried = 0
    for n, at in enumerate(since, start=1):
        if at >= alarmed and n >= GROWN * tried:
            tried = n
            score = promise.proven([stream.documents[known] for known in since[:n]])
            if score is not None:
                return at + 1, score
    return len(stream.documents), inf


def stream(
    before: Sequence[Doc], after: Sequence[Doc], share: float, rng: np.random.Generator
) -> Stream:
    """Of both, ``share`` are keyed blind, each by chance."""
    documents = (*before, *after)
    keyed = np.flatnonzero(rng.random(len(documents)) < share)
    return Stream(documents, len(before), tuple(map(int, keyed)))


def drawn(documents: Sequence[Doc], values: int, rng: np.random.Generator) -> list[Doc]:
    """With replacement, as many as have ``values`` values or just more; some must have any."""
    found: list[Doc] = []
    while values > 0:
        found.append(documents[int(rng.integers(len(documents)))])
        values -= len(found[-1].values)
    return found
