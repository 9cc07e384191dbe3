"""The command of the night: learn from what clerks said, now."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Annotated

import typer
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from appliance.cli import model_views
from appliance.cli.context import at_home, err, out
from appliance.domain.results import GateOutcome
from appliance.learning.models.registry import Registry
from appliance.learning.trainer.tuning import TuningProgress
from appliance.system.lifeline import on_parting

app = typer.Typer()

MINUTE = 60.0
"""Seconds between two lines of progress where no terminal is."""


@app.command()
def tune(
    context: typer.Context,
    until: Annotated[
        float | None, typer.Option(help="End by this time, in seconds since 1970.", hidden=True)
    ] = None,
) -> None:
    """Learn from the labelled documents now; a model proven better serves afterwards. One that was
    imported is judged first."""
    from appliance.service import (
        night,  # llama.cpp's shared library, which other commands do without
    )

    home, settings = at_home(context)
    stop = Event()
    _stop_on_signals(stop)
    if until is not None:
        on_parting(stop.set)  # the daemon began it
    with _shown() as tell:
        version = night.run(home, settings, stop=stop, until=until, tell=tell, say=_say)
    out.print(model_views.verdict(version), highlight=False)
    promoted = version.verdict and version.verdict.outcome is GateOutcome.PROMOTED
    if promoted and (back := Registry(home.models).back()):
        out.print(f"back: `appliance rollback` to {back}", highlight=False)
    if version.origin:
        out.print("next: `appliance tune` again, to learn from documents here", highlight=False)


def _say(text: str) -> None:
    err.print(text, highlight=False)


@contextmanager
def _shown() -> Iterator[Callable[[TuningProgress], None]]:
    """A bar on a terminal, a line a minute elsewhere."""
    if not err.is_terminal:
        yield _lines()
        return
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Bars(*columns, console=err, transient=True) as bars:
        task = bars.add_task("beginning", total=None)

        def tell(progress: TuningProgress) -> None:
            bars.update(
                task,
                description=model_views.progress(progress),
                completed=progress.done,
                total=progress.steps or None,
            )

        yield tell


def _lines() -> Callable[[TuningProgress], None]:
    said, at = "", 0.0

    def tell(progress: TuningProgress) -> None:
        nonlocal said, at
        now = time.monotonic()
        if progress.phase != said or now - at >= MINUTE:
            said, at = progress.phase, now
            err.print(model_views.progress(progress), highlight=False)

    return tell


def _stop_on_signals(stop: Event) -> None:
    """Ctrl-C keeps a checkpoint; a second one ends at once, which loses minutes."""

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
