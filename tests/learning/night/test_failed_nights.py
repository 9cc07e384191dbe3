"""A night that fails is told wherever an owner or a monitor looks, whichever step it fails in.

Real processes, Unsloth and llama.cpp; only the model is tiny.
"""

from __future__ import annotations

import json
import signal
from contextlib import closing
from math import inf
from pathlib import Path

import pytest
from small_home import furnish, rest, start
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.domain.nights import EndedNight, NightEnd
from appliance.learning.dataset.left_out import MAX_LEFT_OUT_SHARE
from appliance.learning.night.standing import NightStanding, judge_nights
from appliance.learning.night.status import FOLDER
from appliance.records.nights import Nights
from appliance.records.store import Store
from appliance.service import doctor
from appliance.service.health import HealthLevel, HealthLimits, health
from appliance.service.metrics import MetricsFile
from appliance.service.night_history import look_back
from appliance.settings.home import Home
from bench.tiny_model import write_tiny

FAILS = """
import appliance.learning.night.{module} as module
import appliance.learning.night.night, appliance.learning.night.collect
def fails(*given, **named):
    raise KeyError("said by a document")
owner = module
*path, name = "{name}".split(".")
for part in path:
    owner = getattr(owner, part)
setattr(owner, name, fails)
from appliance.cli.main import main
main()
"""
"""A night in which a step meets a mistake of the appliance."""

STEPS = {
    "chosen": ("prepare", "chosen"),
    "collected": ("prepare", "collect"),
    "planned": ("folder", "NightFolder.set_out"),
    "trained": ("night", "train"),
    "exported": ("judge", "export"),
    "checked": ("judge", "check"),
    "compared": ("judge", "Comparison.verdict"),
    "decided": ("folder", "CandidateFolder.decide"),
    "entered": ("publish", "Registry.publish"),
}
"""In the order of a night; each goes on from what the one before it left."""

LEAVES_OUT = """
import appliance.learning.night.collect as collect
import appliance.learning.night.night as night
locate = collect.locate_labels
left = []
def locate_or_fail(labelled, doctype):
    if labelled.docid in left or len(left) < {many}:
        left.append(labelled.docid)
        raise ValueError(labelled.labels[0].text)
    return locate(labelled, doctype)
collect.locate_labels = locate_or_fail
def train(*given):
    raise OSError(28, "No space left on device")
night.train = train
from appliance.cli.main import main
main()
"""
"""So many documents cannot be made into rows, and then the disk is full."""

LIMITS = HealthLimits(3600, 4 * 3600, inf)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, gguf: Path) -> Home:
    folder = tmp_path_factory.mktemp("failing")
    return furnish(folder / "home", write_tiny(folder / "tiny.gguf", like=gguf))


def asked(home: Home, *words: str) -> str:
    done = CliRunner().invoke(app, ["--home", str(home.folder), *words], env={"COLUMNS": "300"})
    assert not done.exception or isinstance(done.exception, SystemExit), done.output
    return done.output


def places(home: Home) -> dict[str, str]:
    """What is said of nights, by place."""
    asked(home, "report")
    numbers = home.folder / "appliance.prom"
    with closing(Store(home.database)) as store:
        now = Nights(store.database).newest(1)[0].ended_at + 60
        nights = look_back(home, store)
        MetricsFile(numbers, store, model=lambda: "m", nights=lambda: nights).write()
    checked = doctor._tried("last night", lambda: doctor._last_night(home))
    return {
        "status": asked(home, "status"),
        "json": asked(home, "status", "--json"),
        "health": health(home, LIMITS, now=now).words,
        "doctor": f"{checked.ok}: {checked.found} {checked.hint}",
        "metrics": numbers.read_text(),
        "report": home.report.read_text(),
    }


