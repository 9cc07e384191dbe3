"""The list: what waits, grouped, what is done today, and what else a search finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.message import Message

from appliance.domain.corrections import QueueEntry
from appliance.records.history import DoneEntry
from appliance.review import queue_order
from appliance.review.editor.command import Request
from appliance.review.editor.keyboard import Keyboard
from appliance.review.editor.standing import Mode
from appliance.review.queue_order import key
from appliance.review.screens.list_screen import ListScreen
from appliance.review.widgets.styled_text import StyledLine, StyledRun, fit

BY = {
    "oldest": "the oldest first",
    "party": "by sender",
    "type": "by kind",
    "blocker": "by problem",
}


@dataclass(frozen=True, slots=True)
class QueueChoice:
    order: str
    entry: QueueEntry | DoneEntry | None
    """To be opened; None to go on with the document in hand."""


class QueueScreen(ListScreen[QueueChoice]):
    @dataclass
    class Sought(Message):
        """Documents that do not wait are to be looked for, for ``show_found``."""

        screen: QueueScreen
        words: str

    @dataclass
    class PassedOn(Message):
        """Something that concerns more than the list."""

        request: Request

    def __init__(
        self,
        keyboard: Keyboard,
        waiting: Sequence[QueueEntry],
        order: str,
        *,
        done: Sequence[DoneEntry],
        station: str,
        left: str,
        now: float,
        running: bool,
        searching: bool = False,
    ) -> None:
        """``left`` says what is left and done; ``running`` whether the daemon is."""
        ours = (key(one.job) for one in waiting if one.station == station)
        marked = None if searching else next(ours, None)
        super().__init__(keyboard, searching=searching, marked=marked)
        self._waiting, self._order, self._station, self._left = waiting, order, station, left
        self._done, self._found = done, tuple[DoneEntry, ...]()
        self._now, self._daemon = now, running

    @property
    def mode(self) -> Mode:
        return Mode.SEARCH if self._searching else Mode.QUEUE

    # Keys

    def answer(self, request: Request) -> None:
        match request:
            case Request.BACK:
                self.dismiss(QueueChoice(self._order, None))
            case Request.GROUP:
                at = queue_order.ORDERS.index(self._order) + 1
                self._order = queue_order.ORDERS[at % len(queue_order.ORDERS)]
                self._marked = None
                self.draw()
            case Request.SENDERS | Request.NAME:
                self.post_message(self.PassedOn(request))
            case _:
                super().answer(request)

    def seek(self) -> None:
        self._found = ()
        if self.words:
            self.post_message(self.Sought(self, self.words))

    def show_found(self, words: str, found: Sequence[DoneEntry]) -> None:
        """What a search for ``words`` gave."""
        if words == self.words and self.is_attached:
            shown = {key(one.job) for one in self._done}
            self._found = tuple(
                one for one in found if key(one.job) not in shown and queue_order.holds(one, words)
            )
            self.draw()

    def open(self) -> None:
        entries: list[QueueEntry | DoneEntry] = [*self._waiting, *self._done, *self._found]
        for one in entries:
            if key(one.job) != self._list.marked:
                continue
            if isinstance(one, QueueEntry) and self._is_lent(one):
                self.tell(f"{one.job.source} is {queue_order.elsewhere(one, now=self._now)}.")
                return
            self.dismiss(QueueChoice(self._order, one))
            return

    # Drawing

    def heading(self) -> Sequence[StyledRun]:
        return StyledRun("What waits", "strong"), StyledRun(f"  ·  {BY[self._order]}", "dim")

    def count(self) -> str:
        return self._left

    def drawn(self) -> Iterator[StyledLine]:
        words = self.words
        groups = queue_order.grouped(self._waiting, self._order, words)
        done = [one for one in self._done if queue_order.holds(one, words)]
        entries = [one for group in groups for one in group.members]
        sizes = self._sizes([*entries, *done, *self._found], self.size.width)
        if not (entries or (words and (done or self._found))):
            nothing = "No document holds these words." if words else "Nothing waits."
            yield StyledLine((StyledRun(f" {nothing}", "dim"),))
        for group in groups:
            yield from self._group(group.title, group.members, sizes)
        yield from self._group("done today", done, sizes)
        yield from self._group("other documents", self._found, sizes)

    def _group(
        self, title: str, members: Sequence[QueueEntry | DoneEntry], sizes: list[int]
    ) -> Iterator[StyledLine]:
        if title and members:
            many = StyledRun(f"  {len(members)}", "dim")
            yield StyledLine((StyledRun(f" {title}", "strong"), many))
        yield from (self._row(one, sizes) for one in members)

    def _sizes(self, entries: Sequence[QueueEntry | DoneEntry], width: int) -> list[int]:
        """Cells of name, sender, kind and what is told of it: as wide as the widest, where there
        is room."""
        cells = [self._cells(one) for one in entries] or [("", "", "", "")]
        name, party, kind, problem = (
            max(map(cell_len, column)) for column in zip(*cells, strict=True)
        )
        name, kind = min(name, width * 3 // 10), min(kind, width // 5)
        left = width - 11 - name - kind
        party = min(party, max(left - problem, width // 8))
        return [name, party, kind, left - party]

    def _cells(self, one: QueueEntry | DoneEntry) -> tuple[str, str, str, str]:
        return one.job.source, one.sender or "", queue_order.kind(one), self._told(one)

    def _told(self, one: QueueEntry | DoneEntry) -> str:
        if isinstance(one, DoneEntry):
            return queue_order.done(one, now=self._now, running=self._daemon)
        if self._is_lent(one):
            return queue_order.elsewhere(one, now=self._now)
        return queue_order.problem(one)

    def _is_lent(self, one: QueueEntry) -> bool:
        return one.station not in (None, self._station)

    def _row(self, one: QueueEntry | DoneEntry, sizes: list[int]) -> StyledLine:
        test, free = False, ""
        if isinstance(one, QueueEntry):
            test, free = one.evidence, "dim" if self._is_lent(one) else ""
        runs = [StyledRun("◆ " if test else "  ", "accent")]
        looks = free, free, "dim", "dim"
        for text, size, look in zip(self._cells(one), sizes, looks, strict=True):
            runs.append(StyledRun(f"{fit(text, size)}  ", look))
        return StyledLine(tuple(runs), hit=key(one.job))
