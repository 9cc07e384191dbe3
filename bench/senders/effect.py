"""Seconds from an approval until the sender's next document is loaded with what is known now."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.doctype import DocType
from appliance.domain.prediction import Prediction
from appliance.intake.archive import Archive
from appliance.records.queue import ClerkQueue
from appliance.review.loading import Loader
from bench.senders.background import Background
from bench.senders.made import MadeInvoice
from bench.senders.office import NOTHING, Office
from bench.senders.replay import slow


@dataclass(frozen=True, slots=True)
class Effect:
    waiting: int
    """Documents in the queue."""
    seconds: tuple[float, ...]
    known: int
    """Of these loads, with a known sender."""

    @property
    def slow(self) -> float:
        """95th percentile."""
        return slow(self.seconds)


def effect(
    before: Background, senders: Sequence[Sequence[tuple[MadeInvoice, Prediction]]]
) -> Effect:
    """All wait; then those of one sender are approved in turn, then those of the next."""
    with before.copy() as office:
        loader = _loader(office, before.path.parent, senders[0][0][0].asked.doctype)
        every = [
            [office.decide(invoice.asked, answer) for invoice, answer in papers]
            for papers in senders
        ]
        seconds, known = [], 0
        queue = ClerkQueue(office.store).waiting(now=office.now())
        entries = {one.job.docid: one for one in queue}
        for papers in every:
            for one, after in zip(papers, papers[1:], strict=False):
                office.approve(one)
                begun = time.perf_counter()
                loaded = loader.load(entries[after.document.docid])
                seconds.append(time.perf_counter() - begun)
                known += loaded.kept.lookup.party is not None
        return Effect(sum(map(len, every)), tuple(seconds), known)


def _loader(office: Office, folder: Path, kind: DocType) -> Loader:
    return Loader(
        office.store,
        Archive(folder),
        doctype=lambda name: kind,
        doctypes=lambda: [kind.name],
        policy=lambda model, doctype, versions: NOTHING,
    )
