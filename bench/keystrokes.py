"""A scripted clerk at the real station: every key she presses is counted, and for what."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from textual.pilot import Pilot

from appliance.doctypes import catalogue
from appliance.domain.doctype import NUMBERS
from appliance.evaluation.scoring import CountedLabels, truth
from appliance.fields.comparison import normalised
from appliance.fields.normalise import normalise
from appliance.fields.style import WritingStyle, style_of
from appliance.review.app import StationApp
from appliance.review.draft.places import DOCUMENT, FieldRef
from appliance.review.editor.editor import EditorState
from appliance.review.screens.review import ReviewScreen
from appliance.service import wiring
from appliance.settings.config import Settings
from appliance.settings.home import Home
from bench.accuracy import folders
from bench.clerk import Wanted, keys
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

    def __call__(self) -> float:
        return next(self._seconds)


class Clerk:
    """Works at the real station, through its keys alone."""

    def __init__(self, station: StationApp, pilot: Pilot[None], held: Sequence[Held]) -> None:
        self._station = station
        self._pilot = pilot
        self._held = {one.docid: one for one in held}
        self._counted = {folder.name: folder.counted for folder in folders()}

    async def document(self) -> Cost:
        loaded = self._station.shift.in_hand
        assert loaded and loaded.document and loaded.doctype
        held = self._held[loaded.waiting.job.docid]
        labels = Labels(held, self._counted[held.folder], style_of(loaded.document))
        cost = Cost(loaded.path.name)
        right = True
        for _ in range(STOPS):
            right = await self._stop(labels, cost, before=right)
            if self._station.shift.in_hand is not loaded:
                return cost
        raise SystemExit(f"{loaded.waiting.job.source} is never done: {self._hand.entry}")

    async def _stop(self, labels: Labels, cost: Cost, *, before: bool) -> bool:
        """Was it right? What is settled already takes after the stop ``before`` it."""
        hand = self._hand
        place = labels.astray(hand) or hand.place
        pressed = await self._go(hand, place)
        hand = self._hand
        wanted = labels.wanted(hand)
        settled = hand.entry.hers
        right = before if settled else wanted.right(hand.entry.text)
        pressed += await self._press(keys(hand, wanted))
        if right:
            cost.on_confirmed += pressed
            cost.confirmed += not settled and place != DOCUMENT
        else:
            cost.on_wrong += pressed
            cost.wrong += [] if settled else [wanted.text or ""]
        return right

    async def _go(self, hand: EditorState, place: FieldRef) -> int:
        places = hand.places
        by = places.index(place) - places.index(hand.place)
        return await self._press(["tab" if by > 0 else "shift+tab"] * abs(by))

    async def _press(self, pressed: Iterable[str]) -> int:
        count = 0
        for key in pressed:
            await self._pilot.press(key)
            count += 1
        await self._station.errands.settled()
        await self._pilot.pause()
        return count

    @property
    def _hand(self) -> EditorState:
        screen = self._station.screen
        assert isinstance(screen, ReviewScreen)
        return screen.hand


class Labels:
    """What she knows of a document."""

    def __init__(self, held: Held, counted: CountedLabels, style: WritingStyle) -> None:
        self._doctype = catalogue.load(catalogue.EXAMPLES / f"{held.folder}.toml")
        self._values = truth(held.line, self._doctype, counted).values
        self._style = style

    def wanted(self, hand: EditorState) -> Wanted:
        if hand.place == DOCUMENT:
            return Wanted(None, lambda text: True)
        text = self._values.get(hand.place.fieldtype)
        return Wanted(text, lambda other: self._right(hand.place, other))

    def _right(self, place: FieldRef, text: str | None) -> bool:
        wanted = self._values.get(place.fieldtype)
        if wanted is None or text is None:
            return text == wanted
        spec = self._doctype.spec(place.fieldtype)
        if not normalised(text, wanted, spec.type, self._style):
            return False
        # A number among words may mean the same: the station does not take it.
        return spec.type not in NUMBERS or normalise(text, spec, self._style).value is not None

    def astray(self, hand: EditorState) -> FieldRef | None:
        """A wrong value that the station would not have stopped at, before it is too late."""
        waiting = [entry.place for entry in hand.draft.entries if entry.needs]
        if waiting not in ([], [hand.place]):
            return None
        wrong = (
            entry.place
            for entry in hand.draft.entries
            if entry.place != DOCUMENT and not entry.needs and not entry.hers
            if not self._right(entry.place, entry.text)
        )
        return next(wrong, None)


async def keystrokes(home: Home, held: Sequence[Held]) -> list[Cost]:
    with wiring.desk(home, Settings(), station="bench", clerk="bench") as desk:
        station = StationApp(desk, clock=Ticking())
        async with station.run_test(size=(120, 40)) as pilot:
            clerk = Clerk(station, pilot, held)
            costs = []
            for _ in held:
                await _shown(station, pilot)
                costs.append(await clerk.document())
            return costs


async def _shown(station: StationApp, pilot: Pilot[None]) -> None:
    while not isinstance(station.screen, ReviewScreen) or station.shift.in_hand is None:
        await station.errands.settled()
        await pilot.pause(0.01)
