"""A monkey at the real station: keys by hand, held keys, bursts and pastes, all by chance.

It knows no document and wants nothing. Every document that it approves or refuses has to come of a
key that was pressed by hand, while the screen asked for it or the last value that needed somebody
was in hand.
"""

from __future__ import annotations

import logging
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from rich.console import Console
from textual import _wait, events
from textual.pilot import Pilot
from textual.screen import Screen

from appliance.review.app import StationApp
from appliance.review.desk import Desk
from appliance.review.screens.review import ReviewScreen

HAND, HELD, BURST = (0.18, 0.9), 0.03, 0.006
"""Seconds between two keys."""
ASKS = ("Approve?", "Why is it refused?", "Why is it right all the same?", "What kind of document")
"""What stands on the screen where one key more decides on a document."""
DECIDING = {"enter", *"a123456789"}
LAST = "the last value that needs her"
ANSWERS = {*DECIDING, "n", "f4", "i", "f5"}
"""Keys that settle it."""
KEYS = ("enter",) * 24 + (
    *("tab", "down", "right", "up", "escape", "backspace", "end", "f4", "plus", "minus") * 2,
    *("shift+tab", "left", "home", "delete", "insert", "pagedown", "pageup", "ctrl+right"),
    *("f1", "f2", "f3", "f5", "f6", "f7", "f8", "f9", "slash", "question_mark", "space"),
    *string.ascii_lowercase,
    *string.digits,
    *"aaa111",
)
TEXTS = ("Marrick Engineering Limited", "12 Jan 2026", "4006381333931", "r1", "n i r t s 2,50")
_CHARACTERS = {"plus": "+", "minus": "-", "slash": "/", "question_mark": "?", "space": " "}


@dataclass(frozen=True)
class Press:
    key: str
    gap: float
    """Seconds since the key before."""
    hand: bool = True
    """Pressed by hand, neither held nor part of a burst."""
    pasted: str = ""


def presses(rng: random.Random) -> Iterator[Press]:
    """Without end."""
    while True:
        kind = rng.random()
        if kind < 0.75:
            yield Press(rng.choice(KEYS), rng.uniform(*HAND))
        elif kind < 0.85:
            key = rng.choice(KEYS)
            yield Press(key, rng.uniform(*HAND))
            yield Press(key, 0.5, hand=False)
            for _ in range(rng.randrange(2, 25)):
                yield Press(key, HELD, hand=False)
        elif kind < 0.97:
            text = rng.choice((*TEXTS, "".join(rng.choices(string.printable[:62] + " ", k=12))))
            yield Press(text[0], rng.uniform(*HAND), hand=False)
            for character in text[1:]:
                yield Press("space" if character == " " else character, BURST, hand=False)
            if rng.random() < 0.7:
                yield Press("enter", BURST, hand=False)
        else:
            yield Press("", rng.uniform(*HAND), hand=False, pasted=rng.choice(TEXTS) + "\n")


class Waiting:
    def __init__(self, at: float, action: Callable[[], None]) -> None:
        self.at, self.action, self.stopped = at, action, False

    def stop(self) -> None:
        self.stopped = True


@dataclass
class Ticks:
    """The station's time, which stands until the monkey moves it."""

    now: float = 1000.0
    waiting: list[Waiting] = field(default_factory=list)

    def pass_by(self, seconds: float) -> bool:
        """Whether something that waited was done."""
        self.now += seconds
        due = [one for one in self.waiting if not one.stopped and one.at <= self.now]
        self.waiting = [one for one in self.waiting if not one.stopped and one.at > self.now]
        for one in due:
            one.action()
        return bool(due)


