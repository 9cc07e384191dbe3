"""When keying blind goes on, and when it is not worth a clerk's time any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pytest
from scipy.stats import binom

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.bounds import most_errors
from appliance.promise.evidence_need import AT_A_LOOK, CHANCES, LOOKS, MOST, is_needed
from appliance.promise.guarantees import guarantees
from appliance.promise.threshold import EvidenceValue

TERMS = AccuracyTarget()
FIELDS = ("company", "date", "address", "total")


def keyed(documents: Iterable[dict[str, bool]]) -> dict[str, list[EvidenceValue]]:
    """Each of a sender of its own; all values are as sure."""
    found: dict[str, list[EvidenceValue]] = {name: [] for name in FIELDS}
    for number, rights in enumerate(documents):
        for name, right in rights.items():
            found[name].append(EvidenceValue(0.9, right, str(number), str(number)))
    return found


def all_right(many: int) -> dict[str, list[EvidenceValue]]:
    return keyed([dict.fromkeys(FIELDS, True)] * many)


def needed(evidence: Mapping[str, Sequence[EvidenceValue]]) -> bool:
    return is_needed(evidence, TERMS, documents=[str(number) for number in range(MOST + 100)])


def test_before_the_first_look_more_is_needed_however_right_all_is() -> None:
    assert guarantees(all_right(LOOKS[0] - 1), TERMS)[0].proven
    assert needed(all_right(LOOKS[0] - 1))
    assert needed({})


def test_what_is_proven_at_a_look_is_enough() -> None:
    for many in (LOOKS[1], LOOKS[1] + 1, LOOKS[2], 200):
        assert not needed(all_right(many))


def test_at_a_look_it_has_to_be_proven_more_surely_than_it_is_promised() -> None:
    """Eighty values of twenty documents prove 95 %, and not at a fourth of the risk."""
    assert guarantees(all_right(LOOKS[0]), TERMS)[0].proven
    assert needed(all_right(LOOKS[0]))


def test_what_no_documents_like_these_could_prove_is_not_worth_more() -> None:
    wrong = [
        dict(zip(FIELDS, (True, True, True, number % 2 == 0), strict=True)) for number in range(20)
    ]
    (grant,) = guarantees(keyed(wrong), TERMS)
    assert not grant.proven and grant.missing is None
    assert not needed(keyed(wrong))


def test_what_some_more_documents_would_prove_is_worth_them() -> None:
    documents = [dict.fromkeys(FIELDS, True) for _ in range(LOOKS[0])]
    documents[3] = {**documents[3], "total": False}
    documents[9] = {**documents[9], "date": False}
    (grant,) = guarantees(keyed(documents), TERMS)
    assert not grant.proven and grant.missing
    assert needed(keyed(documents))


def test_documents_behind_a_look_wait_for_the_next_one() -> None:
    right, one_wrong = (
        dict(zip(FIELDS, (True, True, True, last), strict=True)) for last in (True, False)
    )
    documents = [right] * LOOKS[3] + [one_wrong] * 8 + [right] * (LOOKS[4] - LOOKS[3] - 9)
    assert not needed(keyed(documents))
    assert needed(keyed([*documents, right]))


def test_a_look_sees_the_same_documents_whatever_is_keyed_after_them() -> None:
    """Though a field is not keyed of each of them: the first ten lack the first field."""
    lacks = dict.fromkeys(FIELDS[1:], True)
    one_wrong = {**lacks, "total": False}
    documents = [*[lacks] * 9, one_wrong, *[dict.fromkeys(FIELDS, True)] * (LOOKS[2] - 10)]
    assert all(needed(keyed(documents[:many])) for many in range(LOOKS[1], LOOKS[2]))


@pytest.mark.parametrize("assurance", [0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("accuracy", [0.8, 0.9, 0.95, 0.975, 0.99])
@pytest.mark.parametrize("values", [0.5, 1, 2, 2.8, 4, 6, 12])
def test_what_is_not_so_right_as_promised_seldom_ends_the_search_as_proven(
    accuracy: float, assurance: float, values: float
) -> None:
    """Computed, not drawn: so many accepted values a document, each right as often as promised and
    no more. ``alive`` is how probable each number of errors is where no look proved it yet."""
    alive, n, ended = np.ones(1), 0, 0.0
    for look in (round(values * documents) for documents in LOOKS):
        more = binom.pmf(np.arange(look - n + 1), look - n, 1 - accuracy)
        alive, n = np.convolve(alive, more), look
        proven = most_errors(n, accuracy, 1 - (1 - assurance) / AT_A_LOOK) + 1
        ended += float(alive[:proven].sum())
        alive[:proven] = 0
    assert ended <= 1 - assurance


def test_who_despairs_is_asked_less_often_than_who_has_proven_it() -> None:
    """Chance alone says at some look that nothing is in reach."""
    hopeless = [dict(zip(FIELDS, (True, True, True, at % 2 == 0), strict=True)) for at in range(30)]
    right = [dict.fromkeys(FIELDS, True)] * CHANCES[0]
    assert not needed(keyed(hopeless[: CHANCES[0]]))
    few_wrong = [*right[:18], *({**one, "total": False} for one in right[:2])]
    assert needed(keyed([*few_wrong, *hopeless[:10]])), "the last chance was good"
