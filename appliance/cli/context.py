"""What all commands share: how they print, the home a command is meant for, its database.

Everything that is printed goes through here, where no text of others reaches a terminal as it is.
"""

from __future__ import annotations

import getpass
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import typer
from rich.console import Console as Rich
from rich.console import ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from appliance.cli.log import log_to
from appliance.domain.characters import as_json, shown_lines, uncontrolled
from appliance.domain.errors import ApplianceError
from appliance.records.store import Store
from appliance.settings import config
from appliance.settings.home import Home


class Console(Rich):
    """To which no text is a command; those of rich itself are none of a text's."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(shown_lines(segment.text), segment.style)


# Without markup or emoji: a folder may be called [old], and ":b:" stands in an address.
out = Console(markup=False, emoji=False)
err = Console(stderr=True, markup=False, emoji=False)


def tell_done(what: str, about: str) -> None:
    """In a line, as long as it is."""
    out.print(Text.assemble((f"{what}:", "green"), f" {about}"), soft_wrap=True)


def tell(value: object) -> None:
    """As a line of JSON, for a program."""
    print(as_json(value))


def tell_each(values: Iterable[object]) -> None:
    """A line of JSON each."""
    for value in values:
        tell(value)


def tell_file(text: str) -> None:
    """As it is, to be kept as a file; fit to be seen where it goes to a terminal."""
    print(shown_lines(text) if sys.stdout.isatty() else text, end="")


def typed(words: str | None) -> str | None:
    """What somebody wrote on a command line, where it may hold bytes of no text, as the records
    keep it."""
    return None if words is None else uncontrolled(words)


def as_typed(path: Path) -> str:
    """As one word of a command line, where it may hold blanks."""
    if sys.platform == "win32":
        return subprocess.list2cmdline([path])
    return shlex.quote(str(path))


def user() -> str:
    """Of the system, who gives the command."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # what a container's user has no name is told by
        return "unknown"


def complain(error: ApplianceError, *, about: str = "") -> None:
    err.print(f"{about}: {error}" if about else str(error), style="red")
    if error.hint:
        err.print(f"→ {error.hint}", style="yellow")


def at_home(context: typer.Context) -> tuple[Home, config.Settings]:
    """Raises HomeError, ConfigError."""
    home: Home = context.obj
    settings = config.load(home.folder, os.environ)
    log_to(err, values=settings.log.values)
    return home, settings


def opened(home: Home) -> closing[Store]:
    return closing(Store(home.database))
