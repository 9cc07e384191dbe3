"""The list of what waits: grouped, searched, with what is left and the pace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult

from appliance.domain.corrections import QueueEntry
from appliance.review import queue_order
from appliance.review.editor.commands import Request
from appliance.review.editor.editor import Mode
from appliance.review.editor.keyboard import Keyboard
from appliance.review.editor.text_input import TextInput
from appliance.review.screens.help import HelpScreen
from appliance.review.screens.key_screen import KeyScreen
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.styled_text import StyledLine, StyledRun, apart, fit, typing

BY = {
    "oldest": "the oldest first",
    "party": "by sender",
    "type": "by kind",
    "blocker": "by problem",
}


FAR = (Request.FAR_UP, Request.FAR_DOWN)
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
        self._search = TextInput("", 0)
        self._searching = searching
        ours = (at for at, one in enumerate(self._flat) if one.station == station)
        self._at = 0 if searching else next(ours, 0)

    def compose(self) -> ComposeResult:
        yield Lines(id="head")
        yield Lines(id="search")
        yield Lines(id="list")
        yield Lines(id="foot")

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    @property
    def mode(self) -> Mode:
        return Mode.SEARCH if self._searching else Mode.QUEUE

    @property
    def _groups(self) -> list[queue_order.QueueGroup]:
        return queue_order.grouped(self._waiting, self._order, self._search.text)

    @property
    def _flat(self) -> list[QueueEntry]:
        return [one for group in self._groups for one in group.members]

    # Keys

    def character(self, text: str) -> None:
        if self._searching:
            self._seek(self._search.typed(text, lambda _: None))

    def on_key(self, event: events.Key) -> None:
        if self._searching and event.key == "backspace":
            event.stop()
            self._seek(self._search.erased())
        else:
            super().on_key(event)

    def _seek(self, search: TextInput) -> None:
        self._search, self._at = search, 0
        self.draw()

    def answer(self, request: Request) -> None:
        match request:
            case Request.TAKE:
                self._open()
            case Request.BACK:
                self.dismiss(QueueChoice(self._order, None))
            case Request.GROUP:
                self._regroup()
            case Request.SEARCH | Request.FOUND:
                self._searching = request is Request.SEARCH
                self.draw()
            case Request.FORGET:
                self._searching = False
                self._seek(TextInput("", 0))
            case Request.HELP:
                self.app.push_screen(HelpScreen(self.keyboard))
            case Request.QUIT:
                self.app.exit()
            case _:
                far = self.query_one("#list", Lines).size.height
                self._step(STEPS[request] * (far if request in FAR else 1))

    def _regroup(self) -> None:
        at = queue_order.ORDERS.index(self._order) + 1
        self._order = queue_order.ORDERS[at % len(queue_order.ORDERS)]
        self._at = 0
        self.draw()

    def _open(self) -> None:
        flat = self._flat
        if flat:
            self.dismiss(QueueChoice(self._order, flat[self._at]))

    def _step(self, by: int) -> None:
        self._at = max(min(self._at + by, len(self._flat) - 1), 0)
        self.draw()

    def on_lines_hit(self, message: Lines.Hit) -> None:
        if isinstance(message.hit, int) and not message.dragged:
            again, self._at = message.hit == self._at, message.hit
            if again:
                self._open()
            else:
                self.draw()
        else:
            super().on_lines_hit(message)

    # Drawing

    def draw(self) -> None:
        lines = self.query_one("#list", Lines)
        width = lines.size.width
        head = [
            StyledRun(" "),
            StyledRun("What waits", "strong"),
            StyledRun(f"  ·  {BY[self._order]}", "dim"),
        ]
        self.query_one("#head", Lines).put(
            [apart(head, [StyledRun(f"{self._left} ", "dim")], width)]
        )
        self.query_one("#search", Lines).put([self._sought(width)])
        drawn = list(self._drawn(width))
        at = next((i for i, line in enumerate(drawn) if line.ground), 0)
        lines.put(drawn, show=(max(at - 1, 0), at))
        self.put_foot()

    def _sought(self, width: int) -> StyledLine:
        if self._searching:
            return StyledLine((StyledRun(" / ", "key"), *typing(self._search, width - 4)))
        return (
            StyledLine((StyledRun(f" / {self._search.text}", "dim"),))
            if self._search.text
            else StyledLine()
        )

    def _drawn(self, width: int) -> Iterator[StyledLine]:
        at = 0
        sizes = self._sizes(width) if self._flat else []
        for group in self._groups:
            if group.title:
                many = f"  {len(group.members)}"
                yield StyledLine((StyledRun(f" {group.title}", "strong"), StyledRun(many, "dim")))
            for one in group.members:
                yield self._row(one, at, sizes)
                at += 1
        if not at:
            yield StyledLine((StyledRun(" Nothing waits that holds these words.", "dim"),))

    def _sizes(self, width: int) -> list[int]:
        """Cells of name, sender, kind and problem: as wide as the widest, where there is room."""
        cells = [self._cells(one) for one in self._flat]
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

    def _row(self, one: QueueEntry, at: int, sizes: list[int]) -> StyledLine:
        held = at == self._at
        free = "dim" if self._is_lent(one) else ""
        bar, mark = "▌ " if held else "  ", "◆ " if one.evidence else "  "
        runs = [StyledRun(bar + mark, "accent")]
        looks = free, free, "dim", "dim"
        for text, size, look in zip(self._cells(one), sizes, looks, strict=True):
            runs.append(StyledRun(f"{fit(text, size)}  ", look))
        return StyledLine(tuple(runs), "hand" if held else "", hit=at)
