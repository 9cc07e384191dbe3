"""The office of the bench: real pipeline, desk and promise, on answers that are made once."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.office import plan, report
from bench.office.answers import Answers, Readings
from bench.office.home import office
from bench.office.reasons import Reason
from bench.office.replay import Replay, replay


def play(folder: Path, arrivals) -> Replay:
    answers, readings = Answers(folder.parent / "answers"), Readings(folder.parent / "read")
    with office(folder, folder.parent / "nights", answers, readings) as home:
        return replay(home, arrivals)


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.data
def test_what_was_answered_once_is_replayed_to_the_same_figures(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "SPARED", 0)
    few = {"receipts": 3, "invoices": 2}
    streams = [replace(one, number=few[one.name]) for one in plan.STREAMS if one.name in few]
    arrivals = plan.arrivals(streams)
    first = play(tmp_path / "first", arrivals)
    kept = sorted(path.stat().st_mtime_ns for path in (tmp_path / "answers").rglob("*.pickle"))
    second = play(tmp_path / "second", arrivals)
    assert first.outcomes == second.outcomes
    assert first.mornings == second.mornings
    again = sorted(path.stat().st_mtime_ns for path in (tmp_path / "answers").rglob("*.pickle"))
    assert again == kept, "no model was asked"

    for one in first.outcomes:
        assert Reason.UNPROVEN in one.decided.held_by, "nothing is proven on the first morning"
        assert one.work and one.work.seconds() > 0
        assert one.left_wrong == 0, "where nothing is accepted, she judges all of it"
    told = report.figures(first, minutes=1.0)
    assert told["receipts.straight_through"] == 0
    assert told["receipts.by_hand"] > 0

    receipts = [one for one in first.outcomes if one.decided.arrival.stream == "receipts"]
    alone = report.alone(replace(first, outcomes=receipts), "Nothing is special.")
    assert f"| receipts | {told['receipts.seconds_a_document']:.1f} | " in alone
    assert "invoices" not in alone, "what is promised of other types is not told"
