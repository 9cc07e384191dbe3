from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate

import pytest
from typed_pages import document

from appliance.domain.document import Document, Span
from appliance.fields.candidates import joined
from appliance.fields.signs import changed_apart, signed_apart

Find = Callable[[Document, Span], Span | None]


def said(line: str, number: str, find: Find = signed_apart) -> str | None:
    """Two blanks in ``line`` are a wide gap."""
    paper = document(line)
    (page,) = paper.pages
    wide = {len(left.split()) for left in accumulate(line.split("  "), "{} {}".format)}
    words = [replace(word, gap=2 if n in wide else 1) for n, word in enumerate(page.words)]
    (at,) = [n for n, word in enumerate(words) if word.text == number]
    paper = replace(paper, pages=(replace(page, words=tuple(words)),))
    signed = find(paper, Span(0, at, at + 1))
    return signed and joined(signed.words(paper))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("net - 12,00", "- 12,00"),
        ("net − € 12,00 EUR", "− € 12,00 EUR"),
        ("net -€ 12,00", "-€ 12,00"),
        ("net ( 12,00 )", "( 12,00 )"),
        ("net 12,00 -", "12,00 -"),
        ("net 12,00 CR  gross", "12,00 CR"),
        ("net 12,00 EUR", None),
        ("net ( 12,00", None),
        ("net 12,00 - see below", None),
        ("net + 12,00", None),
        ("net -EUR 12,00 gross", "-EUR 12,00"),
        ("net ( 12,00 ) gross", "( 12,00 )"),
        ("8,50 - 12,00", None),
        ("12,00 - 15,00", None),
        ("discount -  12,00", None),
    ],
)
def test_a_sign_beside_a_number_is_its_own_unless_it_means_something_else(
    line: str, found: str | None
) -> None:
    assert said(line, "12,00") == found


def test_a_number_with_a_sign_of_its_own_needs_none() -> None:
    assert said("net - -12,00", "-12,00") is None


def test_a_line_of_dashes_is_not_told_whole() -> None:
    told = said(" ".join(["-"] * 5000) + " 12,00", "12,00")
    assert told is None or len(told) < 20


@pytest.mark.parametrize(
    ("line", "number", "found"),
    [
        ("sum 2 lakh", "2", "2 lakh"),
        ("sum 1,5 mln PLN", "1,5", "1,5 mln"),
        ("sum $1.5 M", "$1.5", "$1.5 M"),
        ("sum CR 100.00", "100.00", "CR 100.00"),
        ("sum DR 100.00 kg", "100.00", "DR 100.00"),
        ("sum 100.00 DR", "100.00", "100.00 DR"),
        ("pieces 1 1/2", "1", "1 1/2"),
        ("pieces 2 ½", "2", "2 ½"),
        ("cable 5 m", "5", None),
        ("sum 100.00 EUR", "100.00", None),
        ("sum 2  lakh", "2", None),
        ("CR  100.00", "100.00", None),
    ],
)
def test_a_word_beside_a_number_that_makes_it_another_one(line, number, found):
    assert said(line, number, changed_apart) == found
