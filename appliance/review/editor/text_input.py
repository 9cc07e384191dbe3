"""A line of text while it is typed, with the page's continuation offered behind the cursor. Pure.

As in a spreadsheet: what is offered is kept by Enter, dropped by Backspace or Delete, and taken
by Right or End, or word by word by Ctrl+Right; an old value is replaced by the first character
typed and edited after an arrow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from appliance.domain.document import Span
from appliance.review.editor.completion import Completion

Offers = Callable[[str], Completion | None]
"""What the page continues the text with."""


@dataclass(frozen=True, slots=True)
class TextInput:
    text: str
    cursor: int
    """Before this character, 0 to the text's length."""
    selected: bool = False
    """All of it: the next character replaces it."""
    offer: Completion | None = None
    turn: int = -1
    """Which candidate was walked to; -1 before the first."""

    @property
    def ghost(self) -> str:
        """What is offered behind the text; empty when nothing is."""
        return self.offer.text[len(self.text) :] if self.offer else ""

    @property
    def kept(self) -> str:
        """What Enter keeps."""
        return self.offer.text if self.offer else self.text.strip()

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where ``kept`` stands, when that is known."""
        return self.offer.spans if self.offer else ()

    def typed(self, characters: str, offers: Offers) -> TextInput:
        """At the cursor; a whole selected text gives way."""
        if self.selected:
            return TextInput(characters, len(characters), offer=_fitting(characters, offers))
        text = self.text[: self.cursor] + characters + self.text[self.cursor :]
        cursor = self.cursor + len(characters)
        if self.offer and self.offer.text.casefold() == text.casefold():
            # Typed to its end: what follows on the page is offered when she asks for it.
            return TextInput(text, cursor, offer=self.offer)
        offer = _fitting(text, offers) if cursor == len(text) else None
        return TextInput(text, cursor, offer=offer)

    def erased(self) -> TextInput:
        """Backspace: first what is offered, then all that is selected, then a character."""
        if self.ghost:
            return replace(self, offer=None, turn=-1)
        if self.selected:
            return TextInput("", 0)
        at = max(self.cursor - 1, 0)
        return TextInput(self.text[:at] + self.text[self.cursor :], at)

    def erased_right(self) -> TextInput:
        if self.ghost or self.selected:
            return self.erased()
        return replace(self, text=self.text[: self.cursor] + self.text[self.cursor + 1 :])

    def left(self) -> TextInput:
        return replace(self, cursor=max(self.cursor - 1, 0), selected=False, offer=None)

    def home(self) -> TextInput:
        return replace(self, cursor=0, selected=False, offer=None)

    def right(self, offers: Offers, *, end: bool = False) -> TextInput:
        """Takes what is offered and asks what follows; else moves."""
        if self.offer:
            text = self.offer.text
            return TextInput(
                text, len(text), offer=_fitting(text, offers) or _same(self.offer, text)
            )
        there = len(self.text) if end or self.selected else min(self.cursor + 1, len(self.text))
        return replace(self, cursor=there, selected=False)

    def word_right(self, offers: Offers) -> TextInput:
        """Takes the next word of what is offered, the rest stays offered; else as ``right``."""
        word = re.match(r"\s*\S+", self.ghost)
        if self.offer is None or word is None or word.end() == len(self.ghost):
            return self.right(offers)
        text = self.offer.text[: len(self.text) + word.end()]
        return replace(self, text=text, cursor=len(text))

    def walked(self, candidates: Sequence[Completion], step: int) -> TextInput:
        """The next candidate that continues the text, or any in place of a selected one."""
        fitting = self.fitting(candidates)
        if not fitting:
            return self
        text = "" if self.selected else self.text
        first = 0 if step > 0 else len(fitting) - 1
        turn = (self.turn + step) % len(fitting) if self.turn >= 0 else first
        if self.turn < 0 and fitting[turn] == self.offer and len(fitting) > 1:
            turn = (turn + step) % len(fitting)
        return TextInput(text, len(text), offer=fitting[turn], turn=turn)

    def fitting(self, candidates: Sequence[Completion]) -> list[Completion]:
        """Those that ``walked`` walks over."""
        text = "" if self.selected else self.text
        return [one for one in candidates if _continues(one, text)]


def _continues(candidate: Completion, text: str) -> bool:
    return candidate.text[: len(text)].casefold() == text.casefold()


def _fitting(text: str, offers: Offers) -> Completion | None:
    offer = offers(text) if text.strip() else None
    return offer if offer and _continues(offer, text) else None


def _same(offer: Completion, text: str) -> Completion:
    """Nothing follows: what was taken still knows where it stands."""
    return Completion(text, offer.spans)
