from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.sections import Section
from appliance.records.evidence import SamplingPlan, hash_bucket, is_drawn

docids = st.binary(max_size=8).map(lambda data: hashlib.sha256(data).hexdigest())
keys = st.binary(min_size=32, max_size=32)


@given(docids, keys)
def test_the_same_document_draws_the_same_lot(docid: str, key: bytes) -> None:
    assert hash_bucket(docid, key) == hash_bucket(docid, key)
    assert 0 <= hash_bucket(docid, key) < 1


@given(docids, keys, st.integers(1, 50), st.integers(0, 50))
def test_a_smaller_share_lies_within_a_larger_one(
    docid: str, key: bytes, larger: int, more: int
) -> None:
    if is_drawn(docid, key, one_in=larger + more):
        assert is_drawn(docid, key, one_in=larger)


@given(docids, keys)
def test_all_or_none_may_be_drawn(docid: str, key: bytes) -> None:
    assert is_drawn(docid, key, one_in=1)
    assert not is_drawn(docid, key, one_in=0)


@pytest.mark.parametrize("one_in", [3, 10])
def test_about_one_in_so_many_is_drawn(one_in: int) -> None:
    every = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(3000)]
    drawn = sum(is_drawn(docid, b"k" * 32, one_in=one_in) for docid in every)
    assert abs(drawn / 3000 - 1 / one_in) < 0.03


def test_another_appliance_draws_others() -> None:
    every = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(300)]
    one, other = (
        {docid for docid in every if is_drawn(docid, key * 32, one_in=3)} for key in (b"a", b"b")
    )
    assert 0.1 < len(one & other) / len(one) < 0.6


def test_once_there_are_enough_fewer_are_drawn() -> None:
    plan = SamplingPlan(first=3, until=120, then=10, rows=2)
    for section, first in ((Section.HEADER, 3), (Section.TABLE, 2)):
        assert plan.one_in(section, enough=False) == first
        assert plan.one_in(section, enough=True) == 10


@pytest.mark.parametrize("section", list(Section))
def test_who_draws_none_draws_none_of_any_section(section: Section) -> None:
    for enough in (False, True):
        assert SamplingPlan(first=0, then=10).one_in(section, enough=enough) == 0


def test_rows_are_drawn_at_least_as_often_as_the_header() -> None:
    for first, rows, drawn in ((1, 2, 1), (3, 0, 3), (3, 5, 3), (4, 2, 2)):
        plan = SamplingPlan(first=first, rows=rows)
        assert plan.one_in(Section.TABLE, enough=False) == drawn
