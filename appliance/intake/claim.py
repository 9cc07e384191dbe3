"""Take a dropped file out of everybody's reach: ``inbox/.taken/TOKEN/<its relative path>``.

A rename on the same share does it in one act, so that a scanner which writes the same name again
writes a new file. Where a rename is refused, the file is copied, and removed only if nobody wrote
to it meanwhile. A claim outlives a crash: whatever is in ``.taken`` is finished at the next look.
The token is the time of the claim in microseconds, so a claim that is finished twice has the same
time twice. No link is followed, wherever in the inbox it appears meanwhile.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from appliance.domain.errors import DocumentError, HomeError
from appliance.intake import archive
from appliance.intake.archive import StillChanging
from appliance.intake.folder import File, OpenFolder, at, opened, shown, what
from appliance.intake.scan import look_in
from appliance.system.fault_points import reached

FOLDER = ".taken"
_COPYING = ".copying"
_TOKEN = re.compile(r"[0-9]{17}")


@dataclass(frozen=True, slots=True)
class Claim:
    path: Path
    """Where the file is now."""
    relative: Path
    """Where it was dropped, relative to the inbox."""
    at: float
    """When it was claimed, seconds since 1970; no two claims of one process share it."""


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Tells a file from another of the same name, and from itself once written to."""

    inode: int
    size: int
    """Bytes."""
    mtime_ns: int
    """Nanoseconds since 1970."""

    @staticmethod
    def of(file: Path | File) -> FileIdentity | None:
        """None when it is gone. Raises DocumentError when it cannot be looked at."""
        try:
            seen = file.lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DocumentError(f"{shown(PurePath(file.name))} cannot be read") from error
        return FileIdentity(seen.st_ino, seen.st_size, seen.st_mtime_ns)


class Claims:
    """Of one inbox; one process at a time."""

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox
        self._taken = inbox / FOLDER
        self._last = 0

    def claim(self, relative: Path, *, now: float) -> Claim | None:
        """Take the file; None when it is gone.

        Raises DocumentError when it cannot be moved (it stays) or is none any more, StillChanging
        when it is being written, HomeError when the inbox is not ours to write.
        """
        claim = self._make_room(relative, now)
        try:
            with at(self._inbox, relative) as source, self._holding(claim) as place:
                # Once it is gone from the inbox, its sender may forget it.
                source.sync()
                source.folder.move(source.name, place)
                reached("claim.renamed")
                mode = place.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            self._prune(claim)
            return None
        except OSError:
            self._prune(claim)
            self._copy(claim)
            return claim
        if not stat.S_ISREG(mode):
            raise DocumentError(
                f"{shown(relative)} became {what(mode)} while it was taken",
                hint="`appliance verify` says where it lies now",
            )
        return claim

    def pending(self) -> list[Claim]:
        """What a crash or a failed step left, the oldest first; half-made copies are discarded."""
        try:
            with opened(self._inbox, PurePath(FOLDER)) as taken:
                return [claim for name in taken.names() for claim in self._pending_in(taken, name)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _not_ours(error) from error

    def _pending_in(self, taken: OpenFolder, name: str) -> Iterator[Claim]:
        if name.endswith(_COPYING):
            taken.discard(name, whole=True)
        elif _TOKEN.fullmatch(name) and stat.S_ISDIR(taken.lstat(name).st_mode):
            with taken.below(name) as folder:
                files = look_in(folder).files
            for relative in files:
                yield Claim(self._taken / name / relative, relative, int(name) / 1e6)
            if not files:
                taken.discard(name, whole=False)

    def release(self, claim: Claim, mark: FileIdentity | None) -> bool:
        """Remove the file, if it is still as marked; else it stays and is claimed on.

        Raises DocumentError when it cannot be removed.
        """
        try:
            with self._holding(claim) as file:
                if FileIdentity.of(file) != mark:
                    return False
                file.folder.remove(file.name)
                reached("claim.released")
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _stuck(claim.relative) from error
        self._prune(claim)
        return True

    def _holding(self, claim: Claim) -> AbstractContextManager[File]:
        return at(self._inbox, claim.path.relative_to(self._inbox))

    def _make_room(self, relative: Path, now: float) -> Claim:
        try:
            with opened(self._inbox, PurePath(FOLDER), make=True) as taken:
                token = self._new_folder(taken, now)
        except OSError as error:
            raise _not_ours(error) from error
        claim = Claim(self._taken / token / relative, relative, self._last / 1e6)
        try:
            with opened(self._inbox, PurePath(FOLDER, token, relative.parent), make=True):
                return claim
        except OSError as error:  # too long a path, on Windows
            self._prune(claim)
            raise _stuck(relative) from error

    def _new_folder(self, taken: OpenFolder, now: float) -> str:
        self._last = max(int(now * 1e6), self._last + 1)
        while True:
            token = f"{self._last:017d}"
            try:
                taken.make(token)
            except FileExistsError:
                self._last += 1
            else:
                return token

    def _copy(self, claim: Claim) -> None:
        token = claim.path.relative_to(self._taken).parts[0]
        try:
            with (
                at(self._inbox, claim.relative) as source,
                opened(self._inbox, PurePath(FOLDER)) as taken,
            ):
                before = self._copy_whole(source, taken, token, claim.relative)
                # Changed since: that is another document, for the next look, and this copy is ours.
                if FileIdentity.of(source) == before:
                    self._remove(source, taken, token, before)
        except OSError as error:
            raise _stuck(claim.relative) from error

    def _copy_whole(
        self, source: File, taken: OpenFolder, token: str, relative: Path
    ) -> FileIdentity | None:
        copying = token + _COPYING
        before = FileIdentity.of(source)
        try:
            with taken.below(copying, *relative.parent.parts, make=True) as copy:
                copy.write(relative.name, archive.chunks(source))
            if FileIdentity.of(source) != before:
                raise StillChanging(f"{shown(PurePath(source.name))} is still being written")
            taken.move(copying, taken.file(token))
            taken.sync()
        except (OSError, DocumentError):
            taken.discard(copying, whole=True)
            raise
        return before

    def _remove(
        self, source: File, taken: OpenFolder, token: str, mark: FileIdentity | None
    ) -> None:
        try:
            source.folder.remove(source.name)
        except OSError:
            if FileIdentity.of(source) == mark:  # else what we hold is the only copy
                taken.discard(token, whole=True)
            raise

    def _prune(self, claim: Claim) -> None:
        """Remove empty folders from that of the claim up to the one of the token."""
        with suppress(OSError), opened(self._inbox, PurePath(FOLDER)) as taken:
            taken.remove_empty(*claim.path.parent.relative_to(self._taken).parts)


def _not_ours(error: OSError) -> HomeError:
    return HomeError(
        f"the inbox cannot be changed: {error.strerror}",
        hint="the appliance moves files out of the inbox: let it write there",
    )


def _stuck(relative: Path) -> DocumentError:
    return DocumentError(
        f"{shown(relative)} cannot be moved out of the inbox",
        hint="close it in other programs, and let the appliance change its folder",
    )
