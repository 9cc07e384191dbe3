"""A home whose clerks bring labelled receipts, night after night: its documents and its nights.

The labels come by import, as if keyed blind. Evidence serves ten decisions and retires, as it does
by day; then the next of it comes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.document import Document
from appliance.domain.prediction import AnswerVersions
from appliance.domain.results import GateOutcome, ModelVersion
from appliance.evaluation.near_duplicates import NearDuplicates
from appliance.extraction import EXTRACTION
from appliance.extraction.engine import Engine
from appliance.intake.archive import Archive
from appliance.learning.importing.importing import Importer
from appliance.learning.importing.manifest import listed
from appliance.learning.models.packages import SMOLLM2
from appliance.learning.models.registry import Registry
from appliance.learning.night.collect import DocumentCaps
from appliance.learning.night.dependencies import NightDependencies, NightLimits
from appliance.learning.night.folder import NightFolder
from appliance.reading import READING
from appliance.records.evidence import RETIRES_AFTER, SamplingPlan, hash_bucket
from appliance.records.imports import Imports
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.service.child_processes import Predictor
from appliance.settings.config import Settings
from appliance.settings.home import Home
from bench import common
from bench.poison import Poison, Poisoned, lies_of_one, shuffled
from bench.sittings import Sittings
from bench.studies import Case, doctype, sides
from bench.tiny_model import kept_tiny

DATA = "sroie"
NIGHTS = 2 if common.SMALL else 20
ASIDE = 6 if common.SMALL else 150
"""Documents that judge the nights."""
EVIDENCE = 6 if common.SMALL else 80
"""Documents that come as evidence, whenever the last ones retire."""
BATCH = 9
"""Documents to learn from that come a night."""
BATCHES = 9 if common.SMALL else NIGHTS * BATCH
"""Documents to learn from in all; where they end, a night has the rows of the one before."""
MEANS = NightLimits(threads=2, memory=4_000_000_000, caps=DocumentCaps(whole=160))
POISONS: Mapping[int, tuple[str, Poison]] = {
    6: ("labels shuffled", shuffled),
    12: ("one party lies", lies_of_one),
}
"""By the number of the night."""
TRUNCATED = 2 if common.SMALL else 17
"""The night whose candidate is cut in half before it is judged."""
FIRST = 1_767_268_800.0
"""Noon of 1 January 2026, UTC: the nights' clock is not ours."""
DAY = 86_400.0

_KEY = b"evidence of the simulated nights"
_EVIDENCE, _TEACHES = SamplingPlan(first=1, then=1), SamplingPlan(first=0, then=0)


@dataclass(frozen=True)
class Shares:
    aside: Sequence[Case]
    evidence: Sequence[Case]
    teach: Sequence[Case]

    def of(self, number: int) -> tuple[Sequence[Case], Sequence[Case]]:
        """What comes before a night, counted from 1: evidence, and documents to learn from."""
        turn, within = divmod(number - 1, RETIRES_AFTER)
        evidence = [] if within else self.evidence[turn * EVIDENCE : (turn + 1) * EVIDENCE]
        return evidence, self.teach[(number - 1) * BATCH : number * BATCH]


