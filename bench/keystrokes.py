"""A scripted clerk at the real station: every key she presses is counted, and for what."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from textual.pilot import Pilot

from appliance.doctypes import catalogue
from appliance.evaluation.scoring import truth
from appliance.fields.style import PLAIN, style_of
from appliance.review.app import StationApp
from appliance.review.draft.places import DOCUMENT
from appliance.review.editor.editor import EditorState
from appliance.review.screens.key_screen import KeyScreen
from appliance.review.screens.review import ReviewScreen
from appliance.review.scripted import KnownValues, ScriptedClerk, means
from appliance.service import wiring
from appliance.settings.home import Home
from bench import common
from bench.accuracy import folders
from bench.held import Held


@dataclass
class Cost:
    """Of one document."""

    name: str
    confirmed: int = 0
    wrong: list[str] = field(default_factory=list)
    """The right values of the fields that were wrong."""
    on_confirmed: int = 0
    """Keys pressed on what was right, approval right after it among them."""
    on_wrong: int = 0
    """The same of what was wrong."""

    @property
    def pressed(self) -> int:
        return self.on_confirmed + self.on_wrong

    @property
    def budget(self) -> float:
        return 1.3 * self.confirmed + sum(len(value) / 2 + 2 for value in self.wrong)


STOPS = 100
"""At one document: more means that she and the station do not understand each other."""


class Ticking:
    """Each look is a second later: no key is taken for one of the document before."""

    def __init__(self) -> None:
        self._seconds = itertools.count(1.0)

    def __call__(self, event: object = None) -> float:
        return next(self._seconds)


class Clerk:
    """Works at the real station, through its keys alone."""

    def __init__(self, station: StationApp, pilot: Pilot[None], held: Sequence[Held]) -> None:
        self._station = station
        self._pilot = pilot
        self._held = {one.docid: one for one in held}
        self._counted = {folder.name: folder.counted for folder in folders()}

    async def document(self) -> Cost:
        loaded = self._station.session.in_hand
        assert loaded and loaded.document and loaded.doctype
        held = self._held[loaded.waiting.job.docid]
        doctype = catalogue.load(catalogue.EXAMPLES / f"{held.folder}.toml")
        known = KnownValues(truth(held.line, doctype, self._counted[held.folder]).values)
        same = partial(means, style=style_of(loaded.document), written=PLAIN)
        script = ScriptedClerk(self._hand.draft, known, same)
        cost = Cost(loaded.path.name)
        right = True
        for _ in range(STOPS):
            right = await self._stop(script, cost, before=right)
            if self._station.session.in_hand is not loaded:
                return cost
        raise SystemExit(f"{loaded.waiting.job.source} is never done: {self._hand.entry}")

    async def _stop(self, script: ScriptedClerk, cost: Cost, *, before: bool) -> bool:
        """Was it right? What is settled already takes after the stop ``before`` it."""
        stop = script.stop(self._hand)
        right = before if stop.settled else stop.right
        pressed = await self._press((*stop.way, *stop.keys))
        if right:
            cost.on_confirmed += pressed
            cost.confirmed += not stop.settled and stop.place != DOCUMENT
        else:
            cost.on_wrong += pressed
            cost.wrong += [] if stop.settled else [stop.said or ""]
        return right

    async def _press(self, pressed: Iterable[str]) -> int:
        count = 0
        for key in pressed:
            await self._pilot.press(key)
            await calm(self._station, self._pilot)
            count += 1
        return count

    @property
    def _hand(self) -> EditorState:
        screen = self._station.screen
        assert isinstance(screen, ReviewScreen)
        return screen.editor


async def calm(station: StationApp, pilot: Pilot[None]) -> None:
    """Until nothing waits for another key, and the desk has done all that was asked."""
    await pilot.pause()
    while station.tasks.busy or any(
        screen.busy for screen in station.screen_stack if isinstance(screen, KeyScreen)
    ):
        await station.tasks.settled()
        await pilot.pause()


async def keystrokes(home: Home, held: Sequence[Held]) -> list[Cost]:
    with wiring.desk(home, common.settings(), station="bench", clerk="bench") as desk:
        station = StationApp(desk, clock=Ticking(), pressed_at=Ticking())
        async with station.run_test(size=(120, 40)) as pilot:
            clerk = Clerk(station, pilot, held)
            costs = []
            for _ in held:
                await _shown(station, pilot)
                costs.append(await clerk.document())
            return costs


async def _shown(station: StationApp, pilot: Pilot[None]) -> None:
    while not isinstance(station.screen, ReviewScreen) or station.session.in_hand is None:
        await station.tasks.settled()
        await pilot.pause(0.01)
