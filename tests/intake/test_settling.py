from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.intake.folder import kind_and_name, shown
from appliance.intake.scan import FileStat, compare, ignored, ripens_at, settled

WAIT = {"settle": 5.0, "empty_after": 60.0}
FILE = Path("a.pdf")
stamps = st.builds(FileStat, st.integers(0, 3), st.integers(0, 3))
looks = st.lists(st.tuples(st.floats(0, 10), stamps), min_size=1)


@pytest.mark.parametrize(
    "name",
    ["._a.pdf", ".DS_Store", "Thumbs.db", "THUMBS.DB", "desktop.ini", "@eaDir", ".stfolder",
     "__MACOSX", "~$report.docx", "scan.pdf.part", "scan.TMP", "x.crdownload", "x.filepart",
     "x.partial", ".taken"],
)  # fmt: skip
def test_what_systems_leave_behind_is_ignored(name: str) -> None:
    assert ignored(name)


@pytest.mark.parametrize("name", ["a.pdf", "part", "tmp.pdf", "Ünïcode.tif", "thumbs.db.pdf"])
def test_documents_are_not_ignored(name: str) -> None:
    assert not ignored(name)


def test_a_folder_may_be_named_like_a_half_written_file() -> None:
    assert not ignored("spare.part", folder=True)


def test_a_file_is_whole_once_it_did_not_change_for_the_settle_time() -> None:
    sights = compare({}, {FILE: FileStat(10, 1)}, now=0)
    assert settled(sights, now=4.9, **WAIT) == []
    sights = compare(sights, {FILE: FileStat(11, 1)}, now=4)
    assert settled(sights, now=5, **WAIT) == []
    sights = compare(sights, {FILE: FileStat(11, 1)}, now=9)
    assert settled(sights, now=9, **WAIT) == [FILE]


def test_an_empty_file_is_waited_for_longer() -> None:
    sights = compare({}, {FILE: FileStat(0, 1)}, now=0)
    assert settled(sights, now=59, **WAIT) == []
    assert settled(sights, now=60, **WAIT) == [FILE]
    assert ripens_at(sights.values(), **WAIT) == 60


def test_a_clock_set_back_starts_the_wait_again_and_does_not_stop_it() -> None:
    sights = compare({}, {FILE: FileStat(1, 1)}, now=10_000)
    sights = compare(sights, {FILE: FileStat(1, 1)}, now=100)
    assert settled(sights, now=105, **WAIT) == [FILE]


def test_the_oldest_file_comes_first() -> None:
    seen = {Path("new"): FileStat(1, 9), Path("old"): FileStat(1, 2), Path("older"): FileStat(1, 1)}
    order = settled(compare({}, seen, now=0), now=0, settle=0, empty_after=0)
    assert order == [Path("older"), Path("old"), Path("new")]


@given(looks)
def test_nothing_is_taken_before_it_was_the_same_for_the_whole_settle_time(
    looks: list[tuple[float, FileStat]],
) -> None:
    now, since, before, sights = 0.0, 0.0, None, {}
    for pause, stamp in looks:
        now += pause
        if stamp != before:
            since, before = now, stamp
        sights = compare(sights, {FILE: stamp}, now=now)
        taken = settled(sights, now=now, **WAIT) == [FILE]
        assert taken == (now >= since + (5 if stamp.size else 60))


@given(looks)
def test_a_file_is_ripe_when_it_was_said_to_be(looks: list[tuple[float, FileStat]]) -> None:
    sights, now = {}, 0.0
    for pause, stamp in looks:
        now += pause
        sights = compare(sights, {FILE: stamp}, now=now)
    ripe = ripens_at(sights.values(), **WAIT)
    assert ripe is not None
    assert settled(sights, now=ripe, **WAIT) == [FILE]


KINDS = {"receipt": "receipt", "invoice": "invoice"}


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("a.pdf", "default", "a.pdf"),
        ("receipt/a.pdf", "receipt", "a.pdf"),
        ("Receipt/2026/a.pdf", "receipt", "2026/a.pdf"),
        ("2026/receipt/a.pdf", "default", "2026/receipt/a.pdf"),
        ("receipt", "default", "receipt"),
    ],
)
def test_the_first_folder_says_the_kind_of_document(path: str, kind: str, name: str) -> None:
    assert kind_and_name(Path(path), KINDS, "default") == (kind, name)


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_any_name_can_be_shown_and_stored(name: bytes) -> None:
    text = shown(Path(name.decode("utf-8", "surrogateescape")))
    assert text.encode("utf-8")
    assert text.isprintable()
