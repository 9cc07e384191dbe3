"""Is a candidate better than the champion? Decided on evidence, in words that an owner follows.

Pure. Both models answered the same documents, which a clerk had keyed blind. A document counts for
the candidate when it has more values right than the champion (fixed), against it when it has
fewer (broken), by as many values. If both were as good, each document might as well have come out
the other way round: how many of all these ways gain as much says what chance would do (Fisher's
exact randomisation test of paired differences, 1935). So chance alone promotes a model once in 200
decisions at most. Counting documents alone, as the sign test does, would prove less of the same
evidence, and would not mind a candidate that loses four values where it loses any.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, prod, sqrt
from statistics import NormalDist

from appliance.domain.results import GateOutcome, Verdict
from appliance.evaluation.bootstrap import ratio_interval

ALPHA = 0.005
"""Of one decision: by a value each, 8, 11, 13, 15 fixes are needed beside 0, 1, 2, 3 breaks."""
HARM = 0.05
"""Of each field's and each party's test, which guard against harm and so are quicker to object."""
LOSS = 0.02
"""Share of the older documents by which breaks may outnumber fixes there: the new may cost that."""
SLOWEST = 2.0
"""Times as long as the champion that a candidate may take, at the median document."""
LARGEST = 1.5
"""Times the champion's memory that a candidate may take."""
FEWER = 0.05
"""Share of the values that a promotion may cost in acceptance: thresholds move in such steps."""
GIVEN_UP = 0.01
"""Share of the values that a smaller file may cost."""
DRAWS = 2000
"""Bootstrap samples."""
FAR = 10
"""Times the evidence at hand beyond which nobody waits for more of the same."""
SURE = NormalDist().inv_cdf(1 - ALPHA)
"""Standard deviations beyond which chance comes once in 1 / ``ALPHA`` times."""


@dataclass(frozen=True, slots=True)
class PairedResult:
    """One document of the evidence under both models."""

    docid: str
    party: str | None
    """Normal form of who sent it; None when it is not known."""
    arrived_at: float
    """Seconds since 1970, UTC."""
    champion: Mapping[str, bool]
    """By fieldtype: was its value right?"""
    candidate: Mapping[str, bool]
    """The same fieldtypes."""

    @property
    def gain(self) -> int:
        """How many more values the candidate has right."""
        return sum(self.candidate.values()) - sum(self.champion.values())


def decide(
    cases: Sequence[PairedResult],
    *,
    served: Sequence[PairedResult] = (),
    slower: float = 1.0,
    larger: float = 1.0,
    failed: int = 0,
) -> Verdict:
    """Without what is remembered of senders; ``served`` are the same cases with it, of which the
    candidate may not have fewer right. No case may be a document, or a near-duplicate of one, that
    either model was trained on.

    ``slower``: how many times as long the candidate takes; ``larger``: how many times as much
    memory; ``failed``: documents on which it alone gave no answer.
    """
    fixed, broken = _counted(case.gain for case in cases)
    outcome, reason = _judged(cases, fixed, broken)
    if outcome is GateOutcome.PROMOTED and (
        obstacle := _obstacle(slower, larger, failed) or _worse_served(served)
    ):
        outcome, reason = GateOutcome.WORSE, f"{reason}, but {obstacle}"
    return Verdict(outcome, len(cases), fixed, broken, reason)


def last_word(verdict: Verdict, before: float, after: float) -> Verdict:
    """What becomes of a candidate that is better, by the shares of the evidence's values that may
    be accepted at the promise: ``before`` under the champion, ``after`` under the candidate."""
    if after < before - FEWER:
        reason = f"{verdict.reason}, but it may accept {after:.0%} of the values, not {before:.0%}"
        return replace(verdict, outcome=GateOutcome.NOT_PROVEN, reason=reason)
    if not after:
        return verdict
    return replace(verdict, reason=f"{verdict.reason}; it may accept {after:.0%} of the values")


def _obstacle(slower: float, larger: float, failed: int) -> str:
    if failed:
        return f"it gave no answer on {failed} of them"
    if slower > SLOWEST:
        return f"it takes {slower:.1f} times as long, {SLOWEST:.1f} at most are allowed"
    if larger > LARGEST:
        return f"it takes {larger:.1f} times the memory, {LARGEST:.1f} at most are allowed"
    return ""


def _worse_served(served: Sequence[PairedResult]) -> str:
    fixed, broken = _counted(case.gain for case in served)
    if broken <= fixed:
        return ""
    return f"with what is remembered of senders {fixed} are fixed and {broken} broken"


