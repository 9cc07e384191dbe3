"""One question: choices by number or arrows, or an answer in her own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from appliance.domain.document import Document
from appliance.review.editor.commands import Request
from appliance.review.editor.editor import Mode
from appliance.review.editor.keyboard import Keyboard
from appliance.review.editor.text_input import TextInput
from appliance.review.pictures.view import PictureView
from appliance.review.screens.key_screen import KeyScreen
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.page_pane import PagePane
from appliance.review.widgets.styled_text import StyledLine, StyledRun, typing, wrapped

REASONS = (
    "not for us",
    "not readable: to be scanned again",
    "a page is missing",
    "we have it already",
)
HELD = "hand"
"""Ground of the lines that Enter would take."""


class ChooseScreen(KeyScreen[str | None]):
    """Gives the choice or the words; None when she went back."""

    def __init__(
        self,
        keyboard: Keyboard,
        question: str,
        choices: Sequence[str] = (),
        *,
        free: str = "",
        about: str = "",
        mode: Mode = Mode.CHOICE,
        document: Document | None = None,
        picture: PictureView | None = None,
    ) -> None:
        """``free`` invites an answer of her own; beside the question ``document`` is shown, or the
        ``picture`` of one that was not read."""
        super().__init__(keyboard)
        self._question, self._choices, self._free, self._about = question, choices, free, about
        self._mode, self._document, self._picture = mode, document, picture
        self._at = 0
        self._typed = TextInput("", 0)

    def compose(self) -> ComposeResult:
        with Horizontal(id="desk"):
            if self._document is not None:
                yield PagePane(id="paper")
            elif self._picture is not None:
                yield self._picture
            yield Lines(id="choices")
        yield Lines(id="foot")

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    @property
    def mode(self) -> Mode:
        return self._mode

    def character(self, text: str) -> None:
        number = int(text) - 1 if text.isdecimal() and not self._typed.text else -1
        if 0 <= number < len(self._choices):
            self.dismiss(self._choices[number])
        elif self._free:
            self._at = len(self._choices)
            self._write(self._typed.typed(text, lambda _: None))

    def on_key(self, event: events.Key) -> None:
        if event.key == "backspace" and self._free:
            event.stop()
            self._write(self._typed.erased())
        else:
            super().on_key(event)

    def on_lines_hit(self, message: Lines.Hit) -> None:
        if isinstance(message.hit, int) and not message.dragged:
            self._at = message.hit
            self._take()
        else:
            super().on_lines_hit(message)

    def answer(self, request: Request) -> None:
        match request:
            case Request.TAKE:
                self._take()
            case Request.BACK:
                self.dismiss(None)
            case Request.UP | Request.FAR_UP:
                self._step(-1)
            case Request.DOWN | Request.FAR_DOWN:
                self._step(1)

    def _take(self) -> None:
        if self._at < len(self._choices):
            self.dismiss(self._choices[self._at])
        elif self._typed.text.strip():
            self.dismiss(self._typed.text.strip())

    def _step(self, by: int) -> None:
        stops = len(self._choices) + bool(self._free)
        self._at = (self._at + by) % max(stops, 1)
        self.draw()

    def _write(self, typed: TextInput) -> None:
        self._typed = typed
        self.draw()

    def draw(self) -> None:
        lines = self.query_one("#choices", Lines)
        drawn = list(self._drawn(lines.size.width))
        held = [at for at, line in enumerate(drawn) if line.ground == HELD] or [0]
        lines.put(drawn, show=(held[0] if self._at else 0, held[-1]))
        if self._document is not None:
            self.query_one(PagePane).show(self._document, page=0, marked=())
        self.put_foot()

    def _drawn(self, width: int) -> Iterator[StyledLine]:
        for line in wrapped(self._question, width):
            yield StyledLine((StyledRun(line, "strong"),))
        for line in wrapped(self._about, width):
            yield StyledLine((StyledRun(line, "dim"),))
        yield StyledLine()
        for at, choice in enumerate(self._choices):
            for begin, line in enumerate(wrapped(choice, width - 6)):
                number = StyledRun("   " if begin else f"{at + 1}  ", "key")
                yield self._stop(at, (number, StyledRun(line)))
        if self._free:
            yield self._stop(len(self._choices), self._own(width))

    def _own(self, width: int) -> tuple[StyledRun, ...]:
        indent = StyledRun("   " if self._choices else "")
        invited = StyledRun("" if self._typed.text else f"{self._free} …", "dim")
        if self._at == len(self._choices):
            return (indent, *typing(self._typed, width - 8), invited)
        return (indent, StyledRun(self._typed.text, "dim"), invited)

    def _stop(self, at: int, runs: tuple[StyledRun, ...]) -> StyledLine:
        held = at == self._at
        bar = StyledRun("▌ ", "accent") if held else StyledRun("  ")
        return StyledLine((bar, *runs), HELD if held else "", hit=at)
