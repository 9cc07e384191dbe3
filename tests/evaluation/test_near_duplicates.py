"""Another scan of a paper is known again, another paper of its sender is not taken for it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyed_papers import document

from appliance.evaluation.near_duplicates import FEWEST, NearDuplicates

RECEIPT = (
    "ACME Ltd Tel 03-7782 GST 001122\n25/12/2017 8:13 Inv 77/123\nwood 9.00\niron 4.50\n"
    "Total 13.50\nCash 20.00\nChange 6.50"
)
NEXT_DAY = (
    "ACME Ltd Tel 03-7782 GST 001122\n26/12/2017 9:40 Inv 77/131\nglue 3.00\nTotal 3.00\n"
    "Cash 5.00\nChange 2.00"
)
numbers = st.lists(st.integers(0, 10**6).map(str), min_size=FEWEST, max_size=40, unique=True)


def misread(text: str, digits: int) -> str:
    """As another scan reads it, with some characters wrong."""
    chance = random.Random(3)
    wrong = chance.sample([at for at, letter in enumerate(text) if letter.isalpha()], digits)
    return "".join("#" if at in wrong else letter for at, letter in enumerate(text))


@pytest.mark.parametrize(
    ("text", "twin"),
    [
        (RECEIPT, True),
        (RECEIPT.replace("\n", " ").replace("9.00", "9,00"), True),
        (misread(RECEIPT, 20), True),
        (NEXT_DAY, False),
        ("nothing alike 1 2 3 4 5 6 7 8", False),
        ("", False),
    ],
)
def test_another_scan_is_a_twin_another_paper_is_not(text, twin):
    known = NearDuplicates([document("Other 4 5 6 7 8 9"), document(RECEIPT)])
    assert known.has(document(text)) is twin


def test_pages_may_be_cut_in_another_way():
    lines = RECEIPT.splitlines()
    assert NearDuplicates([document(RECEIPT)]).has(
        document("\n".join(lines[:3]), "\n".join(lines[3:]))
    )


def test_of_a_document_with_few_numbers_every_word_counts():
    known = NearDuplicates([document("Total 9.00 7")])
    assert known.has(replace(document("Total 9.00 7"), docid="1" * 64))
    assert not known.has(document("Total 9.00 8"))


def test_nobody_is_a_twin_of_nothing():
    assert not NearDuplicates([]).has(document(RECEIPT))


@given(numbers)
def test_a_document_is_its_own_twin(said):
    paper = document(" ".join(said))
    assert NearDuplicates([paper]).has(replace(paper, docid="1" * 64))


@given(numbers, numbers)
def test_being_a_twin_goes_both_ways(one, other):
    first, second = document(" ".join(one)), document(" ".join(other))
    assert NearDuplicates([first]).has(second) == NearDuplicates([second]).has(first)


@pytest.mark.parametrize(("shared", "twin"), [(14, True), (13, False)])
def test_seven_in_ten_of_all_numbers_are_shared(shared, twin):
    known = " ".join(str(at) for at in range(17))
    other = " ".join(str(at) for at in (*range(shared), *range(100, 117 - shared)))
    assert NearDuplicates([document(known)]).has(document(other)) is twin
