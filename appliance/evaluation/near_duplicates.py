"""Which documents are another scan of one that was trained on.

Pure. Two scans of one paper share its numbers, dates and codes, but for what OCR misread; two
papers of one sender share its phone number and little else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from appliance.domain.document import Document
from appliance.domain.labels import Labelled

ALIKE = 0.7
"""Least share of the words with digits of both that stand in both (Jaccard's index). Of 500
receipts two scans of one share above 0.9, two of one shop hardly 0.65, but for the shortest."""
FEWEST = 5
"""Such words that a document must have to be told from others; with fewer, all of its words count,
and have to be the same."""


class NearDuplicates:
    """Asks many documents whether they are near-duplicates of some that are known."""

    def __init__(self, known: Iterable[Document]) -> None:
        self._sizes: list[int] = []
        self._holders: defaultdict[str, list[int]] = defaultdict(list)
        self._short: set[tuple[str, ...]] = set()
        for number, document in enumerate(known):
            words = _numbers(document)
            self._sizes.append(len(words))
            if len(words) < FEWEST:
                self._short.add(_words(document))
            for word in words:
                self._holders[word].append(number)

    def has(self, document: Document) -> bool:
        words = _numbers(document)
        if len(words) < FEWEST:
            return _words(document) in self._short
        shared = Counter(number for word in words for number in self._holders.get(word, ()))
        return any(
            both >= ALIKE * (len(words) + self._sizes[number] - both)
            for number, both in shared.items()
        )


def without_near_duplicates(
    evidence: Iterable[Labelled], taught: Iterable[Labelled]
) -> list[Labelled]:
    """Evidence without near-duplicates of what was taught, or may have been."""
    known = list(taught)
    duplicates = NearDuplicates(one.document for one in known)
    keys = {one.twin for one in known if one.twin}
    return [one for one in evidence if one.twin not in keys and not duplicates.has(one.document)]


def _words(document: Document) -> tuple[str, ...]:
    return tuple(word.text for page in document.pages for word in page.words)


def _numbers(document: Document) -> frozenset[str]:
    return frozenset(word for word in _words(document) if any(map(str.isdigit, word)))
