"""Every document ever dropped, once, under the SHA-256 of its bytes: ``archive/ab/abcdef...``.

Files appear whole, are never changed, and go only when a document is forgotten. Nothing here knows
a name or a type.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePath

from appliance.domain.document import is_docid
from appliance.domain.errors import DocumentError, HomeError
from appliance.domain.limits import Limits
from appliance.intake.folder import File, shown, what
from appliance.system import files
from appliance.system.disk import Disk
from appliance.system.fault_points import reached

_CHUNK = 1 << 20
"""Bytes read at once."""


def chunks(source: Path | File) -> Iterator[bytes]:
    """Raises DocumentError, for reading alone is the file's fault."""
    try:
        with source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise _unreadable(source, error) from error


def fingerprint(source: Path | File, *, largest: int | None) -> str:
    """The docid of a file. Raises DocumentError, before a byte is read where it is no ordinary
    file, empty, or of more than ``largest`` bytes."""
    try:
        seen = source.lstat() if isinstance(source, File) else source.stat()
    except OSError as error:
        raise _unreadable(source, error) from error
    if not stat.S_ISREG(seen.st_mode):
        raise DocumentError(f"{shown(PurePath(source.name))} is {what(seen.st_mode)}")
    if largest is not None:
        Limits(max_bytes=largest).check_bytes(seen.st_size)
    return digest(chunks(source))


def digest(chunks: Iterable[bytes]) -> str:
    """SHA-256, lower-case hex."""
    sha256 = hashlib.sha256()
    for chunk in chunks:
        sha256.update(chunk)
    return sha256.hexdigest()


def _unreadable(source: Path | File, error: OSError) -> DocumentError:
    return DocumentError(
        f"{shown(PurePath(source.name))} cannot be read: {error.strerror}",
        hint="close it in other programs, and let the appliance read it",
    )


_PARTIAL = ".partial"
_FORGOTTEN = 3600.0
"""Seconds after which a half-written copy is nobody's any more."""


class StillChanging(DocumentError):
    """It was written to while it was read: try later."""


class Archive:
    def __init__(self, root: Path) -> None:
        self.root = root
        self._disk = Disk(root)

    def path(self, docid: str) -> Path:
        """Where the document is or would be. Raises ValueError when that is no docid."""
        if not is_docid(docid):
            raise ValueError(f"not a docid: {docid!r}")
        return self.root / docid[:2] / docid

    def original(self, docid: str) -> Path:
        """Raises DocumentError when it is gone, HomeError when the archive cannot be read."""
        path = self.path(docid)
        try:
            path.open("rb").close()
        except OSError as error:
            if isinstance(error, FileNotFoundError) and self._is_there():
                raise DocumentError(
                    "Its original is gone from the archive.", hint="Drop the file again."
                ) from error
            raise HomeError(
                f"the archive {self.root} cannot be read: {error.strerror}",
                hint="is its disk there?",
            ) from error
        return path

    def _is_there(self) -> bool:
        """Where its disk is away there is no folder, or an empty one."""
        with suppress(OSError):
            return any(len(path.name) == 2 for path in self.root.iterdir())
        return False

    def put(self, source: Path | File) -> str:
        """Copy ``source`` in, unless its bytes are here already; gives the docid.

        Raises DocumentError when the source cannot be read, StillChanging when it changed
        meanwhile, HomeError when the archive cannot be written.
        """
        return self._keep(lambda: chunks(source), PurePath(source.name))

    def put_bytes(self, content: bytes, name: str) -> str:
        """As ``put``, of what is no file yet."""
        return self._keep(lambda: [content], PurePath(name))

    def _keep(self, read: Callable[[], Iterable[bytes]], name: PurePath) -> str:
        docid = digest(read())
        self._disk.check()
        if not self.intact(docid):
            self._copy(read(), docid, name)
        try:
            # Also when it was here: perhaps since a death between its rename and this.
            files.sync_folder(self.path(docid).parent)
            files.sync_folder(self.root)
        except OSError as error:
            raise _unwritable(error) from error
        return docid

    def intact(self, docid: str) -> bool:
        """Is the document here, byte for byte?"""
        try:
            return digest(chunks(self.path(docid))) == docid
        except DocumentError:
            return False

    def files(self) -> Iterator[Path]:
        """Every file under the archive but half-written copies."""
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and _PARTIAL not in path.relative_to(self.root).parts:
                yield path

    def copies(self, docid: str) -> list[Path]:
        """The document, and what a crash left half-written of it."""
        return [self.path(docid), *(self.root / _PARTIAL).glob(f"{docid}.*")]

    def sweep(self, *, now: float) -> None:
        """Remove copies that a crash left half-written."""
        with suppress(OSError):  # not ours to look at: whoever writes there says so
            for path in (self.root / _PARTIAL).glob("*"):
                with suppress(OSError):  # gone meanwhile, or at the next start
                    if path.stat().st_mtime < now - _FORGOTTEN:
                        files.remove(path)

    def _copy(self, content: Iterable[bytes], docid: str, name: PurePath) -> None:
        final = self.path(docid)
        partial = self.root / _PARTIAL / f"{docid}.{os.getpid()}"
        try:
            files.make_folder(partial.parent)
            files.make_folder(final.parent)
            written = files.pour(partial, content)
            kept = digest(chunks(partial))
            if kept == docid:
                reached("archive.poured")
                partial.replace(final)
                reached("archive.named")
                return
            files.remove(partial)
        except OSError as error:
            raise _unwritable(error) from error
        if written != docid:
            raise StillChanging(f"{shown(name)} is still being written")
        raise HomeError(
            "the archive's disk gives back other bytes than were written",
            hint="the disk may be failing: save its files and replace it",
        )


def check_bytes(path: Path, docid: str) -> None:
    """For whoever reads or shows what is known by that docid. Raises DocumentError when ``path``
    holds other bytes."""
    if digest(chunks(path)) != docid:
        raise DocumentError(
            "It holds other bytes than those that arrived.",
            hint="Drop the file again, or take it from a backup: the copy in the archive heals.",
        )


def _unwritable(error: OSError) -> HomeError:
    return HomeError(
        f"the archive cannot be written: {error.strerror}",
        hint="make room on its disk, and let the appliance write there",
    )
