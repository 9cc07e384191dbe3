"""One known sender: how it is recognised, what is remembered of it, and what she rules of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from appliance.domain.doctype import display_name
from appliance.domain.local_time import clock_time
from appliance.domain.plurals import counted
from appliance.domain.sender_rulings import SenderForgotten, SenderRenamed, SendersMerged
from appliance.domain.senders import ListedSenders, SenderEntry
from appliance.review.draft.places import sentence
from appliance.review.editor.command import Request
from appliance.review.editor.keyboard import Keyboard
from appliance.review.editor.standing import Mode
from appliance.review.screens.choose import ChooseScreen
from appliance.review.screens.help import HelpScreen
from appliance.review.screens.scroll_screen import ScrollScreen
from appliance.review.screens.senders import SendersScreen
from appliance.review.widgets.form import content
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.styled_text import StyledLine, StyledRun, apart, fit, wrapped
from appliance.senders import wording
from appliance.senders.profile import SenderProfile
from appliance.senders.wording import KnownRuling

SAME, FORGET, NOTHING = "they are one sender", "forget it", "change nothing"
MOST = 20
"""Lines of its names, its codes or its marks."""
TITLES = 9
"""Cells of what stands before those."""


class SenderScreen(ScrollScreen[KnownRuling | None]):
    """Gives what she ruled; None when she went back."""

    def __init__(
        self,
        keyboard: Keyboard,
        profile: SenderProfile,
        others: Sequence[SenderEntry],
        *,
        now: float,
    ) -> None:
        """``others`` are all that are known besides."""
        super().__init__(keyboard)
        self._profile, self._others, self._now = profile, others, now
        self._notice = ""

    def compose(self) -> ComposeResult:
        yield Lines(id="head")
        with VerticalScroll(id="text", can_focus=False):
            yield Static(id="facts")
        yield Lines(id="foot")

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    @property
    def mode(self) -> Mode:
        return Mode.SENDER

    def answer(self, request: Request) -> None:
        match request:
            case Request.BACK:
                self.dismiss(None)
            case Request.RENAME:
                self._ask_name()
            case Request.MERGE:
                self._ask_other()
            case Request.FORGET_SENDER:
                entry = self._profile.entry
                ruling = SenderForgotten(entry.party)
                self._confirm(f"Forget {entry.title}?", ruling, FORGET)
            case Request.HELP:
                self.app.push_screen(HelpScreen(self.keyboard))
            case Request.QUIT:
                self.app.exit()
            case _:
                super().answer(request)

    # What she rules

    def _ask_name(self) -> None:
        entry = self._profile.entry

        def named(name: str | None) -> None:
            if name is not None:
                self.dismiss(SenderRenamed(entry.party, name))

        ask = ChooseScreen(
            self.keyboard,
            f"What is {entry.title} to be called?",
            entry.known_as[1:],
            marked=False,
            free="another name",
            about=wording.meaning(SenderRenamed(entry.party, entry.title)),
        )
        self.app.push_screen(ask, named)

    def _ask_other(self) -> None:
        entry = self._profile.entry
        if not self._others:
            self._notice = "There is no other sender."
            self.draw()
            return

        def chosen(other: SenderEntry | None) -> None:
            if other is not None:
                question = f"Is {_in_full(entry)} the same as {_in_full(other)}?"
                self._confirm(question, SendersMerged(entry.party, other.party), SAME)

        ask = SendersScreen(
            self.keyboard, ListedSenders(self._others), now=self._now, merging=entry
        )
        self.app.push_screen(ask, chosen)

    def _confirm(self, question: str, ruling: KnownRuling, yes: str) -> None:
        def answered(answer: str | None) -> None:
            if answer == yes:
                self.dismiss(ruling)

        ask = ChooseScreen(
            self.keyboard, question, (yes, NOTHING), marked=False, about=wording.meaning(ruling)
        )
        self.app.push_screen(ask, answered)

    # Drawing

    def draw(self) -> None:
        lines, entry = self.query_one("#head", Lines), self._profile.entry
        head = [StyledRun(" "), StyledRun(entry.title, "strong")]
        if self._notice:
            head, self._notice = [StyledRun(f" {self._notice}", "strong")], ""
        party = [StyledRun(f"{entry.party} ", "dim")]
        lines.put([apart(head, party, lines.size.width)])
        self.query_one("#facts", Static).update(content(self._drawn(self.size.width - 2)))
        self.put_foot()

    def _drawn(self, width: int) -> Iterator[StyledLine]:
        profile = self._profile
        facts = (
            ("names", profile.entry.known_as),
            ("codes", profile.codes),
            ("marks", profile.marks),
        )
        for title, texts in facts:
            yield from _fact(title, ", ".join(texts) or "none", width)
        yield StyledLine()
        yield from self._remembered(width)
        yield StyledLine()
        yield from self._documents(width)

    def _remembered(self, width: int) -> Iterator[StyledLine]:
        rows = [
            (
                display_name(one.name),
                one.value.text,
                display_name(one.doctype),
                f"on {counted(one.value.documents, 'document')}",
            )
            for one in self._profile.remembered
        ]
        yield from _group("remembered", rows, width, none=wording.NOT_REMEMBERED)

    def _documents(self, width: int) -> Iterator[StyledLine]:
        rows = [
            (
                one.source,
                display_name(one.doctype),
                f"approved {clock_time(one.approved_at, now=self._now)}",
            )
            for one in self._profile.documents
        ]
        yield from _group("documents", rows, width, none=wording.NOT_APPROVED)
        if self._profile.earlier:
            yield StyledLine((StyledRun(wording.earlier(self._profile.earlier), "dim"),))


def _in_full(entry: SenderEntry) -> str:
    """Two may have the same name."""
    return f"{entry.title} ({entry.party})"


def _fact(title: str, text: str, width: int) -> Iterator[StyledLine]:
    for line in wrapped(text, width - TITLES, most=MOST):
        yield StyledLine((StyledRun(fit(title, TITLES), "dim"), StyledRun(line)))
        title = ""


def _group(
    title: str, rows: Sequence[tuple[str, ...]], width: int, *, none: str
) -> Iterator[StyledLine]:
    """The second last column of a row and what follows are dim; the widest gives way."""
    if not rows:
        yield StyledLine((StyledRun(sentence(none), "dim"),))
        return
    yield StyledLine((StyledRun(title, "strong"),))
    sizes = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    widest = sizes.index(max(sizes))
    sizes[widest] -= max(sum(sizes) + 2 * len(sizes) - width, 0)
    for row in rows:
        looks = [*[""] * (len(row) - 2), "dim", "dim"]
        cells = zip(row, sizes, looks, strict=True)
        runs = (StyledRun(f"{fit(text, size)}  ", look) for text, size, look in cells)
        yield StyledLine(tuple(runs))
