"""Puts the folders together: from a home and its settings to a daemon or a single pass.

Here most settings are taken apart: each object gets the few values that it needs. The night takes
its own apart (``service/night.py``), and so do the child processes.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from ctypes import c_bool
from functools import partial
from math import inf
from pathlib import Path
from threading import Event

from appliance.delivery.outbox import Outbox
from appliance.doctypes import catalogue
from appliance.domain.delivery import DeliveryPlan
from appliance.domain.doctype import AccuracyTarget, DocType
from appliance.domain.document import Document
from appliance.domain.errors import ApplianceError, DoctypeError, HomeError
from appliance.domain.prediction import AnswerVersions
from appliance.domain.results import ModelVersion
from appliance.domain.sections import UNTOLD, EvidenceNeed
from appliance.evaluation.evaluate import evaluate
from appliance.evaluation.scoring import CountedLabels, ScoredDocument
from appliance.intake import archive
from appliance.intake.archive import Archive
from appliance.intake.intake import Intake
from appliance.intake.quarantine import Quarantine
from appliance.intake.watch import InboxWatcher
from appliance.learning.importing.importing import Importer
from appliance.learning.models.registry import Registry
from appliance.promise.evidence_answers import progress
from appliance.promise.policies import PolicyStore, Promised, fingerprint
from appliance.records.audit import Audit
from appliance.records.erasures import CutErasure, Erasures
from appliance.records.evidence import SamplingPlan
from appliance.records.imports import Imports
from appliance.records.mails import Mails
from appliance.records.queue import ClerkQueue
from appliance.records.store import Store
from appliance.review.desk import Desk
from appliance.review.loading import Loader
from appliance.service import forgetting
from appliance.service.backfill import Backfill
from appliance.service.calibration_scheduler import LONGEST, CalibrationScheduler
from appliance.service.caller import Caller
from appliance.service.changes import Changes
from appliance.service.child_processes import Predictor, Reader
from appliance.service.daemon import Daemon, Reporter
from appliance.service.keeping import Keeping, forget_due
from appliance.service.metrics import MetricsFile
from appliance.service.night_history import look_back
from appliance.service.night_scheduler import NightScheduler
from appliance.service.pipeline import EvidenceNeeds, Pipeline, RetryPolicy
from appliance.service.serving import Serving
from appliance.service.verify import Discrepancy
from appliance.service.verify import verify as look_for_problems
from appliance.service.versions import answer_versions, reading
from appliance.settings.config import Settings
from appliance.settings.home import Home
from appliance.system.files import make_folder
from appliance.system.mounts import Mount, mount_of
from appliance.system.processes import runs
from appliance.system.turns import TURN
from appliance.system.watchdog import Watchdog

log = logging.getLogger(__name__)


@contextmanager
def daemon(
    home: Home,
    settings: Settings,
    *,
    report: Reporter,
    stop: Event,
    watchdog: Watchdog | None = None,
    once: bool = False,
) -> Iterator[Daemon]:
    """The appliance of ``home``, its children stopped at the end.

    ``watchdog`` hears that it goes on. ``once`` takes files that did not settle and repeats a
    failed attempt at once.
    Raises ModelError when nothing says which model serves, DoctypeError when the default type does
    not do, HomeError when a disk is away.
    """
    if settings.inbox.default_type:
        doctype(home, settings.inbox.default_type)
    home.check_disks()
    if Registry(home.models).begin_seals():
        log.warning(
            "the models are sealed from now on, as they were found: docs/explanation/security.md"
        )
    policies = PolicyStore(home.models)
    watchdog = watchdog or Watchdog()
    with suppress(HomeError):  # the intake says it too, and looks again by itself
        show_types(home)
    archive = Archive(home.archive)
    with closing(Store(home.database)) as store, watchdog.granted(LONGEST):
        finish_erasures(home, store)
        forget_due(home, store, threads=threads(settings), now=time.time())
    with (
        closing(Store(home.database)) as store,
        reader(settings, turn=TURN, leave=stop, watchdog=watchdog) as reads,
        serving(home, settings, reading=reads.busy, leave=stop, watchdog=watchdog) as asks,
    ):
        pipeline = Pipeline(
            store,
            archive,
            Outbox(home.outbox),
            Quarantine(home.failed),
            reader=reads,
            predictor=asks,
            doctype=lambda name: doctype(home, name),
            versions=answer_versions(settings),
            policy=policies,
            new_sender=settings.promise.new_sender,
            patience=RetryPolicy(
                settings.daemon.attempts, 0.0 if once else settings.daemon.retry_after
            ),
            evidence=sampling(settings),
            terms=partial(terms, home, settings),
            need=evidence_needs(Registry(home.models), policies, answer_versions(settings)),
            plan=partial(delivery_plan, home),
            look=reads.look,
        )
        intake = Intake(
            home.inbox,
            archive,
            store,
            settle=0.0 if once else settings.inbox.settle,
            doctypes=lambda: catalogue.names(home.doctypes),
            default_type=settings.inbox.default_type,
            largest=settings.reading.max_bytes,
            beat=watchdog.beat,
        )
        backfill = Backfill(
            store,
            archive,
            home.models,
            reader=reads,
            model=asks,
            doctypes=lambda: {kind.name: kind for kind, _ in promised(home, settings, store)},
            versions=answer_versions(settings),
            tell=report,
        )
        file = settings.metrics.file
        metrics = MetricsFile(
            home.folder / file if file else None,
            store,
            model=lambda: asks.name,
            nights=lambda: look_back(home, store),
        )
        poll = polling(home.inbox, settings)
        with (
            _nights(home, settings, store) as nights,
            _calibrations(home, settings, store) as calibration,
            _calls(home, store) as calls,
            closing(InboxWatcher(home.inbox, events=not (poll or once))) as watcher,
        ):
            yield Daemon(
                store,
                intake,
                pipeline,
                watcher,
                listing=settings.inbox.polling if poll else settings.inbox.listing,
                report=metrics.counting(report),
                refresh=asks.refresh,
                nights=nights.look,
                calibration=partial(calibration.renew, stop) if once else calibration.look,
                backfill=backfill.step,
                calls=partial(calls.finish, stop) if once else calls.look,
                watchdog=watchdog,
                metrics=metrics.look,
                changes=Changes(home, settings, store).look,
                due=Keeping(home, store).due,
            )
            metrics.write()


def finish_erasures(home: Home, store: Store) -> None:
    """Those that were cut, before anything reads what they left. Raises ApplianceError."""
    if Erasures(store).unfinished():
        with home.tuning(), home.copying():
            forgetting.finish(home, store)


@contextmanager
def _nights(home: Home, settings: Settings, store: Store) -> Iterator[NightScheduler]:
    nights = NightScheduler(home, settings.night, store)
    try:
        yield nights
    finally:
        nights.stop()


@contextmanager
def _calibrations(home: Home, settings: Settings, store: Store) -> Iterator[CalibrationScheduler]:
    def wanted(model: str) -> str:
        return fingerprint(
            store,
            promised(home, settings, store),
            versions=answer_versions(settings),
            backfilled_at=progress(home.models / model).ended_at,
        )

    calibration = CalibrationScheduler(home, wanted)
    try:
        yield calibration
    finally:
        calibration.stop()


@contextmanager
def _calls(home: Home, store: Store) -> Iterator[Caller]:
    caller = Caller(store, home.folder, plan=partial(delivery_plan, home))
    try:
        yield caller
    finally:
        caller.stop()


@contextmanager
def desk(
    home: Home,
    settings: Settings,
    *,
    station: str,
    clerk: str | None = None,
    mount: Callable[[Path], Mount | None] = mount_of,
) -> Iterator[Desk]:
    """A station at the place ``station``, which asks for its clerk unless one is given.

    What it has in hand at the end is free, and what stations of the place had that were killed is
    so at the start. Raises HomeError when the database lies on a network mount, where two machines
    that write to it would break it.
    """
    found = mount(home.database)
    if found and found.network:
        raise HomeError(
            f"the database lies on a network mount: {found.point} is {found.kind}",
            hint="work on the appliance itself: by SSH, or in a browser by `review --serve` there",
        )
    archive = Archive(home.archive)
    with closing(Store(home.database)) as store:
        ClerkQueue(store).free_those(partial(_is_gone, place=station))
        opened = Desk(
            store,
            archive,
            Quarantine(home.failed),
            Loader(
                store,
                archive,
                doctype=lambda name: doctype(home, name),
                doctypes=lambda: catalogue.names(home.doctypes),
                policy=PolicyStore(home.models),
            ),
            station=f"{station} {os.getpid()}",
            clerk=clerk or settings.review.clerk,
            seat=station,
            lease=settings.review.lease,
            four_eyes=settings.senders.four_eyes,
            running=lambda: _runs(home),
        )
        if opened.clerk:
            opened.introduce(opened.clerk)
        try:
            yield opened
        finally:
            opened.leave()


def _is_gone(station: str, *, place: str) -> bool:
    """A station is named by its place and its process."""
    where, _, process = station.rpartition(" ")
    return where == place and process.isdigit() and not runs(int(process))


def _runs(home: Home) -> bool:
    """Also where nobody can tell."""
    with suppress(HomeError):
        return home.daemon() is not None
    return True


@contextmanager
def evaluation(
    home: Home,
    settings: Settings,
    folder: Path,
    doctype: DocType,
    counted: CountedLabels,
    limit: int | None,
) -> Iterator[tuple[ModelVersion, Iterator[ScoredDocument]]]:
    """The model that is evaluated, and a score a document; nothing is kept."""
    with (
        closing(Store(home.database)) as store,
        reader(settings) as reads,
        predictor(home, settings) as asks,
    ):
        yield (
            asks.model,
            evaluate(
                folder,
                doctype,
                read=lambda path: _read_again(path, store, reads, settings),
                extract=asks.extract,
                policy=PolicyStore(home.models)(
                    asks.model.name, doctype.name, answer_versions(settings)
                ),
                counted=counted,
                limit=limit,
            ),
        )


@contextmanager
def importer(home: Home, settings: Settings, *, who: str) -> Iterator[Importer]:
    """It may work beside a daemon; ``who`` has it done."""
    with closing(Store(home.database)) as store, reader(settings) as reads:
        yield Importer(
            store,
            Archive(home.archive),
            Imports(store, sampling(settings), who=who),
            reads,
            reading=reading(settings),
            largest=settings.reading.max_bytes,
        )


def _read_again(path: Path, store: Store, reader: Reader, settings: Settings) -> Document:
    """Only where it is not known as it is read now."""
    docid = archive.fingerprint(path, largest=settings.reading.max_bytes)
    return store.document(docid, reading=reading(settings)) or reader.read(path, docid=docid)


@contextmanager
def reader(
    settings: Settings,
    *,
    turn: float = inf,
    leave: Event | None = None,
    watchdog: Watchdog | None = None,
) -> Iterator[Reader]:
    child = Reader(
        settings.reading,
        threads=threads(settings),
        einvoice=settings.einvoice.use,
        turn=turn,
        leave=leave,
        watchdog=watchdog,
    )
    try:
        yield child
    finally:
        child.stop()


@contextmanager
def predictor(home: Home, settings: Settings, *, leave: Event | None = None) -> Iterator[Predictor]:
    model = Registry(home.models).champion()
    child = Predictor(model, settings.extraction, threads=threads(settings), leave=leave)
    try:
        yield child
    finally:
        child.stop()


@contextmanager
def serving(
    home: Home, settings: Settings, *, reading: c_bool, leave: Event, watchdog: Watchdog
) -> Iterator[Serving]:
    def start(model: ModelVersion) -> Predictor:
        how = settings.extraction
        return Predictor(
            model,
            how,
            threads=threads(settings),
            reading=reading,
            turn=TURN,
            leave=leave,
            watchdog=watchdog,
        )

    service = Serving(Registry(home.models), start)
    try:
        yield service
    finally:
        service.stop()


def show_types(home: Home) -> None:
    """A folder for each document type in the inbox, so that nobody has to know their names.
    Raises HomeError."""
    for name in catalogue.names(home.doctypes):
        folder = home.inbox / name
        try:
            make_folder(folder, like=home.inbox)
        except OSError as error:
            raise HomeError(
                f"{folder} cannot be made: {error.strerror}",
                hint="is the share mounted, may the appliance write there?",
            ) from error


def verify(home: Home, store: Store, *, head: str | None = None) -> list[Discrepancy]:
    """Do all files and rows of the home agree, its models with what was measured, and what was
    done with its chain? ``head`` is the hash of a link that was there once."""
    left = Erasures(store).unfinished()
    problems = look_for_problems(
        Archive(home.archive),
        home.inbox,
        home.outbox,
        Quarantine(home.failed),
        store,
        mailed=lambda: Mails(store).noted() | (left.docids if left else set()),
    )
    audit = [*_broken_chain(Audit(store.database), head)]
    return [*_erasing(left), *audit, *problems, *_changed_models(Registry(home.models))]


def _erasing(left: CutErasure | None) -> Iterator[Discrepancy]:
    if left is not None:
        hint = "`appliance forget` goes on with it, and so does the next start of the appliance"
        yield Discrepancy("an erasure", "was cut and is not finished", hint)


def _broken_chain(audit: Audit, head: str | None) -> Iterator[Discrepancy]:
    hint = "somebody changed the database: compare it with a backup (docs/how-to/keeping.md)"
    if broken := audit.broken():
        about = f" ({broken.about})" if broken.about else ""
        where = f"link {broken.number} of the audit{about}" if broken.number else "the audit:"
        yield Discrepancy(where, broken.told, hint)
    if head and audit.find(head) is None:
        hint = f"{hint}; or this is an older copy of the home"
        yield Discrepancy("the audit", f"has no link {head}", hint)


def _changed_models(registry: Registry) -> Iterator[Discrepancy]:
    for flaw in registry.flaws():
        yield Discrepancy("models:", str(flaw), flaw.hint)
    for version in registry.readable():
        if registry.whole(version) and not registry.sound(version):
            hint = f"`appliance promote {version.name}` makes it again before it serves"
            yield Discrepancy(version.path, "is not the file that was measured", hint)


def doctype(home: Home, name: str) -> DocType:
    """Raises DoctypeError."""
    return catalogue.find(name, folder=home.doctypes)


def delivery_plan(home: Home, name: str) -> DeliveryPlan:
    """Raises DoctypeError."""
    return catalogue.delivery_plan(name, folder=home.doctypes)


def terms(home: Home, settings: Settings, name: str) -> AccuracyTarget:
    """What is promised of a type. Raises DoctypeError."""
    default = AccuracyTarget(settings.promise.accuracy, settings.promise.assurance)
    return catalogue.terms(name, folder=home.doctypes, default=default)


def promised(home: Home, settings: Settings, store: Store) -> list[Promised]:
    """The types that there are or that documents came in, and what is promised of each; one that
    is gone or broken is left out."""
    found = []
    names = {*catalogue.names(home.doctypes), *(name for name, _ in store.counts() if name)}
    for name in sorted(names):
        with suppress(DoctypeError):
            found.append((doctype(home, name), terms(home, settings, name)))
    return found


def evidence_needs(
    registry: Registry, policies: PolicyStore, versions: AnswerVersions
) -> EvidenceNeeds:
    """Of what the champion answers on ``versions``."""

    def need(doctype: str, *, known: bool) -> EvidenceNeed:
        try:
            champion = registry.champion().name
        except ApplianceError:  # whoever asks it says so
            return UNTOLD
        return policies.need(champion, doctype, versions, known=known)

    return need


def sampling(settings: Settings) -> SamplingPlan:
    said = settings.evidence
    return SamplingPlan(**said.model_dump())


def polling(inbox: Path, settings: Settings) -> bool:
    """Events are not trusted where others write to the share."""
    if settings.inbox.watch == "auto":
        mount = mount_of(inbox)
        return mount is not None and mount.network
    return settings.inbox.watch == "polling"


def threads(settings: Settings) -> int:
    return settings.extraction.threads or os.cpu_count() or 1
