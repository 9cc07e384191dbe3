from hypothesis import given
from hypothesis import strategies as st
from typed_pages import words

from appliance.domain.document import BBox, Word
from appliance.fields.chunks import chunks, cut, find, runs

texts = st.lists(
    st.text(
        st.characters(blacklist_categories=("Z", "Cc", "Cs")) | st.sampled_from("0123.,:/-€(\"\\'"),
        min_size=1,
        max_size=9,
    ).filter(lambda text: not any(letter.isspace() for letter in text)),
    min_size=1,
    max_size=12,
)


def line(said: list[str], gaps: list[int] | None = None) -> tuple[Word, ...]:
    box = BBox(0, 0, 1, 1)
    every = gaps or [1] * len(said)
    return tuple(Word(text, box, 0, gap=gap) for text, gap in zip(said, every, strict=True))


@given(texts)
def test_the_chunks_of_a_word_are_the_word(said):
    for word in said:
        assert "".join(cut(word)) == word
        assert all(cut(word))


@given(texts)
def test_chunks_read_as_the_words_with_single_blanks(said):
    assert chunks(line(said)).text == " ".join(said)


@given(st.data())
def test_every_run_of_chunks_is_found_where_it_stands(data):
    within = chunks(line(data.draw(texts)))
    filled = [at for at, owner in enumerate(within.words) if owner is not None]
    first = data.draw(st.sampled_from(filled))
    last = data.draw(st.sampled_from([at for at in filled if at >= first]))
    run = "".join(within.texts[first : last + 1])
    places = [place for _, place in find(run, within)]
    start, end = within.words[first], within.words[last]
    assert (start, end + 1) in [(place.start, place.end) for place in places]
    assert run in set(runs(within, longest=len(run)))


def test_numbers_dates_and_codes_stay_whole():
    for word in ("25/12/2017", "1.234,56", "8:13:39", "INV/2018-01", "-5.00", "5.00-", "789417-W"):
        assert cut(word) == [word]


def test_marks_stand_apart():
    assert cut("TOTAL:") == ["TOTAL", ":"]
    assert cut("RM9.00") == ["RM", "9.00"]
    assert cut("($5,180.00)") == ["(", "$", "5,180.00", ")"]
    assert cut("19%") == ["19", "%"]
    assert cut("No.53") == ["No", ".", "53"]
    assert cut("Invoice:12345") == ["Invoice", ":", "12345"]
    assert cut("JOHOR.") == ["JOHOR", "."]
    assert cut("POL/Cam") == ["POL", "/", "Cam"]


def test_a_part_of_a_chunk_is_not_found():
    within = chunks(words("paid 25/12/2017"))
    assert find("2017", within) == []
    assert [text for text, _ in find("25/12/2017", within)] == ["25/12/2017"]


def test_a_glued_word_that_was_split_reads_without_a_blank():
    within = chunks(line(["21/05/2018", "TIME", "12"], [1, 0, 1]))
    assert within.text == "21/05/2018TIME 12"
    ((_, place),) = find("21/05/2018", within)
    assert (place.start, place.end) == (0, 1)


def test_a_total_that_stands_three_times_keeps_all_three():
    within = chunks(words("9.00\nTotal 9.00\npaid 9.00 9.000"))
    assert [place.start for _, place in find("9.00", within)] == [0, 2, 4]


def test_case_may_be_ignored_but_the_text_is_as_it_stands():
    within = chunks(words("Credit NOTE"))
    assert [text for text, _ in find("credit note", within, fold=True)] == ["Credit NOTE"]
