"""Pages are drawn once, the newest wish first; a field's region is cut from them, and marked."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from appliance.domain.document import BBox
from appliance.domain.errors import WorkerError
from appliance.review.pictures import crops
from appliance.review.pictures.blocks import strips
from appliance.review.pictures.crops import MarkedColumn, Marks
from appliance.review.pictures.sheets import PageRef, Pictures
from appliance.samples.make import make
from appliance.service.child_processes import Renderer
from appliance.settings.config import ReadingSettings

WAIT = 30.0


class Hand:
    """Draws grey pages when it is let to; a page of negative number kills it."""

    def __init__(self) -> None:
        self.drawn: list[int] = []
        self.begun = Event()
        self.may = Event()
        self.stopped = False

    def render(
        self, path: Path, index: int, rotation: float, *, longest: int
    ) -> Image.Image | None:
        self.begun.set()
        self.may.wait()
        if index < 0 or self.stopped:
            raise WorkerError("the renderer ended by a crash")
        self.drawn.append(index)
        return Image.new("RGB", (100, 140), (index, index, index))

    def kill(self) -> None:
        self.stopped = True
        self.may.set()

    def stop(self) -> None:
        pass


def sheet(page: int) -> PageRef:
    return PageRef(Path("file"), page, 0.0)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def pictures(hand: Hand) -> Iterator[Pictures]:
    with Pictures(hand, keep=4) as pictures:
        yield pictures


def test_a_page_is_drawn_once(hand: Hand, pictures: Pictures) -> None:
    hand.may.set()
    first = pictures.picture(sheet(1)).result(WAIT)
    assert pictures.picture(sheet(1)).result(WAIT) is first
    assert hand.drawn == [1]


def test_what_she_looks_at_goes_before_what_she_may_look_at(hand: Hand, pictures: Pictures) -> None:
    pictures.picture(sheet(0))
    assert hand.begun.wait(WAIT)
    old = pictures.picture(sheet(1))
    new = pictures.picture(sheet(2))
    pictures.prefetch([sheet(3)])
    hand.may.set()
    assert new.result(WAIT) and old.result(WAIT)
    assert hand.drawn[:3] == [0, 2, 1]
    assert pictures.picture(sheet(3)).result(WAIT)


def test_only_the_last_few_are_kept(hand: Hand, pictures: Pictures) -> None:
    hand.may.set()
    for page in (1, 2, 3, 4, 5, 1):
        pictures.picture(sheet(page)).result(WAIT)
    assert hand.drawn == [1, 2, 3, 4, 5, 1]


def test_a_crash_costs_the_picture_and_nothing_else(hand: Hand, pictures: Pictures) -> None:
    hand.may.set()
    assert pictures.picture(sheet(-1)).result(WAIT) is None
    assert pictures.picture(sheet(1)).result(WAIT) is not None


def test_the_station_need_not_wait_for_a_page_in_hand(hand: Hand) -> None:
    with Pictures(hand) as pictures:
        stuck, waiting = pictures.picture(sheet(1)), pictures.picture(sheet(2))
    assert stuck.done()
    assert waiting.done()


def test_a_child_draws_and_its_death_costs_one_page(tmp_path: Path) -> None:
    sample = make(tmp_path, doctypes=["supplier_invoice"], number=1, renderings=["clean"])[0]
    renderer = Renderer(ReadingSettings())
    try:
        page = renderer.render(sample.path, 0, 0.0, longest=300)
        assert page is not None and max(page.size) == 300
        renderer.kill()
        with pytest.raises(WorkerError):
            renderer.render(sample.path, 9, 0.0, longest=300)
        assert renderer.render(sample.path, 0, 90.0, longest=300) is not None
    finally:
        renderer.stop()


# Cutting

places = st.floats(0, 1, allow_nan=False)
sizes = st.tuples(st.integers(20, 3000), st.integers(20, 3000))
views = st.tuples(st.integers(8, 800), st.integers(8, 800))


@st.composite
def boxes(draw: st.DrawFn) -> BBox:
    left, right = sorted((draw(places), draw(places)))
    top, bottom = sorted((draw(places), draw(places)))
    return BBox(left, top, right, bottom)


@given(boxes(), sizes, views)
def test_a_region_holds_its_box_in_the_proportions_of_the_view(
    box: BBox, page: crops.Size, view: crops.Size
) -> None:
    area = crops.region(box, page, view)
    slack = 1e-6 * max(page)
    assert area.left <= box.left * page[0] + slack
    assert area.top <= box.top * page[1] + slack
    assert area.left + area.width >= box.right * page[0] - slack
    assert area.top + area.height >= box.bottom * page[1] - slack
    assert area.width / area.height == pytest.approx(view[0] / view[1])


@given(boxes(), sizes, views)
def test_a_region_stays_on_the_page_where_it_fits(
    box: BBox, page: crops.Size, view: crops.Size
) -> None:
    area = crops.region(box, page, view)
    for start, length, whole in (
        (area.left, area.width, page[0]),
        (area.top, area.height, page[1]),
    ):
        if length <= whole:
            assert start >= -1e-6 and start + length <= whole * (1 + 1e-9) + 1e-6


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return Image.radial_gradient("L").resize((1000, 1400)).convert("RGB")


BOX = BBox(0.6, 0.2, 0.72, 0.215)
COLUMNS = (
    MarkedColumn("A", BBox(0.1, 0.1, 0.3, 0.5), held=True),
    MarkedColumn("B", BOX, held=False),
)
MARKED = Marks((BOX, BBox(0.6, 0.22, 0.7, 0.235)), COLUMNS)
WHITE = (255, 255, 255)


def test_the_mark_covers_nothing_inside_the_box(page: Image.Image) -> None:
    view = 600, 260
    marked = crops.detail(page, Marks((BOX,)), view, ground=WHITE)
    area = crops.region(BOX, page.size, view)
    scale = view[0] / area.width
    inside = (
        round((BOX.left * page.width - area.left) * scale),
        round((BOX.top * page.height - area.top) * scale),
        round((BOX.right * page.width - area.left) * scale),
        round((BOX.bottom * page.height - area.top) * scale),
    )
    assert not colours(marked.crop(inside)) & {crops.MARK}
    around = (inside[0] - 12, inside[1] - 12, inside[2] + 12, inside[3] + 12)
    assert colours(marked.crop(around)) & {crops.MARK}


def colours(image: Image.Image) -> set[object]:
    found = image.getcolors(1 << 16)
    assert found
    return {colour for _, colour in found}


@given(boxes(), views)
def test_any_box_gives_a_picture_of_exactly_the_view(box: BBox, view: crops.Size) -> None:
    small = Image.new("RGB", (50, 70), "white")
    assert crops.detail(small, Marks((box,)), view, ground=WHITE).size == view
    assert crops.overview(small, Marks((box,)), view, ground=WHITE).size == view
    assert crops.both(small, Marks((box,)), view, ground=WHITE).size == view


def test_the_whole_page_is_seen_whole_and_undistorted() -> None:
    page = Image.new("RGB", (100, 100), "black")
    seen = crops.overview(page, Marks(), (300, 100), ground=WHITE)
    assert ImageChops.invert(seen.convert("L")).getbbox() == (100, 0, 200, 100)


def test_a_png_loses_no_colour_of_it(page: Image.Image) -> None:
    picture = crops.both(page, MARKED, (300, 400), ground=(10, 20, 30))
    again = Image.open(BytesIO(crops.png(picture))).convert("RGB")
    off = ImageStat.Stat(ImageChops.difference(picture, again)).extrema
    assert max(high for _, high in off) <= 2


def test_each_line_of_a_value_is_marked_and_each_column_has_its_letter(page: Image.Image) -> None:
    one, both = (
        crops.overview(page, Marks(MARKED.boxes[:many]), (400, 500), ground=WHITE)
        for many in (1, 2)
    )
    assert _coloured(both, crops.MARK) > 1.5 * _coloured(one, crops.MARK)
    bare, drawn = (
        crops.overview(page, Marks(columns=columns), (400, 500), ground=WHITE)
        for columns in ((), COLUMNS)
    )
    assert not _coloured(bare, crops.COLUMN) and _coloured(drawn, crops.COLUMN)


def _coloured(picture: Image.Image, colour: crops.Rgb) -> int:
    return sum(count for count, found in picture.getcolors(1 << 16) or () if found == colour)


def test_half_blocks_show_two_dots_a_cell() -> None:
    image = Image.new("RGB", (3, 4), "white")
    image.putpixel((1, 2), (255, 0, 0))
    rows = strips(image)
    assert [row.cell_length for row in rows] == [3, 3]
    assert [len(row._segments) for row in rows] == [1, 3]
    style = rows[1]._segments[1].style
    assert style and style.color and style.color.triplet == (255, 0, 0)
    assert style.bgcolor and style.bgcolor.triplet == (255, 255, 255)


def test_a_child_that_is_killed_from_outside_is_replaced(tmp_path: Path) -> None:
    sample = make(tmp_path, doctypes=["supplier_invoice"], number=1, renderings=["clean"])[0]
    renderer = Renderer(ReadingSettings())
    with Pictures(renderer) as pictures:
        first = pictures.picture(PageRef(sample.path, 0, 0.0)).result(WAIT)
        assert first is not None
        pid = renderer._worker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        turned = pictures.picture(PageRef(sample.path, 0, 90.0)).result(WAIT)
        again = pictures.picture(PageRef(sample.path, 0, 180.0)).result(WAIT)
    assert again is not None and again.size == first.size
    assert turned is None or turned.size == first.size[::-1]
