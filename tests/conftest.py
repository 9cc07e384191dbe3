"""What every room's tests may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How fast a machine is, is no test's business: a busy one must not fail what is right.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
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


def _data() -> Path | None:
    name = os.environ.get("APPLIANCE_DATA")
    return Path(name) if name and Path(name).is_dir() else None
