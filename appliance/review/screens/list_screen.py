"""A list below one line: searched by words, marked by keys or a click, opened by one more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Label
from textual.widgets.input import Selection

from appliance.review.editor.command import Request
from appliance.review.editor.keyboard import Keyboard
from appliance.review.screens.help import HelpScreen
from appliance.review.screens.key_screen import KeyScreen, Result
from appliance.review.widgets.form import LineInput, Options
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.styled_text import StyledLine, StyledRun, apart

STEPS = {Request.UP: -1, Request.DOWN: 1, Request.FAR_UP: -1, Request.FAR_DOWN: 1}


class ListScreen(KeyScreen[Result]):
    def __init__(
        self, keyboard: Keyboard, *, searching: bool = False, marked: object = None
    ) -> None:
        """``marked`` is the hit of a line; None marks the first."""
        super().__init__(keyboard)
        self._searching = searching
        self._list = Options(id="list")
        self._words = LineInput(id="words")
        self._notice = ""
        """A line for her, until the list is drawn again."""
        self._marked = marked
        """By her last key or click."""

    # What each list has of its own

    def heading(self) -> Sequence[StyledRun]:
        raise NotImplementedError

    def count(self) -> str:
        """At the right end of the head."""
        raise NotImplementedError

    def drawn(self) -> Iterable[StyledLine]:
        raise NotImplementedError

    def open(self) -> None:
        """What is marked."""
        raise NotImplementedError

    def seek(self) -> None:
        """Her words are others now."""

    # What all share

    def compose(self) -> ComposeResult:
        yield Lines(id="head")
        with Horizontal(id="search"):
            yield Label("/", id="slash")
            yield self._words
        yield self._list
        yield Lines(id="foot")

    def on_mount(self) -> None:
        self._search(self._searching)

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def answer(self, request: Request) -> None:
        match request:
            case Request.TAKE:
                self.open()
            case Request.SEARCH | Request.FOUND:
                self._search(request is Request.SEARCH)
            case Request.FORGET:
                self._words.value = ""
                self._search(False)
            case Request.HELP:
                self.app.push_screen(HelpScreen(self.keyboard))
            case Request.QUIT:
                self.app.exit()
            case _:
                far = request in (Request.FAR_UP, Request.FAR_DOWN)
                self._list.step(STEPS[request] * (self._list.size.height if far else 1))
                self._marked = self._list.marked

    def _search(self, searching: bool) -> None:
        self._searching = self._words.can_focus = searching
        self.draw()
        self.set_focus(self._words if searching else None)
        if searching:  # what she types takes the place of the words before
            self._words.selection = Selection(0, len(self._words.value))

    def pasted(self, text: str) -> None:
        """What a scanner read, say, is looked for."""
        self._words.value = text
        self._search(True)

    def on_input_changed(self) -> None:
        self._marked = None
        self.seek()
        self.draw()

    @property
    def words(self) -> str:
        """That she looks for."""
        return self._words.value.strip()

    def on_option_list_option_selected(self) -> None:
        """A click; another one opens what it marked."""
        before, self._marked = self._marked, self._list.marked
        if before == self._marked:
            self.open()

    def tell(self, notice: str) -> None:
        """A line for her, who may have gone meanwhile."""
        self._notice = notice
        if self.is_attached:
            self.draw()

    def draw(self) -> None:
        lines, head = self.query_one("#head", Lines), [StyledRun(" "), *self.heading()]
        if self._notice:
            head, self._notice = [StyledRun(f" {self._notice}", "strong")], ""
        lines.put([apart(head, [StyledRun(f"{self.count()} ", "dim")], lines.size.width)])
        self.query_one("#search").visible = self._searching or bool(self._words.value)
        self._list.put([(line,) for line in self.drawn()], marked=self._marked)
        self._marked = self._list.marked
        self.put_foot()
