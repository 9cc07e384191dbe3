"""The known senders: listed and searched, for one to be shown, or to be merged into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.message import Message

from appliance.domain.doctype import display_name
from appliance.domain.local_time import day
from appliance.domain.plurals import counted
from appliance.domain.senders import ListedSenders, SenderEntry
from appliance.review.draft.places import sentence
from appliance.review.editor.command import Request
from appliance.review.editor.keyboard import Keyboard
from appliance.review.editor.standing import Mode
from appliance.review.screens.list_screen import ListScreen
from appliance.review.widgets.styled_text import StyledLine, StyledRun, fit
from appliance.senders import wording

SHOWN = 200
"""Senders that are listed at most; a search finds the others."""
HEADS = ("name", "id", "documents", "kinds", "last")
TITLES = {0: "of the document in hand", 1: "others"}
"""Above the first and the second, where the first one sent it."""


class SendersScreen(ListScreen[SenderEntry | None]):
    """Gives the one that ``merging`` is to be merged into; else she only looks and goes back."""

    @dataclass
    class Opened(Message):
        """One is to be shown."""

        screen: SendersScreen
        entry: SenderEntry

    def __init__(
        self,
        keyboard: Keyboard,
        listed: ListedSenders,
        *,
        now: float,
        merging: SenderEntry | None = None,
    ) -> None:
        super().__init__(keyboard)
        self.listed = listed
        self._now, self._merging = now, merging

    def show(self, listed: ListedSenders, *, marked: str, notice: str) -> None:
        """As they are after a ruling; ``marked`` is an id."""
        self.listed, self._marked = listed, marked
        self.tell(notice)

    @property
    def mode(self) -> Mode:
        if self._searching:
            return Mode.SEARCH
        return Mode.MERGE if self._merging else Mode.SENDERS

    def answer(self, request: Request) -> None:
        if request is Request.BACK:
            self.dismiss(None)
        else:
            super().answer(request)

    def open(self) -> None:
        for one in self.listed.entries:
            if one.party == self._list.marked and self._merging:
                self.dismiss(one)
            elif one.party == self._list.marked:
                self.post_message(self.Opened(self, one))

    def heading(self) -> Sequence[StyledRun]:
        if self._merging:
            return (StyledRun(f"Which sender is {self._merging.title}?", "strong"),)
        return (
            StyledRun("Known senders", "strong"),
            StyledRun("  ·  the newest documents first", "dim"),
        )

    def count(self) -> str:
        return counted(len(self.listed.entries), "sender")

    def drawn(self) -> Iterator[StyledLine]:
        words = self.words
        found = [one for one in self.listed.entries if not words or _holds(one, words)]
        found.sort(key=lambda one: one.party != self.listed.sent)
        rows = found[:SHOWN]
        sizes = self._sizes(rows)
        if rows:
            yield StyledLine((StyledRun("  "), *_row(HEADS, sizes, ["dim"] * len(HEADS))))
        else:
            nothing = "No sender is called so." if words else sentence(wording.NOBODY_KNOWN)
            yield StyledLine((StyledRun(f" {nothing}", "dim"),))
        is_sent = bool(rows) and rows[0].party == self.listed.sent
        for at, one in enumerate(rows):
            if is_sent and at in TITLES:
                yield StyledLine((StyledRun(f" {TITLES[at]}", "strong"),))
            cells = _row(self._cells(one), sizes, ["", "dim", "", "dim", "dim"])
            yield StyledLine(tuple(cells), hit=one.party)
        if more := len(found) - len(rows):
            key = self.keyboard.said("{search}", Mode.SENDERS)
            yield StyledLine((StyledRun(f" and {more} more, which {key} finds", "dim"),))

    def _sizes(self, rows: Sequence[SenderEntry]) -> list[int]:
        """As wide as the widest, where there is room."""
        cells = [HEADS, *map(self._cells, rows)]
        name, party, many, kinds, last = (
            max(map(cell_len, column)) for column in zip(*cells, strict=True)
        )
        left = self.size.width - 2 - 2 * len(HEADS) - many - last
        kinds = min(kinds, left // 4)
        party = min(party, max(left - name - kinds, left // 4))
        return [min(name, left - party - kinds), party, many, kinds, last]

    def _cells(self, one: SenderEntry) -> tuple[str, ...]:
        kinds = ", ".join(map(display_name, one.doctypes))
        last = "" if one.approved_at is None else day(one.approved_at, now=self._now)
        return ", ".join(one.known_as), one.party, str(one.documents), kinds, last


def _row(cells: Sequence[str], sizes: Sequence[int], looks: Sequence[str]) -> Iterator[StyledRun]:
    for at, (text, size, look) in enumerate(zip(cells, sizes, looks, strict=True)):
        is_number = HEADS[at] == "documents"
        yield StyledRun(f"{fit(text, size, right=is_number)}  ", look)


def _holds(one: SenderEntry, words: str) -> bool:
    """All of them, in its names, its id or its kinds."""
    told = " ".join((*one.known_as, one.party, *map(display_name, one.doctypes))).casefold()
    return all(word in told for word in words.casefold().split())
