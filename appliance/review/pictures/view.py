"""The page as a picture: above, the region of the current field enlarged; below, the whole page.

Nothing here waits: pictures are drawn and cut in threads, and of several wishes the newest wins.
A browser beside the station gets the same as a PNG, whether or not the terminal shows it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from PIL import Image
from textual import work
from textual.app import ComposeResult
from textual.color import Color
from textual.containers import Vertical
from textual.strip import Strip

from appliance.review.browser.picture_publisher import PicturePublisher
from appliance.review.pictures import crops
from appliance.review.pictures.blocks import Blocks, strips
from appliance.review.pictures.protocol import Protocol
from appliance.review.pictures.sheets import PageRef, Pictures
from appliance.review.pictures.sixels import Sixels, encoded

if TYPE_CHECKING:
    from textual_image.widget import TGPImage

_BESIDE = 900, 1200
"""Pixels of the browser's picture."""
_UNMARKED = crops.Marks()
_PAUSE = 0.03
"""Seconds: a key that is held down has gone on by then."""
_Content: TypeAlias = list[Strip] | str | Image.Image | None
_Part: TypeAlias = "Blocks | Sixels | TGPImage"


@dataclass(frozen=True, slots=True)
class _Wish:
    sheet: PageRef | None
    marks: crops.Marks


@dataclass(frozen=True, slots=True)
class _Room:
    """For pictures, in cells and in the pixels of a cell."""

    columns: int
    rows: int
    cell: crops.Size

    def view(self, rows: int) -> crops.Size:
        return self.columns * self.cell[0], rows * self.cell[1]


class PictureView(Vertical):
    DEFAULT_CSS = """
    PictureView { overflow: hidden; }
    PictureView > * { width: 100%; }
    """

    def __init__(
        self,
        pictures: Pictures,
        protocol: Protocol,
        *,
        onlooker: PicturePublisher | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """``protocol`` as the terminal answered before the screen started."""
        super().__init__(id=id, classes=classes)
        self._pictures = pictures
        self._onlooker = onlooker
        self._protocol = protocol
        self._blocks = protocol in ("blocks", "text")
        self._cell = (1, 2) if self._blocks else _cell_size()
        self._parts = [_part(protocol), _part(protocol)]
        self._wish = _Wish(None, _UNMARKED)
        self._begun: _Wish | None = None

    def compose(self) -> ComposeResult:
        yield from self._parts

    def show(self, sheet: PageRef | None, marks: crops.Marks = _UNMARKED) -> None:
        """``sheet`` None shows nothing; without a marked value the whole page alone is shown."""
        self._wish = _Wish(sheet, marks)
        if self._wish != self._begun:
            self._begin()

    def prefetch(self, sheets: Iterable[PageRef]) -> None:
        """What will be shown soon, the first first."""
        if self._wanted:
            self._pictures.prefetch(sheets)

    def on_mount(self) -> None:
        self._begin()

    def on_resize(self) -> None:
        self._begin()

    def on_show(self) -> None:
        self._begin()

    @property
    def _wanted(self) -> bool:
        return self.display or self._onlooker is not None

    def _begin(self) -> None:
        if self._wanted and self.is_attached:
            self._begun = self._wish
            self._fulfil()

    @work(group="picture", exclusive=True)
    async def _fulfil(self) -> None:
        await asyncio.sleep(_PAUSE)
        wish = self._wish
        page = await self._page(wish.sheet)
        await self._tell_onlooker(page, wish.marks)
        room = _Room(self.size.width, self.size.height, self._cell)
        if room.columns < 1 or room.rows < 2:
            return
        if page is None:
            self._put([None, None], [0, room.rows])
            return
        above = self._above(wish.marks, room.rows)
        rows = [above, room.rows - above]
        drawn = await asyncio.to_thread(self._draw, page, wish.marks, room, rows)
        self._put(drawn, rows)

    async def _page(self, sheet: PageRef | None) -> Image.Image | None:
        if sheet is None:
            return None
        # Shielded: a newer wish ends this one, not the drawing of a page that she may come back to.
        return await asyncio.shield(asyncio.wrap_future(self._pictures.picture(sheet)))

    async def _tell_onlooker(self, page: Image.Image | None, marks: crops.Marks) -> None:
        if self._onlooker is not None:
            png = await asyncio.to_thread(_beside, page, marks, self._desk())
            with suppress(OSError):  # the browser has gone
                self._onlooker.show(png)

    def _draw(
        self, page: Image.Image, marks: crops.Marks, room: _Room, rows: list[int]
    ) -> list[_Content]:
        ground = self._ground()
        above = None
        if marks.boxes and rows[0]:
            above = crops.detail(page, marks, room.view(rows[0]), ground=ground)
        below = crops.overview(page, marks, room.view(rows[1]), ground=ground)
        return [
            None if image is None else self._ready(image, height)
            for image, height in zip((above, below), rows, strict=True)
        ]

    def _above(self, marks: crops.Marks, rows: int) -> int:
        """Rows for the enlarged region; half-blocks have too few dots for letters."""
        return 0 if not marks.boxes or self._blocks else max(rows // 3, min(5, rows - 1))

    def _ready(self, image: Image.Image, height: int) -> _Content:
        if self._protocol == "sixel":
            few = crops.indexed(image)
            columns = image.width // self._cell[0]
            return encoded(few, self.app.console, columns=columns, rows=height)
        return crops.indexed(image) if self._protocol == "kitty" else strips(image)

    def _ground(self) -> crops.Rgb:
        return self.background_colors[1].rgb

    def _desk(self) -> crops.Rgb:
        """Around a page in the browser, darker than paper."""
        return Color.parse(self.app.theme_variables["panel"]).rgb

    def _put(self, drawn: list[_Content], rows: list[int]) -> None:
        for part, content, height in zip(self._parts, drawn, rows, strict=True):
            part.display = height > 0
            part.styles.height = height
            _fill(part, content)


def _beside(page: Image.Image | None, marks: crops.Marks, ground: crops.Rgb) -> bytes:
    if page is None:
        return b""
    return crops.png(crops.both(page, marks, _BESIDE, ground=ground))


def _fill(part: _Part, content: _Content) -> None:
    match part:
        case Blocks():
            part.put(content if isinstance(content, list) else [])
        case Sixels():
            part.put(content if isinstance(content, str) else "")
        case _:
            part.image = content if isinstance(content, Image.Image) else None


def _part(protocol: Protocol) -> _Part:
    if protocol == "kitty":
        # Importing it asks the terminal, which must have happened before the screen started.
        from textual_image.widget import TGPImage

        return TGPImage()
    return Sixels() if protocol == "sixel" else Blocks()


def _cell_size() -> crops.Size:
    from textual_image._terminal import get_cell_size

    width, height = get_cell_size()
    return width, height
