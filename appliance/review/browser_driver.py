"""Textual's driver of a page in a browser, which ends with the thread that hears its keys.

A sequence that means no key can end that thread, and Textual goes on without: the station would
show its document and answer nothing.
"""

from __future__ import annotations

from textual.drivers.web_driver import WebDriver


class BrowserDriver(WebDriver):
    def run_input_thread(self) -> None:
        super().run_input_thread()
        self._app.call_later(self._app.exit)
