"""What a clerk said about a document, and which documents wait for one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.document import Span
from appliance.domain.mail import MailOrigin
from appliance.domain.prediction import Judgement
from appliance.domain.results import Job
from appliance.domain.sections import Section


class CorrectionKind(StrEnum):
    """What became of the model's value."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    ILLEGIBLE = "illegible"


@dataclass(frozen=True, slots=True)
class Correction:
    """One field, or one cell of a row, as the clerk left it. A confirmed one is a label too."""

    fieldtype: str
    line_item_id: int | None
    """Row of the prediction; rows that the clerk added count on from its last."""
    before: str | None
    """As the model wrote it; None when it said that the document does not say it."""
    after: str | None
    """As the clerk left it; None when the document does not say it, or nobody can read it."""
    kind: CorrectionKind
    seen: bool
    """False for a value that she neither stood on nor had to look at: it is no label."""
    spans: tuple[Span, ...] = ()
    """Where ``after`` stands; empty when it is not on the page as written."""
    value: str | None = None
    """Normal form of ``after``."""
    keyed: str | None = None
    """What she keyed before she saw the model's value, empty for nothing; None when she was not
    blind."""
    wraps: tuple[Span, ...] = ()
    """What of ``after`` stands below its first line, as in ``Field``."""


@dataclass(frozen=True, slots=True)
class Review:
    """A document as a clerk approved it."""

    model: str
    """Version whose prediction lay before her; empty when none did."""
    corrections: tuple[Correction, ...]
    judgement: Judgement
    """What is delivered."""
    seconds: float
    """With the document in hand, idle time cut."""
    blind: bool = False
    """Keyed without the model's values, as evidence is."""


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A document in the clerks' queue."""

    job: Job
    party: str | None
    """Normal form of who sent it."""
    blockers: tuple[str, ...]
    """Codes, the document's first."""
    blind: frozenset[Section]
    """To be keyed without the model's values."""
    sender: str | None = None
    """Who that is, as it stands on the document."""
    station: str | None = None
    """Which has it in hand now; None when it is free."""
    since: float | None = None
    """When that station opened it, seconds since 1970; None when it is free, or nobody knows."""
    mails: tuple[MailOrigin, ...] = ()
    """That it is or came in, its own first."""

    @property
    def evidence(self) -> bool:
        return bool(self.blind)
