"""A home at rest in which all is in order: what arrived is in one place, and rows and files agree.

Looks with eyes of its own beside those of ``appliance verify``, and changes nothing.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from appliance.delivery.outbox import STAGING, SUFFIX
from appliance.domain.errors import ApplianceError
from appliance.domain.prediction import NO_MODEL
from appliance.domain.results import ENDS, GateOutcome, Job, JobState
from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.learning.models.registry import Registry
from appliance.learning.night.folder import NightFolder
from appliance.records.erasures import Erasures
from appliance.records.evidence import SamplingPlan
from appliance.records.imports import Imports
from appliance.records.mails import Mails
from appliance.records.sender_rows import OF_SENDERS
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.service.verify import verify
from appliance.settings.home import Home
from bench.campaign.trial import Breach, Found

JobKey = tuple[str, str]
"""Docid and document type."""
_Result = tuple[str, str, int]
"""And the revision."""

_SENDERS = (*OF_SENDERS, "review_lookups")
"""Tables that are made of reviews and rulings."""


def found_wrong(
    home: Home, dropped: Collection[JobKey], *, collected: Path | None = None
) -> tuple[Found, ...]:
    """What is wrong in a ``home`` in which nothing runs, into which ``dropped`` has been dropped or
    came by mail and nothing else. Results may have been moved from the outbox into the folder
    ``collected``, each under a name of its own."""
    with closing(Store(home.database)) as store:
        looks: Sequence[Callable[[], Iterator[Found]]] = (
            lambda: _places(home, store, dropped),
            lambda: _unverified(home, store, collected),
            lambda: _results(home, store, collected),
            lambda: _reviews(store),
            lambda: _bundles(store),
            lambda: _taught(store),
            lambda: _senders(store),
            lambda: _models(home, store),
        )
        return tuple(found for look in looks for found in look())


def _places(home: Home, store: Store, dropped: Collection[JobKey]) -> Iterator[Found]:
    """Each document is a job that has come to an end, and nothing is left on the way."""
    try:
        store.database.check()
    except ApplianceError as error:
        yield Found(Breach.LOST, error.in_words)
    jobs = {(job.docid, job.doctype): job for job in store.jobs()}
    expected = _retyped(store, set(dropped))
    for docid, doctype in expected - jobs.keys():
        yield Found(Breach.LOST, f"{docid[:8]} was dropped as {doctype!r} and is not known")
    for docid, doctype in jobs.keys() - expected:
        yield Found(Breach.BELIEVED, f"{docid[:8]} is known as {doctype!r} and was never dropped")
    for job in jobs.values():
        if job.state not in ENDS:
            yield Found(Breach.LOST, f"{_named(job)} stays {job.state}: {job.reason}")
    for path in home.inbox.rglob("*"):
        if path.is_file():
            yield Found(Breach.LOST, f"{path.relative_to(home.inbox)} is left in the inbox")
    for job in store.in_hand():
        yield Found(Breach.LOST, f"{_named(job)} is in hand, and nobody works")


def _retyped(store: Store, dropped: set[JobKey]) -> set[JobKey]:
    """As clerks said that they are of another kind."""
    rows = store.database.rows(
        "select docid, doctype, reason from reviews where outcome = 'retyped' order by id"
    )
    for row in rows:
        dropped = dropped - {(row["docid"], row["doctype"])} | {(row["docid"], row["reason"])}
    return dropped


def _unverified(home: Home, store: Store, collected: Path | None) -> Iterator[Found]:
    """Also what is harmless where somebody collects, or takes in meanwhile. What a clerk refused
    may be missing in failed/: a station that dies leaves it out rather than in."""
    refused = {
        f"{row['source']} ({row['docid'][:8]})"
        for row in store.database.rows(
            "select source, docid from jobs join reviews using (docid, doctype)"
            " where outcome = 'rejected'"
        )
    }
    problems = verify(
        Archive(home.archive),
        home.inbox,
        home.outbox,
        Quarantine(home.failed),
        store,
        mailed=Mails(store).noted,
    )
    for problem in problems:
        taken = collected and "outbox" in problem.message or problem.where in refused
        if not (problem.harmless and taken):
            yield Found(Breach.LOST, f"{problem.where} {problem.message}")


def _results(home: Home, store: Store, collected: Path | None) -> Iterator[Found]:
    """Each result is one delivery that was noted, and the other way round."""
    staged = [path for path in (home.outbox / STAGING).rglob("*") if path.is_file()]
    for path in staged:
        yield Found(Breach.LOST, f"{path.name} is staged still")
    there = (path for one in (home.outbox, collected) if one for path in one.rglob("*"))
    results = (path for path in there if path.suffix == SUFFIX and path.is_file())
    said = {path: _said(path) for path in results if path not in staged}
    for path, result in said.items():
        if result is None:
            yield Found(Breach.HALF_WRITTEN, f"{path} is no result")
    yield from _deliveries(store, Counter(result for result in said.values() if result))


def _deliveries(store: Store, seen: Mapping[_Result, int]) -> Iterator[Found]:
    noted = {
        (job.docid, job.doctype, one.revision): one.delivered_at
        for job in store.jobs()
        for one in store.deliveries(job)
    }
    for (docid, doctype, revision), count in seen.items():
        if count > 1:
            yield Found(Breach.DUPLICATED, f"{docid[:8]} {doctype}, revision {revision}: {count}")
        if noted.get((docid, doctype, revision)) is None:
            yield Found(Breach.DUPLICATED, f"{docid[:8]} {doctype}, revision {revision}: not noted")
    for (docid, doctype, revision), at in noted.items():
        # A revision takes the place of the result before it, unless that was collected.
        last = (docid, doctype, revision + 1) not in noted
        if at is None:
            yield Found(Breach.LOST, f"{docid[:8]} {doctype}, revision {revision} never ended")
        elif last and (docid, doctype, revision) not in seen:
            yield Found(Breach.LOST, f"{docid[:8]} {doctype}, revision {revision} is nowhere")


def _said(path: Path) -> _Result | None:
    try:
        result = json.loads(path.read_bytes())
        return str(result["docid"]), str(result["doctype"]), int(result["revision"])
    except (ValueError, KeyError, TypeError):
        return None


def _reviews(store: Store) -> Iterator[Found]:
    """What was approved last is delivered, unless what was delivered before said the same."""
    rows = store.database.rows(
        """
        select jobs.docid, jobs.doctype, state, source, outcome, reviews.judgement,
               (select review from deliveries
                 where deliveries.docid = jobs.docid and deliveries.doctype = jobs.doctype
                 order by revision desc limit 1) delivered,
               (select predictions.judgement
                  from deliveries join predictions on predictions.id = deliveries.prediction
                 where deliveries.docid = jobs.docid and deliveries.doctype = jobs.doctype
                 order by revision desc limit 1) accepted
          from jobs join reviews using (docid, doctype)
         where reviews.id = (select max(id) from reviews last
                              where last.docid = jobs.docid and last.doctype = jobs.doctype)
           and reviews.station not in ('import', 'e-invoice')
        """
    )
    for row in rows:
        name, state = f"{row['source']} ({row['docid'][:8]})", row["state"]
        if row["outcome"] == "approved" and state not in (JobState.DELIVERED, JobState.HELD):
            yield Found(Breach.LOST, f"{name} was approved and is {state}")
        if row["outcome"] == "rejected" and state not in (JobState.FAILED, JobState.HELD):
            yield Found(Breach.LOST, f"{name} was refused and is {state}")
        is_delivered = row["outcome"] == "approved" and state == JobState.DELIVERED
        if (
            is_delivered
            and not row["delivered"]
            and not _says_so(row["accepted"], row["judgement"])
        ):
            yield Found(Breach.LOST, f"{name} was approved, and the delivery says otherwise")


def _says_so(accepted: str | None, approved: str) -> bool:
    return accepted is not None and _values(accepted) == _values(approved)


def _values(judgement: str) -> set[tuple[str, int | None, str]]:
    """By fieldtype and row."""
    every = [(one["field"], one["value"]) for one in json.loads(judgement)["fields"]]
    return {
        (field["fieldtype"], field["line_item_id"], value or field["text"])
        for field, value in every
        if field["text"] is not None
    }


def _bundles(store: Store) -> Iterator[Found]:
    """All that came in an opened mail has arrived; files are joined in both places or in none."""
    rows = store.database.rows(
        """
        select mail, mailed.docid from mailed
         where exists (select 1 from jobs where jobs.docid = mail and state = 'opened')
           and not exists (select 1 from jobs where jobs.docid = mailed.docid)
        """
    )
    for row in rows:
        yield Found(Breach.LOST, f"{row['docid'][:8]} of the mail {row['mail'][:8]} never arrived")
    rows = store.database.rows(
        """
        select docid from jobs where state = 'joined' and docid not in (select file from joined)
        union all
        select file from joined where file not in (select docid from jobs where state = 'joined')
        """
    )
    for row in rows:
        yield Found(Breach.LOST, f"{row['docid'][:8]} is joined half")


def _taught(store: Store) -> Iterator[Found]:
    """An e-invoice that was accepted with its page around it teaches what it says."""
    teaching = Imports(store, SamplingPlan())
    for job in store.jobs():
        file, answer = store.file(job.docid), store.answer(job)
        embedded = file and file.einvoice and file.einvoice.embedded
        if embedded and answer and answer.prediction.model == NO_MODEL:
            known = teaching.labelled(job.docid, job.doctype)
            if answer.judgement.accepted and not known:
                yield Found(Breach.LOST, f"{_named(job)} teaches nothing")


def _senders(store: Store) -> Iterator[Found]:
    """The directory is what comes of all reviews and rulings when it is made anew. Who sent a
    document was said by all that was known then, and stays so when something is forgotten."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.db"
        store.database.copy(path)
        with closing(Store(path)) as copy:
            known = _learned(copy)
            with copy.database.writing():
                for table in reversed(_SENDERS):
                    copy.database.execute(f"delete from {table}")
                copy.database.execute("update sender_log set review = 0")
            anew = _learned(copy)
    for table in OF_SENDERS if Erasures(store).erasures() else _SENDERS:
        if known[table] != anew[table]:
            less, more = known[table] - anew[table], anew[table] - known[table]
            told = f"{sorted(less.elements())[:3]} for {sorted(more.elements())[:3]}"
            yield Found(Breach.BELIEVED, f"memory of senders differs from reviews: {table}: {told}")


