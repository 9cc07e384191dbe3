"""The office's home: the real pipeline, desk, promise and nights, and a clock of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from appliance.delivery.outbox import Outbox
from appliance.doctypes import catalogue
from appliance.domain.document import Document
from appliance.domain.results import Job
from appliance.domain.sections import FIELDS, NOTHING, Section, keyed_fields, named
from appliance.domain.senders import SenderLookup
from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.learning.models.registry import Registry
from appliance.learning.night.status import FOLDER as NIGHT
from appliance.promise.policies import PolicyStore
from appliance.records.evidence import is_drawn, lot_of
from appliance.records.store import Store
from appliance.review.desk import Desk
from appliance.review.loading import Loader
from appliance.senders.directory import SenderDirectory
from appliance.senders.identity import SentPage
from appliance.service import model_files, wiring
from appliance.service.pipeline import Pipeline, RetryPolicy, StepResult
from appliance.service.versions import answer_versions
from appliance.settings.config import Settings
from appliance.settings.home import Home
from bench import common
from bench.office import plan
from bench.office.answers import Answers, Readings
from bench.office.nights import Nights
from bench.office.plan import STREAMS, Arrival, kind

EVIDENCE = b"the lot of the office's evidence"
"""Key of the draw: the same documents are keyed blind in every replay."""
TICK = 0.001
"""Seconds by which the clock goes on whenever somebody looks at it."""


@dataclass
class Clock:
    now: float

    def __call__(self) -> float:
        self.now += TICK
        return self.now

    def set(self, now: float) -> None:
        """Never back."""
        self.now = max(self.now, now)


class NoDirectory(SenderDirectory):
    """It learns who there is, and recognises nobody."""

    def who_sent(self, page: SentPage) -> SenderLookup:
        return SenderLookup(None, self.learn())


@dataclass
class OfficeHome:
    store: Store
    desk: Desk
    pipeline: Pipeline
    nights: Nights
    answers: Answers
    readings: Readings
    registry: Registry
    archive: Archive
    clock: Clock
    settings: Settings

    def drop(self, arrivals: Sequence[Arrival]) -> None:
        for one in arrivals:
            self.archive.put(one.path)
            self.store.record(one.docid, one.doctype, one.path.name, now=self.clock())

    def look_ahead(self, arrivals: Sequence[Arrival]) -> None:
        """All cores answer what the pipeline will ask one by one, but for the runners-up of what is
        keyed blind, however much is proven."""
        asked = {
            one.docid: (self.readings.read(one.path, docid=one.docid), kind(one.doctype))
            for one in arrivals
        }
        share = wiring.sampling(self.settings).then
        shown = [
            question
            for docid, question in asked.items()
            if len(question[1].fields) > FIELDS or not is_drawn(docid, EVIDENCE, one_in=share)
        ]
        champion = self.registry.champion()
        self.answers.serve(champion)
        self.answers.ask(champion, shown, others=True)
        self.answers.ask(champion, asked.values(), others=False)

    def steps(self) -> Iterator[StepResult]:
        """Until there is nothing left to do."""
        yield from iter(self.pipeline.step, None)

    def job(self, docid: str) -> Job:
        (found,) = self.store.find(docid)
        return found

    def document(self, arrival: Arrival) -> Document:
        return self.readings.read(arrival.path, docid=arrival.docid)

    def blind(self, job: Job) -> frozenset[Section]:
        """What its clerk keys without the model's values; nothing of an e-invoice."""
        drawn = self.store.database.rows(
            "select sections from evidence where docid = ? and doctype = ? and drawn",
            [job.docid, job.doctype],
        )
        return named(drawn[0]["sections"]) if drawn else NOTHING

    def keyed(self, job: Job) -> frozenset[str]:
        """Likewise, of the header."""
        names = [spec.name for spec in kind(job.doctype)]
        return keyed_fields(names, self.blind(job), lot_of(self.store, job.docid))

    def seconds(self, arrival: Arrival, *, shown: bool) -> float:
        """Of reading by all cores and of the answer by one; with the runners-up where they are
        ``shown``."""
        reading = self.readings.kept(arrival.path, arrival.docid)
        question = self.registry.champion(), reading.document, kind(arrival.doctype)
        spent = reading.seconds + self.answers.answer(*question).seconds
        return spent + (self.answers.others(*question).seconds if shown else 0.0)


@contextmanager
def office(
    folder: Path,
    kept: Path,
    answers: Answers,
    readings: Readings,
    *,
    memory: bool = True,
    strict: bool = False,
) -> Iterator[OfficeHome]:
    """Empty, with the model that comes with the installation; a night that was cut goes on.
    ``kept``: where nights are; without ``memory`` every sender is unknown; ``strict``: its owner
    promises more."""
    home, clock, settings = Home(folder), Clock(0.0), common.settings()
    evidence = settings.evidence.model_copy(update={"after": plan.SPARED})
    settings = settings.model_copy(update={"evidence": evidence})
    for path in folder.glob("*"):
        if path != home.models:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in home.models.glob("*"):
        if path.name != NIGHT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    home.make()
    for stream in STREAMS:
        said = catalogue.source(stream.doctype, folder=None)
        if strict and stream.strict:
            said += f"\n[promise]\naccuracy = {stream.strict}\n"
        (home.doctypes / f"{stream.doctype}.toml").write_text(said, encoding="utf-8")
    registry = Registry(home.models)
    model_files.add_default(registry)
    archive, quarantine = Archive(home.archive), Quarantine(home.failed)
    policy = PolicyStore(home.models)
    with closing(Store(home.database)) as store:
        _fix_the_lot(store)
        promised = wiring.promised(home, settings, store)
        directory = (SenderDirectory if memory else NoDirectory)(store)
        asked = {stream.doctype for stream in STREAMS}
        yield OfficeHome(
            store,
            Desk(
                store,
                archive,
                quarantine,
                Loader(
                    store,
                    archive,
                    doctype=kind,
                    doctypes=lambda: sorted(asked),
                    policy=policy,
                    directory=directory,
                ),
                station="office",
                clerk="office",
                clock=clock,
            ),
            Pipeline(
                store,
                archive,
                Outbox(home.outbox),
                quarantine,
                reader=readings,
                predictor=answers,
                doctype=kind,
                versions=answer_versions(settings),
                policy=policy,
                new_sender=settings.promise.new_sender,
                patience=RetryPolicy(attempts=1, retry_after=0.0),
                clock=clock,
                evidence=wiring.sampling(settings),
                terms=partial(wiring.terms, home, settings),
                need=wiring.evidence_needs(registry, policy, answer_versions(settings)),
                directory=directory,
            ),
            Nights(
                kept,
                home.models,
                store,
                answers,
                [one for one in promised if one[0].name in asked],
                settings,
            ),
            answers,
            readings,
            registry,
            archive,
            clock,
            settings,
        )


def _fix_the_lot(store: Store) -> None:
    """A home draws its key by chance, and nobody may change it: here the guard goes first."""
    guards = store.database.rows(
        "select name from sqlite_master where type = 'trigger' and tbl_name = 'lots'"
    )
    for guard in guards:
        store.database.execute(f"drop trigger {guard['name']}")
    store.database.execute("update lots set key = ?", [EVIDENCE])
