"""Where the file of a model version comes from: as it was packaged, or as a night made it."""

from __future__ import annotations

import os
from pathlib import Path

from appliance.domain.results import ModelVersion
from appliance.learning.models.packages import PACKAGED, QUANTISATION, StarterModel, shipped
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import Make, checked


def add_default(registry: Registry) -> ModelVersion:
    """The model that comes with the installation, and what it learned before, promoted. Raises
    ModelError."""
    version = add_starter(registry, shipped())
    registry.promote(version)
    return version


def add_starter(registry: Registry, starter: StarterModel) -> ModelVersion:
    """Not promoted. Raises ModelError."""
    return registry.add_starter(starter, _maker(QUANTISATION, threads=os.cpu_count() or 1))


def make_whole(registry: Registry, version: ModelVersion, *, threads: int) -> None:
    """``restore`` where its file was left out, lost or changed. Raises ModelError."""
    if not registry.sound(version):
        restore(registry, version, threads=threads)


def restore(registry: Registry, version: ModelVersion, *, threads: int) -> None:
    """Makes a version's file again that was left out or lost: as it came, or as the night made it.
    Raises ModelError."""
    make = _maker(version.quantisation, threads=threads)
    packaged = next((one for one in PACKAGED.values() if one.sha256 == version.sha256), None)
    if packaged:
        registry.add_packaged(packaged)
    elif (starter := shipped()).name == version.name:
        registry.add_starter(starter, make)
    else:
        registry.restore(version, make)


def _maker(quantisation: str, *, threads: int) -> Make:
    # llama.cpp's shared library, which hardly any command needs.
    from appliance.learning.gguf.export import export

    def make(base: ModelVersion, adapter: Path, final: Path) -> None:
        export(checked(base), adapter, final, kind=quantisation, threads=threads)

    return make
