from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import common
from bench.before_after import MESSAGE, differences

BEFORE = {
    "fields": [{"text": "9.00", "tokens": [[-0.1, -0.1, 20.0, 0.0]], "runners_up": []}],
    "judged": {"blockers": [{"code": "unsure", "message": "total is unsure"}]},
}


def changed(place: str, value: object) -> object:
    answer = json.loads(json.dumps(BEFORE))
    *path, last = place.split(".")
    inner = answer
    for key in path:
        inner = inner[int(key) if isinstance(inner, list) else key]
    inner[last] = value
    return answer


def test_the_same_answer_does_not_differ() -> None:
    assert differences(BEFORE, json.loads(json.dumps(BEFORE))) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("fields.0.text", "9.01"),
        ("fields.0.tokens", [[-0.1, -0.10000000000000002, 20.0, 0.0]]),
        ("fields.0.tokens", []),
        ("fields.0.runners_up", ["8.00"]),
        ("judged.blockers", []),
    ],
)
def test_any_value_score_or_blocker_that_changed_is_told(place: str, value: object) -> None:
    told = differences(BEFORE, changed(place, value))
    assert any(not one.endswith(MESSAGE) for one in told)


def test_a_message_that_is_worded_otherwise_is_told_apart() -> None:
    (told,) = differences(BEFORE, changed("judged.blockers", [{"code": "unsure", "message": "?"}]))
    assert told.endswith(MESSAGE)


def test_a_document_that_has_no_answer_any_more_differs() -> None:
    assert differences(BEFORE, None)


def test_figures_that_others_recorded_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(common, "ROOT", tmp_path)
    monkeypatch.setattr(common, "SMALL", False)
    common.record_in("house", n=3, about="Rooms.", figures={"files": 400, "same_differ": 2})
    common.record_in("house", n=20, about="Rooms.", figures={"same_differ": 0})
    found = json.loads((tmp_path / "bench" / "results" / "house.json").read_text())
    assert (found["n"], found["figures"]) == (20, {"files": 400, "same_differ": 0})
    assert "| files | 400 |" in (tmp_path / "bench" / "RESULTS.md").read_text()
