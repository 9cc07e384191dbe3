"""The libraries of the fleet are an extra, and nothing else of the appliance needs them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.domain.errors import FleetError

INSTALL = "pip install 'edge-document-appliance[fleet]'"

LIBRARIES = ("nats", "nkeys", "cryptography")


def check() -> None:
    """Without importing them. Raises FleetError when one is not installed."""
    for name in LIBRARIES:
        if importlib.util.find_spec(name) is None:
            raise FleetError(f"{name} is not installed", hint=INSTALL)


@contextmanager
def needed() -> Iterator[None]:
    """Around the import of one of them. Raises FleetError when it is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise FleetError(f"{error.name} is not installed", hint=INSTALL) from error
