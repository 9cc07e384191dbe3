"""The door: one command line over all commands; every foreseen error ends in its next step."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command, get_group

from appliance import __version__
from appliance.cli.context import Console, complain, err, out
from appliance.cli.log import log_to
from appliance.domain.errors import ApplianceError, HomeError
from appliance.settings.home import Home
from appliance.system.files import keep_private

log = logging.getLogger(__name__)

MODULES = {
    "day": ("init", "run", "process", "demo"),
    "status": ("status",),
    "documents": ("queue", "show", "retry"),
    "deliveries": ("deliveries",),
    "importing": ("import",),
    "exporting": ("export",),
    "forgetting": ("forget",),
    "station": ("review",),
    "senders": ("senders",),
    "promise": ("promise",),
    "report.command": ("report",),
    "night": ("tune",),
    "models": ("models", "promote", "rollback", "model"),
    "fleet": ("fleet",),
    "auditing": ("audit",),
    "maintenance": (
        *("doctor", "health", "verify", "backup", "restore", "evaluate", "schema"),
        "doctypes",
    ),
    "service": ("service",),
}
"""The commands in the order in which the help lists them, by the module of each."""
SELDOM = 100_000
"""Objects made before a search for what is garbage. A history has millions, all of them in use: at
Python's own 700 a seventh of a promise's time went there."""
_MODULE_OF = {name: module for module, names in MODULES.items() for name in names}


class Commands(TyperGroup):
    """Loads a command when it is asked for: all of them take most of a second."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_MODULE_OF)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in _MODULE_OF and cmd_name not in self.commands:
            module = import_module(f"appliance.cli.{_MODULE_OF[cmd_name]}")
            self.commands.update(get_group(module.app).commands)
        return self.commands.get(cmd_name)

    def load(self) -> Commands:
        """With all commands."""
        for name in _MODULE_OF:
            self.get_command(None, name)
        return self

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in _MODULE_OF:
            self.load()  # what is like it is asked of all
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **named: Any) -> Any:
        with _complaining():
            return super().make_context(*args, **named)

    def invoke(self, ctx: Any) -> Any:
        with _complaining():
            return super().invoke(ctx)


@contextmanager
def _complaining() -> Iterator[None]:
    """Typer prints what is wrong with a command line on our console."""
    try:
        yield
    except TyperException:
        from typer import rich_utils  # takes a twentieth of a second, and few lines are wrong

        vars(rich_utils)["Console"] = Console
        raise


app = typer.Typer(
    cls=Commands,
    help="Reads documents on this machine: files in the inbox become JSON in the outbox.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def every_command() -> Commands:
    group = get_command(app)
    assert isinstance(group, Commands)
    return group.load()


def main() -> None:
    """Every foreseen error ends in its message, the next step and its own exit code; any other in
    the log."""
    log_to(err, values=False)
    gc.set_threshold(SELDOM)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # Windows writes pipes in a code page of its own
            stream.reconfigure(encoding="utf-8", errors="replace")
    keep_private()
    try:
        app()
    except ApplianceError as error:
        _give_up(error)
    except Exception as error:
        if isinstance(error, OSError) and error.errno == ENOSPC:
            what = "no room is left on the disk that was written to"
            _give_up(HomeError(what, hint="free some, then give the command again"))
        log.exception("a bug: please report what follows")
        sys.exit(1)


def _give_up(error: ApplianceError) -> NoReturn:
    complain(error)
    sys.exit(error.exit_code)


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
