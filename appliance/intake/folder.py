"""Folders of other people, in which things are done by name and never through a link.

A folder is opened, and each below it from the one above: whatever is put in its place meanwhile,
what is done happens in the folder that was looked at. Where the system opens no folders (Windows)
the same is done by paths. Errors are the system's own (OSError) where nothing else is said. What a
file's path says, its kind and a name to show, is read here too.
"""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, Literal

from appliance.domain import characters
from appliance.domain.errors import DocumentError
from appliance.system import files

_LONGEST = 300
"""Characters of a path that somebody is to read."""


def shown(path: PurePath) -> str:
    """``path`` with slashes, fit for a database and a terminal: whatever bytes it was made of. The
    middle of a long one is left out."""
    text = path.as_posix()
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 :]}"
    return characters.shown(text)


def kind_and_name(path: PurePath, kinds: Mapping[str, str], default: str) -> tuple[str, str]:
    """Document type and name of a file by its ``path`` in the inbox.

    The first folder is the type when it is one of ``kinds`` (by case-folded name, as a Windows
    share may spell it); any other folder belongs to the name.
    """
    kind = kinds.get(path.parts[0].casefold()) if len(path.parts) > 1 else None
    return (default, shown(path)) if kind is None else (kind, shown(PurePath(*path.parts[1:])))


DEEPEST = 30
"""Folders in each other; what lies deeper is not looked for."""

_EXAMPLE = "2024/a.pdf"
_ACTS = {os.open, os.stat, os.mkdir, os.rename, os.rmdir, os.unlink}
_FLAGS = {name: getattr(os, name, 0) for name in ("O_BINARY", "O_DIRECTORY", "O_NOFOLLOW")}
_OPENS = (
    os.supports_dir_fd >= _ACTS
    and os.listdir in os.supports_fd
    and bool(_FLAGS["O_DIRECTORY"] and _FLAGS["O_NOFOLLOW"])
)
_NO_LINK = _FLAGS["O_NOFOLLOW"] | _FLAGS["O_BINARY"]


class OpenFolder:
    """``path`` is for words and for Windows: elsewhere another folder may be there by now."""

    def __init__(self, path: Path, handle: int | None) -> None:
        self.path = path
        self._handle = handle

    def names(self) -> list[str]:
        return sorted(os.listdir(self.path if self._handle is None else self._handle))  # noqa: PTH208

    def file(self, name: str) -> File:
        return File(self, name)

    def lstat(self, name: str) -> os.stat_result:
        return os.stat(self._at(name), dir_fd=self._handle, follow_symlinks=False)

    def open(self, name: str, flags: int, mode: int = 0o777) -> int:
        return os.open(self._at(name), flags | _NO_LINK, mode, dir_fd=self._handle)

    @contextmanager
    def below(self, *names: str, make: bool = False) -> Iterator[OpenFolder]:
        """The folder ``names[0]`` in this one, ``names[1]`` in that, and so on; with ``make``
        those that are missing are made. Raises NotADirectoryError where one is a link."""
        with ExitStack() as opened:
            folder = self
            for name in names:
                if make:
                    with suppress(FileExistsError):
                        folder.make(name)
                folder = opened.enter_context(folder._below(name))
            yield folder

    @contextmanager
    def _below(self, name: str) -> Iterator[OpenFolder]:
        mode = self.lstat(name).st_mode
        if not stat.S_ISDIR(mode):
            why = "a folder on the way is a link" if stat.S_ISLNK(mode) else "no folder"
            raise NotADirectoryError(errno.ENOTDIR, why)
        if self._handle is None:
            yield OpenFolder(self.path / name, None)
            return
        handle = self.open(name, os.O_RDONLY | _FLAGS["O_DIRECTORY"])
        try:
            yield OpenFolder(self.path / name, handle)
        finally:
            os.close(handle)

    def make(self, name: str) -> None:
        os.mkdir(self._at(name), dir_fd=self._handle)

    def move(self, name: str, to: File) -> None:
        """In place of what is there."""
        os.rename(
            self._at(name),
            to.folder._at(to.name),
            src_dir_fd=self._handle,
            dst_dir_fd=to.folder._handle,
        )

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """A new file and its name, durably."""
        handle = self.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, files.MODE)
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        self.sync()

    def remove(self, name: str) -> None:
        if self._handle is None:
            files.remove(self.path / name)
        else:
            os.unlink(name, dir_fd=self._handle)

    def remove_empty(self, *names: str) -> None:
        """The last folder of this way down, and each above it, as long as they are empty."""
        for at in reversed(range(len(names))):
            try:
                with self.below(*names[:at]) as folder:
                    os.rmdir(folder._at(names[at]), dir_fd=folder._handle)
            except FileNotFoundError:
                continue
            except OSError:
                return

    def discard(self, name: str, *, whole: bool, deepest: int = DEEPEST + 1) -> None:
        """A folder and all that is in it, or (not ``whole``) only the folders, which leaves those
        with files. What cannot be removed stays."""
        with suppress(OSError):
            with self.below(name) as folder:
                for inner in folder.names() if deepest else ():
                    if stat.S_ISDIR(folder.lstat(inner).st_mode):
                        folder.discard(inner, whole=whole, deepest=deepest - 1)
                    elif whole:
                        folder.remove(inner)
            os.rmdir(self._at(name), dir_fd=self._handle)

    def sync(self) -> None:
        """Makes its names durable."""
        if self._handle is None:
            files.sync_folder(self.path)
        else:
            files.sync_handle(self._handle)

    def _at(self, name: str) -> str | Path:
        return self.path / name if self._handle is None else name


