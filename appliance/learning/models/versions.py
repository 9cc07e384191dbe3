"""The folder ``models/``, a folder a version: what is complete, and how one becomes so.

A version is complete when its ``manifest.json`` exists; its folder appears with it, by a rename.
Its GGUF is never written again, but may be left out and made again from base and adapter.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from appliance.domain.errors import ModelError, SealError
from appliance.domain.json_form import JsonForm
from appliance.domain.results import ModelVersion
from appliance.system import files
from appliance.system.sealing import Seals, unsealed

MANIFEST = "manifest.json"
MODEL = "model.gguf"
ADAPTER = "adapter.gguf"
CANDIDATE = "candidate"
"""Folder of the files that become a version once they are judged."""
ADDING = ".adding-"
"""How the folders begin in which a model is copied or made again."""
REMOVING = ".removing-"
"""The same of what is removed."""
ABANDONED = 3600.0
"""Seconds without a new byte after which nobody works there any more."""

LIST = "`appliance models` lists them"
_MAKE_AGAIN = "`appliance init` makes the model that is to serve again"
CHANGED = (
    "`appliance rollback` or `appliance promote` lets another version serve; restore this one's"
    " folder from a backup, or seal what is there by `appliance model seal`"
)

_version = JsonForm(ModelVersion)

Make = Callable[[ModelVersion, Path, Path], None]
"""Makes a GGUF of a base version and an adapter's file, at the path given last."""


