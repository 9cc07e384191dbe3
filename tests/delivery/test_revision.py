from __future__ import annotations

import pytest

from appliance.delivery.result import differ
from appliance.domain.prediction import Field, FieldJudgement, Judgement


def said(*values: tuple[str, int | None, str | None, str | None]) -> Judgement:
    return Judgement(
        tuple(
            FieldJudgement(Field(name, text, line_item_id=row), value, None, "clerk")
            for name, row, text, value in values
        ),
        (),
    )


BEFORE = said(
    ("total", None, "9,00", "9.00"),
    ("note", None, None, None),
    ("name", 0, "Pen", "Pen"),
    ("name", 1, "Ink", "Ink"),
)


def test_another_spelling_another_order_or_a_row_number_is_nothing_new() -> None:
    after = said(
        ("name", 4, "Pen", "Pen"), ("name", 7, "Ink", "Ink"), ("total", None, "9.00", "9.00")
    )
    assert not differ(BEFORE, after)


@pytest.mark.parametrize(
    "change",
    [
        {"total": ("8.00", "8.00")},
        {"total": (None, None)},
        {"note": ("paid", "paid")},
        {"name": ("Pencil", "Pencil")},
    ],
    ids=["changed", "removed", "added", "cell"],
)
def test_another_value_is_worth_a_revision(
    change: dict[str, tuple[str | None, str | None]],
) -> None:
    fields = [(one.field.fieldtype, one.field.line_item_id, one.field.text, one.value)
              for one in BEFORE.fields]  # fmt: skip
    after = said(
        *((name, row, *change.get(name, (text, value))) for name, row, text, value in fields)
    )
    assert differ(BEFORE, after)


def test_rows_stand_where_the_table_has_them_whatever_their_number() -> None:
    added_above = said(
        ("total", None, "9,00", "9.00"), ("name", 1, "Pen", "Pen"), ("name", 0, "Ink", "Ink")
    )
    assert not differ(BEFORE, added_above)


def test_a_row_less_or_in_another_place_is_worth_a_revision() -> None:
    assert differ(BEFORE, Judgement(BEFORE.fields[:3], ()))
    swapped = said(
        ("total", None, "9,00", "9.00"), ("name", 0, "Ink", "Ink"), ("name", 1, "Pen", "Pen")
    )
    assert differ(BEFORE, swapped)
