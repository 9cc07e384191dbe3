"""The widget shows the newest wish; a terminal is asked before the screen starts, a pipe never."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyte
import pytest
from PIL import Image
from small_viewer import Grey
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from appliance.domain.document import BBox
from appliance.domain.errors import WorkerError
from appliance.review.browser.picture_publisher import FILE, PicturePublisher
from appliance.review.pictures.blocks import Blocks
from appliance.review.pictures.crops import Marks
from appliance.review.pictures.protocol import sixel_or_text, tmux_clients
from appliance.review.pictures.sheets import PageRef, Pictures
from appliance.review.pictures.view import PictureView

HERE = Path(__file__).parent
BOX = Marks((BBox(0.2, 0.2, 0.4, 0.22),))
PATIENCE = 60.0


class Counting(Grey):
    """Page 7 cannot be drawn."""

    def __init__(self) -> None:
        self.pages: list[int] = []

    def render(self, path: Path, index: int, rotation: float, *, longest: int) -> Image.Image:
        self.pages.append(index)
        if index == 7:
            raise WorkerError("the renderer ended by a crash")
        return super().render(path, index, rotation, longest=longest)


class Viewer(App[None]):
    CSS = "PictureView { width: 40; height: 20; }"

    def __init__(self, view: PictureView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view


@pytest.fixture
def draws() -> Counting:
    return Counting()


@pytest.fixture
def pictures(draws: Counting) -> Iterator[Pictures]:
    with Pictures(draws) as pictures:
        yield pictures


def sheet(page: int) -> PageRef:
    return PageRef(Path("file"), page, 0.0)


def dots(view: PictureView) -> list[str]:
    """The rows of the page below."""
    return [strip.text for strip in view.query(Blocks).last()._rows]


async def shown(pilot: Pilot[None], view: PictureView) -> None:
    for worker in list(pilot.app.workers):
        if worker.node is view and not worker.is_cancelled:
            await worker.wait()
    await pilot.pause()


@pytest.mark.asyncio
async def test_the_page_is_shown_in_half_blocks(pictures: Pictures) -> None:
    view = PictureView(pictures, "text")
    async with Viewer(view).run_test() as pilot:
        view.show(sheet(1), BOX)
        await shown(pilot, view)
        assert dots(view) == ["▀" * 40] * 20


@pytest.mark.asyncio
async def test_of_many_wishes_the_newest_is_shown(pictures: Pictures, draws: Counting) -> None:
    view = PictureView(pictures, "blocks")
    async with Viewer(view).run_test() as pilot:
        for page in range(5):
            view.show(sheet(page), BOX)
        await shown(pilot, view)
        assert draws.pages == [4]


@pytest.mark.asyncio
async def test_what_cannot_be_drawn_leaves_the_place_empty(pictures: Pictures) -> None:
    view = PictureView(pictures, "blocks")
    async with Viewer(view).run_test() as pilot:
        for wish in (sheet(1), sheet(7), sheet(1), None):
            view.show(wish, BOX)
            await shown(pilot, view)
            assert bool(dots(view)) == (wish == sheet(1))


@pytest.mark.asyncio
async def test_a_hidden_picture_costs_nothing_until_it_is_shown(
    pictures: Pictures, draws: Counting
) -> None:
    view = PictureView(pictures, "text")
    view.display = False
    async with Viewer(view).run_test() as pilot:
        view.show(sheet(1), BOX)
        view.prefetch([sheet(2)])
        await shown(pilot, view)
        assert draws.pages == []
        view.display = True
        while not draws.pages:
            await pilot.pause()
        await shown(pilot, view)
        assert draws.pages == [1]
        assert dots(view)


@pytest.mark.asyncio
async def test_a_browser_beside_it_gets_the_picture_though_it_is_hidden(
    pictures: Pictures, tmp_path: Path
) -> None:
    view = PictureView(pictures, "text", onlooker=PicturePublisher(tmp_path))
    view.display = False
    async with Viewer(view).run_test() as pilot:
        view.show(sheet(1), BOX)
        await shown(pilot, view)
        with Image.open(tmp_path / FILE) as picture:
            assert picture.size == (900, 1200)
        view.show(None)
        await shown(pilot, view)
        assert (tmp_path / FILE).read_bytes() == b""


@pytest.mark.asyncio
async def test_a_browser_that_has_gone_does_no_harm(pictures: Pictures, tmp_path: Path) -> None:
    view = PictureView(pictures, "blocks", onlooker=PicturePublisher(tmp_path / "gone"))
    async with Viewer(view).run_test() as pilot:
        view.show(sheet(1), BOX)
        await shown(pilot, view)
        assert dots(view)


def test_nobody_looks_on_unless_a_folder_says_so(tmp_path: Path) -> None:
    assert PicturePublisher.invited({}) is None
    assert PicturePublisher.invited({"APPLIANCE_ONLOOKER": str(tmp_path)}) is not None


# Real terminals, and none

ANSWERS = {
    "sixel": {rb"\x1b\[c": b"\x1b[?62;4c"},
    "kitty": {rb"\x1b\[c": b"\x1b[?62c", rb"\x1b_Gi=(\d+)[^\\]*\\": b"\x1b_Gi=%s;OK\x1b\\"},
    "text": {rb"\x1b\[c": b"\x1b[?62c"},
}
DRAWING = {"sixel": b"\x1bP", "kitty": b"\x1b_Ga=p", "text": "▀▀▀▀".encode()}
VIEWER = sys.executable, str(HERE / "small_viewer.py")
COVER = b"a cover over all of it"


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_terminal_is_asked_and_drawn_on_in_its_own_way(kind: str) -> None:
    seen = _in_terminal("auto", kind, until=DRAWING[kind])
    assert f"protocol {kind}".encode() in seen
    others = {other: mark for other, mark in DRAWING.items() if other != kind}
    assert not [other for other, mark in others.items() if mark in seen]


def test_the_setting_goes_before_the_answer() -> None:
    assert b"protocol kitty" in _in_terminal("kitty", "sixel", until=DRAWING["kitty"])


def test_asked_for_no_pictures_the_terminal_is_not_asked() -> None:
    assert b"\x1b[c" not in _in_terminal("text", "sixel", until=DRAWING["text"])


def test_what_covered_the_picture_does_not_stand_in_it_where_dots_are_not_drawn() -> None:
    with _terminal(*VIEWER, "sixel") as terminal:
        seen = _heard(terminal, {}, DRAWING["sixel"])
        for until in (COVER, DRAWING["sixel"]):
            os.write(terminal, b"x")
            seen += _heard(terminal, {}, until)
    screen = pyte.Screen(80, 24)
    pyte.ByteStream(screen).feed(re.sub(rb"\x1bP.*?\x1b\\", b"", seen, flags=re.DOTALL))
    assert "cover" not in "".join(line[:40] for line in screen.display[:12])


def _in_terminal(setting: str, kind: str, *, until: bytes) -> bytes:
    with _terminal(*VIEWER, setting) as terminal:
        return _heard(terminal, dict(ANSWERS[kind]), until)


@contextmanager
def _terminal(*command: str) -> Iterator[int]:
    process, terminal = pty.fork()
    if process == 0:
        for inherited in ("TMUX", "TMUX_PANE"):
            os.environ.pop(inherited, None)
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.execvp(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 800, 480))
    try:
        yield terminal
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)


def _heard(terminal: int, answers: dict[bytes, bytes], until: bytes) -> bytes:
    seen, end = b"", time.monotonic() + PATIENCE
    while until not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 1 << 16)
        for question, answer in list(answers.items()):
            if asked := re.search(question, seen):
                os.write(terminal, answer % asked.groups())
                del answers[question]
    assert until in seen, seen
    return seen


def test_a_pipe_is_never_asked() -> None:
    program = (
        "import sys; from appliance.review.pictures.protocol import protocol;"
        "print(*map(protocol, ['auto', 'sixel', 'blocks']), 'textual_image' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["text", "text", "blocks", "False"]


# tmux, which answers for the terminals attached to it


SIXEL, PLAIN = "256,RGB,sixel,title", "256,RGB,title"


@pytest.mark.parametrize(
    ("environment", "clients", "chosen"),
    [
        ({"TERM": "xterm-256color"}, None, "sixel"),
        ({"TMUX": "/tmp/tmux", "TERM": "screen"}, f"{SIXEL}\n", "sixel"),
        ({"TMUX": "/tmp/tmux", "TERM": "xterm-256color"}, f"{PLAIN}\n", "text"),
        ({"TMUX": "/tmp/tmux"}, f"{SIXEL}\n{PLAIN}\n", "text"),
        ({"TMUX": "/tmp/tmux"}, f"{SIXEL}\n\n", "text"),
        ({"TMUX": "/tmp/tmux"}, "", "text"),
        ({"TMUX": "/tmp/tmux"}, None, "text"),
        ({"TERM": "tmux-256color"}, None, "text"),
    ],
)
def test_sixel_is_drawn_where_every_terminal_attached_to_tmux_draws_it(
    environment: dict[str, str], clients: str | None, chosen: str
) -> None:
    assert sixel_or_text(environment, clients) == chosen


def test_a_tmux_that_is_not_there_or_fails_does_not_answer(tmp_path: Path) -> None:
    inside = {"TMUX": "/tmp/tmux", "PATH": str(tmp_path)}
    assert tmux_clients(inside) is None
    (tmp_path / "tmux").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "tmux").chmod(0o755)
    assert tmux_clients(inside) is None
    (tmp_path / "tmux").write_text("#!/bin/sh\nprintf '\\377\\n'\n")
    assert sixel_or_text(inside, tmux_clients(inside)) == "text"
    assert tmux_clients({}) is None


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """A server of its own."""
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    command = "tmux", "-S", str(tmp_path / "tmux"), "-f", os.devnull
    yield command
    subprocess.run([*command, "kill-server"], check=False, capture_output=True)


@pytest.mark.parametrize("kind", ["sixel", "text"])
def test_inside_tmux_the_terminal_that_is_attached_counts(tmux: tuple[str, ...], kind: str) -> None:
    with _terminal(*tmux, "new-session", *VIEWER, "auto") as terminal:
        _heard(terminal, dict(ANSWERS[kind]), DRAWING[kind])


def test_inside_tmux_the_page_is_painted_also_after_what_covered_it(tmux: tuple[str, ...]) -> None:
    def until(text: str) -> None:
        end = time.monotonic() + PATIENCE
        while text not in (shown := said("capture-pane", "-p").partition("\n")[0]):
            assert time.monotonic() < end, shown
            time.sleep(0.05)

    def said(*command: str) -> str:
        done = subprocess.run([*tmux, *command], check=True, capture_output=True, text=True)
        return done.stdout

    said("new-session", "-d", "-x", "80", "-y", "24", *VIEWER, "auto")
    for text in ("▀" * 40, COVER.decode(), "▀" * 40):
        until(text)
        said("send-keys", "x")
