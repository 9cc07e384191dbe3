"""One look at the inbox: what has settled is claimed, archived, recorded, and only then removed.

Nobody judges a document here: whatever was dropped becomes a job, and reading tells what is wrong
with it. A look that is cut at any point is finished by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from appliance.domain.errors import DocumentError
from appliance.intake.archive import Archive, StillChanging
from appliance.intake.claim import Claim, Claims, FileIdentity
from appliance.intake.folder import File, at, kind_and_name, shown
from appliance.intake.scan import (
    FileSnapshot,
    SkippedFile,
    being_written,
    compare,
    look,
    ripens_at,
    settled,
)
from appliance.system.fault_points import reached


class Ledger(Protocol):
    def record(self, docid: str, doctype: str, source: str, *, now: float) -> bool:
        """Durable when it returns; True when it made a new job.

        Repeated with the same four values after a crash, it is the same arrival.
        """
        ...


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    docid: str
    doctype: str
    """Empty when nobody knows which kind of document it is."""
    source: str
    """Its name, with the folders below the one of its type."""
    new: bool
    """False when the same bytes were there before as the same kind of document."""


@dataclass(frozen=True, slots=True)
class ScanResult:
    taken: tuple[AcceptedFile, ...]
    troubles: tuple[SkippedFile, ...]
    """What stays where it is: links, files that may not be read or are still being written. Each
    is told once, while it lasts."""
    again_at: float | None
    """When the next file will have settled, seconds since 1970; None when none is waiting."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    until: float
    """Not tried before, seconds since 1970, unless the file changes."""
    sight: FileSnapshot | None
    """None when it is claimed already."""
    trouble: SkippedFile


class Intake:
    def __init__(
        self,
        inbox: Path,
        archive: Archive,
        ledger: Ledger,
        *,
        doctypes: Callable[[], Collection[str]],
        default_type: str | None = None,
        largest: int | None = None,
        settle: float = 5.0,
        empty_after: float = 60.0,
        retry: float = 60.0,
        beat: Callable[[], object] = lambda: None,
    ) -> None:
        """``doctypes`` names the types there are at the moment: the owner may add one.
        Files of more than ``largest`` bytes stay where they are. ``beat`` hears of each file that
        it goes on: a look may find thousands.

        Times in seconds: ``settle`` without change before a file is taken, ``empty_after`` for an
        empty one (0 when ``settle`` is), ``retry`` before one that refused is tried again.
        """
        self._inbox = inbox
        self._archive = archive
        self._ledger = ledger
        self._doctypes = doctypes
        self._default_type = default_type or ""
        self._largest = largest
        self._settle = settle
        self._empty_after = empty_after if settle else 0.0
        self._retry = retry
        self._beat = beat
        self._claims = Claims(inbox)
        self._sights: dict[Path, FileSnapshot] = {}
        self._refused: dict[Path, _Refusal] = {}
        self._taken: list[AcceptedFile] = []
        self._stuck: set[tuple[Path, str]] = set()
        """Claims, with their docids, that were recorded and cannot be removed."""
        self._troubles: list[SkippedFile] = []
        self._told: set[SkippedFile] = set()

    def look(self, *, now: float) -> ScanResult:
        """Take what can be taken. Raises HomeError, or what the ledger raises; what was taken
        before that is told by the next look."""
        self._archive.sweep(now=now)
        before, self._refused = self._refused, {}
        self._troubles = []
        for claim in list(self._claims.pending()):
            self._attempt(claim.path, claim.relative, partial(self._finish, claim), before, now)
        listing = look(self._inbox, largest=self._largest)
        self._troubles += listing.stays(now=now)
        self._sights = compare(self._sights, listing.files, now=now)
        ripe = settled(self._sights, now=now, settle=self._settle, empty_after=self._empty_after)
        for path in ripe:
            self._attempt(self._inbox / path, path, partial(self._take, path, now), before, now)
        taken, self._taken = self._taken, []
        return ScanResult(tuple(taken), tuple(self._untold()), self._ripens_at(ripe))

    def _untold(self) -> list[SkippedFile]:
        """A file that is being written settles, and changes again: it has the same trouble still,
        as long as it lies there."""
        told = self._told
        lasting = {trouble for trouble in told if trouble.path in self._sights}
        self._told = lasting | set(self._troubles)
        return [trouble for trouble in self._troubles if trouble not in told]

    def _ripens_at(self, ripe: Collection[Path]) -> float | None:
        waiting = [self._sights[path] for path in self._sights.keys() - set(ripe)]
        return ripens_at(waiting, settle=self._settle, empty_after=self._empty_after)

    def _attempt(
        self,
        path: Path,
        relative: Path,
        act: Callable[[], None],
        before: Mapping[Path, _Refusal],
        now: float,
    ) -> None:
        self._beat()
        sight = self._sights.get(relative)
        refusal = before.get(path)
        if refusal and now < refusal.until and refusal.sight == sight:
            self._refuse(path, refusal)
            return
        try:
            act()
        except StillChanging as error:
            self._troubles.append(SkippedFile(relative, str(error), error.hint))
        except DocumentError as error:
            trouble = SkippedFile(relative, str(error), error.hint)
            self._refuse(path, _Refusal(now + self._retry, sight, trouble))

    def _refuse(self, path: Path, refusal: _Refusal) -> None:
        self._refused[path] = refusal
        self._troubles.append(refusal.trouble)

    def _take(self, path: Path, now: float) -> None:
        with _checked(self._inbox, path, path):
            claim = self._claims.claim(path, now=now)
        if claim:
            del self._sights[path]  # what comes under its name is another file
            self._finish(claim)

    def _finish(self, claim: Claim) -> None:
        inside = claim.path.relative_to(self._inbox)
        with _checked(self._inbox, inside, claim.relative) as file:
            mark = FileIdentity.of(file)
            docid = self._archive.put(file)
        reached("claim.archived")
        kinds = {name.casefold(): name for name in self._doctypes()}
        kind, name = kind_and_name(claim.relative, kinds, self._default_type)
        new = self._ledger.record(docid, kind, name, now=claim.at)
        reached("claim.recorded")
        lies = claim.path, docid
        if lies not in self._stuck:
            self._taken.append(AcceptedFile(docid, kind, name, new))
        self._stuck.add(lies)
        self._claims.release(claim, mark)
        self._stuck.remove(lies)


@contextmanager
def _checked(inbox: Path, path: Path, relative: Path) -> Iterator[File]:
    """What lies at ``path``; it opens, and nobody writes to it. Raises DocumentError,
    StillChanging."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(at(inbox, path))
            busy = being_written(file)
        except OSError as error:
            raise DocumentError(
                f"{shown(relative)} cannot be opened: {error.strerror}",
                hint="close it in other programs, and let the appliance read it",
            ) from error
        if busy:
            raise StillChanging(f"{shown(relative)} is still being written by another program")
        yield file
