"""How a station hears keys: how fast they came is known before any widget has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.timer import Timer

from appliance.review.editor.keyboard import Keyboard
from appliance.review.editor.rhythm import Hand, Rhythm
from appliance.review.screens.key_screen import KeyScreen


class HearingApp(App[None]):
    def __init__(self, keyboard: Keyboard, pressed_at: Callable[[events.Key], float]) -> None:
        """``pressed_at`` says when a key was pressed, in seconds from any beginning."""
        super().__init__()
        self.keyboard = keyboard
        self._rhythm = Rhythm()
        self._hands: WeakKeyDictionary[events.Key, Hand] = WeakKeyDictionary()
        self._pressed_at = pressed_at

    async def on_event(self, event: events.Event) -> None:
        """With a key, what waits for no key to come is off."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            character = bool(event.character and event.is_printable)
            at = self._pressed_at(event)
            accepts = self.keyboard.accepts(event.key)
            self._rhythm = self._rhythm.heard(event.key, at, character=character, accepts=accepts)
            self._hands[event] = self._rhythm.hand
            if isinstance(self.screen, KeyScreen):
                self.screen.drop_pending()
        await super().on_event(event)

    def hand(self, key: events.Key) -> Hand:
        """How it came: others may have been heard since, where the station was busy."""
        return self._hands[key]

    def after(self, screen: Screen[Any], seconds: float, action: Callable[[], None]) -> Timer:
        """Does it then, unless it is stopped or the screen is gone."""
        return screen.set_timer(seconds, action)
