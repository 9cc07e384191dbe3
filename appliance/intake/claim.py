"""Take a dropped file out of everybody's reach: ``inbox/.taken/TOKEN/<its relative path>``.

A rename on the same share does it in one act, so that a scanner which writes the same name again
writes a new file. Where a rename is refused, the file is copied, and removed only if nobody wrote
to it meanwhile. A claim outlives a crash: whatever is in ``.taken`` is finished at the next look.
The token is the time of the claim in microseconds, so a claim that is finished twice has the same
time twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath

from appliance import files
from appliance.domain.errors import DocumentError, HomeError
from appliance.intake import content
from appliance.intake.archive import StillChanging
from appliance.intake.look import look
from appliance.intake.names import shown

FOLDER = ".taken"
_COPYING = ".copying"


@dataclass(frozen=True, slots=True)
class Claim:
    path: Path
    """Where the file is now."""
    relative: Path
    """Where it was dropped, relative to the inbox."""
    at: float
    """When it was claimed, seconds since 1970; no two claims of one process share it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Tells a file from another of the same name, and from itself once written to."""

    inode: int
    size: int
    mtime_ns: int

    @staticmethod
    def of(path: Path) -> Mark | None:
        """None when it is gone. Raises DocumentError when it cannot be looked at."""
        try:
            seen = path.lstat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DocumentError(f"{shown(PurePath(path.name))} cannot be read") from error
        return Mark(seen.st_ino, seen.st_size, seen.st_mtime_ns)


class Claims:
    """Of one inbox; one process at a time."""

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox
        self._taken = inbox / FOLDER
        self._last = 0

    def claim(self, relative: Path, *, now: float) -> Claim | None:
        """Take the file; None when it is gone.

        Raises DocumentError when it cannot be moved (it stays), StillChanging when it is being
        written, HomeError when the inbox is not ours to write.
        """
        claim = self._make_room(relative, now)
        source = self._inbox / relative
        try:
            source.rename(claim.path)
        except FileNotFoundError:
            self._prune(claim.path.parent)
            return None
        except OSError:
            self._prune(claim.path.parent)
            self._copy(source, claim)
        return claim

    def pending(self) -> list[Claim]:
        """What a crash or a failed step left, the oldest first; half-made copies are discarded."""
        try:
            folders = sorted(self._taken.iterdir()) if self._taken.is_dir() else []
        except OSError as error:
            raise _not_ours(error) from error
        return [claim for folder in folders for claim in self._pending_in(folder)]

    def _pending_in(self, folder: Path) -> Iterator[Claim]:
        if folder.name.endswith(_COPYING):
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.name.isdecimal() and folder.is_dir():
            files = look(folder).files
            for relative in files:
                yield Claim(folder / relative, relative, int(folder.name) / 1e6)
            if not files:
                _prune_below(folder)

    def release(self, claim: Claim, mark: Mark | None) -> bool:
        """Remove the file, if it is still as marked; else it stays and is claimed on.

        Raises DocumentError when it cannot be removed.
        """
        if Mark.of(claim.path) != mark:
            return False
        try:
            files.remove(claim.path)
        except OSError as error:
            raise _stuck(claim.relative) from error
        self._prune(claim.path.parent)
        return True

    def _make_room(self, relative: Path, now: float) -> Claim:
        try:
            self._taken.mkdir(exist_ok=True)
            folder = self._new_folder(now)
        except OSError as error:
            raise _not_ours(error) from error
        claim = Claim(folder / relative, relative, self._last / 1e6)
        try:
            claim.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:  # too long a path, on Windows
            self._prune(claim.path.parent)
            raise _stuck(relative) from error
        return claim

    def _new_folder(self, now: float) -> Path:
        self._last = max(int(now * 1e6), self._last + 1)
        while True:
            folder = self._taken / f"{self._last:017d}"
            try:
                folder.mkdir()
            except FileExistsError:
                self._last += 1
            else:
                return folder

    def _copy(self, source: Path, claim: Claim) -> None:
        folder = self._taken / claim.path.relative_to(self._taken).parts[0]
        copying = folder.with_name(folder.name + _COPYING)
        try:
            before = self._copy_whole(source, copying / claim.relative)
            copying.rename(folder)
            files.sync_folder(self._taken)
        except (OSError, DocumentError) as error:
            shutil.rmtree(copying, ignore_errors=True)
            if isinstance(error, DocumentError):
                raise
            raise _stuck(claim.relative) from error
        # Changed since: that is another document, for the next look, and this copy is ours.
        if Mark.of(source) == before:
            self._remove(source, folder, before)

    def _copy_whole(self, source: Path, copy: Path) -> Mark | None:
        before = Mark.of(source)
        copy.parent.mkdir(parents=True)
        files.pour(copy, content.chunks(source))
        if Mark.of(source) != before:
            raise StillChanging(f"{shown(PurePath(source.name))} is still being written")
        return before

    def _remove(self, source: Path, folder: Path, mark: Mark | None) -> None:
        try:
            files.remove(source)
        except OSError as error:
            if Mark.of(source) == mark:  # else what we hold is the only copy
                shutil.rmtree(folder, ignore_errors=True)
            raise _stuck(source.relative_to(self._inbox)) from error

    def _prune(self, folder: Path) -> None:
        """Remove empty folders from ``folder`` up to the one of the token."""
        while folder != self._taken:
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError:
                return
            folder = folder.parent


def _prune_below(folder: Path) -> None:
    """Remove a token's folder when nothing but empty folders is in it."""
    for path in [*sorted(folder.rglob("*"), reverse=True), folder]:
        with suppress(OSError):
            path.rmdir()


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
