"""The list of what waits: grouped, searched, with what is left and the pace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult

from appliance.domain.corrections import Waiting
from appliance.review import tray
from appliance.review.hand.keys import Keyboard, Mode
from appliance.review.hand.typed import Typed
from appliance.review.screens.help import Help
from appliance.review.screens.keyed import Keyed
from appliance.review.widgets.drawn import Line, Run, apart, fit, typing
from appliance.review.widgets.lines import Lines

BY = {
    "oldest": "the oldest first",
    "party": "by sender",
    "type": "by kind",
    "blocker": "by problem",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    order: str
    waiting: Waiting | None
    """To be opened; None to go on with the document in hand."""


class Queue(Keyed[Chosen]):
    def __init__(
        self,
        keyboard: Keyboard,
        waiting: Sequence[Waiting],
        order: str,
        *,
        station: str,
        left: str,
        searching: bool = False,
    ) -> None:
        """``left`` says what is left and the pace."""
        super().__init__(keyboard)
        self._waiting, self._order, self._station, self._left = waiting, order, station, left
        self._search = Typed("", 0)
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
    def _groups(self) -> list[tray.Group]:
        return tray.grouped(self._waiting, self._order, self._search.text)

    @property
    def _flat(self) -> list[Waiting]:
        return [one for group in self._groups for one in group.members]

    # Keys

    def character(self, text: str) -> bool:
        if self._searching:
            self._seek(self._search.typed(text, lambda _: None))
        return self._searching

    def on_key(self, event: events.Key) -> None:
        if self._searching and event.key == "backspace":
            event.stop()
            self._seek(self._search.erased())
        else:
            super().on_key(event)

    def _seek(self, search: Typed) -> None:
        self._search, self._at = search, 0
        self.draw()

    def do_search(self) -> None:
        self._searching = True
        self.draw()

    def do_found(self) -> None:
        self._searching = False
        self.draw()

    def do_forget(self) -> None:
        self._searching = False
        self._seek(Typed("", 0))

    def do_group(self) -> None:
        at = tray.ORDERS.index(self._order) + 1
        self._order = tray.ORDERS[at % len(tray.ORDERS)]
        self._at = 0
        self.draw()

    def do_open(self) -> None:
        flat = self._flat
        if flat:
            self.dismiss(Chosen(self._order, flat[self._at]))

    def do_back(self) -> None:
        self.dismiss(Chosen(self._order, None))

    def do_help(self) -> None:
        self.app.push_screen(Help(self.keyboard))

    def do_quit(self) -> None:
        self.app.exit()

    def do_list_up(self) -> None:
        self._step(-1)

    def do_list_down(self) -> None:
        self._step(1)

    def do_list_far_up(self) -> None:
        self._step(-self.query_one("#list", Lines).size.height)

    def do_list_far_down(self) -> None:
        self._step(self.query_one("#list", Lines).size.height)

    def _step(self, by: int) -> None:
        self._at = max(min(self._at + by, len(self._flat) - 1), 0)
        self.draw()

    def on_lines_hit(self, message: Lines.Hit) -> None:
        if isinstance(message.hit, int) and not message.dragged:
            again, self._at = message.hit == self._at, message.hit
            if again:
                self.do_open()
            else:
                self.draw()
        else:
            super().on_lines_hit(message)

    # Drawing

    def draw(self) -> None:
        lines = self.query_one("#list", Lines)
        width = lines.size.width
        head = [Run(" "), Run("What waits", "strong"), Run(f"  ·  {BY[self._order]}", "dim")]
        self.query_one("#head", Lines).put([apart(head, [Run(f"{self._left} ", "dim")], width)])
        self.query_one("#search", Lines).put([self._sought(width)])
        drawn = list(self._drawn(width))
        at = next((i for i, line in enumerate(drawn) if line.ground), 0)
        lines.put(drawn, show=(max(at - 1, 0), at))
        self.put_foot()

    def _sought(self, width: int) -> Line:
        if self._searching:
            return Line((Run(" / ", "key"), *typing(self._search, width - 4)))
        return Line((Run(f" / {self._search.text}", "dim"),)) if self._search.text else Line()

    def _drawn(self, width: int) -> Iterator[Line]:
        at = 0
        sizes = self._sizes(width) if self._flat else []
        for group in self._groups:
            if group.title:
                many = f"  {len(group.members)}"
                yield Line((Run(f" {group.title}", "strong"), Run(many, "dim")))
            for one in group.members:
                yield self._row(one, at, sizes)
                at += 1
        if not at:
            yield Line((Run(" Nothing waits that holds these words.", "dim"),))

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

    def _cells(self, one: Waiting) -> tuple[str, str, str, str]:
        problem = "in other hands" if self._is_lent(one) else tray.problem(one)
        return one.job.source, one.sender or "", tray.kind(one), problem

    def _is_lent(self, one: Waiting) -> bool:
        return one.station not in (None, self._station)

    def _row(self, one: Waiting, at: int, sizes: list[int]) -> Line:
        held = at == self._at
        free = "dim" if self._is_lent(one) else ""
        bar, mark = "▌ " if held else "  ", "◆ " if one.evidence else "  "
        runs = [Run(bar + mark, "accent")]
        looks = free, free, "dim", "dim"
        for text, size, look in zip(self._cells(one), sizes, looks, strict=True):
            runs.append(Run(f"{fit(text, size)}  ", look))
        return Line(tuple(runs), "hand" if held else "", hit=at)
