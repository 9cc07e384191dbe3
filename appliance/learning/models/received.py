"""Versions that other homes tuned, before they are judged here: a folder each in ``.received``.

Each is a manifest, sealed as those of versions are, and what becomes the version's folder: adapter
and fingerprints. A night judges one in its folder, and drops it. One that could not be judged
leaves its manifest, which says why.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from appliance.domain.errors import ModelError, SealError
from appliance.domain.json_form import JsonForm
from appliance.domain.results import ModelVersion
from appliance.evaluation import fingerprints
from appliance.extraction import EXTRACTION
from appliance.learning.models import bundles
from appliance.learning.models.bundles import BundleManifest
from appliance.learning.models.packages import PACKAGED
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import (
    ADAPTER,
    ADDING,
    CANDIDATE,
    LIST,
    MANIFEST,
    Versions,
    remove_folder,
)
from appliance.system import files

FOLDER = ".received"
"""In ``models/``; hidden, so that nobody takes it for a version."""
_AGAIN = "`appliance model import` it again"


@dataclass(frozen=True, slots=True)
class ReceivedVersion:
    bundle: BundleManifest
    received_at: float
    """Seconds since 1970, UTC."""
    refused: str = ""
    """Why it cannot be judged, in words; empty while it waits."""

    @property
    def name(self) -> str:
        return self.bundle.name

    def learned(self, docids: Collection[str]) -> bool:
        """From one of these documents?"""
        return not set(docids).isdisjoint(self.bundle.training.docids)


_received = JsonForm(ReceivedVersion)


class ReceivedVersions:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._folder = registry.folder / FOLDER

    def folder(self, name: str) -> Path:
        """In which it is judged."""
        return self._folder / name

    def add(self, path: Path, *, now: float) -> ReceivedVersion:
        """The version of a model bundle, which a night judges. Nothing that serves changes.

        One that waits already stays. Raises ModelError when the bundle is damaged, cannot be made
        here, was judged here, or is older than what waits of its home.
        """
        manifest, learned = bundles.check(path)
        if known := self._waiting(manifest.name):
            return known
        self._check_new(manifest)
        base = base_of(self._registry, manifest)
        partial = self._folder / (ADDING + manifest.name)
        received = ReceivedVersion(manifest, now)
        try:
            with self._registry.writing():
                shutil.rmtree(partial, ignore_errors=True)
                candidate = partial / CANDIDATE
                files.make_folder(candidate)
                if bundles.unpack(path, candidate / ADAPTER) != (manifest, learned):
                    raise ModelError(f"{path} changed while it was read", hint=_AGAIN)
                _check_adapter(candidate / ADAPTER, base)
                fingerprints.keep(learned, candidate, seals=self._registry.seals, of=manifest.name)
                self._write(partial, received)
                self._drop_refused(manifest)
                partial.rename(self.folder(manifest.name))
                files.sync_folder(self._folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return received

    def _drop_refused(self, manifest: BundleManifest) -> None:
        """In whose place this one comes."""
        for one in self.every():
            if one.refused and (one.bundle.origin == manifest.origin or one.name == manifest.name):
                self.drop(one)

    def _waiting(self, name: str) -> ReceivedVersion | None:
        return next((one for one in self.waiting() if one.name == name), None)

    def _check_new(self, manifest: BundleManifest) -> None:
        if manifest.name in self._registry.names():
            raise ModelError(f"{manifest.name} is here already", hint=LIST)
        if manifest.extraction not in ("", EXTRACTION):
            raise ModelError(
                f"{manifest.name} was taught the questions of extraction {manifest.extraction},"
                f" this home asks those of {EXTRACTION}",
                hint="upgrade the older of the two homes, and tune again",
            )
        for one in self.waiting():
            if _replaces(one.bundle, manifest):
                raise ModelError(
                    f"{one.name}, a newer one from {manifest.origin}, waits to be judged",
                    hint="nothing to do: the next night judges that one",
                )

    # Which there are

    def every(self) -> list[ReceivedVersion]:
        """Also those that were refused; the newest first."""
        found = [one for name in self._names() if (one := self._read(name))]
        return sorted(found, key=lambda one: (one.bundle.made_at, one.name), reverse=True)

    def waiting(self) -> list[ReceivedVersion]:
        """The newest first."""
        return [one for one in self.every() if not one.refused]

    def replaced(self) -> list[ReceivedVersion]:
        """Waiting ones in whose place a newer one of the same home waits."""
        every = self.waiting()
        return [one for one in every if any(_replaces(other.bundle, one.bundle) for other in every)]

    def _names(self) -> list[str]:
        return sorted(path.name for path in self._folder.glob("[!.]*/"))

    def _read(self, name: str) -> ReceivedVersion | None:
        """None when its manifest is not as it was received."""
        path = self.folder(name) / MANIFEST
        with suppress(OSError, ValidationError, SealError):
            return _received.validate_json(self._registry.seals.read(path, of=name, hint=_AGAIN))
        return None

    # What becomes of one

    def sweep(self) -> list[str]:
        """Removes what is not as it was received, and names it; and what nobody goes on with."""
        Versions(self._folder).sweep()
        changed = [name for name in self._names() if not self._read(name)]
        for name in changed:
            shutil.rmtree(self.folder(name), ignore_errors=True)
        for one in self.every():
            if one.refused:
                self._strip(one.name)
        return changed

    def refuse(self, received: ReceivedVersion, reason: str) -> None:
        """It is not judged, and leaves no more than why. Raises ModelError."""
        with self._registry.writing():
            self._write(self.folder(received.name), replace(received, refused=reason))
            self._strip(received.name)

    def _strip(self, name: str) -> None:
        for path in self.folder(name).iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != MANIFEST:
                files.remove(path)

    def drop(self, received: ReceivedVersion) -> None:
        with self._registry.writing():
            remove_folder(self.folder(received.name))

    def _write(self, folder: Path, received: ReceivedVersion) -> None:
        data = _received.dump_json(received, indent=2)
        self._registry.seals.write(folder / MANIFEST, data, of=received.name)


def base_of(registry: Registry, manifest: BundleManifest) -> ModelVersion:
    """The version here, byte for byte, that it was tuned from; one that is installed is copied in.
    Raises ModelError."""
    known = [one for one in registry.readable() if one.sha256 == manifest.base_sha256]
    if here := next(filter(registry.whole, known), None):
        return here
    packaged = next((one for one in PACKAGED.values() if one.sha256 == manifest.base_sha256), None)
    if packaged and not packaged.terms:
        return registry.add_packaged(packaged)
    tuned = f"{manifest.name} was tuned from {manifest.base}"
    if known:
        raise ModelError(f"{tuned}, whose file was left out", hint=f"promote it first; {LIST}")
    if packaged:
        hint = f"`appliance model add {packaged.name}`, and promote what is to serve until then"
        raise ModelError(f"{tuned}, which is not here", hint=hint)
    if manifest.base in registry.names():
        raise ModelError(
            f"{tuned}, and what is called so here is another file",
            hint="another processor or llama.cpp makes another file of the same parts",
        )
    raise ModelError(f"{tuned}, which is not here", hint="`appliance model add FILE.gguf` first")


def _replaces(newer: BundleManifest, older: BundleManifest) -> bool:
    return newer.origin == older.origin and newer.made_at > older.made_at


def _check_adapter(adapter: Path, base: ModelVersion) -> None:
    # numpy and gguf, which `models` does without
    from appliance.learning.gguf.adapter import check_fit, read
    from appliance.learning.gguf.header import read_header

    check_fit(read(adapter), read_header(Path(base.path)))
