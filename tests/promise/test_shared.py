"""Headers of several document types that prove together what none of them proves alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from appliance.promise.guarantees import Guarantee, SharedGuarantee, shared, with_shared
from appliance.promise.threshold import EvidenceValue, threshold

NINETEEN_IN_TWENTY = 0.95


def typed(
    name: str, right: int, wrong: int = 0, *, known: bool | None = None
) -> list[EvidenceValue]:
    """Each of a document and a sender of its own, known and unknown by turns; all as sure."""
    return [
        EvidenceValue(
            *(0.9, at >= wrong, f"{name} {at}", f"{name} {at}"),
            known=at % 2 > 0 if known is None else known,
            foretells=True,
        )
        for at in range(right + wrong)
    ]


def proven(evidence: Mapping[str, list[EvidenceValue]]) -> SharedGuarantee | None:
    return shared(evidence, 0.95, assurance=NINETEEN_IN_TWENTY)


def test_two_types_prove_together_what_neither_proves_alone() -> None:
    evidence = {"bill": typed("b", 35), "order": typed("o", 35)}
    for values in evidence.values():
        assert not threshold(values, 0.95, assurance=NINETEEN_IN_TWENTY)
    found = proven(evidence)
    assert found and found.types == ("bill", "order") and found.proven.n == 70


def test_one_type_shares_nothing() -> None:
    assert proven({"bill": typed("b", 300)}) is None and proven({}) is None


def test_a_type_that_is_worse_than_the_others_is_left_out() -> None:
    """Of all of them little enough is wrong; of the orders too much."""
    good = {"bill": typed("b", 200), "note": typed("n", 200)}
    every = {**good, "order": typed("o", 50, 5)}
    whole = [value for values in every.values() for value in values]
    assert threshold(whole, 0.95, assurance=NINETEEN_IN_TWENTY)
    found = proven(every)
    assert found and found.types == ("bill", "note") and found.proven.n == 400


def test_where_unknown_senders_are_worse_than_known_ones_nothing_is_shared() -> None:
    known = {name: typed(name, 150, known=True) for name in ("bill", "order")}
    unknown = {name: typed(f"{name} of new", 20, 3, known=False) for name in known}
    whole = {name: [*known[name], *unknown[name]] for name in known}
    assert threshold(
        [value for values in whole.values() for value in values], 0.95, assurance=NINETEEN_IN_TWENTY
    )
    assert proven(whole) is None
    assert proven(known) is None, "and where nothing is known of them"


@pytest.mark.parametrize("known", [True, False])
def test_a_guarantee_that_lacks_a_proof_gets_the_shared_one_with_its_own_figures(
    known: bool,
) -> None:
    header = {"total": [*typed("b", 40, 2), replace(typed("x", 1)[0], score=0.2, known=known)]}
    found = proven({"bill": typed("b", 200), "order": typed("o", 200)})
    assert found
    lacking = Guarantee(("total",), 0.95, 0.95, 43, 43, None, 0.8, 55, known=known)
    own = replace(lacking, proven=found.proven, missing=0)
    elsewhere = replace(lacking, fields=("iban",))
    given, same, other = with_shared([lacking, own, elsewhere], found, header)
    assert (same, other) == (own, elsewhere)
    assert given.types == ("bill", "order") and (given.missing, given.today) == (0, found.today)
    assert given.proven == replace(found.proven, n=21, errors=1)
