"""A line of text while it is typed, with the page's continuation offered behind the cursor. Pure.

As in a spreadsheet: what is offered is kept by Enter, dropped by Backspace or Delete, and taken
by Right or End, or word by word by Ctrl+Right; Down and Up show the other offers. An old value is
replaced by the first character typed and edited after an arrow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from appliance.domain.document import Span
from appliance.fields.folding import bared
from appliance.review.editor.completion import Completion, Offers

Ask = Callable[[str], Offers]
"""What the page continues a text with."""


@dataclass(frozen=True, slots=True)
class TextInput:
    text: str
    cursor: int
    """Before this character, 0 to the text's length."""
    selected: bool = False
    """All of it: the next character replaces it."""
    offers: tuple[Completion, ...] = ()
    """What Down and Up walk over."""
    at: int = -1
    """Which of them is offered, from 0; -1 when none is."""
    ambiguous: bool = False
    """Others are as likely, and she has neither walked nor taken this one."""
    erasing: bool = False
    """The last key erased a character."""

    @property
    def offer(self) -> Completion | None:
        return self.offers[self.at] if self.at >= 0 else None

    @property
    def of(self) -> int:
        """How many offers there are."""
        return len(self.offers)

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

    @property
    def wraps(self) -> tuple[Span, ...]:
        """Where it goes on below that."""
        return self.offer.wraps if self.offer else ()

    def typed(self, characters: str, ask: Ask) -> TextInput:
        """At the cursor; a whole selected text gives way."""
        if self.selected:
            return _offering(characters, ask)
        text = self.text[: self.cursor] + characters + self.text[self.cursor :]
        cursor = self.cursor + len(characters)
        if cursor < len(text):
            return TextInput(text, cursor)
        after = _offering(text, ask)
        if self.offer and self.offer.text.casefold() == text.casefold() and not after._has(text):
            # Typed to its end: what follows on the page is offered when she asks for it.
            return TextInput(text, cursor, offers=(self.offer, *after.offers), at=0)
        return after

    def erased(self, ask: Ask) -> TextInput:
        """Backspace: first what is offered to typing, then all that is selected, then a character;
        what is left is led on anew."""
        if self.ghost and not self.erasing:
            return self._dropped()
        if self.selected:
            return TextInput("", 0)
        at = max(self.cursor - 1, 0)
        text = self.text[:at] + self.text[self.cursor :]
        after = _offering(text, ask) if at == len(text) else TextInput(text, at)
        return replace(after, erasing=True)

    def erased_right(self) -> TextInput:
        if self.ghost:
            return self._dropped()
        if self.selected:
            return TextInput("", 0)
        return TextInput(self.text[: self.cursor] + self.text[self.cursor + 1 :], self.cursor)

    def left(self) -> TextInput:
        return replace(self._dropped(), cursor=max(self.cursor - 1, 0))

    def home(self) -> TextInput:
        return replace(self._dropped(), cursor=0)

    def right(self, ask: Ask, *, end: bool = False) -> TextInput:
        """Takes what is offered; asked once more, shows what follows on the page; else moves."""
        if self.offer and self.ghost:
            return TextInput(self.offer.text, len(self.offer.text), offers=(self.offer,), at=0)
        if self.offer:
            after = _offering(self.offer.text, ask)
            follows = next(
                (at for at, one in enumerate(after.offers) if one.text != after.text), -1
            )
            return replace(after, at=follows, ambiguous=False) if follows >= 0 else self
        there = len(self.text) if end or self.selected else min(self.cursor + 1, len(self.text))
        return replace(self, cursor=there, selected=False)

    def word_right(self, ask: Ask) -> TextInput:
        """Takes the next word of what is offered, the rest stays offered; else as ``right``."""
        word = re.match(r"\s*\S+", self.ghost)
        if self.offer is None or word is None or word.end() == len(self.ghost):
            return self.right(ask)
        text = self.offer.text[: len(self.text) + word.end()]
        return TextInput(text, len(text), offers=(self.offer,), at=0)

    def settled(self) -> TextInput:
        """What is offered as her text, the other offers still to be walked."""
        return replace(self, text=self.kept, cursor=len(self.kept), ambiguous=False)

    def walked(self, candidates: Sequence[Completion], step: int) -> TextInput:
        """The next of the offers, or of the candidates where nothing is typed."""
        fitting = self.fitting(candidates)
        if not fitting:
            return self
        first = 0 if step > 0 else len(fitting) - 1
        at = (self.at + step) % len(fitting) if self.at >= 0 else first
        begun = "" if self.selected else self.text
        text = begun if _continues(fitting[at], begun) else fitting[at].text
        return TextInput(text, len(text), offers=fitting, at=at)

    def fitting(self, candidates: Sequence[Completion]) -> tuple[Completion, ...]:
        """Those that ``walked`` walks over."""
        if self.offers:
            return self.offers
        text = "" if self.selected else self.text
        return tuple(one for one in candidates if _continues(one, text))

    def _dropped(self) -> TextInput:
        return replace(self, at=-1, selected=False, ambiguous=False, erasing=False)

    def _has(self, text: str) -> bool:
        return any(one.text == text for one in self.offers)


def _offering(text: str, ask: Ask) -> TextInput:
    """The cursor stands behind it."""
    found = ask(text) if text.strip() else Offers()
    fitting = tuple(one for one in found.all if _continues(one, text))
    return TextInput(
        text,
        len(text),
        offers=fitting,
        at=0 if fitting else -1,
        ambiguous=found.ambiguous and len(fitting) > 1,
    )


def _continues(candidate: Completion, text: str) -> bool:
    return bared(candidate.text[: len(text)]) == bared(text)
