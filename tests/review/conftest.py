"""What the station's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from made_up_station import UNSURE, Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        yield office


@pytest.fixture
def shop(office: Office) -> Office:
    """Two documents wait, each for two keys."""
    office.drop("R-1", UNSURE)
    office.drop("R-2", UNSURE)
    office.work()
    return office


@pytest.fixture(autouse=True)
def quick_pilot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else Textual's pilot waits 60 ms at each key for a process that is idle long since."""
    monkeypatch.setattr("textual._wait.SLEEP_GRANULARITY", 0.002)
