"""A clerk says what the columns of a table are: one key for all its rows. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from appliance.review.draft.draft import Draft
from appliance.review.editor.columns_in_hand import (
    LETTERS,
    ColumnsInHand,
    arranged,
    begin,
    further_part,
    table_in_hand,
    takes_all,
)
from appliance.review.editor.row_changes import RowChanges
from appliance.review.editor.table_rows import NO_TABLE

NONE_SEEN = "No table is seen on these pages."
AS_THEY_WERE = "Nothing is changed: the rows are as they were."
LAST_COLUMN = "The last column is {}."
LAST_FIELD = "The last field is {}."
ALL_TAKEN = "None of your rows stands on this table. All of its rows are taken."


@dataclass(frozen=True, slots=True)
class ColumnNaming(RowChanges):
    def open_columns(self) -> Self:
        """Of the table in which the rows stand."""
        if self.draft.table is None:
            return self._tell(NO_TABLE)
        columns = begin(self.draft.derived, self.place)
        if columns is None:
            return self._tell(NONE_SEEN)
        return self._with(columns)

    def to_column(self, number: int) -> Self:
        """From 0."""
        if self.columns is None:
            return self
        many = len(table_in_hand(self.draft, self.columns).columns)
        if number >= many:
            return self._tell(LAST_COLUMN.format(LETTERS[many - 1]))
        return self._with(self.columns.to(number))

    def beside_column(self, by: int) -> Self:
        if self.columns is None:
            return self
        many = len(table_in_hand(self.draft, self.columns).columns)
        return self._with(self.columns.to((self.columns.at + by) % many))

    def other_table(self, by: int) -> Self:
        """The next likely one, nothing of it named; back on that of the rows as they stand."""
        if self.columns is None:
            return self
        derived = self.draft.derived
        number = (self.columns.number + by) % len(derived.context.tables)
        own = begin(derived, self.place)
        return self._with(own if own and own.number == number else ColumnsInHand(number, 0))

    def name_column(self, number: int) -> Self:
        """As the field of that number, from 1; once more: by another part of its cells. 0 says
        that the column is no field's."""
        specs = self.draft.derived.context.columns
        if self.columns is None:
            return self
        if number > len(specs):
            return self._tell(LAST_FIELD.format(len(specs)))
        if number == 0:
            return self._with(self.columns.unnamed())
        spec = specs[number - 1]
        part = further_part(self.draft, self.columns, spec)
        return self._with(self.columns.named(spec.name, part))

    def walk_names(self, by: int) -> Self:
        """The field before or behind what the column in hand is named as."""
        if self.columns is None:
            return self
        names = ["", *(spec.name for spec in self.draft.derived.context.columns)]
        said = self.columns.says(self.columns.at)
        at = names.index(said[0]) if said else 0
        freed = replace(self, columns=self.columns.unnamed())
        return freed.name_column((at + by) % len(names))

    def all_rows(self) -> Self:
        """Those of the table in place of the rows that there are, or no longer so."""
        columns = self.columns
        if columns is None:
            return self
        if takes_all(self.draft, columns) and not columns.whole:
            return self._tell(ALL_TAKEN)
        return self._with(replace(columns, whole=not columns.whole))

    def take_columns(self) -> Self:
        """Then on the table as a whole, where one more key takes it for right."""
        if self.columns is None or self.draft.table is None:
            return self
        draft = self.previewed
        state = replace(self, draft=draft, columns=None).stand(self.draft.table.place)
        return state._tell(AS_THEY_WERE) if draft is self.draft else state

    @property
    def previewed(self) -> Draft:
        """With the rows as they are once she takes the columns, whichever of them is in hand."""
        return arranged(self.draft, self.columns.to(0)) if self.columns else self.draft

    def _with(self, columns: ColumnsInHand) -> Self:
        return replace(self, columns=columns, notice="")
