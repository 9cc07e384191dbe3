"""Documents are forgotten: whatever holds bytes, values or words of them goes from the home.

First another version serves where the one that does learned from them. Then their rows go, in one
transaction that notes what else is to go. That follows, and each step of it may be done twice: cut
anywhere, the next start of the daemon or the next erasure goes on from there.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from appliance.delivery.outbox import Outbox
from appliance.domain.errors import DocumentError, HomeError, ModelError
from appliance.domain.results import Job, ModelVersion
from appliance.evaluation import answers
from appliance.intake.archive import Archive, chunks, digest
from appliance.intake.claim import Claims
from appliance.intake.quarantine import Quarantine
from appliance.learning.models.received import ReceivedVersion, ReceivedVersions
from appliance.learning.models.registry import Registry, learned, successor
from appliance.learning.night.folder import CandidateFolder, NightFolder
from appliance.promise import policies
from appliance.records.erasures import ErasureChoice, Erasures
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.service.changes import promoting
from appliance.settings.home import Home
from appliance.system import files
from appliance.system.fault_points import reached

_DOCID = re.compile(rb"[0-9a-f]{64}")
_STAYS = b'"event": "stays"'


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What goes, and what that means for the rest."""

    docids: frozenset[str]
    jobs: tuple[Job, ...]
    """Of the documents, the oldest first."""
    mails: tuple[Job, ...]
    """That stay with some of the documents in them."""
    results: tuple[str, ...]
    """Of the documents, relative to the outbox."""
    versions: tuple[ModelVersion, ...]
    """That learned from the documents."""
    serves: ModelVersion | None
    """Instead of the champion, which learned from them; None when it did not."""
    night: bool
    """A night in progress knows them, or nothing says what it knows."""
    senders: tuple[str, ...] = ()
    """Ids of those of whom goes what the owner or other sites said."""
    received: tuple[ReceivedVersion, ...] = ()
    """Versions that are not judged yet and learned from the documents elsewhere."""


def plan(
    home: Home, store: Store, docids: Iterable[str], *, senders: Iterable[str] = ()
) -> ErasurePlan:
    """Raises ModelError where every version that could serve learned from them."""
    erasures, registry = Erasures(store), Registry(home.models)
    whole = erasures.whole(docids)
    labelled = erasures.labelled(whole)
    versions = registry.versions()
    going = [version for version in versions if learned(version, whole, labelled)]
    received = ReceivedVersions(registry).every()
    return ErasurePlan(
        whole,
        tuple(erasures.jobs(whole)),
        tuple(erasures.mails_that_stay(whole)),
        tuple(erasures.results(whole)),
        tuple(going),
        _next(registry, going) if going else None,
        NightFolder(home.models).knows(whole),
        tuple(senders),
        tuple(one for one in received if one.learned(whole)),
    )


def forget(
    home: Home,
    store: Store,
    docids: Iterable[str],
    *,
    senders: Iterable[str] = (),
    chosen: ErasureChoice,
    results: bool,
    who: str,
    why: str,
    make_whole: Callable[[ModelVersion], None],
    now: float,
) -> None:
    """``results`` that appeared in the outbox go too, and what was said of the ``senders`` with
    these ids; ``make_whole`` makes the file of a version again that was left out.

    Nothing else works here: ``home.resting``. Raises TakenError while a clerk has one of the
    documents in hand, and HomeError, ModelError or StoreError, after which the next time goes on
    from there.
    """
    home.check_disks()
    planned = plan(home, store, docids, senders=senders)
    Erasures(store).check_free(planned.docids, now=now)
    if planned.serves:
        make_whole(planned.serves)
        with promoting(home, store, who=who):
            Registry(home.models).promote(planned.serves)
        reached("erasure.served")
    Erasures(store).begin(
        planned.docids,
        files=sorted(_files(home, planned, results=results)),
        versions=[version.name for version in planned.versions],
        senders=planned.senders,
        chosen=chosen,
        who=who,
        why=why,
        now=now,
    )
    reached("erasure.begun")
    finish(home, store)


