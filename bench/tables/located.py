"""Where the true rows stand on the page, and of which kind the table is that holds them."""

from __future__ import annotations

from appliance.domain.document import BBox
from appliance.fields.comparison import normalised
from appliance.fields.style import style_of
from appliance.tables.find import find_tables
from appliance.tables.locating import LocatedRows, locate
from bench.asked import Asked
from bench.tables.asked import AskedTable
from bench.tables.counts import counted_columns
from bench.tables.rulings import in_grid

KINDS = ("grid", "borderless", "turned", "over pages", "scanned", "not found")
"""A table may be of several."""


def located(asked: Asked) -> LocatedRows | None:
    """The table in which truth's rows stand, and its columns; None where no table says any."""
    document, truth = asked.case.document, asked.case.truth
    specs = {spec.name: spec for spec in counted_columns(asked)}
    style = style_of(document)
    rows = [{name: text for name, text in row.items() if text is not None} for row in truth.rows]

    def same(name: str, text: str, wanted: str) -> bool:
        return normalised(text, wanted, specs[name].type, style)

    return locate(document, find_tables(document), rows, same)


def kinds(one: AskedTable) -> tuple[str, ...]:
    """``not found``: geometry finds none that says a value."""
    found, document = located(one.asked), one.asked.case.document
    kinds = ["scanned"] if one.scan else []
    if found is None:
        return (*kinds, "not found")
    rows = [row for row in found.table.rows if any(row.cells)]
    if found.table.turned:
        kinds.append("turned")
    elif not one.scan:
        boxes = [
            (row.page, BBox.around(document.pages[row.page].words[at].bbox for at in words))
            for row in rows
            if (words := [at for cell in row.cells for line in cell[:1] for at in line])
        ]
        kinds.append("grid" if in_grid(one.rulings, boxes) else "borderless")
    if len({row.page for row in rows}) > 1:
        kinds.append("over pages")
    return tuple(kinds)
