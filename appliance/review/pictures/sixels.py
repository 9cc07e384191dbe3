"""A picture as Sixel, encoded in a thread: textual-image's own widget encodes while keys wait."""

from __future__ import annotations

from PIL import Image
from rich.console import Console
from rich.control import Control
from rich.segment import ControlType, Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


def encoded(image: Image.Image, console: Console, *, columns: int, rows: int) -> str:
    """The escape sequence that draws it over so many cells."""
    # Importing it asks the terminal, which must have happened before the screen started.
    from textual_image.renderable import SixelImage

    segments = SixelImage(image, columns, rows).__rich_console__(console, console.options)
    texts = (segment.text for segment in segments if isinstance(segment, Segment))
    return next(text for text in texts if text.startswith("\x1bP"))


class Sixels(Widget):
    def __init__(self) -> None:
        super().__init__()
        self._sequence = ""
        self._drawn: tuple[int, Region] | None = None
        """Where dots stand, and since which change of screens; None when none do."""

    def on_hide(self) -> None:
        self._drawn = None

    def put(self, sequence: str) -> None:
        """As ``encoded``, for exactly this widget's cells; empty for none."""
        self._sequence = sequence
        self.refresh()

    def render(self) -> str:
        return ""

    def render_lines(self, crop: Region) -> list[Strip]:
        # Dots cannot lie under a dialog, and cannot be cut by cells once they are encoded.
        whole = crop == self.size.region and crop.height > 0
        if not self._sequence or not whole or not self.screen.is_active:
            self._drawn = None
            return super().render_lines(crop)
        at = self.region
        now = self.screen.stack_updates, at
        # Blanks under dots flicker, so dots are drawn over dots as they are. What a dialog or the
        # page's text left there is blanked first: a terminal without dots would let it stand.
        skipped = _control(f"\x1b[{crop.width}C")
        over = skipped if now == self._drawn else Segment(" " * crop.width, self.rich_style)
        self._drawn = now
        drawing = [
            _control(Control.move_to(at.x, at.y).segment.text),
            _control(self._sequence),
            _control(Control.move_to(at.right, at.bottom - 1).segment.text),
        ]
        rows = [[over]] * (crop.height - 1) + [[over, *drawing]]
        return [Strip(row, crop.width) for row in rows]


def _control(text: str) -> Segment:
    # The code is one that does nothing: what counts is that Rich leaves the text alone.
    return Segment(text, None, [(ControlType.CURSOR_FORWARD, 0)])
