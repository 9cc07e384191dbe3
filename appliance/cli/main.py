"""The door: one command line over all commands; every foreseen error ends in its next step."""

from __future__ import annotations

import logging
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from typer import rich_utils

from appliance import __version__
from appliance.cli import (
    day,
    deliveries,
    documents,
    exporting,
    forgetting,
    importing,
    maintenance,
    models,
    night,
    promise,
    senders,
    service,
    station,
)
from appliance.cli.context import Console, complain, err, out
from appliance.cli.report import command as report
from appliance.cli.reporting import log_to
from appliance.domain.errors import ApplianceError
from appliance.settings.home import Home
from appliance.system.files import keep_private

log = logging.getLogger(__name__)

vars(rich_utils)["Console"] = Console  # on which Typer complains of a command line

app = typer.Typer(
    help="Reads documents on this machine: files in the inbox become JSON in the outbox.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for commands in (
    *(day, documents, deliveries, importing, exporting, forgetting, station),
    *(senders, promise, report, night, models, maintenance, service),
):
    app.add_typer(commands.app)


def main() -> None:
    """Every foreseen error ends in its message, the next step and its own exit code; any other in
    the log."""
    log_to(err, values=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # Windows writes pipes in a code page of its own
            stream.reconfigure(encoding="utf-8", errors="replace")
    keep_private()
    try:
        app()
    except ApplianceError as error:
        complain(error)
        sys.exit(error.exit_code)
    except Exception:
        log.exception("a bug: please report what follows")
        sys.exit(1)


HomeOption = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar="APPLIANCE_HOME",
        help="Home folder of the appliance.",
        file_okay=False,
        show_default="the current folder",
    ),
]


def _version(asked: bool) -> None:
    if asked:
        out.print(__version__, highlight=False)
        raise typer.Exit


@app.callback()
def _door(
    context: typer.Context,
    home: HomeOption = Path(),
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context.obj = Home(home.absolute())
