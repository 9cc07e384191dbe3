"""Do files and rows agree? Every archive file against its docid, every row against its files.

Only looks: nothing is repaired. It may run beside a daemon at work, for files are listed before
rows are read, and the daemon writes files before rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Protocol

from appliance.delivery.outbox import docid_in
from appliance.domain.errors import DocumentError
from appliance.domain.results import ENDS, Job, JobState
from appliance.intake import archive
from appliance.intake.archive import Archive
from appliance.intake.claim import FOLDER
from appliance.intake.folder import shown
from appliance.intake.quarantine import Quarantine
from appliance.intake.scan import look
from appliance.system.files import inside


class Delivered(Protocol):
    @property
    def path(self) -> str:
        """Relative to the outbox."""
        ...

    @property
    def delivered_at(self) -> float | None: ...


class RecordedJobs(Protocol):
    def jobs(self) -> Iterable[Job]: ...

    def came_here(self, docid: str) -> bool:
        """Whether its original belongs to this home."""
        ...

    def deliveries(self, job: Job) -> Sequence[Delivered]:
        """The last one last."""
        ...


class Usual(StrEnum):
    """What the ordinary work of a home leaves behind, so often that it is counted, not named."""

    COLLECTED = "collected"
    """A result is not in the outbox any more."""
    TAKEN = "taken"
    """A failed document is not in failed/ any more."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    where: str
    """A file's path or a document's name."""
    message: str
    hint: str
    harmless: bool = False
    """To know, not to mend: it is so in ordinary work."""
    usual: Usual | None = None
    """Set for what every home has many of."""


def verify(
    archive: Archive,
    inbox: Path,
    outbox: Path,
    quarantine: Quarantine,
    rows: RecordedJobs,
    *,
    mailed: Callable[[], Collection[str]] = tuple,
) -> list[Discrepancy]:
    """What does not agree, file by file and row by row; empty when all is well. ``mailed`` gives
    the docids of what came by mail, also before it arrives."""
    archived = list(archive.files())
    shown_as_failed = list(quarantine.kept())
    taken, in_hand = _taken(inbox / FOLDER)
    jobs = list(rows.jobs())
    docids = {job.docid for job in jobs}
    problems = [*taken, *_archive_problems(archive, archived, docids | in_hand | set(mailed()))]
    for job in jobs:
        problems += _job_problems(job, archive, outbox, quarantine, rows)
    settled = {job.docid for job in jobs if job.state in ENDS - {JobState.FAILED}}
    failed = {job.docid for job in jobs if job.state is JobState.FAILED}
    still = set(quarantine.kept())  # a clerk may have taken one back meanwhile
    for kept in shown_as_failed:
        if kept not in still:
            continue
        if kept.docid not in docids or kept.docid in settled - failed:
            hint = "look at it, then remove it and its reason by hand"
            problems.append(Discrepancy(str(kept.path), "lies there, but has not failed", hint))
    return problems


def _taken(folder: Path) -> tuple[list[Discrepancy], set[str]]:
    """Files between inbox and archive, and their docids."""
    if not folder.exists():
        return [], set()
    listing, docids = look(folder), set()
    problems = [_lost(folder / trouble.path) for trouble in listing.troubles]
    for path in listing.files:
        problems.append(_in_hand(folder / path))
        # Gone meanwhile, or its own trouble in the intake.
        with suppress(DocumentError):
            docids.add(archive.digest(archive.chunks(folder / path)))
    return problems, docids


def _lost(path: Path) -> Discrepancy:
    hint = "the folder is the appliance's own: look at it, then remove it by hand"
    return Discrepancy(shown(path), "is no document, but lies where they are taken in", hint)


def _in_hand(path: Path) -> Discrepancy:
    hint = "the next look at the inbox finishes it: start the appliance"
    return Discrepancy(shown(path), "was being taken in", hint, harmless=True)


def _archive_problems(
    archive: Archive, files: Iterable[Path], known: set[str]
) -> Iterator[Discrepancy]:
    for path in files:
        docid = path.name
        try:
            proper = archive.path(docid) == path
        except ValueError:
            proper = False
        if not proper:
            hint = "the archive is the appliance's own: move it elsewhere"
            yield Discrepancy(shown(path), "is not a document of the archive", hint)
        elif not archive.intact(docid):
            hint = "drop the original again, or take it from a backup: the copy here heals"
            yield Discrepancy(str(path), "holds other bytes than those that arrived", hint)
        elif docid not in known:
            hint = "drop a copy of it into the inbox, and it is taken in"
            yield Discrepancy(str(path), "is archived, but the database does not know it", hint)


def _job_problems(
    job: Job, archive: Archive, outbox: Path, quarantine: Quarantine, rows: RecordedJobs
) -> Iterator[Discrepancy]:
    if not archive.path(job.docid).exists() and rows.came_here(job.docid):
        hint = "drop the original again, or take it from a backup"
        yield Discrepancy(_named(job), "is missing in the archive", hint)
    if job.state is JobState.DELIVERED:
        yield from _delivered_problems(job, outbox, rows.deliveries(job))
    if job.state is JobState.FAILED:
        yield from _failed_problems(job, quarantine)


def _delivered_problems(
    job: Job, outbox: Path, deliveries: Sequence[Delivered]
) -> Iterator[Discrepancy]:
    done = [delivery for delivery in deliveries if delivery.delivered_at is not None]
    if not done:
        hint = f"deliver it again: `appliance retry {job.docid[:8]}`"
        yield Discrepancy(
            _named(job), "is said to be delivered, but no delivery is on record", hint
        )
    else:
        yield from _outbox_problems(job, outbox, PurePath(done[-1].path))


def _outbox_problems(job: Job, outbox: Path, delivered: PurePath) -> Iterator[Discrepancy]:
    path = outbox / delivered
    again = f"`appliance retry {job.docid[:8]}` delivers it again"
    if not inside(delivered):
        yield Discrepancy(_named(job), f"was delivered outside the outbox, as {path}", again)
        return
    try:
        docid = docid_in(path.read_bytes())
    except FileNotFoundError:
        message = f"is not in the outbox any more ({path.name})"
        hint = f"fine when it was collected; else {again}"
        yield Discrepancy(_named(job), message, hint, harmless=True, usual=Usual.COLLECTED)
    except (OSError, ValueError):
        yield Discrepancy(shown(path), "cannot be read as a result", again)
    else:
        if docid != job.docid:
            yield Discrepancy(shown(path), f"is not the result of {_named(job)}", again)


def _failed_problems(job: Job, quarantine: Quarantine) -> Iterator[Discrepancy]:
    path = quarantine.find(job.source, job.docid)
    if path is None or not path.exists():
        hint = f"fine when somebody took it; else `appliance retry {job.docid[:8]}`"
        message = "is not in failed/ any more"
        yield Discrepancy(_named(job), message, hint, harmless=True, usual=Usual.TAKEN)


def _named(job: Job) -> str:
    return f"{job.source} ({job.docid[:8]})"
