"""Words beside which the values of a field stand, learned from answers that were right. Pure.

A model that takes one date of a page for another is as sure of it as of a right one. After some
twenty documents it shows beside which words the values of a field stand, and beside which words
stands only what looks like them, as the date of each line of a table does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log

MOST = 1000
"""Words that are remembered of a field, the commonest."""
LEAD = 3.0
"""Nats; a lead beyond them says nothing new, and what nothing looks like is as far ahead."""
UNSEEN = 0.5
"""As often as what was never seen counts as seen."""


@dataclass(frozen=True, slots=True)
class WordsBeside:
    """Beside one answer, as far as it stands on the pages."""

    places: tuple[frozenset[str], ...] = ()
    """Words beside each of its places, case folded."""
    rivals: tuple[frozenset[str], ...] = ()
    """Likewise of other places whose words look alike."""

    @property
    def words(self) -> frozenset[str]:
        return frozenset().union(*self.places)


@dataclass(frozen=True, slots=True)
class FieldCaptions:
    """Of one field."""

    right: int
    """Answers that were right."""
    beside: Mapping[str, int]
    """Beside how many of them a word stands."""
    rivalled: int
    """Right answers that have rivals."""
    rivals: Mapping[str, float]
    """Beside how many of these a word stands; those of one answer count one together."""

    def features(self, answer: WordsBeside, *, own: bool) -> dict[str, float]:
        """Of an answer; ``own``: it is one of the right ones, and is left out."""
        if not answer.places:
            return {}
        known = self._without(answer) if own else self
        best = max(map(known._odds, answer.places))
        rivals = [known._odds(words) for words in answer.rivals]
        lead = best - max(rivals) if rivals else LEAD
        return {"captioned": best, "captioned better": max(-LEAD, min(lead, LEAD))}

    def _without(self, answer: WordsBeside) -> FieldCaptions:
        """As it would be without that answer, of the words beside it and its rivals alone."""
        words, shares = answer.words, _shares(answer.rivals)
        every = words | shares.keys()
        return FieldCaptions(
            self.right - 1,
            {word: self.beside.get(word, 0) - (word in words) for word in every},
            self.rivalled - bool(answer.rivals),
            {word: self.rivals.get(word, 0.0) - shares.get(word, 0.0) for word in every},
        )

    def _odds(self, words: Iterable[str]) -> float:
        """Log-odds that what stands beside ``words`` is the field's rather than a rival, each word
        by itself (naive Bayes)."""
        return sum(
            _often(self.beside.get(word, 0), self.right)
            - _often(self.rivals.get(word, 0.0), self.rivalled)
            for word in words
        )


def captions(right: Iterable[tuple[str, WordsBeside]]) -> dict[str, FieldCaptions]:
    """By fieldtype, of answers that were right, each with its fieldtype."""
    every: defaultdict[str, list[WordsBeside]] = defaultdict(list)
    for fieldtype, answer in right:
        if answer.places:
            every[fieldtype].append(answer)
    return {fieldtype: _of(seen) for fieldtype, seen in every.items()}


def _of(seen: Sequence[WordsBeside]) -> FieldCaptions:
    beside = Counter(word for answer in seen for word in answer.words)
    rivals: defaultdict[str, float] = defaultdict(float)
    for answer in seen:
        for word, share in _shares(answer.rivals).items():
            rivals[word] += share
    commonest = sorted(rivals, key=lambda word: (-rivals[word], word))[:MOST]
    return FieldCaptions(
        len(seen),
        dict(beside.most_common(MOST)),
        sum(bool(answer.rivals) for answer in seen),
        {word: rivals[word] for word in commonest},
    )


def _shares(places: Sequence[frozenset[str]]) -> dict[str, float]:
    """By word, the share of the ``places`` beside which it stands."""
    return {
        word: times / len(places) for word, times in Counter(chain.from_iterable(places)).items()
    }


def _often(times: float, of: int) -> float:
    """What is left of a rare word that was not remembered is less than nothing."""
    return log((max(times, 0.0) + UNSEEN) / (of + 2 * UNSEEN))
