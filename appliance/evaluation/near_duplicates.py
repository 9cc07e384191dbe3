"""Which documents are another scan of one that was trained on.

Pure. Two scans of one paper share its numbers, dates and codes, but for what OCR misread; two
papers of one sender share its phone number and little else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from math import ceil

from appliance.domain.document import FEWEST, Document, is_number, telling_words
from appliance.domain.labels import Labelled, TaughtPages
from appliance.evaluation.fingerprints import Fingerprint, hashed, hashes

ALIKE = 0.7
"""Least share of the words with digits of both that stand in both (Jaccard's index). Of 500
receipts two scans of one share above 0.9, two of one shop hardly 0.65, but for the shortest."""


class NearDuplicates:
    """Asks many documents whether they are near-duplicates of some that are known, each by its
    telling words or by their hashes."""

    def __init__(self, known: Iterable[Document]) -> None:
        self._sizes: list[int] = []
        self._holders: defaultdict[str | bytes, list[int]] = defaultdict(list)
        self._short: defaultdict[tuple[str | bytes, ...], list[int]] = defaultdict(list)
        for number, document in enumerate(known):
            words = _words(document)
            numbers = frozenset(filter(is_number, words))
            self._sizes.append(len(numbers))
            if len(numbers) < FEWEST:
                for whole in (words, tuple(hashes(words))):
                    self._short[whole].append(number)
            for word in numbers:
                for telling in (word, hashed(word)):
                    self._holders[telling].append(number)

    def has(self, document: Document) -> bool:
        return bool(self.like(_words(document)))

    def like(self, words: Sequence[str] | Sequence[bytes]) -> list[int]:
        """Which of the known ones a document with these telling words, or with their hashes, is a
        near-duplicate of, counted from 0 in their order."""
        numbers = _numbers(words)
        if len(numbers) < FEWEST:
            return self._short.get(tuple(words), [])
        # Who shares enough of them shares one of any so many: the rarest have the fewest holders.
        fewest = ceil(ALIKE * len(numbers) - 1e-9)
        rarest = sorted(numbers, key=lambda word: len(self._holders.get(word, ())))
        held = rarest[: len(numbers) - fewest + 1]
        possible = {number for word in held for number in self._holders.get(word, ())}
        if not possible:
            return []
        shared = Counter(
            number
            for word in numbers
            for number in self._holders.get(word, ())
            if number in possible
        )
        return [
            number
            for number, both in shared.items()
            if both >= ALIKE * (len(numbers) + self._sizes[number] - both)
        ]


def without_near_duplicates(
    evidence: Iterable[Labelled], taught: Iterable[TaughtPages | Fingerprint]
) -> list[Labelled]:
    """Evidence without near-duplicates of what was taught, or may have been."""
    every = list(evidence)
    known = NearDuplicates(one.document for one in every)
    twins: set[str | bytes] = set()
    copies: set[int] = set()
    for one in taught:
        twins |= {one.twin} if one.twin else set()
        copies.update(known.like(one.words))
    return [
        one
        for at, one in enumerate(every)
        if at not in copies and twins.isdisjoint(_twins(one.twin))
    ]


def _twins(twin: str | None) -> Iterable[str | bytes]:
    return () if twin is None else (twin, hashed(twin))


def _words(document: Document) -> tuple[str, ...]:
    return telling_words([word.text for page in document.pages for word in page.words])


def _numbers(words: Iterable[str | bytes]) -> frozenset[str | bytes]:
    return frozenset(word for word in words if isinstance(word, bytes) or is_number(word))
