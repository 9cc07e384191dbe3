"""A model bundle: one tuned version in one file, by which another home can make and judge it.

First a line that names the form, then size and SHA-256 of the manifest, the manifest, the
fingerprints of what the version learned from, and its adapter; nothing follows. Manifest and
fingerprints are held in memory, the adapter is streamed. No name in it is a path.
"""

from __future__ import annotations

import hashlib
import math
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from appliance.domain.characters import shown
from appliance.domain.errors import ModelError
from appliance.domain.json_form import JsonForm
from appliance.domain.results import ModelVersion, Training
from appliance.evaluation import fingerprints
from appliance.evaluation.fingerprints import Fingerprints, fingerprint, packed, unpacked
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import check_adapter, chunks_of
from appliance.records.labels import Labels
from appliance.system import files

FORM = 1
"""Goes up also when a fingerprint is another one of the same document."""
_FIRST = "appliance model bundle {}\n"
_HEAD = struct.Struct("<I32s")
"""Size and SHA-256 of the manifest."""

MANIFEST_BYTES = 2_000_000
FINGERPRINT_BYTES = 16_000_000
ADAPTER_BYTES = 512_000_000
"""Most of each part. Of 1,500 documents they are 0.1 and 1 MB, and the adapter of the shipped model
has 9.8 MB."""
ORIGIN_LETTERS = 100

_AGAIN = "export it again with `appliance model export`, and copy it again"
_NAME = re.compile(r"night-\d{4}-\d{2}-\d{2}-([0-9a-f]{8})")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class BundleManifest:
    name: str
    """Of the version, which ends with the first letters of its ``sha256``."""
    sha256: str
    """Of the GGUF that base and adapter make."""
    quantisation: str
    base: str
    """What the base is called where the version was tuned."""
    base_sha256: str
    adapter_sha256: str
    adapter_bytes: int
    fingerprints_sha256: str
    fingerprints_bytes: int
    origin: str
    """The home where the version was tuned, as it calls itself."""
    parties: tuple[str, ...]
    training: Training
    names_columns: bool
    extraction: str
    """As in ``ModelVersion``."""
    made_at: float
    """When it was tuned, seconds since 1970, UTC."""


_manifest = JsonForm(BundleManifest)


def write(
    registry: Registry, labels: Labels, version: ModelVersion, path: Path, *, origin: str
) -> tuple[BundleManifest, Fingerprints]:
    """The same file of the same version and records. ``origin`` is what this home calls itself; a
    version that came from elsewhere keeps its own. Raises ModelError."""
    if version.base is None or version.adapter is None or version.training is None:
        raise ModelError(
            f"{version.name} was not tuned on any document: there is nothing to carry",
            hint="what ships comes with the appliance; a GGUF of your own: `appliance model add`",
        )
    check_adapter(version)
    learned = packed(fingerprints_of(registry, labels, version))
    adapter = Path(version.adapter)
    manifest = BundleManifest(
        name=version.name,
        sha256=version.sha256,
        quantisation=version.quantisation,
        base=version.base,
        base_sha256=registry.version(version.base).sha256,
        adapter_sha256=_sha256(chunks_of([adapter])),
        adapter_bytes=adapter.stat().st_size,
        fingerprints_sha256=_sha256([learned]),
        fingerprints_bytes=len(learned),
        origin=version.origin or origin,
        parties=version.parties,
        training=version.training,
        names_columns=version.names_columns,
        extraction=version.extraction,
        made_at=version.made_at,
    )
    _check_manifest(manifest, version.name)
    partial = path.with_name(path.name + ".partial")
    try:
        files.pour(partial, _chunks(manifest, learned, adapter))
        files.publish(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ModelError(
            f"{path} cannot be written: {error.strerror}",
            hint="name a file in a folder that you may write to, on a disk with some space",
        ) from error
    return manifest, unpacked(learned)


def fingerprints_of(registry: Registry, labels: Labels, version: ModelVersion) -> Fingerprints:
    """Of what it learned from, and of what its base did before. Raises ModelError where none can
    be made."""
    docids: set[str] = set()
    found = Fingerprints()
    for one in _lineage(registry, version):
        if one.origin:
            folder = registry.folder / one.name
            brought = fingerprints.kept(folder, seals=registry.seals, of=one.name)
            found = found.with_those_of(brought)
        elif one.training:
            docids.update(one.training.docids)
    made = tuple(filter(None, map(fingerprint, labels.taught_by(docids))))
    found = found.with_those_of(Fingerprints(made, len(docids) - len(made)))
    if not found.documents:
        raise ModelError(
            f"nothing is known any more of the documents that {version.name} learned from",
            hint="without their fingerprints no other home can judge it; export a later version",
        )
    return found


def _lineage(registry: Registry, version: ModelVersion) -> Iterator[ModelVersion]:
    yield version
    while version.base is not None:
        version = registry.version(version.base)
        yield version


def _chunks(manifest: BundleManifest, learned: bytes, adapter: Path) -> Iterator[bytes]:
    told = _manifest.dump_json(manifest)
    yield _FIRST.format(FORM).encode()
    yield _HEAD.pack(len(told), hashlib.sha256(told).digest())
    yield told
    yield learned
    yield from chunks_of([adapter])


def check(path: Path) -> tuple[BundleManifest, Fingerprints]:
    """All that can be said of it without a base. Raises ModelError when it is no bundle, damaged,
    too large, or of a form that is not known here."""
    return _read(path, None)


def unpack(path: Path, adapter: Path) -> tuple[BundleManifest, Fingerprints]:
    """As ``check``, and its adapter is written to ``adapter``, where something damaged may stand
    after an error. Raises OSError too."""
    return _read(path, adapter)


def _read(path: Path, adapter: Path | None) -> tuple[BundleManifest, Fingerprints]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read: {error.strerror}", hint="name a file on this machine"
        ) from error
    with file:
        manifest = _read_manifest(file, path)
        learned = _read_fingerprints(file, path, manifest)
        chunks = _read_chunks(file, manifest.adapter_bytes)
        sha256 = files.pour(adapter, chunks) if adapter else _sha256(chunks)
        if sha256 != manifest.adapter_sha256 or file.read(1):
            raise _damaged(path, "its adapter is not the one of its manifest")
    return manifest, learned


