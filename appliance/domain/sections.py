"""The two sections of a document: what is true of one says nothing of the other.

A clerk keys them blind apart, since rows are dear to key and many, and values of the header are few
and proven sooner. Of each she keys a part by lot. Of a table one row: however many there are, all
of them tell hardly more than one, since their columns are named once for all. Of a header a few
fields, since those of one document tend to be right or wrong together; all of them where so much is
promised that every value counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Section(StrEnum):
    HEADER = "header"
    TABLE = "table"
    """Its line items."""
    ROW = "row"
    """Of its line items one by lot, and how many there are."""
    FIELDS = "fields"
    """Of its header some by lot."""


PARTS = (Section.HEADER, Section.TABLE)
"""What a document has of its own."""
WHOLE = frozenset(PARTS)
DRAWN = frozenset({Section.FIELDS, Section.ROW})
"""What is keyed blind of a document that is drawn for both."""
FIELDS = 5
"""Of a header that are keyed, at most."""
FIELDS_PROVE = 0.95
"""Accuracy up to which so many fields prove what is promised within weeks. Beyond it the whole
header is keyed: 99 % needs five times the values."""
NOTHING: frozenset[Section] = frozenset()


@dataclass(frozen=True, slots=True)
class EvidenceNeed:
    """How badly more evidence is needed of documents like one."""

    enough: frozenset[Section] = NOTHING
    """Of these more is not worth its price."""
    unpromised: frozenset[Section] = NOTHING
    """Of these, or of some of their fields, nothing is promised yet."""


UNTOLD = EvidenceNeed()


Lot = Callable[[str], float]
"""Of a document, by what is drawn: evenly spread over [0, 1), the same whenever it is asked."""


def first_lot(what: str) -> float:
    """Of a document that nobody draws."""
    return 0.0


def drawn_part(section: Section, accuracy: float = FIELDS_PROVE) -> Section:
    """What a clerk keys of it where it is drawn and ``accuracy`` is promised."""
    if section is Section.HEADER:
        return Section.FIELDS if accuracy <= FIELDS_PROVE else Section.HEADER
    return Section.ROW


def keyed_fields(names: Sequence[str], sections: frozenset[Section], lot: Lot) -> frozenset[str]:
    """Of the ``names`` of a header, in whatever order, those that are keyed blind."""
    if Section.HEADER in sections:
        return frozenset(names)
    if Section.FIELDS not in sections:
        return frozenset()
    return frozenset(sorted(names, key=lambda name: (lot(f"field {name}"), name))[:FIELDS])


def drawn_row(rows: Sequence[int], lot: Lot) -> int | None:
    """The one that is keyed; None where there is none."""
    return rows[int(lot("row") * len(rows))] if rows else None


def section_of(row: int | None) -> Section:
    """``row``: the ``line_item_id`` of a value."""
    return Section.HEADER if row is None else Section.TABLE


def written(sections: frozenset[Section]) -> str:
    """For ``named``; the same for the same."""
    return " ".join(section for section in Section if section in sections)


def named(text: str) -> frozenset[Section]:
    return frozenset(map(Section, text.split()))
