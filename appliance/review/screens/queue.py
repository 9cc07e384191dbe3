"""The list of what waits: grouped, searched, with what is left and the pace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Label

from appliance.domain.corrections import QueueEntry
from appliance.review import queue_order
from appliance.review.editor.commands import Request
from appliance.review.editor.editor import Mode
from appliance.review.editor.keyboard import Keyboard
from appliance.review.queue_order import JobKey, QueueGroup, key
from appliance.review.screens.help import HelpScreen
from appliance.review.screens.key_screen import KeyScreen
from appliance.review.widgets.form import LineInput, Options
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.styled_text import StyledLine, StyledRun, apart, fit

BY = {
    "oldest": "the oldest first",
    "party": "by sender",
    "type": "by kind",
    "blocker": "by problem",
}


STEPS = {Request.UP: -1, Request.DOWN: 1, Request.FAR_UP: -1, Request.FAR_DOWN: 1}


@dataclass(frozen=True, slots=True)
class QueueChoice:
    order: str
    waiting: QueueEntry | None
    """To be opened; None to go on with the document in hand."""


class QueueScreen(KeyScreen[QueueChoice]):
    def __init__(
        self,
        keyboard: Keyboard,
        waiting: Sequence[QueueEntry],
        order: str,
        *,
        station: str,
        left: str,
        searching: bool = False,
    ) -> None:
        """``left`` says what is left and the pace."""
        super().__init__(keyboard)
        self._waiting, self._order, self._station, self._left = waiting, order, station, left
        self._searching = searching
        self._list = Options(id="list")
        self._words = LineInput(id="words")
        self._marked: JobKey | None = None
        """By her last key or click."""

    def compose(self) -> ComposeResult:
        yield Lines(id="head")
        with Horizontal(id="search"):
            yield Label("/", id="slash")
            yield self._words
        yield self._list
        yield Lines(id="foot")

    def on_mount(self) -> None:
        ours = (key(one.job) for one in self._waiting if one.station == self._station)
        self._marked = None if self._searching else next(ours, None)
        self._seek(self._searching)

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    @property
    def mode(self) -> Mode:
        return Mode.SEARCH if self._searching else Mode.QUEUE

    # Keys

    def answer(self, request: Request) -> None:
        match request:
            case Request.TAKE:
                self._open()
            case Request.BACK:
                self.dismiss(QueueChoice(self._order, None))
            case Request.GROUP:
                at = queue_order.ORDERS.index(self._order) + 1
                self._order = queue_order.ORDERS[at % len(queue_order.ORDERS)]
                self._marked = None
                self.draw()
            case Request.SEARCH | Request.FOUND:
                self._seek(request is Request.SEARCH)
            case Request.FORGET:
                self._words.value = ""
                self._seek(False)
            case Request.HELP:
                self.app.push_screen(HelpScreen(self.keyboard))
            case Request.QUIT:
                self.app.exit()
            case _:
                far = request in (Request.FAR_UP, Request.FAR_DOWN)
                self._list.step(STEPS[request] * (self._list.size.height if far else 1))
                self._marked = self._list.marked

    def _seek(self, searching: bool) -> None:
        self._searching = self._words.can_focus = searching
        self.draw()
        self.set_focus(self._words if searching else None)

    def on_input_changed(self) -> None:
        self._marked = None
        self.draw()

    def on_option_list_option_selected(self) -> None:
        """A click; another one opens what it marked."""
        before, self._marked = self._marked, self._list.marked
        if before == self._marked:
            self._open()

    def _open(self) -> None:
        for one in self._waiting:
            if key(one.job) == self._list.marked:
                self.dismiss(QueueChoice(self._order, one))

    # Drawing

    def draw(self) -> None:
        lines = self.query_one("#head", Lines)
        head = [
            StyledRun(" "),
            StyledRun("What waits", "strong"),
            StyledRun(f"  ·  {BY[self._order]}", "dim"),
        ]
        lines.put([apart(head, [StyledRun(f"{self._left} ", "dim")], lines.size.width)])
        self.query_one("#search").visible = self._searching or bool(self._words.value)
        groups = queue_order.grouped(self._waiting, self._order, self._words.value)
        self._list.put([(line,) for line in self._drawn(groups)], marked=self._marked)
        self._marked = self._list.marked
        self.put_foot()

    def _drawn(self, groups: Sequence[QueueGroup]) -> Iterator[StyledLine]:
        entries = [one for group in groups for one in group.members]
        if not entries:
            yield StyledLine((StyledRun(" Nothing waits that holds these words.", "dim"),))
            return
        sizes = self._sizes(entries, self.size.width)
        for group in groups:
            if group.title:
                many = f"  {len(group.members)}"
                yield StyledLine((StyledRun(f" {group.title}", "strong"), StyledRun(many, "dim")))
            yield from (self._row(one, sizes) for one in group.members)

    def _sizes(self, entries: Sequence[QueueEntry], width: int) -> list[int]:
        """Cells of name, sender, kind and problem: as wide as the widest, where there is room."""
        cells = [self._cells(one) for one in entries]
        name, party, kind, problem = (
            max(map(cell_len, column), default=0) for column in zip(*cells, strict=True)
        )
        name, kind = min(name, width * 3 // 10), min(kind, width // 5)
        left = width - 11 - name - kind
        party = min(party, max(left - problem, width // 8))
        return [name, party, kind, left - party]

    def _cells(self, one: QueueEntry) -> tuple[str, str, str, str]:
        problem = "in other hands" if self._is_lent(one) else queue_order.problem(one)
        return one.job.source, one.sender or "", queue_order.kind(one), problem

    def _is_lent(self, one: QueueEntry) -> bool:
        return one.station not in (None, self._station)

    def _row(self, one: QueueEntry, sizes: list[int]) -> StyledLine:
        free = "dim" if self._is_lent(one) else ""
        runs = [StyledRun("◆ " if one.evidence else "  ", "accent")]
        looks = free, free, "dim", "dim"
        for text, size, look in zip(self._cells(one), sizes, looks, strict=True):
            runs.append(StyledRun(f"{fit(text, size)}  ", look))
        return StyledLine(tuple(runs), hit=key(one.job))
