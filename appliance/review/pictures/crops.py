"""What a clerk sees of a page's picture: the region of a field enlarged, and the whole page.

Pictures go in and come out, nothing else. A field's box is marked by a thin rectangle around it
that covers no ink, the columns of a table by others with a letter. Grey with few tones: terminals
draw that quickly, and the mark stands out.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from appliance.domain.document import BBox

Size = tuple[int, int]
"""Width and height in pixels."""
Rgb = tuple[int, int, int]

MARK: Rgb = (208, 64, 16)
COLUMN: Rgb = (48, 96, 200)
_DETAIL = 0.45
"""Share of the page's width that the enlarged region shows at least."""
_AROUND = 3.0
"""Heights of the box that the region shows on each side of it at least."""
_TONES = 14


@dataclass(frozen=True, slots=True)
class PixelArea:
    """Part of a picture in pixels; may be larger than the picture, which then is padded."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class MarkedColumn:
    letter: str
    box: BBox
    held: bool
    """It is the one in hand."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked on a page."""

    boxes: tuple[BBox, ...] = ()
    """Of a value, a line each."""
    columns: tuple[MarkedColumn, ...] = ()

    @property
    def box(self) -> BBox | None:
        """What is enlarged; None when nothing is."""
        return BBox.around(self.boxes) if self.boxes else None


def region(box: BBox, page: Size, view: Size) -> PixelArea:
    """The part of a page around ``box`` that has the proportions of ``view``.

    It holds the box and some surroundings, and stays on the page where it fits there.
    """
    left, top, right, bottom = _pixels(box, page)
    around = _AROUND * min(bottom - top, 0.02 * page[1])
    width = max(right - left + 2 * around, _DETAIL * page[0])
    height = max(bottom - top + 2 * around, width * view[1] / view[0])
    width = height * view[0] / view[1]
    return PixelArea(
        _placed((left + right) / 2, width, page[0]),
        _placed((top + bottom) / 2, height, page[1]),
        width,
        height,
    )


def _placed(centre: float, length: float, whole: float) -> float:
    """Where a stretch begins that is centred there, pushed onto the page."""
    if length >= whole:
        return (whole - length) / 2
    return min(max(centre - length / 2, 0.0), whole - length)


def _pixels(box: BBox, page: Size) -> tuple[float, float, float, float]:
    return box.left * page[0], box.top * page[1], box.right * page[0], box.bottom * page[1]


def detail(page: Image.Image, marks: Marks, view: Size, *, ground: Rgb) -> Image.Image:
    """The region of what is marked as large as ``view``; ``ground`` beside the page. Without a
    marked value it is the whole page."""
    box = marks.box
    if box is None:
        return overview(page, marks, view, ground=ground)
    return _drawn(page, region(box, page.size, view), marks, view, ground)


def overview(page: Image.Image, marks: Marks, view: Size, *, ground: Rgb) -> Image.Image:
    """The whole page in ``view``, with its marks."""
    scale = max(page.width / view[0], page.height / view[1])
    width, height = scale * view[0], scale * view[1]
    area = PixelArea((page.width - width) / 2, (page.height - height) / 2, width, height)
    return _drawn(page, area, marks, view, ground)


def _drawn(
    page: Image.Image, area: PixelArea, marks: Marks, view: Size, ground: Rgb
) -> Image.Image:
    scale = view[0] / area.width
    seen = (
        max(area.left, 0.0),
        max(area.top, 0.0),
        min(area.left + area.width, page.width),
        min(area.top + area.height, page.height),
    )
    size = max(round((seen[2] - seen[0]) * scale), 1), max(round((seen[3] - seen[1]) * scale), 1)
    at = round((seen[0] - area.left) * scale), round((seen[1] - area.top) * scale)
    part = page.resize(size, Image.Resampling.LANCZOS, box=seen, reducing_gap=3.0)
    canvas = Image.new("RGB", view, ground)
    canvas.paste(_few_tones(part, ink=min(max(0.5 / scale, 1.0), 1.5)), at)

    def corners(box: BBox) -> _Corners:
        left, top, right, bottom = _pixels(box, page.size)
        across = (left - area.left) * scale, (right - area.left) * scale
        down = (top - area.top) * scale, (bottom - area.top) * scale
        return across[0], down[0], across[1], down[1]

    for box in marks.boxes:
        _mark(canvas, corners(box))
    for column in marks.columns:
        _letter(canvas, column, _mark(canvas, corners(column.box), COLUMN, thick=column.held))
    return canvas


def _few_tones(image: Image.Image, *, ink: float) -> Image.Image:
    """``ink`` times as dark: thin letters fade when they are made small, shaded grounds drown them
    when it is much more than 1."""
    step = 255 / (_TONES - 1)
    darker = [max(255 - (255 - tone) * ink, 0.0) for tone in range(256)]
    return image.convert("L").point([round(round(tone / step) * step) for tone in darker])


_Corners = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the canvas."""


def _mark(
    canvas: Image.Image, box: _Corners, colour: Rgb = MARK, *, thick: bool = True
) -> _Corners:
    """A rectangle outside the box, a hair away from it; gives its corners."""
    left, top, right, bottom = box
    width = max(1, min(canvas.size) // 120) if thick else 1
    gap = width + max(1, min(round((bottom - top) * 0.1), canvas.size[1] // 100))
    corners = left - gap, top - gap, right + gap, bottom + gap
    ImageDraw.Draw(canvas).rectangle([round(at) for at in corners], outline=colour, width=width)
    return corners


def _letter(canvas: Image.Image, column: MarkedColumn, corners: _Corners) -> None:
    """Above its column, as large as can be read."""
    size = max(canvas.size[1] // 40, 8)
    draw = ImageDraw.Draw(canvas)
    draw.fontmode = "1"  # no tones of its own
    left, top = corners[0], max(corners[1] - size * 1.3, 0)
    font = ImageFont.load_default(size)
    if column.held:
        draw.rectangle([left, top, left + size, top + size * 1.3], fill=COLUMN)
    ink = (255, 255, 255) if column.held else COLUMN
    draw.text((left + size / 2, top + size * 0.65), column.letter, ink, font, anchor="mm")


def both(page: Image.Image, marks: Marks, view: Size, *, ground: Rgb) -> Image.Image:
    """The region above and the whole page below it; only the page when nothing is enlarged."""
    if not marks.boxes:
        return overview(page, marks, view, ground=ground)
    gap = view[1] // 100
    above = view[0], max(view[1] // 3, 1)
    below = view[0], max(view[1] - above[1] - gap, 1)
    canvas = Image.new("RGB", view, ground)
    canvas.paste(detail(page, marks, above, ground=ground), (0, 0))
    canvas.paste(overview(page, marks, below, ground=ground), (0, above[1] + gap))
    return canvas


def indexed(image: Image.Image) -> Image.Image:
    """One of the above with a palette: its few colours, of which none is lost."""
    return image.quantize(_TONES + 3, dither=Image.Dither.NONE)


def png(image: Image.Image) -> bytes:
    out = BytesIO()
    indexed(image).save(out, "PNG", compress_level=3)
    return out.getvalue()
