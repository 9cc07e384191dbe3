"""The page and the XML of one invoice as two files, dropped into one home with many others.

By turns in one mail, the XML first, and the page first; each is worked off before the next comes.
Into another home go altered ones, in one mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from appliance.delivery.outbox import Outbox
from appliance.domain.document import Document
from appliance.domain.limits import Limits
from appliance.domain.mail import Mail
from appliance.domain.prediction import AnswerVersions
from appliance.domain.results import JobState
from appliance.intake.archive import Archive, digest
from appliance.intake.quarantine import Quarantine
from appliance.reading.mail import opened
from appliance.reading.read import read
from appliance.records.evidence import SamplingPlan
from appliance.records.store import Store
from appliance.service.pipeline import Pipeline, RetryPolicy
from bench.arrivals.altered import NUMBER, changed, hybrids, xml
from bench.arrivals.decided import NOTHING, Silent, kind, ocr
from bench.mails import Paper, whole_mail
from bench.office.invoices import Paper as Invoice

TYPE = "supplier_invoice"
WAYS = ("in one mail", "XML first", "page first")
_APART = 60.0
"""Seconds between two invoices."""


@dataclass(frozen=True, slots=True)
class Apart:
    name: str
    how: str
    altered: bool
    joined: bool
    """The two files are one document, and no other file is part of it."""
    delivered: int
    """Documents that are delivered of the two files."""


def apart(folder: Path) -> list[Apart]:
    """Every made invoice, then as many altered ones."""
    honest = ((paper, xml(paper)) for paper in hybrids()[:NUMBER])
    altered = ((paper, said) for _, paper, said in changed())
    return [
        *_taken(folder / "apart", honest, WAYS, altered=False),
        *_taken(folder / "altered", altered, WAYS[:1], altered=True),
    ]


def _taken(
    folder: Path, papers: Iterable[tuple[Invoice, bytes]], ways: Sequence[str], *, altered: bool
) -> Iterator[Apart]:
    folder.mkdir()
    with closing(Store(folder / "appliance.db")) as store:
        home = _Home(folder, store)
        for at, (paper, said) in enumerate(papers):
            yield home.take(paper, said, ways[at % len(ways)], altered=altered)


class _Reader:
    """In this process, with e-invoices."""

    def begin(self, path: Path, *, docid: str) -> None:
        """Nothing is gained by it here."""

    def open(self, path: Path, *, docid: str) -> Document | Mail:
        if mail := opened(path, docid=docid, limits=Limits()):
            return mail
        return read(path, docid=docid, limits=Limits(), ocr=ocr(), einvoice=True)


class _Home:
    def __init__(self, folder: Path, store: Store) -> None:
        self._store = store
        self._archive = Archive(folder / "archive")
        self._now = 0.0
        self._pipeline = Pipeline(
            store,
            self._archive,
            Outbox(folder / "outbox"),
            Quarantine(folder / "failed"),
            reader=_Reader(),
            predictor=Silent(),
            doctype=kind,
            versions=AnswerVersions("1", "1"),
            policy=lambda model, doctype, versions: NOTHING,
            patience=RetryPolicy(attempts=1, retry_after=0),
            evidence=SamplingPlan(first=0, then=0),
            clock=self._clock,
        )

    def _clock(self) -> float:
        self._now += 1.0
        return self._now

    def take(self, paper: Invoice, said: bytes, how: str, *, altered: bool) -> Apart:
        page, name = paper.draft().pdf, f"invoice-{paper.place + 1:03}"
        self._drop(name, how, [Paper(f"{name}.pdf", page), Paper(f"factur-x-{name}.xml", said)])
        return self._found(name, how, altered, digest([page]), digest([said]))

    def _drop(self, name: str, how: str, files: list[Paper]) -> None:
        self._now += _APART
        if how == "in one mail":
            files = [Paper(f"{name}.eml", whole_mail(name, files, Random(name)))]
        for file in reversed(files) if how == "XML first" else files:
            docid = self._archive.put_bytes(file.content, file.name)
            self._store.record(docid, TYPE, file.name, now=self._clock())
            while self._pipeline.step():
                pass

    def _found(self, name: str, how: str, altered: bool, page: str, said: str) -> Apart:
        jobs = [self._store.find(docid)[0] for docid in (page, said)]
        files = {docid: set(self._store.files(docid)) for docid in (page, said)}
        joined = {page, said} in files.values()
        ends = sorted(job.state is JobState.JOINED for job in jobs)
        delivered = sum(bool(self._store.deliveries(job)) for job in jobs)
        return Apart(name, how, altered, joined and ends == [False, True], delivered)
