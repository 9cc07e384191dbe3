"""The edge document appliance: documents in, checked JSON out, on one ordinary PC.

For programs: ``from appliance import Appliance``, see docs/how-to/python.md.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from appliance.api.appliance import Appliance
    from appliance.api.values import Held, Result, State, Ticket
    from appliance.domain.errors import ApplianceError, RefusedError, TakenError

__version__ = "0.1.0"
__all__ = [
    "Appliance",
    "ApplianceError",
    "Held",
    "RefusedError",
    "Result",
    "State",
    "TakenError",
    "Ticket",
]

# Before anything loads onnxruntime: from 1.29 on it else writes a number for this machine to the
# disk, and sends Microsoft what it is used for. Children inherit it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

_ROOMS = {"Appliance": "api.appliance"} | dict.fromkeys(
    ("Held", "Result", "State", "Ticket"), "api.values"
)


def __getattr__(name: str) -> object:
    """Imports what is for programs when one asks: it takes a second, which no command pays for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS.get(name, 'domain.errors')}"), name)
