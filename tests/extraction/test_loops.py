"""A model that repeats itself is noticed, whatever stands between two rows."""

from __future__ import annotations

from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.extraction.asking import loops
from appliance.fields.chunks import Chunks

EMPTY = tuple(FieldSpec(f"article_number_of_party_{at}", FieldType.CODE) for at in range(4))
WHAT = FieldSpec("description", FieldType.TEXT)
KIND = DocType(
    "order",
    title="Order",
    fields=(FieldSpec("number"),),
    items=TableSpec("rows", (*EMPTY, WHAT), "what is ordered"),
)
PAGES = (Chunks(("bolt", " ", "nut"), (0, None, 1)),)


def test_columns_that_hold_nothing_do_not_hide_the_row_before_them() -> None:
    nulls = "".join(f'"{spec.name}": null, ' for spec in EMPTY)
    one = f'{{{nulls}"description": "bolt"}}, '
    looping = loops(KIND, PAGES)
    begun = '{"number": null, "rows": ['
    assert not looping(f"{begun}{one}{{{nulls}".encode())
    assert looping(f"{begun}{one}{one}{{{nulls}".encode())
