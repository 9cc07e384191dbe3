"""Which model version serves: ``champion.json`` says it, and which served before it.

It is one small file that is replaced at once, so a power cut leaves the old state or the new one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from appliance.domain.errors import ModelError, SealError
from appliance.domain.json_form import JsonForm
from appliance.domain.results import GateOutcome, ModelVersion, ServingStatus
from appliance.evaluation import fingerprints
from appliance.learning.models.packages import QUANTISATION, PackagedModel, StarterModel
from appliance.learning.models.versions import (
    ADDING,
    LIST,
    MANIFEST,
    MODEL,
    Make,
    Versions,
    check_adapter,
    chunks_of,
    remove_folder,
    sha256_of,
)
from appliance.promise import policies
from appliance.system import files
from appliance.system.sealing import unsealed

MEMORY = 50
"""Champions that are remembered."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What ``champion.json`` says; a manifest's copy, which stood there once, reads as one."""

    name: str
    before: tuple[str, ...] = ()
    """Names of the versions that served before, the latest last."""
    rolled_back: tuple[str, ...] = ()
    """Names of those that a rollback took away, the latest last."""

    def to(self, name: str) -> Pointer:
        if name == self.name:
            return self
        return replace(self, name=name, before=(*self.before, self.name)[-MEMORY:])

    def back(self, names: Collection[str]) -> Pointer | None:
        """To the latest before that is still among ``names``; None when there is none."""
        for at in reversed(range(len(self.before))):
            if self.before[at] in names and self.before[at] != self.name:
                gone = (*self.rolled_back, self.name)[-MEMORY:]
                return Pointer(self.before[at], self.before[:at], gone)
        return None

    def has_served(self, name: str) -> bool:
        """Or does: whoever lets another one serve since then meant it."""
        return name in (self.name, *self.before, *self.rolled_back)


def spare(
    versions: Iterable[ModelVersion], pointer: Pointer, *, serving: str = "", keep: int
) -> list[ModelVersion]:
    """Tuned versions whose GGUF nobody will miss: not of the ``keep`` latest, nor in use.

    In use are the champion, the one that a rollback brings, and ``serving``, which the daemon goes
    on with while the champion is refused. Without an adapter a file could not be made again.
    """
    tuned = sorted(
        (version for version in versions if version.base is not None),
        key=lambda version: (version.made_at, version.name),
    )
    older = tuned[: max(0, len(tuned) - keep)]
    back = pointer.back({version.name for version in tuned})
    used = {pointer.name, serving, back.name if back else ""}
    return [version for version in older if version.adapter and version.name not in used]


def learned(version: ModelVersion, docids: Collection[str], labelled: Mapping[str, float]) -> bool:
    """Did it learn from one of these documents? ``labelled`` is by docid when each of them that was
    approved was so for the first time. Of a version that did not note its documents it is assumed
    of all that were by the time of its newest; not of one that was tuned elsewhere."""
    training = version.training
    if training is None:
        return False
    if training.docids or version.origin:  # whose clock is another
        return not set(docids).isdisjoint(training.docids)
    newest = training.labelled_at or version.made_at
    return any(when <= newest for when in labelled.values())


def successor(versions: Iterable[ModelVersion], pointer: Pointer) -> ModelVersion | None:
    """Which of these is to serve instead of the champion: the latest that served before; else the
    newest that no gate refused; None where there is none."""
    known = {version.name: version for version in versions}
    back = pointer.back(known)
    if back:
        return known[back.name]
    proven = [
        version
        for version in known.values()
        if version.verdict is None or version.verdict.outcome is GateOutcome.PROMOTED
    ]
    return max(proven, key=lambda version: (version.made_at, version.name), default=None)


CHAMPION = "champion.json"
SERVING = "serving.json"
_PROMOTE = f"`appliance promote VERSION` writes it anew; {LIST}"

_pointer = JsonForm(Pointer)
_service = JsonForm(ServingStatus)


