"""The known senders: listed and searched, for one to be shown, or to be merged into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.message import Message

from appliance.domain.doctype import display_name
from appliance.domain.local_time import day
from appliance.domain.senders import SenderEntry
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


class SendersScreen(ListScreen[SenderEntry | None]):
    """Gives the one that ``merging`` is to be merged into; else she only looks and goes back."""

    @dataclass
    class Opened(Message):
        """One is to be shown."""

        screen: SendersScreen
        entry: SenderEntry
        entries: Sequence[SenderEntry]

    def __init__(
        self,
        keyboard: Keyboard,
        entries: Sequence[SenderEntry],
        *,
        now: float,
        sent: str | None = None,
        merging: SenderEntry | None = None,
    ) -> None:
        """``sent`` is the id of who sent the document in hand: that one comes first."""
        super().__init__(keyboard)
        self._entries, self._now, self._sent, self._merging = entries, now, sent, merging

    def show(
        self, entries: Sequence[SenderEntry], *, sent: str | None, marked: str, notice: str
    ) -> None:
        """As they are after a ruling; ``marked`` is an id."""
        self._entries, self._sent, self._marked = entries, sent, marked
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
        for one in self._entries:
            if one.party == self._list.marked and self._merging:
                self.dismiss(one)
            elif one.party == self._list.marked:
                self.post_message(self.Opened(self, one, self._entries))

    def heading(self) -> Sequence[StyledRun]:
        if self._merging:
            return (StyledRun(f"Which sender is {self._merging.title}?", "strong"),)
        return (
            StyledRun("Known senders", "strong"),
            StyledRun("  ·  the newest documents first", "dim"),
        )

    def count(self) -> str:
        many = len(self._entries)
        return f"{many} sender{'s' * (many != 1)}"

    def drawn(self) -> Iterator[StyledLine]:
        found = [one for one in self._entries if _holds(one, self.words)]
        found.sort(key=lambda one: one.party != self._sent)
        listed = found[:SHOWN]
        sizes = self._sizes(listed)
        if listed:
            yield StyledLine((StyledRun("  "), *_row(HEADS, sizes, ["dim"] * len(HEADS))))
        else:
            nothing = "No sender is called so." if self.words else sentence(wording.NOBODY_KNOWN)
            yield StyledLine((StyledRun(f" {nothing}", "dim"),))
        for at, one in enumerate(listed):
            if title := self._title(at, one):
                yield StyledLine((StyledRun(f" {title}", "strong"),))
            cells = _row(self._cells(one), sizes, ["", "dim", "", "dim", "dim"])
            yield StyledLine(tuple(cells), hit=one.party)
        if more := len(found) - len(listed):
            key = self.keyboard.said("{search}", Mode.SENDERS)
            yield StyledLine((StyledRun(f" and {more} more, which {key} finds", "dim"),))

    def _title(self, at: int, one: SenderEntry) -> str:
        """Above the one that sent the document in hand, and above the next."""
        sent = [entry for entry in self._entries if entry.party == self._sent]
        if one in sent:
            return "of the document in hand"
        return "others" if sent and at == 1 else ""

    def _sizes(self, listed: Sequence[SenderEntry]) -> list[int]:
        """As wide as the widest, where there is room."""
        cells = [HEADS, *map(self._cells, listed)]
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
