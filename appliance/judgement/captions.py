"""Words beside which the values of a field stand, learned from answers that were right. Pure.

A model that takes one date of a page for another is as sure of it as of a right one. Beside which
words a field's values stand shows after some twenty documents, and beside which words only stands
what looks like them: a date of each line of a table, beside the date that the header names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

MOST = 1000
"""Words that are remembered of a field, the commonest."""
LEAD = 3.0
"""Nats; a lead beyond them says nothing new, and what nothing looks like is as far ahead."""
UNSEEN = 0.5
"""As often as what was never seen counts as seen."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of one answer, as far as it stands on the pages."""

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

    def features(self, around: Surroundings, *, own: bool) -> dict[str, float]:
        """``own``: it is one of the right answers, and is left out."""
        if not around.places:
            return {}
        left_out = around if own else Surroundings()
        best = max(self._odds(words, left_out) for words in around.places)
        rivals = [self._odds(words, left_out) for words in around.rivals]
        lead = best - max(rivals) if rivals else LEAD
        return {"captioned": best, "captioned better": max(-LEAD, min(lead, LEAD))}

    def _odds(self, words: Iterable[str], left_out: Surroundings) -> float:
        """Log-odds that what stands beside ``words`` is the field's rather than a rival, each word
        by itself (naive Bayes)."""
        right = self.right - bool(left_out.places)
        rivalled = self.rivalled - bool(left_out.rivals)
        return sum(
            _often(self.beside.get(word, 0) - (word in left_out.words), right)
            - _often(self.rivals.get(word, 0.0) - _share(left_out.rivals, word), rivalled)
            for word in words
        )


def captions(right: Iterable[tuple[str, Surroundings]]) -> dict[str, FieldCaptions]:
    """By fieldtype, of answers that were right, each with its fieldtype."""
    every: defaultdict[str, list[Surroundings]] = defaultdict(list)
    for fieldtype, around in right:
        if around.places:
            every[fieldtype].append(around)
    return {fieldtype: _of(seen) for fieldtype, seen in every.items()}


def _of(seen: Sequence[Surroundings]) -> FieldCaptions:
    beside = Counter(word for around in seen for word in around.words)
    rivals: defaultdict[str, float] = defaultdict(float)
    for around in seen:
        for word in frozenset().union(*around.rivals):
            rivals[word] += _share(around.rivals, word)
    commonest = sorted(rivals, key=lambda word: (-rivals[word], word))[:MOST]
    return FieldCaptions(
        len(seen),
        dict(beside.most_common(MOST)),
        sum(bool(around.rivals) for around in seen),
        {word: rivals[word] for word in commonest},
    )


def _share(places: Sequence[frozenset[str]], word: str) -> float:
    """Of the ``places`` those beside which it stands."""
    return sum(word in words for words in places) / max(len(places), 1)


def _often(times: float, of: int) -> float:
    """What is left of a word that was left out may be a little less than nothing."""
    return log((max(times, 0.0) + UNSEEN) / (of + 2 * UNSEEN))
