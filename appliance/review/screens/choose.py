"""One question: choices by number or arrows, or an answer in her own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import OptionList, Static

from appliance.domain.characters import shown
from appliance.domain.document import Document
from appliance.review.editor.command import Request
from appliance.review.editor.keyboard import Keyboard
from appliance.review.editor.standing import Mode
from appliance.review.pictures.view import PictureView
from appliance.review.screens.key_screen import KeyScreen
from appliance.review.widgets.form import LineInput, Options
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.page_pane import PagePane
from appliance.review.widgets.styled_text import StyledLine, StyledRun, wrapped


class ChooseScreen(KeyScreen[str | None]):
    """Gives the choice or the words; None when she went back."""

    def __init__(
        self,
        keyboard: Keyboard,
        question: str,
        choices: Sequence[str] = (),
        *,
        free: str = "",
        marked: bool = True,
        about: str = "",
        mode: Mode = Mode.CHOICE,
        document: Document | None = None,
        picture: PictureView | None = None,
    ) -> None:
        """``free`` invites an answer of her own; unless ``marked`` she has to choose first, so that
        Enter alone says nothing; beside the question ``document`` is shown, or the
        ``picture`` of one that was not read."""
        super().__init__(keyboard)
        self._question, self._choices, self._about = question, choices, about
        self._mode, self._document, self._picture = mode, document, picture
        self._options = Options(id="options")
        self._early = ""
        """A digit that chooses unless more text follows at once."""
        below = "below" if choices else ""
        invited = LineInput(id="words", placeholder=f"{free} …", classes=below)
        self._words = invited if free else None
        self._marks = marked

    def compose(self) -> ComposeResult:
        with Horizontal(id="desk"):
            if self._document is not None:
                yield PagePane(id="paper")
            elif self._picture is not None:
                yield self._picture
            with Vertical(id="choices"):
                yield Static(shown(self._question), markup=False, id="question")
                yield Static(shown(self._about), markup=False, id="about")
                yield self._options
                if self._words is not None:
                    yield self._words
        yield Lines(id="foot")

    def on_mount(self) -> None:
        self._options.display = bool(self._choices)
        if self._words is not None and not self._choices:
            self._words.focus()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    @property
    def mode(self) -> Mode:
        return self._mode

    def character(self, text: str) -> None:
        number = int(text) if text.isdecimal() else 0
        if 0 < number <= len(self._choices):
            self._early = text
            self.unless_key(partial(self.dismiss, self._choices[number - 1]))
        else:
            self._write(text)

    def burst(self, text: str) -> None:
        """The digit before was no choice but the beginning of a text."""
        self._write(self._early + text)

    def pasted(self, text: str) -> None:
        self._write(text)

    def _write(self, text: str) -> None:
        self._early = ""
        if self._words is not None:
            self._words.focus()
            self._words.insert_text_at_cursor(text)

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
        words = self._words.value.strip() if self._words is not None else ""
        if self._options.marked:
            self.dismiss(self._choices[self._options.marked - 1])
        elif words:
            self.dismiss(words)

    def _step(self, by: int) -> None:
        """Over the choices and, where there is one, the line, and round."""
        beside = self._words is not None or not self._marks
        stops = [*range(1, len(self._choices) + 1), *([None] if beside else [])]
        if self._options.marked not in stops:
            return  # nothing is drawn yet, or there is nothing to choose
        there = stops[(stops.index(self._options.marked) + by) % len(stops)]
        if there is None and self._words is not None:
            self._words.focus()
        else:
            self.set_focus(None)
            self._options.mark(there)

    def on_descendant_focus(self) -> None:
        """Her own words are the answer now."""
        self._options.mark(None)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[message.option_index])

    def draw(self) -> None:
        if self._document is not None:
            self.query_one(PagePane).show(self._document, page=0, marked=())
        width = self._options.size.width
        choices = [
            list(_option(number, choice, width)) for number, choice in enumerate(self._choices, 1)
        ]
        before = self._options.marked
        self._options.put(choices, marked=before)
        if self.focused is not None or (before is None and not self._marks):
            self._options.mark(None)
        self.put_foot()


def _option(number: int, choice: str, width: int) -> Iterator[StyledLine]:
    sign = f"{number}  "
    for line in wrapped(choice, width - 2 - len(sign)):
        yield StyledLine((StyledRun(sign, "key"), StyledRun(line)), hit=number)
        sign = " " * len(sign)
