"""The gate: what is promoted, what is not proven, what is worse."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, product, repeat

import pytest
from figures import figures
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.results import GateOutcome
from appliance.evaluation.gate import (
    PairedResult,
    _more_documents,
    chance,
    decide,
    fixes_needed,
    last_word,
    loses_little,
    proven,
)

SAME, FIXED, BROKEN = (True, True), (False, True), (True, False)


def case(number: int, party: str | None = None, **fields: tuple[bool, bool]) -> PairedResult:
    """Of each field whether the champion and whether the candidate is right."""
    return PairedResult(
        f"{number:04}",
        party,
        float(number),
        {name: pair[0] for name, pair in fields.items()},
        {name: pair[1] for name, pair in fields.items()},
    )


def cases(*totals: tuple[bool, bool]) -> list[PairedResult]:
    """In the order of their arrival, one field each."""
    return [case(number, total=pair) for number, pair in enumerate(totals)]


def times(**counts: int) -> Iterable[tuple[bool, bool]]:
    ways = {"fixed": FIXED, "broken": BROKEN, "same": SAME}
    return chain.from_iterable(repeat(ways[way], count) for way, count in counts.items())


@pytest.mark.parametrize("losses, wins", [(0, 8), (1, 11), (2, 13), (3, 15)])
def test_so_many_fixes_prove_it(losses, wins):
    assert fixes_needed([-1] * losses) == wins


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9))
def test_chance_is_the_share_of_all_ways_that_gain_as_much(gains):
    sizes = [abs(gain) for gain in gains]
    ways = [sum(way) for way in product(*([size, -size] for size in sizes))]
    as_much = sum(total >= sum(gains) for total in ways)
    assert chance(gains) == pytest.approx(as_much / len(ways))


def test_whoever_breaks_a_document_badly_is_not_better_for_many_small_fixes():
    small = [case(number, total=FIXED) for number in range(12)]
    badly = [case(number, **{f"field{at}": BROKEN for at in range(6)}) for number in range(12, 14)]
    assert decide(small).outcome is GateOutcome.PROMOTED
    assert decide([*badly, *small]).outcome is not GateOutcome.PROMOTED


def test_documents_with_several_values_more_right_prove_it_sooner():
    lost = [case(number, d=BROKEN) for number in range(3)]
    some = [case(number, a=FIXED, b=FIXED, c=FIXED) for number in range(3, 8)]
    rest = [case(number, a=FIXED) for number in range(8, 16)]
    verdict = decide([*lost, *some, *rest])
    assert (verdict.fixed, verdict.broken) == (13, 3)
    assert decide([*lost, *(case(number, a=FIXED) for number in range(3, 16))]).outcome is (
        GateOutcome.NOT_PROVEN
    )
    assert verdict.outcome is GateOutcome.PROMOTED


def test_a_clear_gain_is_promoted():
    verdict = decide(cases(*times(fixed=4, same=20), *times(fixed=4, same=20)))
    assert verdict.outcome is GateOutcome.PROMOTED
    assert (verdict.fixed, verdict.broken, verdict.documents) == (8, 0, 48)
    assert figures(verdict.reason) == ["8", "0", "48"]


def test_a_small_gain_is_not_proven_and_says_what_would_prove_it():
    verdict = decide(cases(*times(fixed=3, broken=1, same=6)))
    assert verdict.outcome is GateOutcome.NOT_PROVEN
    assert (verdict.fixed, verdict.broken, verdict.documents) == (3, 1, 10)
    assert figures(verdict.reason) == ["3", "1", "10", "8", "67"]  # more fixes, or documents


def test_of_much_evidence_it_is_said_soon_what_is_missing():
    """Also where there is so little gain that no test of ten times as much would prove it."""
    sums = [*[1, 2, 3] * 60, *[-1, -2, -3] * 60, 1]
    assert _more_documents(sums) is None
    fixes = fixes_needed(sums)
    assert proven([*sums, *[1] * fixes]) and not proven([*sums, *[1] * (fixes - 1)])


@pytest.mark.parametrize("times", [15, 25, 40])
def test_about_so_many_more_documents_prove_it(times):
    like = [1, 1, 1, 1, -1, -1, -1, 2, -2, 0, 0, 0]
    more = _more_documents(like * times)
    assert more
    few, enough = (times + round(share * more / len(like)) for share in (0.8, 1.2))
    assert not proven(like * few) and proven(like * enough)


def test_without_a_lead_more_of_the_same_proves_nothing():
    drawn = decide(cases(*times(fixed=2, broken=2)))
    assert figures(drawn.reason) == ["2", "2", "4", "11"]
    assert figures(decide([]).reason) == ["0", "0", "0", "8"]


def test_a_clear_loss_is_worse():
    assert decide(cases(*times(broken=8, same=20))).outcome is GateOutcome.WORSE


def test_a_gain_that_one_field_pays_for_is_worse():
    paid = [case(number, total=FIXED, date=FIXED, iban=BROKEN) for number in range(12)]
    verdict = decide(paid)
    assert verdict.fixed == 12
    assert verdict.outcome is GateOutcome.WORSE
    assert "iban" in verdict.reason and figures(verdict.reason)[-2:] == ["0", "12"]


def test_a_loss_that_is_clear_in_one_field_alone_is_worse_there():
    lost = [case(number, iban=BROKEN) for number in range(6)]
    found = [case(number, total=FIXED) for number in range(6, 10)]
    verdict = decide([*lost, *found])
    assert verdict.outcome is GateOutcome.WORSE
    assert "iban" in verdict.reason and figures(verdict.reason)[-2:] == ["0", "6"]


def test_a_gain_that_one_party_pays_for_is_worse():
    theirs = [case(number, "acme", total=BROKEN) for number in range(5)]
    others = [case(number, total=FIXED) for number in range(5, 40)]
    verdict = decide([*theirs, *others])
    assert verdict.outcome is GateOutcome.WORSE
    assert "of one sender" in verdict.reason and figures(verdict.reason)[-2:] == ["0", "5"]
    assert "acme" not in verdict.reason, "it stays when the sender is forgotten"


def test_a_gain_on_old_documents_alone_is_not_proven():
    verdict = decide(cases(*times(fixed=20), *times(broken=2, same=18)))
    assert verdict.outcome is GateOutcome.NOT_PROVEN
    assert "newer half" in verdict.reason and figures(verdict.reason)[-2:] == ["0", "2"]


def test_a_gain_on_new_documents_may_cost_a_little_on_old_ones():
    assert decide(cases(*times(broken=1, same=49), *times(fixed=20, same=30))).outcome is (
        GateOutcome.PROMOTED
    )
    dear = decide(cases(*times(broken=2, same=48), *times(fixed=20, same=30)))
    assert dear.outcome is GateOutcome.NOT_PROVEN
    assert "older half" in dear.reason and figures(dear.reason)[-2:] == ["0", "2"]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_nobody_is_better_both_ways(pairs):
    one, other = decide(cases(*pairs)), decide(cases(*((right, left) for left, right in pairs)))
    assert (one.fixed, one.broken) == (other.broken, other.fixed)
    assert GateOutcome.PROMOTED not in (one.outcome, other.outcome) or one.outcome != other.outcome


@given(st.lists(st.booleans(), max_size=40))
def test_no_model_beats_itself(rights):
    assert decide(cases(*((right, right) for right in rights))).outcome is GateOutcome.NOT_PROVEN


def test_a_smaller_file_may_cost_a_point_and_nobody_knows_without_documents():
    assert not loses_little([])
    assert loses_little(cases(*times(same=50)))
    assert not loses_little(cases(*times(broken=4, same=46)))
    # 2 of 1,000 are lost, but who has seen 50 documents cannot know that.
    assert loses_little(cases(*times(broken=2, same=998)))
    assert not loses_little(cases(*times(broken=1, same=49)))


def test_a_candidate_that_takes_too_much_or_gives_no_answer_is_not_promoted():
    better = cases(*times(fixed=30, same=30))
    for over, said in (
        ({"slower": 2.1}, ["2.1", "2.0"]),
        ({"larger": 1.6}, ["1.6", "1.5"]),
        ({"failed": 1}, ["1"]),
    ):
        verdict = decide(better, **over)
        assert verdict.outcome is GateOutcome.WORSE and figures(verdict.reason)[3:] == said
    assert decide(better, slower=2.0, larger=1.5).outcome is GateOutcome.PROMOTED


def test_a_better_candidate_that_is_worse_as_it_would_be_served_is_not_promoted():
    """Memory may have right already what it learned, and not what it unlearned."""
    better = cases(*times(fixed=30, same=30))
    for served, outcome in (
        (cases(*times(fixed=2, broken=3)), GateOutcome.WORSE),
        (cases(*times(fixed=3, broken=3)), GateOutcome.PROMOTED),
    ):
        verdict = decide(better, served=served)
        assert verdict.outcome is outcome
    assert figures(decide(better, served=cases(*times(broken=1))).reason)[-2:] == ["0", "1"]


def test_a_better_candidate_that_may_accept_less_is_not_promoted():
    better = decide(cases(*times(fixed=30, same=30)))
    fewer, more = last_word(better, 0.41, 0.30), last_word(better, 0.30, 0.41)
    assert fewer.outcome is GateOutcome.NOT_PROVEN and figures(fewer.reason)[-2:] == ["30", "41"]
    assert more.outcome is GateOutcome.PROMOTED and figures(more.reason)[-1] == "41"
    assert last_word(better, 0.0, 0.0) == better
    assert last_word(better, 0.41, 0.37).outcome is GateOutcome.PROMOTED
