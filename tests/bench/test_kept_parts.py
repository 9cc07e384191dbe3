"""A bench of many hours is done a part at a time, and says of which commit each part is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import common
from bench.parts import KeptParts


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptParts:
    monkeypatch.setattr(common, "ROOT", tmp_path)
    monkeypatch.setattr(common, "commit", lambda: "c0ffee")
    monkeypatch.setattr(common, "SMALL", False)
    return KeptParts("tables", {"rows": ["9", "12"], "proven": ["9", "12"]})


def test_what_was_found_is_kept_and_not_asked_for_again(kept: KeptParts) -> None:
    assert kept.asked([]) == ["rows", "proven"]
    kept.keep("rows", {"n": 3})
    assert kept.known() == {"rows": {"n": 3}}
    assert kept.asked([]) == ["proven"]
    assert kept.asked(["rows"]) == ["rows"], "whoever names a part wants it anew"
    assert kept.commits() == "Parts and their commits: rows c0ffee. Not done yet: proven."


def test_what_rests_on_something_older_is_asked_for_again(kept: KeptParts) -> None:
    kept.keep("rows", 3)
    later = KeptParts("tables", {"rows": ["9", "13"]})
    assert later.asked([]) == ["rows"]
    assert later.known() == {"rows": 3}
    assert later.commits() == "Parts and their commits: rows c0ffee."


def test_a_small_bench_keeps_nothing_and_does_all(
    kept: KeptParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keep("rows", 3)
    monkeypatch.setattr(common, "SMALL", True)
    kept.keep("proven", 4)
    assert kept.known() == {"rows": 3}
    assert kept.asked([]) == ["rows", "proven"]


def test_an_unknown_part_is_named(kept: KeptParts) -> None:
    with pytest.raises(SystemExit, match="no such part: cells; there are rows, proven"):
        kept.asked(["cells"])
