"""A registry of made-up models, for tests of what is kept of versions."""

from __future__ import annotations

from pathlib import Path

from appliance.domain.results import ModelVersion
from appliance.learning.models import versions
from appliance.learning.models.registry import Registry
from bench.chance_adapter import TRAINING


class Shop:
    """A registry whose versions are a few bytes each, and whose clock is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = 1000.0
        self.models = Registry(folder / "models", clock=lambda: self.now)

    def base(self, name: str = "one") -> ModelVersion:
        source = self.folder / f"{name}.gguf"
        source.write_bytes(b"GGUF " + name.encode())
        return self.models.add(source)

    def candidate(self, base: ModelVersion, name: str) -> Path:
        folder = self.models.folder / ".night" / name
        folder.mkdir(parents=True)
        adapter = folder / versions.ADAPTER
        adapter.write_bytes(b"GGUF adapter " + name.encode())
        merge(base, adapter, folder / versions.MODEL)
        return folder

    def tuned(self, base: ModelVersion, name: str) -> ModelVersion:
        self.now += 1
        version = ModelVersion(name, "", "", ("acme",), base.name, "Q8_0", training=TRAINING)
        return self.models.publish(self.candidate(base, name), version)


def merge(base: ModelVersion, adapter: Path, final: Path) -> None:
    """As the real one: the same bytes of the same two files."""
    final.write_bytes(Path(base.path).read_bytes() + adapter.read_bytes())
