"""The embedded default model, opened once for the tests that are marked ``model``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.extraction.engine import Engine


@pytest.fixture(scope="session")
def engine(gguf: Path) -> Iterator[Engine]:
    with Engine(gguf, context=4096, threads=1) as opened:
        yield opened
