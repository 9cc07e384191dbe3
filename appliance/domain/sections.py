"""The two sections of a document: what is true of one says nothing of the other.

A clerk keys them blind apart, since rows are dear to key and many, and values of the header are few
and proven sooner. Of a table she keys one row by lot: however many there are, all of them tell
hardly more than one, since their columns are named once for all.
"""

from __future__ import annotations

from enum import StrEnum


class Section(StrEnum):
    HEADER = "header"
    TABLE = "table"
    """Its line items."""
    ROW = "row"
    """Of its line items one by lot, and how many there are."""


PARTS = (Section.HEADER, Section.TABLE)
"""What a document has of its own."""
WHOLE = frozenset(PARTS)
DRAWN = frozenset({Section.HEADER, Section.ROW})
"""What is keyed blind of a document that is drawn for both."""
NOTHING: frozenset[Section] = frozenset()


def section_of(row: int | None) -> Section:
    """``row``: the ``line_item_id`` of a value."""
    return Section.HEADER if row is None else Section.TABLE


def written(sections: frozenset[Section]) -> str:
    """For ``named``; the same for the same."""
    return " ".join(section for section in Section if section in sections)


def named(text: str) -> frozenset[Section]:
    return frozenset(map(Section, text.split()))
