"""What is known of a document, by clerks or from before the appliance came."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.document import Document, Span
from appliance.domain.senders import NOBODY, SenderLookup


@dataclass(frozen=True, slots=True)
class Label:
    """A value that somebody vouches for. A field that has none is unknown, not absent."""

    fieldtype: str
    text: str | None
    """As it was keyed; None when the document does not say it."""
    line_item_id: int | None = None
    """Row of the table, from 0 downwards on the page; None in the header."""
    spans: tuple[Span, ...] = ()
    """Where the words stand that it was read from; empty when nobody said."""
    wraps: tuple[Span, ...] = ()
    """What of them stands below the first line, as in ``Field``."""
    value: str | None = None
    """Its normal form, where a clerk approved one."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A document with all that is known of it."""

    document: Document
    doctype: str
    labels: tuple[Label, ...]
    table: bool
    """Whether the labels hold every row of the line items."""
    party: str | None
    """Id of who sent it, or its normal form where the directory does not know it."""
    twin: str | None
    """Key that other scans of the same document share; None when it has too little to tell."""
    arrived_at: float
    """Seconds since 1970, UTC."""
    labelled_at: float
    """Seconds since 1970, UTC."""
    lookup: SenderLookup = NOBODY
    """What was known of the sender when the document was first answered."""
    counted: int | None = None
    """Rows of the line items, where the labels hold one of them at most, which was drawn by lot."""
    invented: bool = False
    """The row that was drawn is none, though there are as many rows as were read."""

    @property
    def docid(self) -> str:
        return self.document.docid


@dataclass(frozen=True, slots=True)
class LabelledKey:
    """A labelled document of which nothing is loaded yet; the rest as in ``Labelled``."""

    docid: str
    doctype: str
    party: str | None
    arrived_at: float
    labelled_at: float


@dataclass(frozen=True, slots=True)
class TaughtPages:
    """What tells whether another document is a copy of one that may have been learned from."""

    twin: str | None
    """As in ``Labelled``."""
    words: tuple[str, ...]
    """That tell it from others; none where it is gone."""