def _read_manifest(file: IO[bytes], path: Path) -> BundleManifest:
    first = _FIRST.format(FORM).encode()
    begun = file.read(len(first))
    if begun != first:
        start = _FIRST.partition("{")[0].encode()
        if begun.startswith(start):
            raise ModelError(
                f"{path} is a model bundle of another form than is known here",
                hint="export it with the same version of the appliance that imports it",
            )
        raise ModelError(
            f"{path} is no model bundle", hint="`appliance model export` writes such a file"
        )
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise _damaged(path, "it is cut short")
    size, digest = _HEAD.unpack(head)
    if size > MANIFEST_BYTES:
        raise _damaged(path, "its manifest is too large")
    told = file.read(size)
    if hashlib.sha256(told).digest() != digest:
        raise _damaged(path, "its manifest is not as it was written")
    try:
        manifest = _manifest.validate_json(told)
    except ValidationError as error:
        raise _damaged(path, "its manifest is none") from error
    _check_manifest(manifest, str(path))
    return manifest


def _check_manifest(manifest: BundleManifest, about: str) -> None:
    """Its name becomes that of a folder, and a terminal shows its words."""
    named = _NAME.fullmatch(manifest.name)
    if not named or named[1] != manifest.sha256[:8]:
        raise _damaged(about, "its version is not called as nights call theirs")
    hashes = (manifest.sha256, manifest.base_sha256, manifest.adapter_sha256)
    if not all(map(_SHA256.fullmatch, (*hashes, manifest.fingerprints_sha256))):
        raise _damaged(about, "a hash of its manifest is none")
    said = (manifest.origin, manifest.base, manifest.quantisation, manifest.extraction)
    if any(one != shown(one) or len(one) > ORIGIN_LETTERS for one in said) or not manifest.origin:
        raise _damaged(about, "it does not say in plain words where it comes from")
    if not math.isfinite(manifest.made_at):
        raise _damaged(about, "it does not say when its version was made")
    if not 0 < manifest.adapter_bytes <= ADAPTER_BYTES:
        raise _damaged(about, "its adapter is too large, or there is none")
    if not 0 <= manifest.fingerprints_bytes <= FINGERPRINT_BYTES:
        raise _damaged(about, "its fingerprints are too large")


def _read_fingerprints(file: IO[bytes], path: Path, manifest: BundleManifest) -> Fingerprints:
    data = file.read(manifest.fingerprints_bytes)
    if _sha256([data]) != manifest.fingerprints_sha256:
        raise _damaged(path, "its fingerprints are not as they were written")
    try:
        learned = unpacked(data)
    except ValueError as error:
        raise _damaged(path, str(error)) from error
    if not learned.documents:
        raise ModelError(
            f"{path} does not tell what {manifest.name} learned from",
            hint="without fingerprints it could be measured here on what it was taught; " + _AGAIN,
        )
    return learned


def _read_chunks(file: IO[bytes], size: int) -> Iterator[bytes]:
    while size and (chunk := file.read(min(size, 1 << 20))):
        size -= len(chunk)
        yield chunk


def _damaged(where: Path | str, why: str) -> ModelError:
    return ModelError(f"{where} is no whole model bundle: {why}", hint=_AGAIN)


def _sha256(chunks: Iterable[bytes]) -> str:
    sha256 = hashlib.sha256()
    for chunk in chunks:
        sha256.update(chunk)
    return sha256.hexdigest()