@dataclass(frozen=True, slots=True)
class File:
    """What has this name in the folder, if anything; a path is used in the same way."""

    folder: OpenFolder
    name: str

    @property
    def path(self) -> Path:
        return self.folder.path / self.name

    def lstat(self) -> os.stat_result:
        return self.folder.lstat(self.name)

    def handle(self) -> int:
        """Opened for reading. Raises OSError for all that is no ordinary file: a pipe would wait
        for a writer, a device would do anything."""
        _ordinary(self.lstat())
        handle = self.folder.open(self.name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            _ordinary(os.fstat(handle))
        except OSError:
            os.close(handle)
            raise
        return handle

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        return os.fdopen(self.handle(), mode)

    def sync(self) -> None:
        """Makes durable what another program wrote, and its name."""
        handle = self.handle()
        try:
            files.sync_handle(handle)
        finally:
            os.close(handle)
        self.folder.sync()


@contextmanager
def opened(root: Path, below: PurePath = PurePath(), *, make: bool = False) -> Iterator[OpenFolder]:  # noqa: B008
    """The folder ``below`` in ``root``. Only ``root`` itself may be a link: it is the owner's."""
    handle = os.open(root, os.O_RDONLY | _FLAGS["O_DIRECTORY"]) if _OPENS else None
    try:
        with OpenFolder(root, handle).below(*below.parts, make=make) as folder:
            yield folder
    finally:
        if handle is not None:
            os.close(handle)


@contextmanager
def at(root: Path, below: PurePath) -> Iterator[File]:
    """The file ``below`` in ``root``."""
    with opened(root, below.parent) as folder:
        yield folder.file(below.name)


def called(root: Path, name: str) -> str:
    """What a list calls ``name``, as it is called in ``root``: lists also hold full paths."""
    below, whole = PurePath(name), os.path.abspath(root)  # noqa: PTH100 - as it is written
    return str(below.relative_to(whole)) if below.is_relative_to(whole) else name


@contextmanager
def named(root: Path, name: str) -> Iterator[File]:
    """The ordinary file that a list calls ``name``, in ``root`` and reached through no link. Raises
    DocumentError for any other."""
    below = PurePath(name)
    why = _why_not(name, below)
    with ExitStack() as stack:
        try:
            if why:
                raise OSError(errno.EINVAL, why)
            file = stack.enter_context(at(root, below))
            _ordinary(file.lstat())
        except OSError as error:
            raise DocumentError(
                f"{shown(below)} cannot be read: {error.strerror}",
                hint=f"a list names files of its own folder, such as {_EXAMPLE}",
            ) from error
        yield file


def _why_not(name: str, below: PurePath) -> str:
    """What is wrong with the name of a file that is to lie in a folder; empty when nothing is."""
    if any(unicodedata.category(one) in ("Cc", "Cs") for one in name):
        return "its name holds a control character"
    if below == PurePath():
        return "it is the folder itself"
    if not files.inside(below):
        return "it lies outside the folder"
    return "it lies too deep" if len(below.parts) > DEEPEST else ""


def what(mode: int) -> str:
    return "a link" if stat.S_ISLNK(mode) else "not an ordinary file"


def _ordinary(seen: os.stat_result) -> None:
    if not stat.S_ISREG(seen.st_mode):
        raise OSError(errno.EINVAL, f"it is {what(seen.st_mode)}")