def shares() -> Shares:
    """No near-duplicate of those aside is anywhere else."""
    teach, test = sides(DATA, by_party=False, lines=False)
    more = ASIDE - len(test)
    aside = [*test, *teach[:more]]
    duplicates = NearDuplicates(case.document for case in aside)
    rest = [case for case in teach[more:] if not duplicates.has(case.document)]
    rest.sort(key=lambda case: hash_bucket(case.document.docid, _KEY))
    turns = -(-NIGHTS // RETIRES_AFTER)
    evidence, others = rest[: turns * EVIDENCE], rest[turns * EVIDENCE :]
    return Shares(aside, evidence, others[:BATCHES])


@dataclass(frozen=True)
class Held:
    """A night that is over."""

    number: int
    poison: str
    champion: ModelVersion
    """With which the candidate was compared."""
    candidate: ModelVersion


class Season:
    def __init__(self, home: Home, store: Store, kept: Path, shared: Shares) -> None:
        """``kept``: where what was tuned lies, for homes to come."""
        self._home = home
        self._store = store
        self._kept = kept
        self._shares = shared
        self._registry = Registry(home.models)
        self._base = self._first() if self._new() else self._known_base()
        self._given = {one.file: one for one in listed(common.data() / DATA, doctype(DATA)).given}

    def _first(self) -> ModelVersion:
        """The model as it comes, untaught."""
        registry = self._registry
        version = registry.add(kept_tiny()) if common.SMALL else registry.add_packaged(SMOLLM2)
        registry.promote(version)
        return version

    def hold(self, number: int) -> Held:
        """A night that was held before is told again."""
        champion = self._champion_of(number)
        poison, labels = self._labels(number)
        if not self._is_over(number):
            evidence, teach = self._shares.of(number)
            self._bring(evidence, _EVIDENCE, _time(number))
            self._bring(teach, _TEACHES, _time(number))
            versions = AnswerVersions(READING, EXTRACTION)
            tools = NightDependencies(
                self._registry, labels, lambda _: doctype(DATA), Engine, asks, versions
            )
            sittings = Sittings(tools, MEANS, self._kept, _time(number))
            sittings.hold(truncate=number == TRUNCATED)
        candidate = self._version_of(number)
        assert candidate
        return Held(number, poison, champion, candidate)

    def _labels(self, number: int) -> tuple[str, Labels]:
        if number == TRUNCATED:
            return "file cut in half", Labels(self._store)
        name, poison = POISONS.get(number, ("", None))
        return name, Poisoned(self._store, poison) if poison else Labels(self._store)

    def _bring(self, cases: Sequence[Case], plan: SamplingPlan, now: float) -> None:
        importer = Importer(
            self._store,
            Archive(self._home.archive),
            Imports(self._store, plan),
            KeptReader(),
            reading=READING,
            clock=lambda: now,
        )
        given = [self._given[case.file] for case in cases]
        for one in importer.run(common.data() / DATA, given, doctype(DATA)):
            assert one.end != "refused", f"{one.file}: {one.reason}"

    # What there is

    def _new(self) -> bool:
        return not self._registry.has_champion()

    def _known_base(self) -> ModelVersion:
        return next(version for version in self._registry.versions() if version.base is None)

    def _champion_of(self, number: int) -> ModelVersion:
        """That served before the night."""
        earlier = (self._version_of(before) for before in range(1, number))
        promoted = [one for one in earlier if one and _promoted(one)]
        return promoted[-1] if promoted else self._base

    def _version_of(self, number: int) -> ModelVersion | None:
        day = time.strftime("%Y-%m-%d", time.localtime(_time(number)))
        names = [name for name in self._registry.names() if name.startswith(f"night-{day}-")]
        return self._registry.version(names[0]) if names else None

    def _is_over(self, number: int) -> bool:
        """Entered, and nothing of it is left to do."""
        plan = NightFolder(self._home.models).plan()
        in_hand = plan is not None and plan.begun_at == _time(number)
        return self._version_of(number) is not None and not in_hand


class KeptReader:
    """As the importer asks, from what the benches have read already."""

    def __init__(self) -> None:
        self._reads = common.Reader()

    def read(self, path: Path, *, docid: str) -> Document:
        return self._reads(path)


@contextmanager
def asks(version: ModelVersion) -> Iterator[Predictor]:
    child = Predictor(version, Settings().extraction, threads=MEANS.threads)
    try:
        yield child
    finally:
        child.stop()


@contextmanager
def season(folder: Path, kept: Path, shared: Shares) -> Iterator[Season]:
    """Raises HomeError when another one goes on there."""
    home = Home(folder)
    home.make()
    with home.tuning(), closing(Store(home.database)) as store:
        yield Season(home, store, kept, shared)


def _promoted(version: ModelVersion) -> bool:
    return version.verdict is not None and version.verdict.outcome is GateOutcome.PROMOTED


def _time(number: int) -> float:
    return FIRST + (number - 1) * DAY
