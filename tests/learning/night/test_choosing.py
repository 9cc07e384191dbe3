"""The newest are kept, and neither the many crowd out the few nor the few the many."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.document import Document
from appliance.domain.labels import Labelled
from appliance.learning.night.collect import DocumentCaps, choose


def labelled(number: int, *, party: str | None = "a", doctype: str = "note", at: float = 0.0):
    return Labelled(Document(f"{number:064x}", ()), doctype, (), False, party, None, at, at)


parties = st.sampled_from(["a", "b", "c", None])
pools = st.lists(st.tuples(parties, st.sampled_from(["note", "bill"]), st.integers(0, 9))).map(
    lambda said: [
        labelled(number, party=party, doctype=doctype, at=at)
        for number, (party, doctype, at) in enumerate(said)
    ]
)
caps = st.builds(DocumentCaps, st.integers(1, 4), st.integers(1, 8), st.integers(1, 12))


def test_of_a_party_with_thousands_the_newest_are_taken():
    pool = [labelled(number, at=float(number)) for number in range(3000)]
    chosen = choose(pool, DocumentCaps(party=60))
    assert [one.labelled_at for one in chosen] == [float(at) for at in range(2940, 3000)]


def test_the_rare_party_is_kept_however_old():
    pool = [labelled(number, at=100.0 + number) for number in range(50)]
    rare = labelled(50, party="rare", at=1.0)
    assert rare in choose([*pool, rare], DocumentCaps(party=60, doctype=6, whole=6))


def test_a_party_has_places_by_the_square_root_of_its_documents():
    pool = [labelled(number, party="daily") for number in range(36)]
    pool += [labelled(36 + number, party="weekly") for number in range(9)]
    pool += [labelled(45 + number, party=f"yearly {number}") for number in range(12)]
    chosen = choose(pool, DocumentCaps(doctype=21))
    assert Counter((one.party or "").split()[0] for one in chosen) == {
        "daily": 6,
        "weekly": 3,
        "yearly": 12,
    }
    few = choose(pool, DocumentCaps(doctype=5))
    assert Counter(one.party for one in few) == {"daily": 3, "weekly": 2}


def test_the_rare_type_is_kept():
    pool = [labelled(number, party=str(number), at=100.0) for number in range(50)]
    rare = labelled(50, doctype="bill", at=1.0)
    assert rare in choose([*pool, rare], DocumentCaps(whole=3))


def test_documents_of_nobody_are_not_one_partys():
    pool = [labelled(number, party=None) for number in range(10)]
    assert len(choose(pool, DocumentCaps(party=2))) == 10
    assert len(choose(pool, DocumentCaps(party=2, doctype=4))) == 4


@given(pools, caps)
def test_no_cap_is_passed_and_none_is_left_while_there_is_room(pool, limits):
    chosen = choose(pool, limits)
    assert len(chosen) <= limits.whole
    types = Counter(one.doctype for one in chosen)
    senders = Counter((one.doctype, one.party) for one in chosen if one.party)
    assert all(count <= limits.doctype for count in types.values())
    assert all(count <= limits.party for count in senders.values())
    for one in pool:
        if one not in chosen and len(chosen) < limits.whole:
            full = one.party and senders[one.doctype, one.party] == limits.party
            assert full or types[one.doctype] == limits.doctype


@given(pools, caps, st.randoms(use_true_random=False))
def test_the_same_documents_are_the_same_choice_in_whatever_order(pool, limits, chance):
    shuffled = chance.sample(pool, len(pool))
    assert choose(shuffled, limits) == choose(pool, limits)


@given(pools, caps)
def test_of_a_party_no_older_one_is_taken_for_a_newer(pool, limits):
    chosen = choose(pool, limits)
    for one in pool:
        for other in chosen:
            if one not in chosen and (one.party, one.doctype) == (other.party, other.doctype):
                assert other.labelled_at >= one.labelled_at
