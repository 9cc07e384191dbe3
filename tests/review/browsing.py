"""A browser before the station's server, and what stands in its terminal.

For the tests, and for pictures of the station: ``with browsing(address, size=(1400, 800)) as
desk``, then ``desk.press(...)``, ``desk.wait_for(...)``, ``desk.page.screenshot(path=...)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyte
import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = Path("/usr/bin/chromium")
PATIENCE = 30_000
"""Milliseconds."""


HAND = 800
"""Milliseconds before a key."""


class Browsed:
    def __init__(self, page: sync_api.Page) -> None:
        self.page = page
        self.asked: list[str] = []
        """Every address that the page asked for."""
        self.complaints: list[str] = []
        self._screen = pyte.Screen(400, 200)
        self._stream = pyte.ByteStream(self._screen)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: socket.on("framereceived", self._hear))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, data: str | bytes) -> None:
        if isinstance(data, bytes):
            self._stream.feed(data)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, *keys: str) -> None:
        """As a hand does: the station is deaf to what comes before anybody can have read."""
        for key in keys:
            self.page.wait_for_timeout(HAND)
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def wait_for(self, shown: str | Callable[[str], bool]) -> None:
        """Words on the terminal's screen, or what is asked of its text."""
        for _ in range(PATIENCE // 50):
            if shown in self.text if isinstance(shown, str) else shown(self.text):
                return
            self.page.wait_for_timeout(50)
        raise TimeoutError(f"not shown: {shown}\n{self.text.strip()}")

    def picture(self) -> str | None:
        """Address of the picture beside the terminal."""
        address: str | None = self.page.locator("#picture").get_attribute("src")
        return address

    def wait_for_another_picture(self, than: str | None) -> str:
        for _ in range(PATIENCE // 50):
            if (now := self.picture()) and now != than:
                return now
            self.page.wait_for_timeout(50)
        raise TimeoutError("the picture stays the same")


@contextmanager
def browsing(address: str, *, size: tuple[int, int] = (1400, 800)) -> Iterator[Browsed]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--force-device-scale-factor=1"]
        )
        page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        try:
            browsed = Browsed(page)
            page.goto(address)
            yield browsed
        finally:
            browser.close()
