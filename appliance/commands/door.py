"""What all commands share: the two consoles, the home a command is meant for, its database."""

from __future__ import annotations

import os
from contextlib import closing

import typer
from rich.console import Console

from appliance import config
from appliance.domain.errors import ApplianceError
from appliance.home import Home
from appliance.records.store import Store

out = Console()
err = Console(stderr=True)


def complain(error: ApplianceError, *, about: str = "") -> None:
    err.print(f"{about}: {error}" if about else str(error), markup=False, style="red")
    if error.hint:
        err.print(f"→ {error.hint}", markup=False, style="yellow")


def at_home(context: typer.Context) -> tuple[Home, config.Settings]:
    """Raises HomeError, ConfigError."""
    home: Home = context.obj
    return home, config.load(home.folder, os.environ)


def opened(home: Home) -> closing[Store]:
    return closing(Store(home.database))
