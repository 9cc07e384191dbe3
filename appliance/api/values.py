"""What a program is told of documents: values, and how the JSON of a result becomes one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.domain.results import ENDS, JobState
from appliance.service.described import DescribedDocument, Reason


@dataclass(frozen=True, slots=True)
class Ticket:
    """A file that was dropped."""

    docid: str
    """SHA-256 of its bytes."""
    doctype: str
    source: str
    """Name under which it lies in the inbox: another than its own where that was taken."""
    again: bool
    """The same bytes came before as this type, or lie in the inbox still."""
    arrivals: int
    """Times that the same bytes had arrived before as this type."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was delivered of one document, in its newest revision."""

    docid: str
    doctype: str
    source: str
    """Name under which it was dropped."""
    revision: int
    delivered_at: datetime
    """In UTC; for ``since``."""
    path: Path
    """Of the JSON in the outbox."""
    json: Mapping[str, Any]
    """All of it: docs/reference/results.md."""

    @property
    def values(self) -> dict[str, str | None]:
        """By field its normal form, or as the document says it where there is none."""
        return _plain(self.json["fields"])

    @property
    def rows(self) -> list[dict[str, str | None]]:
        """Of the line items, from the top, each by column; empty for a type without them."""
        return [_plain(row) for rows in self.json["items"].values() for row in rows]


def _plain(fields: Mapping[str, Mapping[str, str | None]]) -> dict[str, str | None]:
    return {
        name: one["value"] if one["normalised"] is None else one["normalised"]
        for name, one in fields.items()
    }


@dataclass(frozen=True, slots=True)
class State:
    """Where a document stands."""

    docid: str
    doctype: str
    """Empty while nobody knows it."""
    stage: JobState
    reasons: tuple[str, ...] = ()
    """In words: why it is held or failed, or why it takes long."""
    result: Result | None = None
    """None unless it is delivered, and where the result was taken out of the outbox."""
    documents: tuple[str, ...] = ()
    """Docids of what goes on for it: of an opened e-mail what was attached, of a joined file the
    document that it is part of."""

    @property
    def ended(self) -> bool:
        """It stays so until a person or a program does something."""
        return self.stage in ENDS


@dataclass(frozen=True, slots=True)
class Held:
    """A document that waits for a clerk."""

    docid: str
    doctype: str
    source: str
    arrived_at: datetime
    """In UTC."""
    reason: str
    """In words, in short."""
    blind: bool
    """A person keys it without the model's values: no program approves it."""
    station: str | None
    """Which has it in hand; None when it is free."""
    file: Path
    """The bytes that were dropped, in the archive: only to be read."""
    described: DescribedDocument
    """What was read, with its places, and each reason by itself."""

    @property
    def pages(self) -> int | None:
        """How many the document has; None if it was not read."""
        return self.described.pages

    @property
    def reasons(self) -> Sequence[Reason]:
        """Why it waits, each by itself, with the field and the row that are meant."""
        return self.described.reasons

    @property
    def values(self) -> dict[str, str | None]:
        """By field its normal form, or as the document says it where there is none."""
        return _plain(self.described.fields)

    @property
    def rows(self) -> list[dict[str, str | None]]:
        """Of the line items, from the top, each by column."""
        return [_plain(row) for rows in self.described.items.values() for row in rows]

    def places(self, field: str, row: int | None = None) -> Sequence[Sequence[Mapping[str, Any]]]:
        """Return every place of a value: the lines that say it, each with its ``page``, from 1, and
        its ``box``: left, top, right and bottom as shares of the page, from 0 to 1.

        Raises KeyError for a field or column that was not asked for, and IndexError for a row that
        there is not.
        """
        if row is None:
            fields = self.described.fields
        else:
            fields = [one for rows in self.described.items.values() for one in rows][row]
        found: Sequence[Sequence[Mapping[str, Any]]] = fields[field]["places"]
        return found
