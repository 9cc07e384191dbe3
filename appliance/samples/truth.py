"""What a document says, and which of it a layout has really put on the page.

A layout asks for every text that it prints, so the truth cannot drift from the page: what was
never asked for is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PrintedValue:
    text: str
    """As printed."""
    norm: str
    """ISO 8601 date, decimal with a point, bare code; the listed value of a listed type."""
    listed: bool = False
    """Currency, country, enum: the answer is the listed value, not the words on the page."""

    @property
    def label(self) -> str:
        """What a clerk would key."""
        return self.norm if self.listed else self.text


Facts = Mapping[str, PrintedValue | None]


@dataclass(frozen=True, slots=True)
class Truth:
    fields: Facts
    table: str
    """Name of the table."""
    rows: tuple[Facts, ...]

    def labels(self) -> dict[str, Any]:
        return self._shaped("label")

    def labels_norm(self) -> dict[str, Any]:
        return self._shaped("norm")

    def words(self) -> dict[str, str]:
        """For listed types the printed words that say the value."""
        return {name: value.text for name, value in self.fields.items() if value and value.listed}

    def texts(self) -> list[str]:
        """Everything that has to be found on the page as it is."""
        facts = (self.fields, *self.rows)
        return [value.text for fact in facts for value in fact.values() if value]

    def _shaped(self, part: str) -> dict[str, Any]:
        def shape(facts: Facts) -> dict[str, str | None]:
            return {name: getattr(value, part, None) for name, value in facts.items()}

        header: dict[str, Any] = shape(self.fields)
        return header | ({self.table: [shape(row) for row in self.rows]} if self.table else {})


class Telling:
    """Hands a layout the texts to print and remembers which it took."""

    def __init__(
        self,
        fields: Mapping[str, PrintedValue],
        *,
        table: str = "",
        rows: Sequence[Mapping[str, PrintedValue]] = (),
    ) -> None:
        self._fields, self._table, self._rows = fields, table, rows
        self._told: set[str] = set()
        self._told_in_rows: set[str] = set()

    def say(self, name: str) -> str:
        """The printed text of a header field; KeyError when the document has no such fact."""
        self._told.add(name)
        return self._fields[name].text

    def column(self, name: str) -> list[str]:
        """The printed texts of one column of the table, from the top."""
        self._told_in_rows.add(name)
        return [row[name].text for row in self._rows]

    def truth(self, names: Sequence[str], columns: Sequence[str] = ()) -> Truth:
        """``names`` and ``columns`` are what the document type asks for."""
        return Truth(
            {name: self._fields.get(name) if name in self._told else None for name in names},
            self._table,
            tuple(
                {name: row[name] if name in self._told_in_rows else None for name in columns}
                for row in self._rows
            ),
        )
