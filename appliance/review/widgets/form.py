"""Textual's own list, line and text as the station shows them, where no key is hurried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from appliance.domain.characters import shown
from appliance.review.widgets.styled_text import StyledLine, StyledRun

STYLES = {
    "": "",
    "strong": "bold",
    "dim": "$quiet",
    "accent": "$accent",
    "key": "$accent bold",
}
"""Of a run of text, by its look."""


def content(lines: Iterable[StyledLine]) -> Content:
    return Content("\n").join(
        Content.assemble(*((run.text, STYLES[run.look]) for run in line.runs)) for line in lines
    )


OptionLines = Sequence[StyledLine]
"""Of one option; the first one's hit is what it means, without one it is a title."""


class Options(OptionList, can_focus=False):
    """Of which one is marked, also where there is no colour; its keys are the station's commands.

    Titles cannot be marked.
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, compact=True)
        self._drawn: Sequence[OptionLines] = ()
        self._hits: list[object] = []
        self._shown: int | None = None
        """Before which the mark stands."""

    def put(self, drawn: Sequence[OptionLines], *, marked: object = None) -> None:
        """``marked`` is a hit; where there is none such the first."""
        self._drawn, self._shown = drawn, None
        self._hits = [lines[0].hit for lines in drawn]
        self.set_options(
            Option(_prompt(lines, marked=False), disabled=lines[0].hit is None) for lines in drawn
        )
        hits = [hit for hit in self._hits if hit is not None]
        self.mark(marked if marked in hits else next(iter(hits), None))

    def mark(self, hit: object) -> None:
        """None for nothing."""
        self.highlighted = None if hit is None else self._hits.index(hit)
        self._show_mark()

    @property
    def marked(self) -> Any:
        """The hit; None where nothing is marked."""
        return None if self.highlighted is None else self._hits[self.highlighted]

    def step(self, by: int) -> None:
        """By so many, to the first or last at most."""
        hits = [hit for hit in self._hits if hit is not None]
        if self.marked is not None:
            self.mark(hits[max(min(hits.index(self.marked) + by, len(hits) - 1), 0)])

    def on_option_list_option_highlighted(self) -> None:
        """With the mouse."""
        self._show_mark()

    def _show_mark(self) -> None:
        before, self._shown = self._shown, self.highlighted
        if before == self._shown:
            return
        for at in (before, self._shown):
            if at is not None:
                prompt = _prompt(self._drawn[at], marked=at == self._shown)
                self.replace_option_prompt_at_index(at, prompt)


def _prompt(lines: OptionLines, *, marked: bool) -> Content:
    if lines[0].hit is None:
        return content(lines)
    bar = StyledRun("▌ ", "accent") if marked else StyledRun("  ")
    return content(StyledLine((bar, *line.runs)) for line in lines)


LONGEST = 1000
"""Letters of a line, at most: nobody types so many, and a page in a browser sends any number."""


class LineInput(Input):
    """A line in her own words, which drives no terminal whatever is pasted."""

    def __init__(self, *, id: str, placeholder: str = "", classes: str = "") -> None:
        super().__init__(
            id=id,
            placeholder=placeholder,
            classes=classes,
            select_on_focus=False,
            max_length=LONGEST,
        )
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        return shown(value)
