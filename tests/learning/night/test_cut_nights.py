"""A night that is killed anywhere goes on and comes to the same end; the day never notices.

Real processes: the command, Unsloth, llama.cpp, SQLite. Only the model is tiny.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import ANY

import pytest
from small_home import ENVIRONMENT, appears, command, furnish, heard, kill, rest, start
from tiny_base import write_tiny

from appliance.domain.results import GateOutcome
from appliance.learning.gguf.export import export
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import REMOVING, sha256_of
from appliance.learning.night.folder import TRIED, NightFolder
from appliance.learning.night.status import FOLDER, NightEnd, noted
from appliance.learning.trainer import tuning
from appliance.records.store import Store
from appliance.settings.home import Home

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]

BEFORE = """
import os, signal, sys
import appliance.learning.{module} as module
setattr(module.{name}, "{method}", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
from appliance.cli.main import main
main()
"""
"""A night that dies where a method is called."""


def dies_before(module: str, name: str, method: str) -> tuple[str, str]:
    return "-c", BEFORE.format(module=module, name=name, method=method)


ENTERING = {
    "publish": dies_before("models.registry", "Registry", "publish"),
    "promote": dies_before("models.registry", "Registry", "promote"),
    "removal": dies_before("night.folder", "Folder", "drop"),
}
"""What comes after the verdict, in order."""


def sound(home: Home) -> str:
    """The champion, whose file is the one that was measured."""
    registry = Registry(home.models)
    champion = registry.champion()
    assert sha256_of([Path(champion.path)]) == champion.sha256
    return champion.name


def serves(home: Home) -> str:
    """The champion of a day that was begun and ended."""
    done = subprocess.run(command(home, "run", "--once"), env=ENVIRONMENT, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    service = Registry(home.models).service()
    assert service and service.refused is None
    assert service.name == sound(home)
    return service.name


def copied(home: Home, folder: Path) -> Home:
    """The folder in which a night goes on names its base by its path."""
    shutil.copytree(home.folder, folder)
    job = folder / "models" / FOLDER / "job.json"
    if job.exists():
        job.write_text(job.read_text().replace(str(home.folder), str(folder)))
    return Home(folder)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, gguf: Path) -> Home:
    folder = tmp_path_factory.mktemp("small")
    return furnish(folder / "home", write_tiny(folder / "tiny.gguf", like=gguf))


@pytest.fixture(scope="module")
def trained(furnished: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """It was cut while it collected, loaded, trained, trained on from a checkpoint and exported."""
    home = copied(furnished, tmp_path_factory.mktemp("trained") / "home")
    first = sound(home)

    night = start(home)
    heard(night, "collecting")
    kill(night)
    assert sound(home) == first

    night = start(home)
    said = heard(night, "collecting")
    assert "it had not collected its documents; it begins anew" in said
    appears(NightFolder(home.models).path / tuning.LOG)  # the child that trains loads its libraries
    kill(night)
    assert sound(home) == first

    night = start(home)
    assert "the last night was cut; it goes on with training\n" in heard(night, "loading")
    document = Arrived(home, "a")
    heard(night, "resting")
    night.send_signal(signal.SIGTERM)
    assert "goes on at the next" in rest(night)
    assert end(home) is NightEnd.CUT
    document.goes()

    document = Arrived(home, "b")  # so that a step that takes milliseconds is met
    night = start(home)
    assert "it goes on with training from step 1\n" in heard(night, "resting")
    kill(night)
    document.goes()
    assert end(home) is None and serves(home) == first

    night = start(home)
    assert "it goes on with training from step 1\n" in heard(night, "exporting")
    kill(night)
    assert sound(home) == first
    return home


def end(home: Home) -> NightEnd | None:
    news = noted(home.models)
    assert news
    return news.end


class Arrived:
    """A document that waits for the day."""

    def __init__(self, home: Home, letter: str) -> None:
        self._home = home
        self._docid = letter * 64
        with closing(Store(home.database)) as store:
            store.record(self._docid, "note", "one.txt", now=0)

    def goes(self) -> None:
        with closing(Store(self._home.database)) as store:
            (job,) = store.find(self._docid)
            store.fail(job, reason="it was only to wait")


@pytest.fixture(scope="module")
def judged(trained: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Cut once more while it compared, and at the end before the verdict had any effect."""
    home = copied(trained, tmp_path_factory.mktemp("judged") / "home")
    night = start(home)
    assert "it goes on with exporting\n" in heard(night, "comparing")
    kill(night)
    assert Registry(home.models).names() == [sound(home)]

    night = start(home, program=ENTERING["publish"])
    assert "it goes on with comparing, " in rest(night, code=-signal.SIGKILL)
    assert Registry(home.models).names() == [sound(home)]
    return home


def test_a_night_that_was_cut_at_every_step_ends_as_one_that_was_not(
    trained: Home, judged: Home, tmp_path: Path
) -> None:
    uncut, cut = copied(trained, tmp_path / "uncut"), copied(judged, tmp_path / "cut")
    first = sound(uncut)
    assert "not proven" in rest(start(uncut))
    assert "it goes on with entering what was decided\n" in rest(start(cut))
    versions = [Registry(home.models).versions() for home in (uncut, cut)]
    ends = [{version.name: version.verdict for version in each} for each in versions]
    assert ends[0] == ends[1] and len(ends[0]) == 2
    assert end(cut) is NightEnd.DONE and serves(cut) == first
    assert not NightFolder(cut.models).path.exists()


@pytest.mark.parametrize("before", ENTERING)
def test_what_was_decided_is_entered_once_wherever_it_is_cut(
    judged: Home, tmp_path: Path, before: str
) -> None:
    home = copied(judged, tmp_path / "home")
    folder = NightFolder(home.models)
    found = folder.judged()
    assert found
    verdict = replace(found.verdict, outcome=GateOutcome.PROMOTED)
    folder.decide(replace(found, verdict=verdict))

    rest(start(home, program=ENTERING[before]), code=-signal.SIGKILL)
    assert serves(home) == (found.name if before == "removal" else found.champion)
    assert "it goes on with entering what was decided\n" in rest(start(home))
    assert serves(home) == found.name
    version = Registry(home.models).champion()
    assert version.verdict == verdict and version.training and version.training.labelled_at > 0
    assert Registry(home.models).back() == found.champion
    with closing(Store(home.database)) as store:
        assert len(store.database.rows("select * from decisions")) == 1
    assert not folder.path.exists()


def test_a_training_that_dies_with_its_last_step_kept_has_learned_all_its_epochs(
    trained: Home, tmp_path: Path
) -> None:
    home = copied(trained, tmp_path / "home")
    folder = NightFolder(home.models).path
    done, book = tuning.tuned(folder), json.loads((folder / "book.json").read_text())
    assert done and book["losses"].pop(str(done.epochs))
    (folder / "book.json").write_text(json.dumps(book))
    (folder / tuning.TUNED).unlink()
    heard(night := start(home), "exporting")
    kill(night)
    assert tuning.tuned(folder) == replace(done, peak_bytes=ANY)


def test_a_champion_that_was_chosen_meanwhile_stays(judged: Home, tmp_path: Path) -> None:
    home = copied(judged, tmp_path / "home")
    folder, registry = NightFolder(home.models), Registry(home.models)
    found = folder.judged()
    assert found
    folder.decide(replace(found, verdict=replace(found.verdict, outcome=GateOutcome.PROMOTED)))
    other = tmp_path / "other.gguf"
    other.write_bytes(Path(registry.champion().path).read_bytes() + b"\0")
    chosen = registry.add(other)
    registry.promote(chosen)
    assert f"but {chosen.name} serves" in rest(start(home))
    assert sound(home) == chosen.name and found.name in registry.names()


FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
from appliance.cli.main import main
main()
"""
"""No file can grow past ``size`` bytes, as on a full disk."""


def test_a_disk_that_is_full_during_the_export_costs_nothing_but_the_night(
    trained: Home, tmp_path: Path
) -> None:
    home = copied(trained, tmp_path / "home")
    said = rest(start(home, program=("-c", FULL.format(size=8_000_000))), code=5)
    assert "cannot be written" in said and "free disk" in said
    assert end(home) is NightEnd.FAILED and NightFolder(home.models).stage() == "exporting"
    assert not (NightFolder(home.models).path / TRIED).exists()  # it is not the night's fault
    assert not list(home.models.rglob("*.partial")) and serves(home)
    heard(night := start(home), "comparing")
    kill(night)


def test_a_disk_that_is_full_during_the_training_is_said(furnished: Home, tmp_path: Path) -> None:
    home = copied(furnished, tmp_path / "home")
    said = rest(start(home, program=("-c", FULL.format(size=5_000_000))), code=5)
    assert "the training ended with code 1" in said and "File too large" in said
    assert NightFolder(home.models).stage() == "training"
    sound(home)


def test_a_training_that_dies_three_times_is_given_up(furnished: Home, tmp_path: Path) -> None:
    home = copied(furnished, tmp_path / "home")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "torch.py").write_text("raise SystemError('it is broken')\n")
    for time in range(3):
        said = rest(start(home, PYTHONPATH=str(broken)), code=5)
        assert "SystemError: it is broken" in said
        assert ("given up" in said) == (time == 2)
        assert NightFolder(home.models).path.exists() == (time < 2)
    night = start(home)
    assert "was cut" not in heard(night, "collecting")
    kill(night)


@pytest.mark.parametrize("name", ["plan.json", "job.json", "tuned.json", "rows.jsonl"])
def test_a_damaged_night_is_dropped_with_a_word(trained: Home, tmp_path: Path, name: str) -> None:
    home = copied(trained, tmp_path / "home")
    path = NightFolder(home.models).path / name
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    said = heard(night := start(home), "collecting")
    kill(night)
    assert re.search(r"cannot be gone on with: .* damaged; it begins anew", said)


def test_other_rows_than_were_planned_are_not_trained_on(trained: Home) -> None:
    home, registry = trained, Registry(trained.models)
    path = NightFolder(home.models).path / "rows.jsonl"
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"\n") + 1])
    assert NightFolder(home.models).flaw(registry) == "its rows are damaged"
    path.write_bytes(data)
    assert NightFolder(home.models).flaw(registry) == ""


def test_a_night_whose_base_is_gone_is_dropped(trained: Home, tmp_path: Path) -> None:
    home = copied(trained, tmp_path / "home")
    registry = Registry(home.models)
    base = registry.champion()
    other = tmp_path / "other.gguf"
    other.write_bytes(Path(base.path).read_bytes() + b"\0")
    registry.promote(registry.add(other))
    registry.remove(base)
    said = heard(night := start(home), "collecting")
    kill(night)
    assert f"no model version {base.name}" in said and "begins anew" in said


def test_two_never_work_in_one_home(furnished: Home, tmp_path: Path) -> None:
    home = copied(furnished, tmp_path / "home")
    with home.tuning():
        assert "a night is going on here already" in rest(start(home), code=4)


def test_too_little_memory_is_said_before_anything_is_trained(
    furnished: Home, tmp_path: Path
) -> None:
    home = copied(furnished, tmp_path / "home")
    said = rest(start(home, APPLIANCE_NIGHT_GIGABYTES="1"), code=5)
    assert "a training needs 2.5 GB of memory, 1.0 GB are free for it" in said
    assert not (NightFolder(home.models).path / TRIED).exists()  # tomorrow there may be more


def test_what_is_left_of_a_removed_version_goes(furnished: Home, tmp_path: Path) -> None:
    home = copied(furnished, tmp_path / "home")
    half = home.models / f"{REMOVING}half"
    half.mkdir()
    said = heard(night := start(home), "collecting")
    kill(night)
    assert f"{half.name} is no version and was removed" in said
    assert not half.exists()


JUDGED = """
import appliance.learning.night.judge as judge
judge.loses_little = lambda cases: {little}
from appliance.cli.main import main
main()
"""


@pytest.mark.parametrize("little, kept", [(True, "Q6_K"), (False, "Q8_0")])
def test_a_smaller_file_serves_only_if_it_costs_next_to_nothing(trained, tmp_path, little, kept):
    home = copied(trained, tmp_path / "home")
    folder = NightFolder(home.models)
    plan = folder.plan()
    assert plan
    folder.set_out(replace(plan, quantisation="Q6_K"))
    # What is written into the settings since says nothing of a night that goes on.
    rest(
        start(
            home,
            program=("-c", JUDGED.format(little=little)),
            APPLIANCE_NIGHT_QUANTISATION="Q4_K_M",
        )
    )
    registry = Registry(home.models)
    (version,) = (one for one in registry.versions() if one.base)
    assert version.quantisation == kept and version.adapter
    again = tmp_path / "again.gguf"
    base = Path(registry.version(version.base or "").path)
    export(base, Path(version.adapter), again, kind=kept, threads=1)
    assert sha256_of([again]) == version.sha256
