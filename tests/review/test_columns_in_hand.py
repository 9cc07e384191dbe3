"""Columns are named and rows arranged by pure commands, each one action of the draft."""

import json

from drafts import NOTE, document, draft, only
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.review.draft.actions import FilledCell, dumped, loaded
from appliance.review.draft.places import FieldRef
from appliance.review.editor.columns_in_hand import ColumnsInHand
from appliance.review.editor.editor import take_up
from appliance.review.editor.keyboard import Keyboard, edited
from appliance.tables.table import CellPart, ColumnPart

PAPER = document("Goods          Amount", "Bolts           60.00", "Nuts            40.00")
READ = only(PAPER, (("Bolts", "60.00"), ("Nuts", "40.00")))
KEYBOARD = Keyboard()
KEYS = (
    *("o", "a", "b", "1", "2", "0", "plus", "tab", "left", "down", "enter", "escape"),
    *("j", "d", "u", "shift+right", "shift+down", "ctrl+left", "end", "right"),
)


def test_two_fields_of_two_columns_change_places_by_one_name():
    naming = (("price", ColumnPart(2)), ("amount", ColumnPart(3)))
    swapped = ColumnsInHand(0, 3, naming).named("price", CellPart.MAIN)
    assert dict(swapped.naming) == {"price": ColumnPart(3), "amount": ColumnPart(2)}


def test_other_parts_of_one_column_may_say_other_fields():
    both = ColumnsInHand(0, 1).named("mass", CellPart.NUMBER).named("unit", CellPart.UNIT)
    assert both.says(1) == ["mass", "unit"]
    assert both.unnamed().naming == ()


def test_going_to_another_column_arranges_no_row_anew():
    named = take_up(draft(READ, PAPER, NOTE)).open_columns().to_column(1).name_column(1)
    assert named.previewed is not named.draft
    assert named.to_column(0).previewed is named.previewed


@settings(max_examples=40)
@given(st.lists(st.sampled_from(KEYS), max_size=12))
def test_whatever_is_pressed_the_kept_actions_make_the_same_draft(keys):
    state = take_up(draft(READ, PAPER, NOTE)).stand(FieldRef("amount", 1))
    for key in keys:
        try:
            state = edited(state, key, KEYBOARD)
        except KeyError:  # the screen is asked for more
            continue
    kept = state.draft.actions()
    again = draft(READ, PAPER, NOTE, actions=kept)
    assert again.rows == state.draft.rows
    assert dumped(loaded(kept)) == kept


def test_cells_that_were_kept_without_wraps_open():
    kept = [
        {"do": "fill row", "field": "rows", "row": 1, "cells": [["amount", "60.00", [[0, 3, 4]]]]}
    ]
    (action,) = loaded(json.dumps(kept))
    assert action.cells == (FilledCell("amount", "60.00", action.cells[0].spans),)
