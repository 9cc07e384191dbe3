"""A night that is killed anywhere goes on and comes to the same end; the day never notices.

Real processes: the command, Unsloth, llama.cpp, SQLite. Only the model is tiny.
"""

from __future__ import annotations

import errno
import json
import os
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

from appliance.domain.results import GateOutcome
from appliance.learning.gguf.export import export
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import REMOVING, sha256_of
from appliance.learning.night.folder import TRIED, NightFolder
from appliance.learning.night.status import FOLDER, NightEnd, noted
from appliance.learning.trainer import tuning
from appliance.records.store import Store
from appliance.settings.home import Home
from bench.tiny_model import write_tiny

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
    "removal": dies_before("night.folder", "NightFolder", "drop"),
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

    night = begins_anew(home)
    appears(NightFolder(home.models).path / tuning.LOG)  # the child that trains loads its libraries
    kill(night)
    assert sound(home) == first

    night = goes_on(home, "loading", at="training")
    document = Arrived(home, "a")
    heard(night, "resting")
    night.send_signal(signal.SIGTERM)
    rest(night)
    assert end(home) is NightEnd.CUT
    document.goes()

    document = Arrived(home, "b")  # so that a step that takes milliseconds is met
    kill(goes_on(home, "resting", at="training from step 1"))
    document.goes()
    assert end(home) is None and serves(home) == first

    kill(goes_on(home, "exporting", at="training from step 1"))
    assert sound(home) == first
    return home


def end(home: Home) -> NightEnd | None:
    news = noted(home.models)
    assert news
    return news.end


def begins(home: Home) -> subprocess.Popen[str]:
    night = start(home)
    heard(night, "collecting")
    return night


def begins_anew(home: Home) -> subprocess.Popen[str]:
    """What was cut cannot be gone on with, so it is dropped, and all is collected again."""
    assert NightFolder(home.models).path.exists()
    assert NightFolder(home.models).flaw(Registry(home.models))
    return begins(home)


def goes_on(home: Home, phase: str, *, at: str) -> subprocess.Popen[str]:
    """A night that begins ``at`` a stage, collects nothing and has come to ``phase``."""
    assert not NightFolder(home.models).flaw(Registry(home.models))
    assert NightFolder(home.models).stage() == at
    night = start(home)
    assert not re.search(r"^collecting", heard(night, phase), re.MULTILINE)
    return night


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
    kill(goes_on(home, "comparing", at="exporting"))
    assert Registry(home.models).names() == [sound(home)]

    assert NightFolder(home.models).stage().startswith("comparing")
    rest(start(home, program=ENTERING["publish"]), code=-signal.SIGKILL)
    assert Registry(home.models).names() == [sound(home)]
    return home


def test_a_night_that_was_cut_at_every_step_ends_as_one_that_was_not(
    trained: Home, judged: Home, tmp_path: Path
) -> None:
    uncut, cut = copied(trained, tmp_path / "uncut"), copied(judged, tmp_path / "cut")
    first = sound(uncut)
    rest(start(uncut))
    assert NightFolder(cut.models).judged()
    rest(start(cut))
    versions = [Registry(home.models).versions() for home in (uncut, cut)]
    ends = [{version.name: version.verdict for version in each} for each in versions]
    assert ends[0] == ends[1] and len(ends[0]) == 2
    assert [verdict.outcome for verdict in ends[0].values() if verdict] == [GateOutcome.NOT_PROVEN]
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
    assert folder.judged()
    rest(start(home))
    assert sound(home) == found.name
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
    assert chosen.name in rest(start(home))
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
    rest(start(home, program=("-c", FULL.format(size=8_000_000))), code=5)
    assert end(home) is NightEnd.FAILED and NightFolder(home.models).stage() == "exporting"
    assert not (NightFolder(home.models).path / TRIED).exists()  # it is not the night's fault
    assert not list(home.models.rglob("*.partial")) and serves(home)
    heard(night := start(home), "comparing")
    kill(night)


def test_a_disk_that_is_full_during_the_training_is_said(furnished: Home, tmp_path: Path) -> None:
    home = copied(furnished, tmp_path / "home")
    said = rest(start(home, program=("-c", FULL.format(size=5_000_000))), code=5)
    assert os.strerror(errno.EFBIG) in said
    assert NightFolder(home.models).stage() == "training"
    sound(home)


def test_a_training_that_dies_three_times_is_given_up(furnished: Home, tmp_path: Path) -> None:
    home = copied(furnished, tmp_path / "home")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "torch.py").write_text("raise SystemError('it is broken')\n")
    for time in range(3):
        said = rest(start(home, PYTHONPATH=str(broken)), code=5)
        assert "SystemError" in said
        assert NightFolder(home.models).path.exists() == (time < 2)
    kill(begins(home))


def test_a_damaged_night_is_dropped_with_a_word(trained: Home, tmp_path: Path) -> None:
    home = copied(trained, tmp_path / "home")
    folder, registry = NightFolder(home.models), Registry(home.models)
    for name in ("plan.json", "job.json", "tuned.json", "rows.jsonl"):
        data = (folder.path / name).read_bytes()
        (folder.path / name).write_bytes(data[: len(data) // 2])
        assert folder.flaw(registry)
        (folder.path / name).write_bytes(data)
        assert not folder.flaw(registry)
    (folder.path / name).write_bytes(data[: len(data) // 2])
    kill(begins_anew(home))


def test_other_rows_than_were_planned_are_not_trained_on(trained: Home) -> None:
    home, registry = trained, Registry(trained.models)
    path = NightFolder(home.models).path / "rows.jsonl"
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"\n") + 1])
    assert "rows" in NightFolder(home.models).flaw(registry)
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
    assert base.name in NightFolder(home.models).flaw(registry)
    kill(begins_anew(home))


def test_two_never_work_in_one_home(furnished: Home, tmp_path: Path) -> None:
    home = copied(furnished, tmp_path / "home")
    with home.tuning():
        rest(start(home), code=4)


def test_too_little_memory_is_said_before_anything_is_trained(
    furnished: Home, tmp_path: Path
) -> None:
    home = copied(furnished, tmp_path / "home")
    said = rest(start(home, APPLIANCE_NIGHT_GIGABYTES="1"), code=5)
    assert "2.5 GB" in said and "1.0 GB" in said
    assert not (NightFolder(home.models).path / TRIED).exists()  # tomorrow there may be more


def test_what_is_left_of_a_removed_version_goes(furnished: Home, tmp_path: Path) -> None:
    home = copied(furnished, tmp_path / "home")
    half = home.models / f"{REMOVING}half"
    half.mkdir()
    kill(begins(home))
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