class Versions:
    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self.seals = Seals(folder)
        self._clock = clock

    def versions(self) -> list[ModelVersion]:
        """All complete ones, by name, their paths absolute. Raises ModelError."""
        return [self.version(name) for name in self.names()]

    def readable(self) -> Iterator[ModelVersion]:
        """Of them, those whose manifest is not damaged."""
        for name in self.names():
            with suppress(ModelError):
                yield self.version(name)

    def names(self) -> list[str]:
        return sorted(path.parent.name for path in self.folder.glob(f"[!.]*/{MANIFEST}"))

    def version(self, name: str) -> ModelVersion:
        """Raises ModelError when it is not there or its manifest is damaged, and SealError when
        the manifest was changed."""
        path = self.folder / name / MANIFEST
        try:
            version = _version.validate_json(self.seals.read(path, of=name, hint=CHANGED))
        except FileNotFoundError as error:
            raise ModelError(f"no model version {name}: {path} is missing", hint=LIST) from error
        except ValidationError as error:
            raise ModelError(
                f"{path} is damaged", hint="restore it from a backup, or remove its folder"
            ) from error
        folder = self.folder.absolute()
        adapter = str(folder / version.adapter) if version.adapter else None
        return replace(version, path=str(folder / version.path), adapter=adapter)

    def taught(self, name: str) -> tuple[str, ...]:
        """Docids of what the version learned from; none where its manifest does not say it."""
        with suppress(ModelError):
            return self.version(name).taught
        return ()

    def find(self, prefix: str) -> ModelVersion:
        """By name or by a start that no other has. Raises ModelError, which names near ones."""
        names = self.names()
        fits = [name for name in names if name.startswith(prefix)]
        if prefix in names or len(fits) == 1:
            return self.version(prefix if prefix in names else fits[0])
        if fits:
            raise ModelError(f"{prefix} fits {', '.join(fits)}", hint="write more letters")
        starts = {name: name[: len(prefix)] for name in names}
        close = get_close_matches(prefix.lower(), set(starts.values()))
        near = [name for name, start in starts.items() if start in close]
        hint = f"did you mean {', '.join(near)}?" if near else LIST
        raise ModelError(f"there is no version {prefix}", hint=hint)

    def whole(self, version: ModelVersion) -> bool:
        """Is its GGUF there, or was it left out to save space?"""
        return self.size(version) is not None

    def sound(self, version: ModelVersion) -> bool:
        """Is it there byte for byte? Reads all of it."""
        with suppress(ModelError):
            return bool(checked(version))
        return False

    def stamp(self, version: ModelVersion) -> tuple[int, ...]:
        """Another one once its GGUF was replaced or written to; quick."""
        try:
            seen = (self.folder / version.path).stat()
        except OSError:
            return ()
        return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns

    def size(self, version: ModelVersion) -> int | None:
        """Bytes of its GGUF; None when it was left out."""
        path = self.folder / version.path
        return path.stat().st_size if path.is_file() else None

    def publish(self, folder: Path, version: ModelVersion) -> ModelVersion:
        """Makes a version of a finished folder, which is moved to the place of its name.

        It holds ``model.gguf`` and perhaps ``adapter.gguf``, on the disk of ``models/``; paths and
        fingerprint are filled in. Done again after a power cut it gives the same version. Raises
        ModelError when the GGUF is not the one of ``version.sha256``, or the name is taken.
        """
        name = version.name
        if name in self.names():
            known = self.version(name)
            if version.sha256 != known.sha256:
                raise ModelError(f"there is another version {name}", hint="take another name")
            return known
        model = folder / MODEL
        if not model.is_file():
            raise ModelError(f"{folder} holds no {MODEL}", hint="make it before it is published")
        sha256 = sha256_of([model])
        if version.sha256 not in ("", sha256):
            raise ModelError(f"{model} changed since it was measured", hint="make it anew")
        stored = replace(
            version,
            path=f"{name}/{MODEL}",
            sha256=sha256,
            made_at=version.made_at or self._clock(),
        )
        with self.writing():
            self._enter(folder, _with_adapter(stored, folder))
        return self.version(name)

    def _enter(self, folder: Path, version: ModelVersion) -> None:
        for path in folder.iterdir():
            if path.is_file():
                files.sync_file(path)
        self._write(folder / MANIFEST, version)
        final = self.folder / version.name
        if final.exists():
            shutil.rmtree(final)  # without a manifest: leftovers
        folder.rename(final)
        files.sync_folder(self.folder)

    def _write(self, manifest: Path, version: ModelVersion) -> None:
        self.seals.write(manifest, _version.dump_json(version, indent=2), of=version.name)

    def seal_version(self, name: str) -> None:
        """Its manifest and its adapter, as they are there now; a manifest that is damaged, or that
        of another version, stays refused. Raises OSError."""
        manifest = self.folder / name / MANIFEST
        with suppress(ValidationError):
            version = _version.validate_json(unsealed(manifest.read_bytes()))
            if version.name == name:
                self._write(manifest, _with_adapter(version, manifest.parent))

    def restore(self, version: ModelVersion, make: Make) -> None:
        """Makes a GGUF that is gone or damaged again, from base and adapter, to the last bit.

        Raises ModelError when it cannot be made, or comes out otherwise: nothing has changed then.
        """
        if not self.sound(version):
            base, adapter = self._parts(version)
            self._mend(version, lambda made: make(base, adapter, made))

    def _mend(self, version: ModelVersion, make: Callable[[Path], object]) -> None:
        """Puts a file that is gone or damaged back, as ``make`` makes it."""
        if self.sound(version):
            return
        folder = self.folder / (ADDING + version.name)
        made = folder / MODEL
        try:
            with self.writing():
                files.make_folder(folder)
                make(made)
            if sha256_of([made]) != version.sha256:
                raise ModelError(
                    f"{version.name} comes out otherwise than when it was measured",
                    hint="llama.cpp has changed since: install the earlier one, or tune again",
                )
            with self.writing():
                files.sync_file(made)
                files.publish(made, self.folder / version.path)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _parts(self, version: ModelVersion) -> tuple[ModelVersion, Path]:
        """The base and the adapter's file, of which it can be made again. Raises ModelError."""
        adapter = self.folder / (version.adapter or f"{version.name}/{ADAPTER}")
        if version.base is None:
            raise ModelError(
                f"the file of {version.name} is gone or damaged",
                hint="`appliance model add FILE.gguf`, with the file that it came from",
            )
        if not adapter.is_file():
            raise ModelError(f"{version.name} cannot be made again: its adapter is gone", hint=LIST)
        check_adapter(version)
        base = self.version(version.base)
        if not self.whole(base):
            raise ModelError(
                f"{version.name} is made from {base.name}, whose own file is gone",
                hint=f"`appliance model add` it again, or promote it first; {LIST}",
            )
        return base, adapter

    def sweep(self) -> list[str]:
        """Removes copies that nobody goes on with and what is left of removed versions, and names
        them. Whatever else lies there is not ours."""
        left = [folder for folder in sorted(self.folder.glob("*/")) if self._left(folder)]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        return [folder.name for folder in left]

    def _left(self, folder: Path) -> bool:
        if folder.name.startswith(ADDING):
            newest = max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
            return self._clock() - newest > ABANDONED
        return folder.name.startswith(REMOVING)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Raises ModelError for what the disk refuses meanwhile."""
        try:
            yield
        except OSError as error:
            raise ModelError(
                f"{self.folder} cannot be written: {error.strerror or error}",
                hint="free some space, and let the appliance write there",
            ) from error


def remove_folder(folder: Path) -> None:
    """Under another name first: cut half-way it is not taken for one to go on with, and is swept.
    Raises OSError."""
    going = folder.with_name(REMOVING + folder.name)
    shutil.rmtree(going, ignore_errors=True)
    with suppress(FileNotFoundError):
        folder.rename(going)
    shutil.rmtree(going, ignore_errors=True)


def checked(version: ModelVersion) -> Path:
    """Its GGUF, which is byte for byte the one that was measured: for whoever loads it.

    Reads all of it. One that nobody has measured yet passes. Raises ModelError.
    """
    path = Path(version.path)
    try:
        right = version.sha256 in ("", sha256_of([path]))
    except OSError as error:
        raise ModelError(
            f"the model {path} cannot be read: {error.strerror}", hint=_MAKE_AGAIN
        ) from error
    if not right:
        raise ModelError(
            f"the file of {version.name} is not the one that was measured", hint=_MAKE_AGAIN
        )
    return path


def check_adapter(version: ModelVersion) -> None:
    """Raises SealError when a version's adapter is not the one that was sealed with it."""
    if version.adapter is None or not version.adapter_sha256:
        return
    path = Path(version.adapter)
    if not path.is_file():
        raise SealError(f"{path} is gone", hint=CHANGED)
    if sha256_of([path]) != version.adapter_sha256:
        raise SealError(f"{path} is not the adapter that this appliance sealed", hint=CHANGED)


def _with_adapter(version: ModelVersion, folder: Path) -> ModelVersion:
    """As ``folder`` holds one, or not."""
    adapter = folder / ADAPTER
    if not adapter.exists():
        return replace(version, adapter=None, adapter_sha256="")
    path = f"{version.name}/{ADAPTER}"
    return replace(version, adapter=path, adapter_sha256=sha256_of([adapter]))


def sha256_of(paths: Iterable[Path]) -> str:
    """Of the files' bytes, one after the other."""
    sha256 = hashlib.sha256()
    for chunk in chunks_of(paths):
        sha256.update(chunk)
    return sha256.hexdigest()


def chunks_of(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                yield chunk