def check_told(home: Home, why: str) -> None:
    found = places(home)
    for place in ("status", "doctor", "report", "json"):
        assert why in found[place], (place, found[place])
    assert "last night" in found["status"] and " failed: " in found["status"]
    assert "in the last night nothing was learned" in found["status"]
    assert "appliance tune" in found["status"], "the next step is named"
    last = json.loads(found["json"])["last_night"]
    assert (last["end"], last["nights_without_learning"]) == ("failed", 1)
    assert "the last night failed, in the last night nothing was learned" in found["health"]
    assert found["doctor"].startswith("False: ") and "failed" in found["doctor"]
    assert "nothing was learned" in found["doctor"] and "night.log" in found["doctor"]
    assert 'appliance_last_night_info{end="failed"} 1.0' in found["metrics"]
    assert "appliance_nights_without_learning 1.0" in found["metrics"]
    assert "appliance_last_night_timestamp_seconds" in found["metrics"]
    assert "In the last night nothing was learned. Next: " in found["report"]
    assert all("said by a document" not in said for said in found.values())


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_night_that_fails_in_any_step_is_told_in_every_place(home: Home) -> None:
    assert "last night" not in asked(home, "status")
    for step, (module, name) in STEPS.items():
        said = rest(start(home, program=("-c", FAILS.format(module=module, name=name))), code=1)
        assert "KeyError" in said, step
        check_told(home, "a mistake of the appliance: KeyError")
    # One that is killed cannot say how it ended.
    rest(start(home, APPLIANCE_DIES_AT="night.entered"), code=-signal.SIGKILL)
    check_told(home, "the night was cut by a kill while beginning")
    rest(start(home))
    found = places(home)
    assert "nothing was learned" not in "".join(found.values())
    assert "appliance_nights_without_learning 0.0" in found["metrics"]
    assert found["doctor"].startswith("True: ")
    assert json.loads(found["json"])["last_night"]["end"] == "done"
    assert "the night was cut by a kill while beginning" in found["report"], "the record keeps it"
    with closing(Store(home.database)) as store:
        ends = [night.end for night in Nights(store.database).newest(50)]
    assert ends == [NightEnd.DONE, *[NightEnd.FAILED] * (len(STEPS) + 1)]


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_cannot_be_learned_from_is_left_out_and_named(tmp_path: Path, gguf: Path) -> None:
    home = furnish(tmp_path / "home", write_tiny(tmp_path / "tiny.gguf", like=gguf))
    said = rest(start(home, program=("-c", LEAVES_OUT.format(many=1))), code=5)
    assert "left out of what is learned: 1 document" in said
    with closing(Store(home.database)) as store:
        (night,) = Nights(store.database).newest(5)
        (one,) = night.left_out
        (job,) = store.find(one.docid)
    assert night.end is NightEnd.FAILED and "No space left" in night.said
    assert one.reason.startswith("a mistake of the appliance: ValueError")
    named = f"left out: {job.source} (note): {one.reason}"
    assert named in said
    plan = json.loads((home.models / FOLDER / "plan.json").read_text())
    assert one.docid not in plan["lesson"]["docids"]
    assert len(plan["lesson"]["docids"]) == 11
    found = places(home)
    assert f">{job.source}<" in found["report"] and one.reason in found["report"]
    assert "1 document could not be learned from" in found["status"]
    assert "appliance_last_night_left_out 1.0" in found["metrics"]
    asked(home, "report", "--without-names")
    assert f">{job.source}<" not in home.report.read_text()
    assert one.docid[:12] in home.report.read_text()

    # What goes on says it again; one that leaves out more than a tenth ends as failed.
    again = rest(start(home, program=("-c", LEAVES_OUT.format(many=0))), code=5)
    assert named in again
    (home.models / FOLDER / "plan.json").unlink()
    said = rest(start(home, program=("-c", LEAVES_OUT.format(many=2))), code=5)
    assert 12 * MAX_LEFT_OUT_SHARE < 2 and "2 of 12 documents could not be made" in said
    assert "2 of 12 documents could not be made" in places(home)["report"]
    assert "appliance_last_night_left_out 2.0" in places(home)["metrics"]


DAY = 86400.0


def ended(at: float, end: NightEnd, *, received: bool = False) -> EndedNight:
    return EndedNight(1_800_000_000 + at, end, "it is so", received=received)


def test_nights_are_counted_since_the_last_that_learned() -> None:
    done, failed = NightEnd.DONE, NightEnd.FAILED
    nights = [ended(3 * DAY, failed), ended(2 * DAY, failed), ended(0, done), ended(-DAY, failed)]
    found = judge_nights(nights)
    assert (found.unlearned, found.is_troubled) == (2, True)
    assert judge_nights(nights[2:]) == NightStanding(nights[2], nights[2], 0)
    assert not judge_nights(nights[2:]).is_troubled


def test_one_that_is_cut_and_goes_on_is_one_night_and_no_trouble() -> None:
    cut = NightEnd.CUT
    found = judge_nights([ended(600, cut), ended(0, cut)])
    assert (found.unlearned, found.is_troubled) == (1, False)
    for_days = [ended(day * DAY, cut) for day in (2, 1, 0)]
    assert judge_nights(for_days).is_troubled, "three whole nights brought nothing"


def test_what_was_not_begun_or_came_from_elsewhere_is_no_failure_to_learn() -> None:
    nights = [
        ended(2 * DAY, NightEnd.NOT_BEGUN),
        ended(DAY, NightEnd.FAILED, received=True),
        ended(0, NightEnd.DONE),
    ]
    found = judge_nights(nights)
    assert (found.last, found.unlearned, found.is_troubled) == (nights[0], 0, False)


@pytest.mark.model
def test_a_night_with_too_little_to_learn_from_is_no_alarm(tmp_path: Path, gguf: Path) -> None:
    home = furnish(tmp_path / "home", write_tiny(tmp_path / "tiny.gguf", like=gguf), notes=8)
    assert "8 are needed" in rest(start(home), code=5)
    found = places(home)
    assert "did not begin: 6 documents to learn from" in found["status"]
    assert "nothing was learned" not in "".join(found.values())
    assert 'appliance_last_night_info{end="not begun"} 1.0' in found["metrics"]
    assert found["doctor"].startswith("True: ")
    with closing(Store(home.database)) as store:
        now = Nights(store.database).newest(1)[0].ended_at
    with home.locked():
        home.expect(by=now + 300)
        assert health(home, LIMITS, now=now).level is HealthLevel.OK
