"""How a running appliance tells what it does: a live board on a terminal, plain lines elsewhere.

Those lines too say what stands on a document only when its owner wants that.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from appliance.cli import model_views, promise_views, views
from appliance.cli.log import log_to
from appliance.domain.prediction import in_kind, in_short
from appliance.domain.results import ENDS, JobState
from appliance.promise.evidence_answers import BackfillProgress
from appliance.records.store import Store
from appliance.service.daemon import DayEvent, Reporter
from appliance.service.night_scheduler import NightBegun, NightEnded
from appliance.service.pipeline import StepResult
from appliance.service.serving import Swapped, SwapRefused
from appliance.settings.home import Home

LINES = 12
"""Of what happened last."""


@contextmanager
def reporting(home: Home, console: Console, *, values: bool) -> Iterator[Reporter]:
    """Gives the daemon somebody to tell; log lines go to the same place. With ``values`` they say
    what stands on a document, as the board does."""
    log_to(console, values=values)
    if not console.is_terminal:
        yield lambda event: _print(event, console, values=values)
        return
    store = Store(home.database)
    board = _Board(store)
    with Live(board, console=console, refresh_per_second=4):
        yield board.tell
    store.close()


class _Board:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._events: deque[Text] = deque(maxlen=LINES)
        self._spinner = Spinner("dots")
        self._began = time.monotonic()
        self._ended = 0

    def tell(self, event: DayEvent) -> None:
        self._events.extend(_lines(event, values=True))
        if isinstance(event, StepResult):
            self._ended += event.state in ENDS and event.state != event.job.state

    def __rich__(self) -> RenderableType:
        minutes = (time.monotonic() - self._began) / 60
        pace = f"{self._ended} done, {self._ended / minutes:.1f} a minute" if self._ended else ""
        doing = views.in_hand(self._store.in_hand()) or "watching the inbox"
        self._spinner.update(text=Text(doing))
        head = Table.grid(padding=(0, 3))
        head.add_row(self._spinner, Text(pace, style="dim"), Text("Ctrl-C ends", style="dim"))
        return Group(head, views.counts(self._store.counts()), Text(""), *self._events)


def _print(event: DayEvent, console: Console, *, values: bool) -> None:
    for line in _lines(event, values=values):
        console.print(line, soft_wrap=True)


def _lines(event: DayEvent, *, values: bool) -> Iterator[Text]:
    now = datetime.now().strftime("%H:%M:%S ")
    if isinstance(event, StepResult):
        took = f" ({event.seconds:.1f} s)" if event.seconds >= 0.05 else ""
        state = Text(f"{event.state.value:<9} ", style=views.STYLES[event.state])
        why = in_short(event.blockers) if values else in_kind(event.blockers)
        note = (f"  {event.note or why}", "dim")
        yield Text.assemble((now, "dim"), state, event.job.source, took, note)
        return
    if isinstance(event, Swapped):
        took = f" ({event.seconds:.1f} s)"
        yield Text.assemble((now, "dim"), ("model     ", "cyan"), event.new, took, " serves")
        return
    if isinstance(event, SwapRefused):
        yield Text.assemble((now, "dim"), ("model     ", "yellow"), model_views.kept(event))
        return
    if isinstance(event, NightBegun | NightEnded):
        yield Text.assemble((now, "dim"), ("night     ", "cyan"), model_views.told(event))
        return
    if isinstance(event, BackfillProgress):
        told = promise_views.backfilled(event)
        yield Text.assemble((now, "dim"), ("evidence  ", "cyan"), told)
        return
    for taken in event.taken:
        told = "" if taken.new else "  these bytes were here before: not processed again"
        arrived = Text("arrived   ", style=views.STYLES[JobState.ARRIVED])
        yield Text.assemble((now, "dim"), arrived, taken.source, (told, "dim"))
    for trouble in event.troubles:
        hint = f" ({trouble.hint})" if trouble.hint else ""
        yield Text.assemble((now, "dim"), ("stays     ", "yellow"), trouble.message + hint)
