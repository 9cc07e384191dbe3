"""Whether the documents that come look like those on which the promise was proven. Pure.

Nobody has to key anything for it, so it may warn before errors are found. It says what changed and
not that anything is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from appliance.domain.document import Document, Word

FloatArray = NDArray[np.float64]

FEWEST = 10
"""Documents on each side below which nothing is said: the normal approximation wants some."""
FALSE = 0.001
"""The chance of a false warning at one look, all statistics together. A look a week makes it 2 %
in 20 weeks."""
APART = 0.2
"""By how much the chance that a recent document has more than an older one has to differ from a
half."""


@dataclass(frozen=True, slots=True)
class DocumentTraits:
    """What a document looks like to whoever does not understand it; None where it has no words."""

    words: float
    """A page."""
    scanned: float | None
    """Share of the words that OCR read, 0-1."""
    surely: float | None
    """0-1, the OCR's confidence on average; None when it read nothing."""
    least_surely: float | None
    """0-1, the confidence below which a tenth of the words lies; None when it read nothing."""
    digits: float | None
    """Share of the characters, 0-1."""
    letterless: float | None
    """Share of the words, 0-1."""
    length: float | None
    """Characters a word."""


def looks(document: Document) -> DocumentTraits:
    words = list(chain.from_iterable(page.words for page in document.pages))
    sure = np.array([word.confidence for word in words if word.confidence is not None])
    count = len(words) / max(len(document.pages), 1)
    if not words:
        return DocumentTraits(count, None, None, None, None, None, None)
    text = "".join(word.text for word in words)
    return DocumentTraits(
        words=count,
        scanned=len(sure) / len(words),
        surely=float(sure.mean()) if sure.size else None,
        least_surely=float(np.quantile(sure, 0.1)) if sure.size else None,
        digits=sum(map(str.isdigit, text)) / len(text),
        letterless=sum(map(_letterless, words)) / len(words),
        length=len(text) / len(words),
    )


def _letterless(word: Word) -> bool:
    return not any(map(str.isalpha, word.text))


@dataclass(frozen=True, slots=True)
class Statistic:
    of: str
    """A field of Looks."""
    fell: str
    rose: str
    least: float
    """A smaller difference of the medians is not worth a clerk's time, however certain."""
    written: str


STATISTICS = (
    Statistic("words", "pages have fewer words", "pages have more words", 10, ".0f"),
    Statistic("scanned", "fewer words are scanned", "more words are scanned", 0.1, ".0%"),
    Statistic("surely", "scans are read less surely", "scans are read more surely", 0.02, ".2f"),
    Statistic(
        "least_surely",
        "the worst words of scans are read less surely",
        "the worst words of scans are read more surely",
        0.04,
        ".2f",
    ),
    Statistic("digits", "there are fewer digits", "there are more digits", 0.03, ".0%"),
    Statistic(
        "letterless",
        "fewer words are without a letter",
        "more words are without a letter",
        0.05,
        ".0%",
    ),
    Statistic("length", "words are shorter", "words are longer", 0.5, ".1f"),
)


def drifted(reference: Sequence[DocumentTraits], recent: Sequence[DocumentTraits]) -> list[str]:
    """What is different about ``recent``, a line each in a clerk's words; empty when nothing is."""
    return list(chain.from_iterable(_told(one, reference, recent) for one in STATISTICS))


def _told(
    statistic: Statistic, reference: Sequence[DocumentTraits], recent: Sequence[DocumentTraits]
) -> Iterator[str]:
    old, new = _known(statistic, reference), _known(statistic, recent)
    if min(len(old), len(new)) < FEWEST:
        return
    was, now = float(np.median(old)), float(np.median(new))
    more, chance = rank_test(old, new)
    certain = chance < FALSE / len(STATISTICS)
    if certain and abs(more - 0.5) >= APART and abs(now - was) >= statistic.least:
        what = statistic.rose if more > 0.5 else statistic.fell
        told = f"{now:{statistic.written}} in place of {was:{statistic.written}}"
        yield f"{what}: {told.replace('%', ' %')}, over the last {len(new)} documents"


def _known(statistic: Statistic, every: Sequence[DocumentTraits]) -> FloatArray:
    values = (getattr(one, statistic.of) for one in every)
    return np.array([value for value in values if value is not None], dtype=float)


def rank_test(old: FloatArray, new: FloatArray) -> tuple[float, float]:
    """The share of pairs in which the new one is larger, and how likely so far from half is.

    Mann and Whitney 1947, two-sided, ties as halves, by the normal distribution.
    """
    _, of, counts = np.unique(np.concatenate([old, new]), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[of]
    pairs, n = len(old) * len(new), len(old) + len(new)
    larger = float(ranks[len(old) :].sum()) - len(new) * (len(new) + 1) / 2
    variance = pairs / 12 * (n + 1 - float((counts**3 - counts).sum()) / (n * (n - 1)))
    if variance <= 0:
        return 0.5, 1.0
    off = max(0.0, abs(larger - pairs / 2) - 0.5)
    return larger / pairs, erfc(off / sqrt(2 * variance))