def _judged(cases: Sequence[PairedResult], fixed: int, broken: int) -> tuple[GateOutcome, str]:
    counts = f"{fixed} fixed, {broken} broken of {len(cases)} documents"
    gains = [case.gain for case in cases]
    if proven([-gain for gain in gains]):
        return GateOutcome.WORSE, counts
    if harm := next(_harms(cases), None):
        return GateOutcome.WORSE, f"{counts}, {'but' if fixed > broken else 'and'} worse on {harm}"
    if not proven(gains):
        return GateOutcome.NOT_PROVEN, f"{counts}: {_missing(gains)}"
    if setback := _setback(cases):
        return GateOutcome.NOT_PROVEN, f"{counts}, but {setback}"
    return GateOutcome.PROMOTED, counts


def loses_little(cases: Sequence[PairedResult]) -> bool:
    """Is the lower end of a 95 % interval of what the candidate gains, as a share of the values,
    above a loss of one point? Documents are the unit; False without a value."""
    pairs = [(case.gain, len(case.champion)) for case in cases if case.champion]
    return bool(pairs) and ratio_interval(pairs, draws=DRAWS)[0] > -GIVEN_UP


def proven(gains: Iterable[int], *, alpha: float = ALPHA) -> bool:
    """Would chance gain as much once in 1 / ``alpha`` tries at most?"""
    return chance(gains) <= alpha


def chance(gains: Iterable[int]) -> float:
    """0-1, that the sum is as large if a fair coin says of each gain whether it is a loss."""
    every = [gain for gain in gains if gain]
    # The product of 1 + x^size counts in how many ways what is won adds up to each sum. It is kept
    # as one whole number with a digit for each sum, wide enough for all ways: that is exact for any
    # size, and work of a second for some thousands.
    digit = len(every) + 2
    sizes = Counter(map(abs, every))
    ways = prod((1 + (1 << size * digit)) ** times for size, times in sizes.items())
    won = sum(gain for gain in every if gain > 0)
    # What is left over by the largest digit is the sum of the digits.
    as_large: int = (ways >> won * digit) % ((1 << digit) - 1)
    return as_large / (1 << len(every))


def fixes_needed(gains: Sequence[int], *, alpha: float = ALPHA) -> int:
    """The fewest further documents with one more value right that would prove it. None of them
    makes chance larger, so the number is found by halves."""

    def prove(more: int) -> bool:
        return proven([*gains, *[1] * more], alpha=alpha)

    enough = 1
    while not prove(enough):
        enough *= 2
    return bisect_left(range(enough), True, key=prove)


def _counted(gains: Iterable[int]) -> tuple[int, int]:
    """Fixed and broken."""
    signs = [(gain > 0, gain < 0) for gain in gains]
    return sum(up for up, _ in signs), sum(down for _, down in signs)


def _harms(cases: Sequence[PairedResult]) -> Iterator[str]:
    """Fields and parties on which breaks outnumber fixes by more than chance would."""
    fields = sorted({name for case in cases for name in case.champion})
    for name in fields:
        asked = [case for case in cases if name in case.champion]
        gains = [case.candidate[name] - case.champion[name] for case in asked]
        if harm := _harm(gains):
            yield f"{name.replace('_', ' ')}: {harm}"
    for party in sorted({case.party for case in cases if case.party is not None}):
        if harm := _harm([case.gain for case in cases if case.party == party]):
            yield f"the documents of one sender: {harm}"


def _harm(gains: Sequence[int]) -> str:
    fixed, broken = _counted(gains)
    is_harm = proven([-gain for gain in gains], alpha=HARM)
    return f"{fixed} fixed, {broken} broken" if is_harm else ""


def _setback(cases: Sequence[PairedResult]) -> str:
    """What speaks against it in the newer or the older half of the evidence."""
    ordered = sorted(cases, key=lambda case: (case.arrived_at, case.docid))
    old, recent = ordered[: len(ordered) // 2], ordered[len(ordered) // 2 :]
    fixed, broken = _counted(case.gain for case in recent)
    if broken > fixed:
        return f"not on the newer half: {fixed} fixed, {broken} broken"
    fixed, broken = _counted(case.gain for case in old)
    if broken - fixed > LOSS * len(old):
        return f"not on the older half: {fixed} fixed, {broken} broken"
    return ""


def _missing(gains: Sequence[int]) -> str:
    """What would prove it: fixes alone, or more evidence of the kind at hand."""
    fixes = fixes_needed(gains)
    said = f"{fixes} more {'fix' if fixes == 1 else 'fixes'} would prove it"
    more = _more_documents(gains)
    return f"{said}, or about {more} more documents like these" if more else said


def _more_documents(gains: Sequence[int]) -> int | None:
    """At the same rates; None when there is hardly more gain than loss. A forecast by the normal
    distribution, and no test: what is gained grows with the evidence, what chance does with its
    root. Tests would go on for hours where there is much."""
    total, spread = sum(gains), SURE * sqrt(sum(gain * gain for gain in gains))
    if total <= 0:
        return None
    # Sums go by steps of two: one below it is where as much begins.
    times = ((spread + sqrt(spread * spread + 4 * total)) / (2 * total)) ** 2
    return max(1, ceil(len(gains) * (times - 1))) if times < FAR else None