class Registry(Versions):
    # How it comes

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
        return self._copy([source], stem=source.stem.lower())

    def add_packaged(self, packaged: PackagedModel) -> ModelVersion:
        """Copies an installed model in. Raises ModelError when it is not the one that we know."""
        pieces = packaged.find()
        if sha256_of(pieces) != packaged.sha256:
            raise packaged.unknown()
        return self._copy(pieces, stem=packaged.stem, quantisation=packaged.quantisation)

    def add_starter(self, starter: StarterModel, make: Make) -> ModelVersion:
        """Its base and its adapter as one model, from which nights begin. Raises ModelError."""
        known = self.version(starter.name) if starter.name in self.names() else None
        if known and self.sound(known):
            return known
        (piece,) = starter.base.find()
        if sha256_of([piece]) != starter.base.sha256:
            raise starter.base.unknown()
        base = ModelVersion(starter.base.name, str(piece), starter.base.sha256)
        if known:
            self._mend(known, lambda file: make(base, starter.adapter, file))
            return known
        folder = self.folder / (ADDING + starter.name)
        with self.writing():
            files.make_folder(folder)
        made = ModelVersion(
            starter.name,
            "",
            "",
            quantisation=QUANTISATION,
            names_columns=starter.names_columns,
        )
        make(base, starter.adapter, folder / MODEL)
        return self.publish(folder, made)

    # Which one serves

    def pointer(self) -> Pointer:
        """Raises ModelError."""
        path = self.folder / CHAMPION
        try:
            return _pointer.validate_json(self.seals.read(path, hint=_PROMOTE))
        except FileNotFoundError as error:
            hint = "`appliance promote VERSION`, `appliance model add FILE`, or `appliance init`"
            raise ModelError(f"no model: {path} is missing", hint=hint) from error
        except OSError as error:
            hint = "let the appliance read it"
            raise ModelError(f"{path} cannot be read: {error.strerror}", hint=hint) from error
        except ValidationError as error:
            raise ModelError(f"{path} is damaged", hint=_PROMOTE) from error

    def mark(self) -> bytes:
        """Another one whenever another version was promoted; quick."""
        try:
            return (self.folder / CHAMPION).read_bytes()
        except OSError:
            return b""

    def has_champion(self) -> bool:
        return (self.folder / CHAMPION).exists()

    def champion(self) -> ModelVersion:
        """The version that is to serve, its path absolute. Raises ModelError."""
        return self.version(self.pointer().name)

    def promote(self, version: ModelVersion) -> None:
        """Raises ModelError when its file was left out, or changed since it was sealed."""
        try:
            pointer = self.pointer().to(version.name)
        except ModelError:
            pointer = Pointer(version.name)  # none yet, or a damaged one, which this mends
        self._point(pointer)

    def rollback(self) -> ModelVersion:
        """Promotes what served before. Raises ModelError when there is nothing."""
        pointer = self.pointer()
        back = pointer.back(self.names())
        if back is None:
            hint = f"`appliance promote VERSION`; {LIST}"
            raise ModelError(f"no version served before {pointer.name}", hint=hint)
        self._point(back)
        return self.version(back.name)

    def back(self) -> str | None:
        """What ``rollback`` would promote; None when there is nothing."""
        try:
            pointer = self.pointer().back(self.names())
        except ModelError:
            return None
        return pointer.name if pointer else None

    def _point(self, pointer: Pointer) -> None:
        if not self.whole(self.version(pointer.name)):
            raise ModelError(
                f"the file of {pointer.name} was left out to save space",
                hint="it has to be made again first, from its base and its adapter",
            )
        with suppress(ModelError):
            if self.pointer() == pointer:
                return
        self._write_pointer(pointer)

    def _write_pointer(self, pointer: Pointer) -> None:
        with self.writing():
            self.seals.write(self.folder / CHAMPION, _pointer.dump_json(pointer, indent=2))

    def note(self, service: ServingStatus) -> None:
        """What the daemon serves, for whoever asks."""
        with self.writing():
            files.write(self.folder / SERVING, _service.dump_json(service, indent=2))

    def service(self) -> ServingStatus | None:
        """As last noted; None when nothing can be known of it."""
        try:
            return _service.validate_json((self.folder / SERVING).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    # What was sealed

    def begin_seals(self) -> bool:
        """In a home of before there were seals: seals what is there, and says whether there was
        anything. Raises SealError where there are seals and no key, and ModelError."""
        if self.seals.begun:
            return False
        self.seals.check_key(self._sealed_files())
        self.seal()
        return bool(self.names())

    def seal(self) -> None:
        """Takes manifests, adapters and what says which version serves for the appliance's own, as
        they are there now. A score file that was changed goes: it is computed anew from the
        records. Raises ModelError."""
        with self.writing(), self.seals.sealing():
            for name in self.names():
                self.seal_version(name)
                self._seal_scores(self.folder / name)
                fingerprints.seal(self.folder / name, seals=self.seals)
            with suppress(FileNotFoundError, ValidationError):
                found = (self.folder / CHAMPION).read_bytes()
                self._write_pointer(_pointer.validate_json(unsealed(found)))

    def flaws(self, *, quick: bool = False) -> Iterator[ModelError]:
        """What of all versions is not as it was sealed; ``quick`` leaves out adapters. GGUFs are
        compared with their manifests when they are loaded."""
        names = set(self.names())
        if names or self.has_champion():
            try:
                names.add(self.pointer().name)
            except ModelError as error:
                yield error
        for name in sorted(names):
            yield from self._flaws_of(name, quick=quick)

    def _flaws_of(self, name: str, *, quick: bool = False) -> Iterator[ModelError]:
        yield from _error_of(lambda: self._check(name, quick=quick))
        with suppress(FileNotFoundError):
            yield from _error_of(lambda: policies.sealed(self.folder / name))

    def _check(self, name: str, *, quick: bool) -> None:
        version = self.version(name)
        if not quick:
            check_adapter(version)
        if version.origin:
            fingerprints.kept(self.folder / name, seals=self.seals, of=name)

    def _seal_scores(self, folder: Path) -> None:
        try:
            found = policies.sealed(folder)
        except FileNotFoundError:
            return
        except SealError:
            files.remove(folder / policies.FILE)
        else:
            self.seals.write(folder / policies.FILE, found, of=folder.name)

    def _sealed_files(self) -> list[Path]:
        of_versions = (MANIFEST, policies.FILE, fingerprints.FILE)
        names = (CHAMPION, *(f"[!.]*/{name}" for name in of_versions))
        return [path for name in names for path in self.folder.glob(name)]

    # What goes

    def remove(self, version: ModelVersion) -> None:
        """The champion stays."""
        if not self.has_champion() or self.pointer().name != version.name:
            with self.writing():
                remove_folder(self.folder / version.name)

    def prune(self, keep: int = 3) -> list[ModelVersion]:
        """Leaves out the GGUF of tuned versions, but of the ``keep`` latest and of what is in use.

        Adapters and bases stay, so that each can be made again.
        """
        service = self.service()
        serving = service.name if service else ""
        pruned = [
            version
            for version in spare(self.versions(), self.pointer(), serving=serving, keep=keep)
            if self.whole(version) and self._can_be_made(version)
        ]
        for version in pruned:
            files.remove(self.folder / version.path)
        return pruned

    def _can_be_made(self, version: ModelVersion) -> bool:
        return (
            version.base in self.names()
            and version.adapter is not None
            and (self.folder / version.adapter).is_file()
            and not list(self._flaws_of(version.name))
        )

    def _copy(self, sources: Sequence[Path], *, stem: str, quantisation: str = "") -> ModelVersion:
        sha256 = sha256_of(sources)
        name = f"{stem}-{sha256[:8]}"
        if name in self.names():
            known = self.version(name)
            self._mend(known, lambda made: files.pour(made, chunks_of(sources)))
            return known
        folder = self.folder / (ADDING + name)
        with self.writing():
            files.make_folder(folder)
            files.pour(folder / MODEL, chunks_of(sources))
        version = ModelVersion(name, f"{name}/{MODEL}", sha256, quantisation=quantisation)
        return self.publish(folder, version)


def _error_of(attempt: Callable[[], object]) -> Iterator[ModelError]:
    try:
        attempt()
    except ModelError as error:
        yield error
