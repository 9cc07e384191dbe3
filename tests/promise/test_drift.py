import numpy as np
import pytest
from figures import figures
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from appliance.domain.document import BBox, Document, Page, Word
from appliance.promise.drift import DocumentTraits, drifted, looks, rank_test

NOWHERE = BBox(0.0, 0.0, 0.1, 0.1)


def _document(*pages: list[tuple[str, float | None]]) -> Document:
    made = (
        tuple(Word(text, NOWHERE, line=0, confidence=sure) for text, sure in page) for page in pages
    )
    return Document("0" * 64, tuple(Page(595, 842, words, "ocr") for words in made))


def _arrivals(
    rng: np.random.Generator,
    n: int,
    *,
    unsure: float = 0.03,
    scans: float = 0.6,
    money: float = 0.3,
) -> list[DocumentTraits]:
    """A post of invoices: some typed, some scanned, of 30 to 120 words."""
    made = []
    for _ in range(n):
        scanned = rng.random() < scans
        blur = unsure * rng.gamma(4, 0.25)
        words: list[tuple[str, float | None]] = []
        for _ in range(rng.integers(30, 120)):
            text = f"{rng.integers(1, 9999)}.00" if rng.random() < money else "abcdefgh"
            sure = max(0.0, 1 - rng.gamma(1.0, blur)) if scanned else None
            words.append((text[: rng.integers(3, 9)], sure))
        made.append(looks(_document(words)))
    return made


def test_what_a_document_looks_like() -> None:
    page: list[tuple[str, float | None]] = [("Total", 0.9), ("12.50", 0.7), ("EUR", None)]
    found = looks(_document(page, [("7", 0.8)]))
    assert found.words == 2
    assert found.scanned == 0.75
    assert found.surely == pytest.approx(0.8)
    assert found.least_surely == pytest.approx(0.72)
    assert found.digits == pytest.approx(5 / 14)
    assert found.letterless == 0.5
    assert found.length == 3.5


def test_a_document_without_words_has_few_looks() -> None:
    assert looks(_document([])) == DocumentTraits(0.0, None, None, None, None, None, None)
    assert looks(_document([("typed", None)])).surely is None


def test_twenty_quiet_weeks_flag_nothing() -> None:
    rng = np.random.default_rng(21)
    for _ in range(10):
        reference = _arrivals(rng, 120)
        arrived = _arrivals(rng, 800)
        weeks = [arrived[at : at + 40] for at in range(0, 800, 40)]
        assert not any(drifted(reference, week) for week in weeks)


def test_worse_scans_are_told_in_plain_words() -> None:
    rng = np.random.default_rng(22)
    reference, recent = _arrivals(rng, 150, scans=1), _arrivals(rng, 40, scans=1, unsure=0.1)
    told = drifted(reference, recent)
    surely, worst = told
    assert "less surely" in surely and figures(surely) == ["0.91", "0.97", "40"]
    assert "worst words" in worst and figures(worst)[-1] == "40"


def test_better_scans_are_told_too() -> None:
    rng = np.random.default_rng(23)
    reference, recent = _arrivals(rng, 150, unsure=0.09), _arrivals(rng, 60)
    better, *_ = drifted(reference, recent)
    now, before, _ = map(float, figures(better))
    assert "more surely" in better and now > before


def test_other_texts_are_told() -> None:
    rng = np.random.default_rng(24)
    told = drifted(_arrivals(rng, 150), _arrivals(rng, 40, money=0.6))
    starts = [line.partition(":")[0] for line in told]
    assert any("more digits" in start for start in starts)
    assert any("a letter" in start for start in starts)
    assert not any("surely" in start or "scanned" in start for start in starts)


def test_scans_in_place_of_typed_documents_are_told() -> None:
    rng = np.random.default_rng(25)
    told = drifted(_arrivals(rng, 150, scans=0.1), _arrivals(rng, 40, scans=0.9))
    (scanned,) = (line for line in told if "are scanned" in line)
    assert figures(scanned) == ["100", "0", "40"]


def test_a_certain_difference_that_nobody_would_notice_is_not_told() -> None:
    old = [DocumentTraits(100, 1, 0.970 + i * 1e-5, 0.9, 0.2, 0.2, 5) for i in range(100)]
    new = [DocumentTraits(100, 1, 0.965 + i * 1e-5, 0.9, 0.2, 0.2, 5) for i in range(100)]
    assert drifted(old, new) == []


def test_a_few_documents_tell_nothing() -> None:
    old = [DocumentTraits(100, 1, 0.97, 0.9, 0.2, 0.2, 5)] * 100
    new = [DocumentTraits(20, 0, None, None, 0.9, 0.9, 2)]
    assert drifted(old, new * 9) == []
    assert drifted(old, new * 10) != []
    assert drifted([], new * 10) == []


numbers = st.lists(st.integers(0, 9).map(float), min_size=1, max_size=40).map(np.array)


@given(numbers, numbers)
def test_the_rank_test_is_the_one_of_the_books(old: np.ndarray, new: np.ndarray) -> None:
    if len(set(old) | set(new)) == 1:
        assert rank_test(old, new) == (0.5, 1.0)
        return
    book = mannwhitneyu(new, old, method="asymptotic")
    more, chance = rank_test(old, new)
    assert more == pytest.approx(book.statistic / (len(old) * len(new)))
    assert chance == pytest.approx(book.pvalue)
