"""How nights ended, and which documents they could not learn from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NightEnd(StrEnum):
    DONE = "done"
    """With a verdict."""
    FAILED = "failed"
    CUT = "cut"
    """It was time to leave; the next one goes on."""
    NOT_BEGUN = "not begun"
    """It lacked documents or libraries, so nothing was tried."""


@dataclass(frozen=True, slots=True)
class LeftOutDocument:
    """A labelled document that could not be made into training rows."""

    docid: str
    doctype: str
    reason: str
    """For the owner; it says no word of the document."""


@dataclass(frozen=True, slots=True)
class EndedNight:
    ended_at: float
    """Seconds since 1970, UTC."""
    end: NightEnd
    said: str
    """How it ended, and what to do about it."""
    version: str | None = None
    """The one that came of it."""
    received: bool = False
    """It was about what another home tuned, and learned nothing here."""
    left_out: tuple[LeftOutDocument, ...] = ()
