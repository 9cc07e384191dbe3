from hypothesis import given
from hypothesis import strategies as st
from typed_pages import document

from appliance.domain.document import page_text
from appliance.extraction.windows import PageRange, left_out, pages, windows

lines = st.lists(st.sampled_from("abc"), min_size=1, max_size=6).map(" ".join)
history = st.lists(st.lists(lines, max_size=8).map("\n".join), max_size=6).map(
    lambda texts: document(*texts)
)


def words_of(text: str) -> int:
    return len(text.split())


@given(history, st.integers(1, 30))
def test_every_word_is_shown_and_no_window_is_too_large(paper, limit):
    cut = windows(paper, limit=limit, count=words_of)
    shown = {(part.page, at) for w in cut for part in w for at in range(part.start, part.end)}
    assert shown == {(n, at) for n, page in enumerate(paper.pages) for at in range(len(page.words))}
    for window in cut:
        assert sum(words_of(page_text(page)) for page in pages(paper, window)) <= limit


@given(history, st.integers(1, 30))
def test_every_window_shows_something_new(paper, limit):
    cut = windows(paper, limit=limit, count=words_of)
    for before, after in zip(cut, cut[1:], strict=False):
        assert after[-1] not in before


def test_a_document_that_fits_is_one_window():
    assert len(windows(document("a b", "c"), limit=3, count=words_of)) == 1
    assert windows(document("", ""), limit=3, count=words_of) == ()


@given(history)
def test_what_needs_no_counting_is_cut_as_if_it_were_counted(paper):
    letters = sum(len(page_text(page)) + 1 for page in paper.pages)
    counted = windows(paper, limit=letters, count=len)
    assert windows(paper, limit=letters + 1, count=len) == counted


def test_windows_share_a_page():
    cut = windows(document("a a", "b b", "c c"), limit=4, count=words_of)
    assert cut == (
        (PageRange(0, 0, 2), PageRange(1, 0, 2)),
        (PageRange(1, 0, 2), PageRange(2, 0, 2)),
    )


def test_a_page_too_long_is_cut_at_a_line():
    cut = windows(document("a a\nb b\nc c"), limit=5, count=words_of)
    assert cut == ((PageRange(0, 0, 4),), (PageRange(0, 4, 6),))


def test_a_word_that_fits_nowhere_is_left_out():
    paper = document("a bbbbbbbbb c")
    cut = windows(paper, limit=4, count=len)
    assert left_out(paper, cut) == 1
    assert [(part.start, part.end) for window in cut for part in window] == [(0, 1), (2, 3)]


@given(history, st.integers(1, 30), st.sets(st.tuples(st.integers(0, 5), st.integers(0, 20))))
def test_lines_that_are_hidden_as_a_whole_are_not_shown_all_others_are(paper, limit, hidden):
    every = {(n, at) for n, page in enumerate(paper.pages) for at in range(len(page.words))}
    hidden &= every
    lines = {}
    for n, at in every:
        lines.setdefault((n, paper.pages[n].words[at].line), set()).add((n, at))
    kept = set().union(*(line for line in lines.values() if not line <= hidden))
    cut = windows(paper, limit=limit, count=words_of, hidden=hidden)
    assert {(p.page, at) for w in cut for p in w for at in range(p.start, p.end)} == kept
    assert left_out(paper, cut, hidden=hidden) == 0
    for window in cut:
        assert sum(words_of(page_text(page)) for page in pages(paper, window)) <= limit
