"""The one widget that shows drawn lines: it scrolls, and tells what was clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from appliance.review.widgets.styled_text import StyledLine

LOOKS = (
    "strong",
    "dim",
    "accent",
    "problem",
    "fine",
    "hand",
    "cursor",
    "ghost",
    "typed",
    "selected",
    "found",
    "picked",
    "mode",
    "key",
)


class Lines(Widget):
    """Draws what it was given last; nothing is laid out or composed anew on a key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{look}" for look in LOOKS}

    class Hit(Message):
        """A run with a meaning was clicked, or is dragged over."""

        def __init__(self, lines: Lines, hit: object, *, dragged: bool) -> None:
            super().__init__()
            self.lines, self.hit, self.dragged = lines, hit, dragged

        @property
        def control(self) -> Lines:
            return self.lines

    class Dropped(Message):
        """The mouse button was let go after a drag."""

    class Wheeled(Message):
        """The mouse wheel went beyond the end: 1 below, -1 above."""

        def __init__(self, lines: Lines, by: int) -> None:
            super().__init__()
            self.lines, self.by = lines, by

        @property
        def control(self) -> Lines:
            return self.lines

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._drawn: Sequence[StyledLine] = ()
        self._top = 0
        self._drag: object = None

    def put(self, lines: Sequence[StyledLine], *, show: tuple[int, int] | None = None) -> None:
        """``show`` are the first and last line that have to be in sight; None stays.

        Only the lines that changed are drawn anew: a terminal at the end of a slow line shows a key
        the sooner the less there is to send.
        """
        before, self._drawn = self._seen(), lines
        if show is not None:
            self._top = _scrolled(self._top, show, self.size.height)
        self._top = max(min(self._top, len(lines) - self.size.height), 0)
        after = self._seen()
        changed = [
            y for y, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]
        ]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def _seen(self) -> list[StyledLine | None]:
        """What stands in each line of the widget."""
        height = self.size.height
        shown: list[StyledLine | None] = list(self._drawn[self._top : self._top + height])
        return shown + [None] * (height - len(shown))

    def roll(self, by: int) -> bool:
        """By so many lines; False when it stood at the end already."""
        top = max(min(self._top + by, len(self._drawn) - self.size.height), 0)
        moved = top != self._top
        self._top = top
        if moved:
            self.refresh()
        return moved

    def on_resize(self) -> None:
        """Where there is more room than it was scrolled for."""
        self.roll(0)

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        at = self._top + y
        if at >= len(self._drawn):
            return Strip.blank(self.size.width, base)
        line = self._drawn[at]
        ground = base + self._style(line.ground) if line.ground else base
        segments = [
            Segment(run.text, ground + self._style(run.look) if run.look else ground)
            for run in line.runs
            if run.text
        ]
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def _style(self, look: str) -> Style:
        return self.get_component_rich_style(f"lines--{look}", partial=True)

    def hit_at(self, x: int, y: int) -> object:
        """What a click there means; None for nothing."""
        at = self._top + y
        if not 0 <= at < len(self._drawn):
            return None
        line = self._drawn[at]
        for run in line.runs:
            x -= cell_len(run.text)
            if x < 0:
                return run.hit if run.hit is not None else line.hit
        return line.hit

    def on_mouse_down(self, event: events.MouseDown) -> None:
        hit = self.hit_at(event.x, event.y)
        if hit is not None and event.button == 1:
            event.stop()
            self._drag = hit
            self.capture_mouse()
            self.post_message(self.Hit(self, hit, dragged=False))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._drag is None:
            return
        hit = self.hit_at(event.x, event.y)
        if hit is not None and hit != self._drag:
            self._drag = hit
            self.post_message(self.Hit(self, hit, dragged=True))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._drag is not None:
            self._drag = None
            self.release_mouse()
            self.post_message(self.Dropped())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        if not self.roll(3):
            self.post_message(self.Wheeled(self, 1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        if not self.roll(-3):
            self.post_message(self.Wheeled(self, -1))


def _scrolled(top: int, show: tuple[int, int], height: int) -> int:
    """The least scrolling by which ``show`` is in sight, its first line before its last."""
    first, last = show
    if last >= top + height:
        top = last - height + 1
    return min(top, first)
