"""The night of a home, put together: its settings taken apart, its lock held, its end noted."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event

from appliance.domain.errors import ApplianceError, Leaving, StoreError
from appliance.domain.nights import EndedNight, LeftOutDocument, NightEnd
from appliance.domain.plurals import counted
from appliance.domain.results import ModelVersion
from appliance.extraction.decode import Decoder
from appliance.extraction.recall import recalled_then
from appliance.learning.dataset.left_out import describe_fault
from appliance.learning.models.registry import Registry
from appliance.learning.night.collect import DocumentCaps
from appliance.learning.night.dependencies import NightDependencies, NightLimits, NightPace
from appliance.learning.night.judge_received import CandidateRefused
from appliance.learning.night.night import NightRun
from appliance.learning.night.prepare import NightNotBegun
from appliance.learning.night.status import NightStatus, note
from appliance.learning.trainer.tuning import TuningProgress
from appliance.promise.calibration_job import renew, share
from appliance.promise.policies import PolicyStore
from appliance.records.audit import APPLIANCE
from appliance.records.labels import Labels
from appliance.records.proof import Proof
from appliance.records.store import Store
from appliance.service import wiring
from appliance.service.changes import note_champion
from appliance.service.child_processes import Predictor
from appliance.service.kept_years import learnable
from appliance.service.night_history import note_end, note_killed_night
from appliance.service.night_scheduler import LOG, waits
from appliance.service.versions import answer_versions
from appliance.settings.config import Settings
from appliance.settings.home import Home
from appliance.system import memory

NICE = 19
"""Of the process and its children: documents and clerks go first."""
NOTED = 2.0
"""Seconds between two notes of the progress."""

RESERVE = 1_000_000_000
"""Bytes of memory that a night leaves to the day."""

log = logging.getLogger(__name__)


def run(
    home: Home,
    settings: Settings,
    *,
    stop: Event,
    until: float | None,
    tell: Callable[[TuningProgress], None],
    say: Callable[[str], None],
) -> ModelVersion:
    """A night from where the last one ended; its end is noted, however it comes.

    ``until``: seconds since 1970 when it has to be over; None for as long as it takes. Raises as
    ``NightRun.run`` does, and HomeError when another one works here.
    """
    with home.tuning():
        _step_back()
        with closing(Store(home.database)) as store:
            note_killed_night(home, store)
            with suppress(OSError):  # also one that is killed before it came to anything is known
                note(home.models, NightStatus(time.time(), TuningProgress("beginning")))
            notes = _Notes(home, store, tell, say)
            try:
                night = NightRun(
                    _dependencies(home, settings, store, stop),
                    _limits(settings),
                    NightPace(
                        waiting=lambda: waits(store),
                        over=lambda: stop.is_set() or (until is not None and time.time() >= until),
                        tell=notes.tell,
                    ),
                    say=notes.say,
                    leave_out=notes.leave_out,
                )
                version = night.run()
                note_champion(home, store, who=APPLIANCE)
            except BaseException as error:  # noted and raised again, a bug as well
                notes.end(*_end_of(error), received=isinstance(error, CandidateRefused))
                raise
            said = _verdict(version)
            notes.end(NightEnd.DONE, said, version.name, received=bool(version.origin))
        return version


def _end_of(error: BaseException) -> tuple[NightEnd, str]:
    """Return how a night ended that raised this, and what there is to say of it."""
    if isinstance(error, Leaving):
        return NightEnd.CUT, error.in_words
    if isinstance(error, NightNotBegun):
        return NightEnd.NOT_BEGUN, error.in_words
    if isinstance(error, ApplianceError):
        return NightEnd.FAILED, error.in_words
    if isinstance(error, KeyboardInterrupt):
        return NightEnd.CUT, "the night was ended by hand; the next one goes on"
    return NightEnd.FAILED, f"{describe_fault(error)} ({LOG} says more; the next night tries again)"


def _dependencies(home: Home, settings: Settings, store: Store, stop: Event) -> NightDependencies:
    @contextmanager
    def asks(version: ModelVersion) -> Iterator[Predictor]:
        child = Predictor(version, settings.extraction, threads=_threads(settings), leave=stop)
        try:
            yield child
        finally:
            child.stop()

    versions = answer_versions(settings)
    return NightDependencies(
        Registry(home.models),
        Labels(store, of_site=settings.night.site_documents),
        lambda name: wiring.doctype(home, name),
        engine=_engine,
        asks=asks,
        versions=versions,
        learnable=learnable(home, now=time.time()),
        accepts=lambda model, answer: share(
            model,
            store,
            wiring.promised(home, settings, store),
            answer,
            versions=versions,
            calibrations=PolicyStore(home.models).calibrations(model),
            now=time.time(),
        ),
        remembers=partial(recalled_then, Proof(store)),
        promise=lambda model: renew(
            model,
            home.models,
            store,
            wiring.promised(home, settings, store),
            versions=versions,
            now=time.time(),
            taught=Registry(home.models).taught(model),
        ),
    )


@contextmanager
def _engine(path: Path) -> Iterator[Decoder]:
    from appliance.extraction.engine import Engine as Gguf  # llama.cpp, which `status` does without

    with Gguf(path) as engine:
        yield engine


def _limits(settings: Settings) -> NightLimits:
    night = settings.night
    return NightLimits(
        threads=_threads(settings),
        memory=_memory(night.gigabytes),
        caps=DocumentCaps(night.party_documents, night.type_documents, night.documents),
        quantisation=night.quantisation,
        keep=night.keep,
    )


def _memory(gigabytes: float) -> int:
    """Bytes that a training may take: as many as allowed, and what is there."""
    return min(int(gigabytes * 1e9), memory.available() - RESERVE)


def _threads(settings: Settings) -> int:
    return settings.night.threads or os.cpu_count() or 1


class _Notes:
    """Passes on what is told, and writes down how it stands."""

    def __init__(
        self,
        home: Home,
        store: Store,
        tell: Callable[[TuningProgress], None],
        say: Callable[[str], None],
    ) -> None:
        self._home = home
        self._store = store
        self._tell = tell
        self._say = say
        self._phase, self._at = "", 0.0
        self._said = ""
        self._left_out: tuple[LeftOutDocument, ...] = ()

    def leave_out(self, left_out: Sequence[LeftOutDocument]) -> None:
        self._left_out = tuple(left_out)
        if left_out:
            self._say(f"left out of what is learned: {counted(len(left_out), 'document')}")
        for one in left_out:
            name = next((job.source for job in self._store.find(one.docid)), one.docid)
            self._say(f"left out: {name} ({one.doctype}): {one.reason}")

    def say(self, text: str) -> None:
        self._said = text
        self._say(text)

    def tell(self, progress: TuningProgress) -> None:
        now = time.time()
        if progress.phase != self._phase or now - self._at >= NOTED:
            self._phase, self._at = progress.phase, now
            note(self._home.models, NightStatus(now, progress, said=self._said))
        self._tell(progress)

    def end(self, end: NightEnd, said: str, version: str | None = None, *, received: bool) -> None:
        night = EndedNight(time.time(), end, said, version, received, self._left_out)
        try:
            note_end(self._home, self._store, night)
        except (OSError, StoreError):
            log.warning("how the night ended could not be noted: %s", said)


def _verdict(version: ModelVersion) -> str:
    said = version.verdict
    return f"{version.name} {said.outcome.value}: {said.reason}" if said else version.name


def _step_back() -> None:
    if hasattr(os, "nice"):
        os.nice(NICE - os.nice(0))
