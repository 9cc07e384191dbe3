"""A table of a labelled document that is not the one asked for, as far as its rows are known.
Pure."""

from __future__ import annotations

from appliance.domain.doctype import DocType
from appliance.domain.labels import Labelled
from appliance.extraction.row_reader import RowReader
from appliance.extraction.taught_tables import TaughtTables, says_a_row
from appliance.tables.table import Table


def other_table(labelled: Labelled, doctype: DocType, known: TaughtTables) -> Table | None:
    """The likeliest that serving asks about though it is not the one asked for.

    None where there is none, and where some row is unknown or lost: it may stand there. The rows'
    own names and descriptions choose, since an owner's words for a field may be nobody else's.
    """
    items, document, labels = doctype.items, labelled.document, labelled.labels
    if items is None or not labelled.table or known.lost:
        return None
    taken = {one.table for one in known.taught}
    asked = RowReader(document, doctype, knows_words=False).likeliest()
    others = (one.table for one in asked if one.table not in taken)
    return next((one for one in others if not says_a_row(document, labels, items, one)), None)