def finish(home: Home, store: Store) -> None:
    """Whatever is still to go of what was forgotten; mostly nothing. Raises as ``forget``."""
    left = Erasures(store).unfinished()
    if left is None:
        return
    home.check_disks()
    with _gone():
        for name in left.files:
            _remove(home.folder / name)
        for log in home.logs():
            _forget_in_log(log, left.docids)
        reached("erasure.removed")
        _forget_in_models(home.models, left.docids, left.versions)
    reached("erasure.models")
    SenderDirectory(store).learn()
    Erasures(store).finish()


def _files(home: Home, planned: ErasurePlan, *, results: bool) -> Iterator[str]:
    archive, outbox = Archive(home.archive), Outbox(home.outbox)
    for docid in planned.docids:
        yield from _within(home, archive.copies(docid))
    yield from _within(home, Quarantine(home.failed).files(planned.docids))
    for claim in Claims(home.inbox).pending():
        with suppress(DocumentError):
            if digest(chunks(claim.path)) in planned.docids:
                yield from _within(home, [claim.path])
    yield from _within(home, [home.report])
    for path in map(PurePath, planned.results):
        if files.inside(path):  # earlier versions noted some that would have left the outbox
            yield from _within(home, outbox.files(path, appeared=results))
    for job in planned.jobs:  # a cut may have left its result staged and not noted
        yield from _within(home, outbox.files(outbox.path_of(job), appeared=False))


def _within(home: Home, paths: Iterable[Path]) -> Iterator[str]:
    return (path.relative_to(home.folder).as_posix() for path in paths)


def _remove(path: Path) -> None:
    """And what a power cut left of it half-written."""
    for one in (path, path.with_name(path.name + ".partial")):
        try:
            files.remove(one)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:  # then no file is called so
                raise
    if path.parent.is_dir():
        files.sync_folder(path.parent)


def _forget_in_log(log: Path, docids: frozenset[str]) -> None:
    """Also what it says of files that stayed in the inbox: by their names, and of no document."""
    lines = log.read_bytes().splitlines(keepends=True)
    going = {docid.encode() for docid in docids}
    kept = [line for line in lines if going.isdisjoint(_DOCID.findall(line)) and _STAYS not in line]
    if len(kept) < len(lines):
        files.write(log, b"".join(kept))


def _forget_in_models(models: Path, docids: frozenset[str], names: Iterable[str]) -> None:
    registry, night = Registry(models), NightFolder(models)
    for name in set(names) & set(registry.names()):
        _withdraw(registry, name)
    registry.sweep()
    if night.knows(docids):
        night.drop()
    _forget_in_received(ReceivedVersions(registry), docids)
    for name in registry.names():
        answers.forget(models / name / answers.ANSWERS, docids)
        policies.withdraw(models / name)


def _forget_in_received(received: ReceivedVersions, docids: frozenset[str]) -> None:
    for one in received.every():
        folder = CandidateFolder(received.folder(one.name))
        if one.learned(docids):
            received.drop(one)
        elif folder.knows(docids):
            folder.judge_anew()


def _withdraw(registry: Registry, name: str) -> None:
    """Also where somebody let it serve again meanwhile."""
    version = registry.version(name)
    if other := _next(registry, [version]):
        registry.promote(other)
    registry.remove(version)


def _next(registry: Registry, going: Iterable[ModelVersion]) -> ModelVersion | None:
    """Which version serves when these are gone; None when the champion stays. Raises ModelError."""
    names = {version.name for version in going}
    if not registry.has_champion() or registry.pointer().name not in names:
        return None
    stay = [version for version in registry.versions() if version.name not in names]
    found = successor(stay, registry.pointer())
    if found is None:
        raise ModelError(
            "every model version that could serve learned from these documents",
            hint="add one that did not: `appliance model add`",
        )
    return found


@contextmanager
def _gone() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise HomeError(
            f"not all that is to be forgotten could be removed: {error.strerror or error}",
            hint="let the appliance write there, and `appliance forget` goes on",
        ) from error
