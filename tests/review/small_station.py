"""A station of three lines that shows a picture beside itself and says what it was told."""

from __future__ import annotations

import os
import signal
import time

from PIL import Image
from textual.app import App, ComposeResult
from textual.widgets import Input, Label

from appliance.review.browser.picture_publisher import PicturePublisher
from appliance.review.pictures.crops import png


class Small(App[None]):
    slow = False

    def compose(self) -> ComposeResult:
        yield Label(f"station {os.environ.get('APPLIANCE_STATION')}")
        yield Input()

    def on_mount(self) -> None:
        self._onlooker = PicturePublisher.invited(os.environ)
        self._show("white")

    def on_input_changed(self) -> None:
        if self.slow:
            time.sleep(0.02)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value == "die":
            os._exit(1)
        if event.value == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        event.input.clear()
        if event.value == "slow":
            self.slow = True
            self.query_one(Label).update("at ease")
        else:
            self._show(event.value)

    def _show(self, colour: str) -> None:
        if self._onlooker:
            self._onlooker.show(png(Image.new("RGB", (90, 120), colour)))


if __name__ == "__main__":
    Small().run()
