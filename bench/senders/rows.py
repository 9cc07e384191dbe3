"""Rows of known senders, with what is remembered of their tables and without."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from appliance.domain.prediction import Prediction
from appliance.extraction.recalled_rows import recalled_rows
from appliance.extraction.row_reader import RowReader
from appliance.senders.history import SenderHistory
from bench.senders.office import Decided
from bench.tables.counts import TableCounts, counts


@dataclass
class RowGains:
    """Of some documents whose labels have rows."""

    without: TableCounts = TableCounts()
    """As they were read."""
    with_memory: TableCounts = TableCounts()

    def add(self, one: Decided, said: Prediction, recalled: Prediction) -> None:
        self.without += counts(one.asked, said)
        self.with_memory += counts(one.asked, recalled)

    @property
    def gain(self) -> float:
        """Points of the rows' F1."""
        return 100 * (self.with_memory.rows_f1 - self.without.rows_f1)


@dataclass
class TableGains:
    """Of one folder."""

    served: RowGains = field(default_factory=RowGains)
    """As the starter's answers are served."""
    by_type: RowGains = field(default_factory=RowGains)
    """By the words of the type alone, as the rows of an owner's own type are, above whose columns
    stand words that nobody knows."""

    def add(self, one: Decided, history: SenderHistory) -> None:
        if not one.asked.case.truth.rows:
            return
        self.served.add(one, one.answer, one.recalled)
        said = by_type(one)
        again = recalled_rows(said, one.document, one.asked.doctype, history)
        self.by_type.add(one, said, again)


def by_type(one: Decided) -> Prediction:
    read = RowReader(one.document, one.asked.doctype, knows_words=False).read()
    return replace(one.answer, fields=(*one.answer.header, *read.fields), blockers=read.blockers)
