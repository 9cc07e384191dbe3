"""Shows a page in a real terminal, as that says that it can; a key covers it and uncovers it."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from textual.app import App, ComposeResult
from textual.events import Key
from textual.screen import Screen
from textual.widgets import Static

from appliance.domain.document import BBox
from appliance.review.pictures.crops import Marks
from appliance.review.pictures.protocol import protocol
from appliance.review.pictures.sheets import PageRef, Pictures
from appliance.review.pictures.view import PictureView


class Grey:
    """Every page is grey."""

    def render(self, path: Path, index: int, rotation: float, *, longest: int) -> Image.Image:
        return Image.new("RGB", (400, 560), "grey")

    def kill(self) -> None: ...

    def stop(self) -> None: ...


class Cover(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Static("\n".join(["a cover over all of it"] * 24))

    def on_key(self, event: Key) -> None:
        event.stop()
        self.dismiss()


class Viewer(App[None]):
    CSS = "PictureView { width: 40; height: 12; }"

    def __init__(self, view: PictureView) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        yield self._view

    def on_mount(self) -> None:
        self._view.show(PageRef(Path("file"), 0, 0.0), Marks((BBox(0.2, 0.2, 0.4, 0.22),)))

    def on_key(self) -> None:
        self.push_screen(Cover())


if __name__ == "__main__":
    found = protocol(sys.argv[1])  # type: ignore[arg-type]
    print(f"protocol {found}", flush=True)
    with Pictures(Grey()) as pictures:
        Viewer(PictureView(pictures, found)).run()
