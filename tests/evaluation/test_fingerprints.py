"""A copy is known by hashes as by words, and hashes hold no word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyed_papers import document, labelled

from appliance.domain.document import telling_words
from appliance.domain.errors import SealError
from appliance.domain.labels import TaughtPages
from appliance.evaluation import fingerprints
from appliance.evaluation.fingerprints import Fingerprints, fingerprint, packed, unpacked
from appliance.evaluation.near_duplicates import NearDuplicates, without_near_duplicates
from appliance.system.sealing import Seals

WORDS = st.lists(
    st.text("ab12ü-", min_size=1, max_size=4).filter(lambda word: not word.isspace()), max_size=20
)


def taught(text: str, *, twin: str | None = None) -> TaughtPages:
    return TaughtPages(twin, telling_words(text.split()))


@given(WORDS, WORDS)
def test_hashes_find_the_copies_that_words_find(one: list[str], other: list[str]) -> None:
    pages = taught(" ".join(one))
    said = fingerprint(pages)
    known = NearDuplicates([document(" ".join(other)), document(" ".join(one))])
    if said is None:
        assert not one
    else:
        assert set(known.like(said.words)) == set(known.like(pages.words)) != set()


def test_a_twin_is_known_by_the_hash_of_its_key() -> None:
    paper = replace(labelled(document("Total 9.00")), twin="shop|7|9")
    same = fingerprint(taught("nothing 1 2 3 4 5 alike", twin="shop|7|9"))
    other = fingerprint(taught("nothing 1 2 3 4 5 alike", twin="shop|8|9"))
    assert same and other
    assert without_near_duplicates([paper], [same]) == []
    assert without_near_duplicates([paper], [other]) == [paper]


def made(*texts: str, unknown: int = 0) -> Fingerprints:
    found = (fingerprint(taught(text, twin=text[:3] or None)) for text in texts)
    return Fingerprints(tuple(one for one in found if one), unknown)


@given(st.lists(WORDS.map(" ".join), max_size=5), st.integers(0, 9))
def test_what_is_packed_comes_back_in_an_order_of_its_own(texts: list[str], unknown: int) -> None:
    every = made(*texts, unknown=unknown)
    back = unpacked(packed(every))
    assert sorted(back.documents, key=repr) == sorted(every.documents, key=repr)
    assert back.unknown == unknown
    assert packed(made(*reversed(texts), unknown=unknown)) == packed(every)


def test_no_word_stands_in_what_is_packed() -> None:
    text = "Rechnung 4711-0815 vom 30.11.2026 IBAN DE02120300000000202051 Summe 1.234,56"
    data = packed(made(text, f"{text} 19,00 9,50"))
    assert not [word for word in (b"4711", b"30.11", b"DE02", b"1.234", b"Rech") if word in data]


def test_what_is_cut_short_or_too_long_is_refused() -> None:
    data = packed(made("a1 b2 c3 d4 e5 f6", "Total 9"))
    for damaged in (*(data[:end] for end in range(len(data))), data + b"\0"):
        with pytest.raises(ValueError):
            unpacked(damaged)


def test_those_of_1500_long_papers_are_small() -> None:
    papers = [" ".join(f"{paper}-{word}" for word in range(200)) for paper in range(1500)]
    assert len(packed(made(*papers))) < 1_600_000


def test_what_is_kept_is_sealed(tmp_path: Path) -> None:
    folder, seals = tmp_path / "models" / "night-1", Seals(tmp_path / "models")
    with seals.sealing():
        pass
    every = made("a1 b2 c3 d4 e5 f6", unknown=2)
    fingerprints.keep(every, folder, seals=seals, of="night-1")
    assert fingerprints.kept(folder, seals=seals, of="night-1") == every
    assert fingerprints.brought(folder) == every.documents
    with pytest.raises(SealError):
        fingerprints.kept(folder, seals=seals, of="night-2")
    (folder / fingerprints.FILE).write_text('{\n  "packed": ""\n}')
    with pytest.raises(SealError):
        fingerprints.brought(folder)
    (folder / fingerprints.FILE).unlink()
    assert fingerprints.brought(folder) == ()
    with pytest.raises(SealError):
        fingerprints.kept(folder, seals=seals, of="night-1")
