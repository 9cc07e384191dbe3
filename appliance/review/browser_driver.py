"""Textual's driver of a page in a browser: it hears no faster than its station can follow, and ends
with the thread that hears its keys.

Textual keeps whatever is said until it is dealt with: a page that says keys without end would cost
33 MB a second. A sequence that means no key can end the thread, and Textual goes on without: the
station would show its document and answer nothing.
"""

from __future__ import annotations

import asyncio
import time

from textual.app import ScreenStackError
from textual.drivers.web_driver import WebDriver
from textual.message import Message

_AT_ONCE = 50
"""Messages that are passed on until it is asked whether the app has them."""
_MOST = 500
"""Messages that wait for the app, its screen, or what has the focus there, until no more is heard.
"""
_PAUSE = 0.02
"""Seconds."""


class BrowserDriver(WebDriver):
    _passed_on = 0

    def run_input_thread(self) -> None:
        super().run_input_thread()
        self._app.call_later(self._app.exit)

    def process_message(self, message: Message) -> None:
        super().process_message(message)
        self._passed_on += 1
        if self._passed_on % _AT_ONCE == 0:
            turn = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._loop)
            while not turn.done() and not self.exit_event.is_set():
                time.sleep(_PAUSE)
            while self._waiting() > _MOST and not self.exit_event.is_set():
                time.sleep(_PAUSE)

    def _waiting(self) -> int:
        """A key goes through three queues."""
        try:
            screen = self._app.screen
        except ScreenStackError:  # at the end
            return 0
        pumps = [self._app, screen, *([screen.focused] if screen.focused else [])]
        return max(pump.message_queue_size for pump in pumps)
