"""A version that another home tuned: made again from its parts, and judged as one of our own.

It needs no torch. Each step leaves a file in its folder, as those of a night do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from pydantic import ValidationError

from appliance.domain.errors import Leaving, ModelError, ToolError
from appliance.domain.results import ModelVersion
from appliance.evaluation import fingerprints
from appliance.extraction import EXTRACTION
from appliance.learning.gguf.export import KINDS
from appliance.learning.models.bundles import BundleManifest
from appliance.learning.models.received import ReceivedVersion, ReceivedVersions, base_of
from appliance.learning.models.versions import ADAPTER, MODEL, sha256_of
from appliance.learning.night.comparison import Comparison
from appliance.learning.night.dependencies import NightDependencies, NightLimits, NightPace
from appliance.learning.night.folder import TIMES, CandidateFolder, GateRecord
from appliance.learning.night.judge import export_candidate, loads
from appliance.learning.night.publish import publish
from appliance.learning.trainer.tuning import TuningProgress
from appliance.system.fault_points import reached

_AGAIN = "`appliance model import` tries it once more"


class CandidateRefused(ModelError):
    """A received one cannot be judged here, and is not tried again."""


class ReceivedRun:
    """The part of a night that is about what other homes tuned."""

    def __init__(
        self,
        received: ReceivedVersions,
        dependencies: NightDependencies,
        limits: NightLimits,
        pace: NightPace,
    ) -> None:
        self._received = received
        self._dependencies = dependencies
        self._limits = limits
        self._pace = pace

    def turn(self, *, say: Callable[[str], None]) -> ReceivedVersion | None:
        """The one that is judged next: of which something is decided already, or the newest. One
        that a newer one of its home replaces goes; ``say`` hears of it. Raises ModelError."""
        for name in self._received.sweep():
            say(f"{name} is not as it was received and was removed: import it again")
        waiting = self._received.waiting()
        if decided := next((one for one in waiting if _judged_before(self._folder(one))), None):
            return decided
        for older in self._received.replaced():
            self._received.drop(older)
            say(f"{older.name} is not judged: {older.bundle.origin} sent a newer one")
        return next(iter(self._received.waiting()), None)

    def run(
        self, candidate: ReceivedVersion, *, say: Callable[[str], None], now: float
    ) -> ModelVersion:
        """The version that came of it, with its verdict. Raises CandidateRefused when it cannot be
        judged here, and as ``NightRun.run``; then it waits for the next night."""
        folder = self._folder(candidate)
        try:
            judged = _judged_before(folder) or self._judged(folder, candidate)
            with _refusing():
                base = base_of(self._dependencies.registry, candidate.bundle)
            made = _version(candidate, judged, base, now)
            return publish(folder, self._dependencies, self._limits, made, judged, say=say, now=now)
        except Leaving:
            folder.forgive()
            raise
        except CandidateRefused as error:
            self._received.refuse(candidate, error.in_words)
            raise
        except ToolError as error:
            raise self._despaired(folder, candidate, error) from error
        except OSError:
            folder.forgive()
            raise

    def _despaired(
        self, folder: CandidateFolder, candidate: ReceivedVersion, error: ToolError
    ) -> ToolError:
        """The error itself, or that it was the last of several."""
        if isinstance(error.__cause__, OSError):
            folder.forgive()  # a full disk is nobody's fault
        if not folder.is_spent(folder.stage()):
            return error
        why = f"{error}; this happened {TIMES} times"
        self._received.refuse(candidate, why)
        return CandidateRefused(f"{candidate.name} is given up: {why}", hint=_AGAIN)

    def _folder(self, candidate: ReceivedVersion) -> CandidateFolder:
        return CandidateFolder(self._received.folder(candidate.name))

    def _judged(self, folder: CandidateFolder, candidate: ReceivedVersion) -> GateRecord:
        bundle, registry = candidate.bundle, self._dependencies.registry
        if bundle.extraction not in ("", EXTRACTION):
            raise CandidateRefused(
                f"{candidate.name} was taught other questions than are asked since an upgrade",
                hint="tune it anew where it came from",
            )
        with _refusing():
            base = base_of(registry, bundle)
            learned = fingerprints.kept(folder.candidate, seals=registry.seals, of=candidate.name)
        self._make(folder, bundle, base)
        reached("night.exported")
        folder.attempt(folder.stage())
        self._prove(folder, base)
        comparison = Comparison(
            self._dependencies,
            self._pace,
            folder.candidate,
            frozenset(bundle.training.docids),
            bundle.names_columns,
            learned.documents,
        )
        verdict = comparison.verdict()
        decided = tuple((one.docid, one.doctype) for one in comparison.evidence)
        champion = comparison.champion.name
        judged = GateRecord(
            bundle.name, bundle.sha256, bundle.quantisation, champion, verdict, decided
        )
        reached("night.judged")
        folder.decide(judged)
        reached("night.decided")
        return judged

    def _make(self, folder: CandidateFolder, bundle: BundleManifest, base: ModelVersion) -> None:
        """Its file, which has to be the one that was measured where it was tuned."""
        model, adapter = folder.candidate / MODEL, folder.candidate / ADAPTER
        if bundle.quantisation not in KINDS:
            raise CandidateRefused(f"there is no quantisation {bundle.quantisation}")
        if not adapter.is_file() or sha256_of([adapter]) != bundle.adapter_sha256:
            raise CandidateRefused(f"the adapter of {bundle.name} changed since it came")
        if not model.exists():
            folder.attempt(folder.stage())
            export_candidate(
                folder, base, model, kind=bundle.quantisation, limits=self._limits, pace=self._pace
            )
        if sha256_of([model]) != bundle.sha256:
            raise CandidateRefused(
                f"{bundle.name} comes out otherwise here than in {bundle.origin}",
                hint="another processor or llama.cpp makes another file of the same parts",
            )

    def _prove(self, folder: CandidateFolder, base: ModelVersion) -> None:
        self._pace.tell(TuningProgress("checking the file"))
        try:
            with self._dependencies.engine(folder.candidate / MODEL):
                pass
        except ModelError as error:
            if not loads(base, self._dependencies):
                raise
            raise CandidateRefused(str(error), hint=error.hint) from error


def _judged_before(folder: CandidateFolder) -> GateRecord | None:
    with suppress(ValidationError):  # a damaged verdict is made anew
        return folder.judged()
    return None


def _version(
    candidate: ReceivedVersion, judged: GateRecord, base: ModelVersion, now: float
) -> ModelVersion:
    """As it is entered here, where its base may be called otherwise."""
    bundle = candidate.bundle
    return ModelVersion(
        bundle.name,
        "",
        bundle.sha256,
        parties=bundle.parties,
        base=base.name,
        quantisation=bundle.quantisation,
        training=bundle.training,
        verdict=judged.verdict,
        made_at=now,
        names_columns=bundle.names_columns,
        extraction=bundle.extraction,
        origin=bundle.origin,
    )


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except ModelError as error:
        raise CandidateRefused(str(error), hint=error.hint) from error