class MonkeyStation(StationApp):
    """Remembers what is decided, and never leaves."""

    def __init__(self, desk: Desk, ticks: Ticks) -> None:
        super().__init__(desk, clock=lambda: ticks.now, pressed_at=lambda event: ticks.now)
        self._ticks = ticks
        self.decisions = 0

    def after(  # type: ignore[override]
        self, screen: Screen[Any], seconds: float, action: Callable[[], None]
    ) -> Waiting:
        waiting = Waiting(self._ticks.now + seconds, action)
        self._ticks.waiting.append(waiting)
        return waiting

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """She would have to start it again."""

    def on_review_screen_approved(self, message: ReviewScreen.Approved) -> None:
        self.decisions += 1

    def on_review_screen_rejected(self, message: ReviewScreen.Rejected) -> None:
        self.decisions += 1


@dataclass
class Outcome:
    keys: int = 0
    decided: int = 0
    unmeant: list[str] = field(default_factory=list)
    """Screens on which a document was decided by a key that was not asked for."""
    bugs: list[str] = field(default_factory=list)
    lost: int = 0
    """Documents that neither wait nor were decided on."""


class Bugs(logging.Handler):
    def __init__(self, outcome: Outcome) -> None:
        super().__init__(logging.ERROR)
        self._outcome = outcome

    def emit(self, record: logging.LogRecord) -> None:
        self._outcome.bugs.append(self.format(record))


class Monkey:
    def __init__(self, desk: Desk, seed: int) -> None:
        self._ticks = Ticks()
        self.station = MonkeyStation(desk, self._ticks)
        self._rng = random.Random(seed)
        self._last = Press("", 0.0), ""

    async def work(
        self, outcome: Outcome, *, keys: int, enough: Callable[[], bool] = lambda: False
    ) -> None:
        """Until so many are pressed, nothing waits any more, or it is ``enough``."""
        # Else Textual waits 60 ms at each key for a process that is idle long since.
        _wait.SLEEP_GRANULARITY = 0.002
        bugs = Bugs(outcome)
        logging.getLogger("appliance").addHandler(bugs)
        try:
            async with self.station.run_test(size=(120, 40)) as pilot:
                await self._calm(pilot)
                for press in presses(self._rng):
                    if outcome.keys >= keys or enough() or not self.station.desk.queue():
                        return
                    await self._press(pilot, press, outcome)
        finally:
            logging.getLogger("appliance").removeHandler(bugs)

    async def _press(self, pilot: Pilot[None], press: Press, outcome: Outcome) -> None:
        before = self.station.decisions
        if self._ticks.pass_by(press.gap):
            await self._calm(pilot)
        self._judge(self._last, before, outcome)
        shown, before = self._shown(), self.station.decisions
        self._last = press, shown
        outcome.keys += 1
        if press.pasted:
            self.station.screen.post_message(events.Paste(press.pasted))
        else:
            character = _CHARACTERS.get(press.key, press.key if len(press.key) == 1 else None)
            self.station.post_message(events.Key(press.key, character))
        await self._calm(pilot)
        self._judge(self._last, before, outcome)

    def _judge(self, last: tuple[Press, str], before: int, outcome: Outcome) -> None:
        """Whether what was decided since was asked for."""
        (press, shown), decided = last, self.station.decisions - before
        outcome.decided += decided
        keys = ANSWERS if shown == LAST else DECIDING
        asked = shown == LAST or any(asks in shown for asks in ASKS)
        if decided and not (asked and press.hand and press.key in keys):
            outcome.unmeant.append(f"{press}\n{shown}")

    def _shown(self) -> str:
        """What stands on the screen, where it could ask for a decision."""
        screen = self.station.screen
        state = screen.state if isinstance(screen, ReviewScreen) else None
        if isinstance(screen, ReviewScreen) and not (state and state.approving):
            return LAST if state and state.draft.next(state.place) == state.place else ""
        size = self.station.size
        console = Console(width=size.width, height=size.height, file=StringIO(), record=True)
        console.print(self.station.screen._compositor.render_update(full=True))
        return console.export_text()

    async def _calm(self, pilot: Pilot[None]) -> None:
        """What one message leads to may be another message, twice over."""
        for _ in range(3):
            await pilot.pause()
            while self.station.tasks.busy:
                await self.station.tasks.settled()
                await pilot.pause()
