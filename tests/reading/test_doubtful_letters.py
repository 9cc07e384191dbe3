"""What the recogniser doubts is decided by what stands around it."""

from __future__ import annotations

import pytest

from appliance.reading.doubtful_letters import SeenLetter, page_texts

SURE = 0.999


def seen(text: str, **doubts: tuple[str, float]) -> list[SeenLetter]:
    """``at3=("0", 0.4)``: the letter at 3 may be a 0 with that probability."""
    letters = []
    for at, letter in enumerate(text):
        other, likely = doubts.get(f"at{at}", ("", 0.0))
        weights = {letter: SURE - likely} | ({other: likely} if other else {})
        letters.append(SeenLetter(letter, weights))
    return letters


def read(*lines: list[SeenLetter]) -> list[str]:
    return page_texts(lines)


@pytest.mark.parametrize(
    "said, at, other, meant",
    [
        ("NO 29O, JALAN", "at5", "0", "NO 290, JALAN"),
        ("4600D DENGKIL", "at4", "0", "46000 DENGKIL"),
        ("INV0ICE", "at3", "O", "INVOICE"),
        ("5dn Bhd", "at0", "S", "Sdn Bhd"),
        ("WorId", "at3", "l", "World"),
        ("BIk G", "at1", "l", "Blk G"),
    ],
)
def test_a_letter_that_fits_in_better_is_meant(said: str, at: str, other: str, meant: str) -> None:
    assert read(seen(said, **{at: (other, 0.2)})) == [meant]
    assert read(seen(said, **{at: (other, 0.02)})) == [said], "what it is sure of stays"
    assert read(seen(said)) == [said]


@pytest.mark.parametrize(
    "said, at, other",
    [
        ("RM0.00", "at2", "O"),  # an amount
        ("SS15", "at0", "5"),  # as many of the one as of the other
        ("A4", "at1", "A"),  # too short to say what it is
        ("McIntyre", "at2", "x"),
    ],
)
def test_where_nothing_fits_in_better_it_stays(said: str, at: str, other: str) -> None:
    assert read(seen(said, **{at: (other, 0.4)})) == [said]


def test_all_that_is_odd_in_a_word_is_mended_or_nothing() -> None:
    both = {"at1": ("O", 0.3), "at2": ("O", 0.3)}
    assert read(seen("F00DICIOUS", **both)) == ["FOODICIOUS"]
    assert read(seen("F00DICIOUS", at1=("O", 0.3))) == ["F00DICIOUS"]


def test_a_doubtful_accent_is_one_on_a_page_that_is_written_with_them() -> None:
    dirty = seen("SETIA ÁLAM", at6=("A", 0.2))
    assert read(dirty) == ["SETIA ALAM"]
    assert read(dirty, seen("Müller, Größe")) == ["SETIA ÁLAM", "Müller, Größe"]
    assert read(dirty, dirty) == ["SETIA ALAM"] * 2, "doubtful ones make it none"
    assert read(seen("SETIA ÁLAM")) == ["SETIA ÁLAM"], "sure, it stays on any page"


def test_a_letter_of_no_latin_script_is_no_accent() -> None:
    assert read(seen("й", at0=("и", 0.4))) == ["й"]


@pytest.mark.parametrize("sure", ["The recipient of Gardenia's bread", "GARDENIA"])
def test_a_doubtful_word_that_the_page_says_elsewhere_is_that_one(sure: str) -> None:
    doubtful = seen("GARDENFA BAKERIES", at6=("I", 0.3))
    assert read(doubtful, seen(sure))[0] == "GARDENIA BAKERIES"
    assert read(doubtful)[0] == "GARDENFA BAKERIES"
    assert read(doubtful, seen(sure, **{f"at{sure.lower().index('gard')}": ("C", 0.2)}))[0] == (
        "GARDENFA BAKERIES"
    ), "what is doubtful itself says nothing"
    assert read(seen("GARDENFA", at6=("I", 0.02)), seen(sure))[0] == "GARDENFA"
    assert read(seen("GARDENFA"), seen(sure))[0] == "GARDENFA", "sure, it stays"


def test_a_lone_digit_behind_a_number_may_be_litres() -> None:
    assert read(seen("Kanister 10 1", at12=("l", 0.05))) == ["Kanister 10 l"]
    assert read(seen("Kanister 10 1")) == ["Kanister 10 1"], "sure, it stays"
    for said, at in (("12 10 1", "at6"), ("Kanister 1", "at9"), ("Kanister 10 12", "at12")):
        assert read(seen(said, **{at: ("l", 0.05)})) == [said]


def test_letters_whose_case_is_several_letters_count_as_one() -> None:
    lines = seen("STRAẞE GROSSE", at5=("F", 0.3)), seen("Straße İzmir", at4=("s", 0.3))
    assert read(*lines) == ["STRAẞE GROSSE", "Straße İzmir"]


def test_a_word_that_stands_there_more_often_as_it_was_read_stays() -> None:
    doubtful = seen("Goods", at0=("C", 0.2))
    assert read(doubtful, seen("Goods"), seen("Coods"))[0] == "Goods"
    assert read(doubtful, seen("Coods"))[0] == "Coods"


def test_codes_and_short_words_are_not_taken_for_others() -> None:
    assert read(seen("NO 3B", at4=("8", 0.4)), seen("NO 38"))[0] == "NO 3B"
    assert read(seen("AB12", at3=("3", 0.4)), seen("AB13"))[0] == "AB12"
    assert read(seen("BHD", at2=("O", 0.4)), seen("BHO"))[0] == "BHD"
