"""The pictures of the pages that a clerk has before her or will have soon, a few in memory.

They are drawn one after the other in a thread of their own, the newest wish first. What cannot be
drawn has no picture, and that is all that happens.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from typing import Protocol

from PIL import Image

from appliance.domain.errors import ApplianceError

LONGEST = 2000
"""Pixels of a page's longer side: at A4 some 170 dots an inch."""


@dataclass(frozen=True, slots=True)
class PageRef:
    """Which page of which archived file."""

    path: Path
    page: int
    rotation: float
    """Degrees clockwise, the page's."""


class Draws(Protocol):
    def render(
        self, path: Path, index: int, rotation: float, *, longest: int
    ) -> Image.Image | None: ...

    def kill(self) -> None: ...

    def stop(self) -> None: ...


PendingPicture = Future[Image.Image | None]


class Pictures:
    def __init__(self, renderer: Draws, *, keep: int = 8) -> None:
        """Keeps the ``keep`` pages that were wanted last, each of about 8 MB."""
        self._renderer = renderer
        self._keep = keep
        self._known: OrderedDict[PageRef, PendingPicture] = OrderedDict()
        self._waiting: list[PageRef] = []
        self._closed = False
        self._change = Condition()
        self._thread = Thread(target=self._work, name="pictures", daemon=True)
        self._thread.start()

    def picture(self, sheet: PageRef) -> PendingPicture:
        """Drawn now or soon; its result is None when there is no picture of that page."""
        with self._change:
            if sheet in self._waiting:
                self._waiting.remove(sheet)
                self._waiting.append(sheet)
            return self._known_or_new(sheet, len(self._waiting))

    def prefetch(self, sheets: Iterable[PageRef]) -> None:
        """Draws them when nothing else is to do, the first first."""
        with self._change:
            for sheet in list(sheets)[: self._keep - 1]:
                self._known_or_new(sheet, 0)

    def stop(self) -> None:
        with self._change:
            self._closed = True
            for sheet in self._waiting:
                self._known[sheet].cancel()
            self._change.notify()
        while self._thread.is_alive():
            self._renderer.kill()
            self._thread.join(0.05)

    def __enter__(self) -> Pictures:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _known_or_new(self, sheet: PageRef, rank: int) -> PendingPicture:
        """``rank`` among those that wait, of which the last is drawn first."""
        if sheet not in self._known:
            self._known[sheet] = Future()
            self._waiting.insert(rank, sheet)
            self._change.notify()
        self._known.move_to_end(sheet)
        self._forget()
        return self._known[sheet]

    def _forget(self) -> None:
        while len(self._known) > self._keep:
            sheet, picture = self._known.popitem(last=False)
            if sheet in self._waiting:
                self._waiting.remove(sheet)
                picture.cancel()

    def _work(self) -> None:
        # One thread for all of it: the child ends with the thread that started it.
        while (task := self._next()) is not None:
            sheet, picture = task
            drawn = self._drawn(sheet)
            with suppress(InvalidStateError):
                picture.set_result(drawn)
        self._renderer.stop()

    def _next(self) -> tuple[PageRef, PendingPicture] | None:
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            sheet = self._waiting.pop()
            return sheet, self._known[sheet]

    def _drawn(self, sheet: PageRef) -> Image.Image | None:
        try:
            return self._renderer.render(sheet.path, sheet.page, sheet.rotation, longest=LONGEST)
        except ApplianceError:
            return None