def _learned(store: Store) -> dict[str, Counter[str]]:
    SenderDirectory(store).learn()
    return {
        table: Counter(map(str, store.database.rows(f"select * from {table}")))
        for table in _SENDERS
    }


def _models(home: Home, store: Store) -> Iterator[Found]:
    """What serves is whole and was proven, and each decision is entered once."""
    registry = Registry(home.models)
    try:
        champion, versions = registry.champion(), registry.versions()
    except ApplianceError as error:
        yield Found(Breach.LOST, error.in_words)
        return
    if not registry.sound(champion):
        yield Found(Breach.LOST, f"the file of {champion.name}, which serves, is not the measured")
    if champion.verdict and champion.verdict.outcome is not GateOutcome.PROMOTED:
        yield Found(Breach.BELIEVED, f"{champion.name} serves, and was {champion.verdict.outcome}")
    rows = store.database.rows("select candidate, outcome, count(*) n from decisions group by 1")
    decided = {row["candidate"]: row for row in rows}
    for row in decided.values():
        if row["n"] > 1:
            yield Found(Breach.DUPLICATED, f"{row['candidate']} was decided {row['n']} times")
    for version in versions:
        said = decided.get(version.name)
        if version.verdict and (not said or said["outcome"] != version.verdict.outcome):
            yield Found(Breach.LOST, f"the verdict on {version.name} is in no row")
    if Erasures(store).erasures():
        return  # a version goes with what it learned from
    night = NightFolder(home.models)
    judged = night.judged() if night.path.exists() else None
    pending = {judged.name} if judged else set()
    for name in decided.keys() - {version.name for version in versions} - pending:
        yield Found(Breach.LOST, f"{name} was decided on, and is no version")


def _named(job: Job) -> str:
    return f"{job.source} ({job.docid[:8]})"
