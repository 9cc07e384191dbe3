"""Text that is scrolled by keys where it does not fit."""

from __future__ import annotations

from appliance.review.editor.command import Command, Request
from appliance.review.screens.key_screen import KeyScreen, Result


class ScrollScreen(KeyScreen[Result]):
    """Its text stands in ``#text``."""

    def on_mount(self) -> None:
        """Whether more follows is known once the text is laid out."""
        self.watch(self.query_one("#text"), "virtual_size", self.put_foot, init=False)

    def offered(self) -> tuple[Command, ...]:
        page = self.query_one("#text")
        more = page.scroll_offset.y < page.max_scroll_y
        return tuple(one for one in super().offered() if more or one.does is not Request.DOWN)

    def answer(self, request: Request) -> None:
        """Of those who scroll."""
        by = 1 if request is Request.DOWN else -1
        self.query_one("#text").scroll_relative(y=by, animate=False, immediate=True)
        self.put_foot()
