"""When keying blind goes on, and when it is not worth a clerk's time any more."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.evidence_need import LOOKS, is_needed
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


def test_before_the_first_look_more_is_needed_however_right_all_is() -> None:
    assert guarantees(all_right(LOOKS[0] - 1), TERMS)[0].proven
    assert is_needed(all_right(LOOKS[0] - 1), TERMS)
    assert is_needed({}, TERMS)


def test_what_is_proven_at_a_look_is_enough() -> None:
    for many in (LOOKS[1], LOOKS[1] + 1, LOOKS[2], 200):
        assert not is_needed(all_right(many), TERMS)


def test_at_a_look_it_has_to_be_proven_more_surely_than_it_is_promised() -> None:
    """Eighty values of twenty documents prove 95 % once, and not three times over."""
    assert guarantees(all_right(LOOKS[0]), TERMS)[0].proven
    assert is_needed(all_right(LOOKS[0]), TERMS)


def test_what_no_documents_like_these_could_prove_is_not_worth_more() -> None:
    wrong = [
        dict(zip(FIELDS, (True, True, True, number % 2 == 0), strict=True)) for number in range(20)
    ]
    (grant,) = guarantees(keyed(wrong), TERMS)
    assert not grant.proven and grant.missing is None
    assert not is_needed(keyed(wrong), TERMS)


def test_what_some_more_documents_would_prove_is_worth_them() -> None:
    documents = [dict.fromkeys(FIELDS, True) for _ in range(LOOKS[0])]
    documents[3] = {**documents[3], "total": False}
    documents[9] = {**documents[9], "date": False}
    (grant,) = guarantees(keyed(documents), TERMS)
    assert not grant.proven and grant.missing
    assert is_needed(keyed(documents), TERMS)


def test_documents_behind_a_look_wait_for_the_next_one() -> None:
    right, one_wrong = (
        dict(zip(FIELDS, (True, True, True, last), strict=True)) for last in (True, False)
    )
    documents = [right] * LOOKS[1] + [one_wrong] * 8 + [right] * (LOOKS[2] - LOOKS[1] - 9)
    assert not is_needed(keyed(documents), TERMS)
    assert is_needed(keyed([*documents, right]), TERMS)


@pytest.mark.parametrize("accuracy", [0.95, 0.9])
def test_what_is_not_so_right_as_promised_seldom_ends_the_search_as_proven(accuracy: float) -> None:
    """At the promised accuracy itself in at most one of twenty homes, whatever look it was."""
    rng, homes, ended = Random(7), 400, 0
    for _ in range(homes):
        documents = [{name: rng.random() < accuracy for name in FIELDS} for _ in range(LOOKS[-1])]
        strict = AccuracyTarget(assurance=1 - 0.05 / len(LOOKS))
        ended += any(
            guarantees(keyed(documents[:look]), strict)[0].proven is not None for look in LOOKS
        )
    assert ended / homes <= 0.05
