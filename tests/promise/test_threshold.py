"""A threshold is proven by the evidence above it, or there is none."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.bounds import design_effect, fewest, least_effect, upper
from appliance.promise.guarantees import guarantees
from appliance.promise.threshold import EvidenceValue, _Order, _reached, reaches, threshold

NINETEEN_IN_TWENTY = 0.95


def values(rights, scores=None, each=1, row=False):
    """Of documents of ``each`` values, a party each."""
    scores = scores or [1 - at / 10_000 for at in range(len(rights))]
    return [
        EvidenceValue(score, right, f"d{at // each}", f"p{at // each}", row)
        for at, (right, score) in enumerate(zip(rights, scores, strict=True))
    ]


@pytest.mark.parametrize(("accuracy", "n"), [(0.95, 59), (0.975, 119), (0.99, 299)])
def test_so_many_have_to_be_right_without_one_error(accuracy, n):
    assert fewest(accuracy, NINETEEN_IN_TWENTY) == n
    assert upper(0, n, NINETEEN_IN_TWENTY) <= 1 - accuracy < upper(0, n - 1, NINETEEN_IN_TWENTY)
    assert threshold(values([True] * n), accuracy, assurance=NINETEEN_IN_TWENTY)
    assert not threshold(values([True] * (n - 1)), accuracy, assurance=NINETEEN_IN_TWENTY)


@given(st.integers(1, 500), st.data())
def test_the_bound_is_the_share_at_which_so_few_errors_are_that_seldom(n, data):
    errors = data.draw(st.integers(0, n - 1))
    share = upper(errors, n, NINETEEN_IN_TWENTY)
    assert binom.cdf(errors, n, share) == pytest.approx(0.05, abs=1e-9)


def test_when_all_are_wrong_all_may_be():
    assert upper(7, 7, NINETEEN_IN_TWENTY) == 1.0


def test_values_that_are_right_and_wrong_together_count_for_less():
    wrong = np.repeat([0.0, 1.0] * 20, 5)
    together, apart = np.repeat(np.arange(40), 5), np.tile(np.arange(5), 40)
    found = design_effect(wrong, together, NINETEEN_IN_TWENTY)
    assert 5 <= found < 5.4  # five values of a party tell as much as one; a little more for few
    assert design_effect(wrong, apart, NINETEEN_IN_TWENTY) == least_effect(apart)
    each = np.arange(200)
    assert 1 <= design_effect(wrong, each, NINETEEN_IN_TWENTY) < 1.02


def test_one_error_says_nothing_about_who_is_alike():
    wrong = np.zeros(128)
    wrong[0] = 1
    alone = np.concatenate([[0], np.repeat(np.arange(1, 9), 16)[:127]])
    assert design_effect(wrong, alone, NINETEEN_IN_TWENTY) < 1.7
    none = np.zeros(128)
    assert design_effect(none, alone, NINETEEN_IN_TWENTY) == least_effect(alone) > 1


def test_documents_of_five_values_alike_prove_less():
    rights = [right for right in [True] * 110 + [False] * 10 for _ in range(5)]
    alike, each = values(rights, each=5), values(rights)
    found = [threshold(one, 0.9, assurance=NINETEEN_IN_TWENTY) for one in (alike, each)]
    assert found[0] and found[1]
    assert found[0].effect >= 5 and found[1].effect < 1.1
    assert found[0].bound > found[1].bound


def test_the_first_that_fails_ends_it():
    """What lies below it might be proven again, by chance."""
    rights = [True] * 100 + [False] * 20 + [True] * 280
    found = threshold(values(rights), 0.9, assurance=NINETEEN_IN_TWENTY)
    assert found and found.n == 100
    reached = list(reaches(values(rights), assurance=NINETEEN_IN_TWENTY))
    assert reached[-1].n == 400 and reached[-1].bound <= 0.1


def test_the_strictest_lets_in_so_many_that_one_error_does_not_end_it():
    rights = [True] * 59 + [False] + [True] * 30
    assert not threshold(values(rights), 0.95, assurance=NINETEEN_IN_TWENTY)
    many = [False] + [True] * 179 + [False] * 820  # three times the fewest; a share is 300
    found = threshold(values(many), 0.95, assurance=NINETEEN_IN_TWENTY)
    assert not found, "nothing lies between"
    many = [False] + [True] * 199 + [False] * 800
    found = threshold(values(many), 0.95, assurance=NINETEEN_IN_TWENTY)
    assert found and (found.n, found.errors) == (200, 1)


def foretelling(rights, scores):
    return [replace(value, foretells=True) for value in values(rights, scores)]


def test_what_the_scores_foretell_to_be_proven_is_tried_first():
    """One error among the surest, where nothing but none would do."""
    rights = [False] + [True] * 199
    scores = [1 - at / 100_000 for at in range(200)]
    assert not threshold(values(rights, scores), 0.975, assurance=NINETEEN_IN_TWENTY)
    found = threshold(foretelling(rights, scores), 0.975, assurance=NINETEEN_IN_TWENTY)
    assert found and (found.n, found.errors) == (200, 1)


def test_two_errors_among_the_surest_hundred_do_not_end_it_where_scores_are_as_good_as_they_say():
    scores = [
        score - at / 1_000_000
        for score, many in ((0.988, 100), (0.97, 60), (0.7, 60))
        for at in range(many)
    ]
    rights = [at not in (20, 70) and not (at >= 160 and at % 4 == 0) for at in range(220)]
    found = threshold(foretelling(rights, scores), 0.95, assurance=NINETEEN_IN_TWENTY)
    assert found and (found.n, found.errors) == (154, 2)


def test_what_the_scores_foretell_to_fail_is_not_tried_first():
    rights = [True] * 80 + [True, False] * 60
    scores = [0.999] * 80 + [0.5 - at / 1000 for at in range(120)]
    found = threshold(foretelling(rights, scores), 0.95, assurance=NINETEEN_IN_TWENTY)
    assert found and (found.n, found.errors) == (80, 0)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=80, max_size=200), st.data())
def test_where_it_begins_does_not_hang_on_which_values_are_right(drawn, data):
    """Else more would be proven by chance than may be."""
    scores = sorted((score for score, _ in drawn), reverse=True)
    rights = [right for _, right in drawn]
    shuffled = data.draw(st.permutations(rights))
    one, other = (
        next(_Order(0.95, NINETEEN_IN_TWENTY).of(list(_reached(these, 0.95)), these), None)
        for these in (foretelling(rights, scores), foretelling(shuffled, scores))
    )
    assert (one and one.n) == (other and other.n)


def test_of_one_score_all_are_accepted_or_none():
    rights = [True] * 199 + [False]
    found = threshold(values(rights, [0.9] * 200), 0.95, assurance=NINETEEN_IN_TWENTY)
    assert found and found.n == 200 and found.errors == 1


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0, 1), st.integers(0, 20)), max_size=300),
    st.sampled_from([0.8, 0.9, 0.95]),
    st.randoms(),
)
def test_what_is_proven_is_proven_by_what_is_accepted(drawn, accuracy, chance: random.Random):
    told = [
        EvidenceValue(score, right, str(at), str(who))
        for at, (right, score, who) in enumerate(drawn)
    ]
    found = threshold(told, accuracy, assurance=NINETEEN_IN_TWENTY)
    if found:
        accepted = [value for value in told if value.score >= found.score]
        assert len(accepted) == found.n
        assert sum(not value.right for value in accepted) == found.errors
        assert found.effect >= 1
        assert found.bound <= 1 - accuracy
    chance.shuffle(told)
    again = threshold(told, accuracy, assurance=NINETEEN_IN_TWENTY)
    assert (again is None) == (found is None)
    if again and found:
        assert again.score == found.score and again.bound == pytest.approx(found.bound)


def test_a_field_stands_alone_when_there_is_enough_of_it_or_the_owner_says_so():
    evidence = {
        "total": values([True] * 480),
        "date": values([True] * 40),
        "number": values([True] * 40),
        "iban": values([True] * 40),
    }
    found = guarantees(evidence, AccuracyTarget(0.95, fields={"iban": 0.99}))
    assert [grant.fields for grant in found] == [("total",), ("iban",), ("date", "number")]
    assert [grant.accuracy for grant in found] == [0.95, 0.99, 0.95]
    assert [bool(grant.proven) for grant in found] == [True, False, True]
    assert found[0].accepted == 1.0 and found[0].missing == 0


def test_rows_of_one_document_prove_no_more_than_one_value():
    proven = partial(threshold, accuracy=0.95, assurance=NINETEEN_IN_TWENTY)
    assert proven(values([True] * 590, each=10, row=True))
    assert not proven(values([True] * 580, each=10, row=True))
    long = [*values([True] * 58, row=True), *[EvidenceValue(0.5, True, "long", "p", True)] * 400]
    assert not proven(long[:-400]) and proven(long)  # nor do they outweigh the others


def test_rows_that_are_wrong_one_by_one_are_told_from_a_document_that_is_wrong():
    whole = [at >= 20 for at in range(4000)]
    single = [at % 200 > 0 for at in range(4000)]
    bounds = [
        next(reaches(values(rights, [0.9] * 4000, each=20, row=True), assurance=0.95)).bound
        for rights in (whole, single)
    ]
    assert bounds[0] > bounds[1] > 20 / 4000


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_rows_are_never_worth_more_than_their_documents(sizes):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    assert len(groups) / least_effect(groups, as_one=True) <= len(sizes) + 1e-9
    assert least_effect(groups, as_one=True) >= least_effect(groups)


def test_rows_are_looked_at_apart_from_the_fields():
    evidence = {"total": values([True] * 40), "rows": values([True] * 40, row=True)}
    found = guarantees(evidence, AccuracyTarget(0.9), table="rows")
    assert [grant.fields for grant in found] == [("rows",), ("total",)]
    assert [grant.values for grant in found] == [40, 40]


def test_too_little_says_what_could_be_promised_and_what_is_missing():
    (grant,) = guarantees({"total": values([True] * 126)}, AccuracyTarget(0.99))
    assert grant.proven is None
    assert grant.today == 0.975
    assert 299 - 126 <= grant.missing <= 299 - 126 + 10
    (nothing,) = guarantees({"total": []}, AccuracyTarget(0.95))
    assert (nothing.today, nothing.missing, nothing.values) == (None, 59, 0)
    (hopeless,) = guarantees({"total": values([False, True] * 100)}, AccuracyTarget(0.95))
    assert (hopeless.today, hopeless.missing) == (None, None)
