"""What another home tuned is judged here as what was tuned here: on this home's own evidence.

Base, adapter, export, database, gate and promise are real. Only who answers is made up: rightly, or
with a wrong total.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from made_up_day import DOCTYPE
from made_up_evidence import AsksText
from tuned_homes import TunedHome, write_header_only

from appliance.domain.doctype import AccuracyTarget
from appliance.domain.errors import Leaving, ModelError, ToolError
from appliance.domain.results import GateOutcome, ModelVersion
from appliance.learning.gguf.header import read_header
from appliance.learning.models import bundles
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.versions import ADAPTER, sha256_of
from appliance.learning.night import judge_received, publish
from appliance.learning.night.dependencies import NightDependencies, NightLimits, NightPace
from appliance.learning.night.folder import TIMES
from appliance.learning.night.judge_received import CandidateRefused
from appliance.learning.night.night import NightRun
from appliance.learning.trainer.tuning import TuningProgress
from appliance.promise.calibration_job import calibration_of, renew, share
from appliance.promise.policies import CalibrationFile
from bench.chance_adapter import chance_adapter

TERMS = AccuracyTarget(0.8, 0.8)
EVIDENCE = range(100, 112)
POINTS = (
    "exported",
    "judged",
    "decided",
    "entered",
    "published",
    "promised",
    "promoted",
    "dropped",
)


class Answers(AsksText):
    def peak(self) -> int:
        return 0


class Killed(BaseException):
    """As a kill ends a process: nobody catches it."""


@dataclass
class Nights:
    """Those of a home; ``wrong`` says which versions have totals wrong, by name."""

    home: TunedHome
    wrong: set[str] = field(default_factory=set)
    over: Callable[[], bool] = lambda: False
    told: list[TuningProgress] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    loads: bool = True

    def run(self) -> ModelVersion:
        home = self.home
        pace = NightPace(waiting=lambda: False, over=lambda: self.over(), tell=self.told.append)
        dependencies = NightDependencies(
            home.registry,
            home.labels,
            lambda name: DOCTYPE,
            engine=self.engine,
            asks=self.asks,
            versions=home.versions,
            accepts=lambda model, answer: share(
                model,
                home.store,
                [(DOCTYPE, TERMS)],
                answer,
                versions=home.versions,
                calibrations=CalibrationFile(),
                now=home.now,
            ),
            promise=lambda model: renew(
                model,
                home.models,
                home.store,
                [(DOCTYPE, TERMS)],
                versions=home.versions,
                now=home.now,
            ),
        )
        night = NightRun(
            dependencies,
            NightLimits(threads=1, memory=0),
            pace,
            say=self.said.append,
            clock=lambda: home.now,
        )
        return night.run()

    @contextmanager
    def engine(self, path: Path) -> Iterator[None]:
        if not self.loads and "candidate" in path.parts:
            raise ModelError(f"{path} does not load")
        read_header(path)
        yield

    @contextmanager
    def asks(self, version: ModelVersion) -> Iterator[Answers]:
        model = Answers()
        if version.name in self.wrong:
            model.wrong = lambda docid: True
        yield model
        if version.name == "candidate":
            self.asked += model.asked

    @property
    def received(self) -> ReceivedVersions:
        return ReceivedVersions(self.home.registry)

    @property
    def champion(self) -> str:
        return self.home.registry.champion().name


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_header_only(tmp_path_factory.mktemp("base") / "base.gguf")


@pytest.fixture(scope="module")
def north(tmp_path_factory: pytest.TempPathFactory, base: Path) -> Iterator[TunedHome]:
    home = TunedHome(tmp_path_factory.mktemp("homes") / "north", base)
    with closing(home):
        yield home


@pytest.fixture(scope="module")
def taught(north: TunedHome) -> list[str]:
    return north.keyed(1, 2, 3)


@pytest.fixture(scope="module")
def bundle(north: TunedHome, taught: list[str]) -> Path:
    return carried(north, north.tuned(*taught))


def carried(home: TunedHome, version: ModelVersion) -> Path:
    path = home.folder / f"{version.name}.bundle"
    bundles.write(home.registry, home.labels, version, path, origin="north")
    return path


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, base: Path) -> Path:
    """A home with evidence, to be copied."""
    with closing(TunedHome(tmp_path_factory.mktemp("furnished") / "south", base)) as home:
        home.registry.begin_seals()
        home.keyed(*EVIDENCE)
    return home.folder


@pytest.fixture
def south(tmp_path: Path, furnished: Path, base: Path) -> Iterator[Nights]:
    """Its champion has all totals wrong."""
    shutil.copytree(furnished, tmp_path / "south")
    with closing(TunedHome(tmp_path / "south", base)) as home:
        yield Nights(home, wrong={home.base.name})


def test_a_better_one_serves_and_says_where_it_came_from(south: Nights, bundle: Path) -> None:
    before = south.champion
    found = south.received.add(bundle, now=5.0)
    assert south.champion == before
    version = south.run()
    assert version.verdict and version.verdict.outcome is GateOutcome.PROMOTED
    assert (version.verdict.documents, version.verdict.fixed) == (len(EVIDENCE), len(EVIDENCE))
    assert south.champion == version.name == found.name
    assert (version.origin, version.base) == ("north", before)
    assert version.training == found.bundle.training and version.sha256 == found.bundle.sha256
    assert list(south.home.registry.flaws()) == [] and not south.received.every()
    assert south.home.registry.back() == before
    assert south.home.labels.has_decided(version.name)
    south.home.registry.prune(keep=0)


def test_a_worse_one_never_serves_and_is_not_judged_again(south: Nights, bundle: Path) -> None:
    before, south.wrong = south.champion, {"candidate"}
    south.received.add(bundle, now=5.0)
    version = south.run()
    assert version.verdict and version.verdict.outcome is GateOutcome.WORSE
    assert south.champion == before and not south.received.every()
    with pytest.raises(ModelError, match="here already"):
        south.received.add(bundle, now=6.0)


def test_one_that_is_as_good_is_not_proven(south: Nights, bundle: Path) -> None:
    before, south.wrong = south.champion, set()
    south.received.add(bundle, now=5.0)
    version = south.run()
    assert version.verdict and version.verdict.outcome is GateOutcome.NOT_PROVEN
    assert south.champion == before


def test_another_scan_of_what_it_learned_is_no_evidence_here(
    south: Nights, north: TunedHome, bundle: Path
) -> None:
    scan = south.home.receipt(2, more=" a second scan")
    south.home.work()
    south.home.key(scan)
    south.received.add(bundle, now=5.0)
    version = south.run()
    assert version.verdict and version.verdict.documents == len(EVIDENCE)
    assert scan not in south.asked and len(set(south.asked)) == len(EVIDENCE)
    # Nor does it prove what the version may accept.
    made = calibration_of(
        version.name, south.home.models, south.home.store, [DOCTYPE], versions=south.home.versions
    )
    assert scan not in {one.docid for one in made.evidence}
    assert len(made.evidence) == len(EVIDENCE)


def test_nor_between_it_and_a_later_candidate(
    south: Nights, north: TunedHome, taught: list[str], bundle: Path
) -> None:
    scan = south.home.receipt(2, more=" a second scan")
    south.home.work()
    south.home.key(scan)
    south.received.add(bundle, now=5.0)
    first = south.run()
    other = north.keyed(31)
    later = carried(north, north.tuned(*other, seed=2))
    south.wrong = {first.name}
    south.received.add(later, now=6.0)
    second = south.run()
    assert second.verdict and second.verdict.documents == len(EVIDENCE)
    assert south.champion == second.name


@pytest.mark.parametrize("point", POINTS)
def test_a_night_that_is_killed_goes_on(
    south: Nights, bundle: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    def reached(name: str) -> None:
        if name == f"night.{point}":
            raise Killed

    found = south.received.add(bundle, now=5.0)
    with monkeypatch.context() as patched:
        for module in (judge_received, publish):
            patched.setattr(module, "reached", reached)
        with pytest.raises(Killed):
            south.run()
    if point != "dropped":
        assert south.received.waiting() == [found]
        asked = list(south.asked)
        version = south.run()
        assert south.asked == asked or point in ("exported", "judged")
        assert version.verdict and version.verdict.outcome is GateOutcome.PROMOTED
    assert south.champion == found.name and not south.received.every()
    rows = south.home.store.database.rows("select * from decisions")
    assert [row["candidate"] for row in rows] == [found.name]
    assert not [path for path in south.home.models.rglob(".removing-*")]


@pytest.mark.parametrize("by", ["rollback", "promote"])
def test_what_its_owner_took_away_is_not_promoted_again_by_a_night_that_was_killed(
    south: Nights, bundle: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    registry, before = south.home.registry, south.champion
    found = south.received.add(bundle, now=5.0)

    def reached(name: str) -> None:
        if name == "night.promoted":
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(publish, "reached", reached)
        with pytest.raises(Killed):
            south.run()
    assert south.champion == found.name
    if by == "rollback":
        registry.rollback()
    else:
        registry.promote(registry.version(before))
    assert south.run().name == found.name
    assert south.champion == before and not south.received.every()
    assert south.said == [f"{found.name} served already, and now {before} does"]


@pytest.mark.parametrize("steps", [0, 1, 4])
def test_a_night_that_is_over_leaves_and_goes_on(south: Nights, bundle: Path, steps: int) -> None:
    found = south.received.add(bundle, now=5.0)
    looks = iter(range(100))
    south.over = lambda: next(looks) > steps
    with pytest.raises(Leaving):
        south.run()
    assert south.received.waiting() == [found]
    south.over = lambda: False
    assert south.run().name == south.champion == found.name


def test_one_whose_base_went_after_its_verdict_is_refused_and_blocks_no_night(
    south: Nights, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reached(name: str) -> None:
        if name == "night.decided":
            raise Killed

    south.received.add(bundle, now=5.0)
    with monkeypatch.context() as patched:
        patched.setattr(judge_received, "reached", reached)
        with pytest.raises(Killed):
            south.run()
    Path(south.home.registry.champion().path).unlink()
    with pytest.raises(CandidateRefused, match="left out"):
        south.run()
    assert not south.received.waiting()


def test_one_that_comes_out_otherwise_is_refused(
    south: Nights, north: TunedHome, taught: list[str]
) -> None:
    version = north.tuned(*taught, seed=5)
    adapter = Path(version.adapter or "")
    chance_adapter(Path(north.base.path), adapter, seed=6)
    other = replace(version, adapter_sha256=sha256_of([adapter]))
    path = carried(north, other)
    before = south.champion
    found = south.received.add(path, now=5.0)
    with pytest.raises(CandidateRefused, match="comes out otherwise"):
        south.run()
    assert south.champion == before and south.home.registry.names() == [before]
    (refused,) = south.received.every()
    assert refused.name == found.name and "north" in refused.refused


def test_one_that_does_not_load_is_refused(south: Nights, bundle: Path) -> None:
    south.received.add(bundle, now=5.0)
    south.loads = False
    with pytest.raises(CandidateRefused, match="does not load"):
        south.run()
    assert [one.refused for one in south.received.every()] != [""]


def test_what_was_changed_since_it_came_is_refused(south: Nights, bundle: Path) -> None:
    found = south.received.add(bundle, now=5.0)
    adapter = south.received.folder(found.name) / "candidate" / ADAPTER
    adapter.write_bytes(adapter.read_bytes()[:-1] + b"\1")
    with pytest.raises(CandidateRefused, match="adapter"):
        south.run()
    south.received.add(bundle, now=5.0)
    (adapter.parent / "fingerprints.json").unlink()
    with pytest.raises(CandidateRefused, match="fingerprints"):
        south.run()


def test_one_that_fails_again_and_again_is_given_up(
    south: Nights, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ModelError("llama.cpp cannot quantise it")

    monkeypatch.setattr(judge_received, "export_candidate", fails)
    south.received.add(bundle, now=5.0)
    for _ in range(TIMES - 1):
        with pytest.raises(ModelError, match="cannot quantise"):
            south.run()
        assert len(south.received.waiting()) == 1
    with pytest.raises(CandidateRefused, match="given up"):
        south.run()
    assert not south.received.waiting()


def test_of_one_home_the_newest_goes_first_and_older_ones_go_unjudged(
    south: Nights, north: TunedHome, taught: list[str], bundle: Path
) -> None:
    newer = carried(north, north.tuned(*taught, seed=7))
    older = south.received.add(bundle, now=5.0)
    newest = south.received.add(newer, now=6.0)
    assert south.run().name == newest.name
    assert not south.received.every()
    assert [said for said in south.said if older.name in said and "north" in said]
    with pytest.raises(ToolError):  # nothing is left but to learn here, from too little
        south.run()
