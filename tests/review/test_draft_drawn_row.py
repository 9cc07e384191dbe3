"""One row of a table is keyed blind, and its rows are counted; the others are shown afterwards."""

from __future__ import annotations

import pytest
from drafts import (
    BOUND,
    LINES,
    NOTE,
    PAPER,
    SAID,
    absent,
    document,
    draft,
    field,
    only,
    prediction,
    write,
)
from drafts import (
    TABLE as TEXTS,
)

from appliance.domain.corrections import CorrectionKind
from appliance.domain.sections import DRAWN, Section
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import Draft, begin
from appliance.review.draft.places import ActionRefused, FieldRef, Phase
from appliance.review.editor.editor import take_up
from appliance.review.editor.keyboard import Keyboard, edited

ROWS = FieldRef("rows")
ROW = frozenset({Section.ROW})
BOLTS, NUTS = 0.0, 0.5
"""Lots that draw the first and the second of two rows."""


def cells(row: int) -> tuple[FieldRef, FieldRef]:
    return FieldRef("description", row), FieldRef("amount", row)


def needing(one: Draft) -> list[FieldRef]:
    return [place for place in one.derived.places if one.entry(place).needs]


def keyed(one: Draft, row: int, *texts: str, counted: int) -> Draft:
    return keyed_row(one, row, *texts).act(write(ROWS, str(counted)))


def keyed_row(one: Draft, row: int = 0, *texts: str) -> Draft:
    for place, text in zip(cells(row), texts or TEXTS[row], strict=True):
        one = one.act(write(place, text))
    return one


def standing(one: Draft) -> list[list[str | None]]:
    return [[cell.text for cell in row] for row in one.rows]


def test_the_drawn_row_and_how_many_there_are_need_her_and_no_other_row_is_shown():
    one = draft(blind=ROW, row_lot=NUTS)
    assert one.draws and standing(one) == [[None, None]]
    assert needing(one) == [*cells(1), ROWS]
    assert one.entry(FieldRef("number")).text == SAID["number"], "the header is shown"
    assert not one.failing and not one.derived.judgement.rows


@pytest.mark.parametrize(("lot", "line"), [(BOLTS, "Bolts 60.00"), (NUTS, "Nuts 40.00")])
def test_its_line_is_marked_on_the_page_and_none_of_its_words_is_told(lot: float, line: str):
    one = draft(blind=ROW, row_lot=lot)
    for (
        cell,
        *_,
    ) in one.rows:
        (mark,) = cell.marked
        assert " ".join(word.text for word in mark.words(PAPER)) == line
        assert (cell.text, cell.choices, cell.score) == (None, (), None)
    assert not draft().rows[0][0].mark


def test_keyed_as_it_was_read_and_counted_right_it_needs_nothing_more():
    one = keyed(draft(blind=ROW, row_lot=NUTS), 1, "nuts", "40", counted=2)
    assert one.phase is Phase.COMPARE and not one.draws
    assert standing(one) == [["Bolts", "60.00"], ["Nuts", "40.00"]]
    assert needing(one) == []
    review = one.reviewed(1.0)
    found = {(c.fieldtype, c.line_item_id): c for c in review.corrections}
    assert review.blind
    assert [found["amount", row].keyed for row in (0, 1)] == [None, "40"]
    assert [found["amount", row].kind for row in (0, 1)] == [CorrectionKind.CONFIRMED] * 2


def test_where_it_was_read_otherwise_she_decides():
    read = prediction(table=[TEXTS[0], ("Nuts", "60.00")], net=field("net", "100.00"))
    one = keyed(draft(read, blind=ROW, row_lot=NUTS), 1, "Nuts", "40.00", counted=2)
    amount = FieldRef("amount", 1)
    assert amount in needing(one) and one.entry(amount).choices == ("40.00", "60.00")
    done = one.act(DraftAction(ActionKind.TAKE, amount, "40.00", number=1))
    (found,) = [
        c for c in done.reviewed(1.0).corrections if (c.fieldtype, c.line_item_id) == ("amount", 1)
    ]
    assert (found.before, found.after, found.keyed) == ("60.00", "40.00", "40.00")


def test_rows_that_she_counted_and_the_appliance_missed_need_her():
    read = prediction(table=TEXTS[:1])
    one = keyed(draft(read, blind=ROW), 0, "Bolts", "60.00", counted=2)
    assert ROWS in needing(one)
    assert one.table and one.table.problems == ("You counted 2 rows. Here is 1.",)
    added = one.act(DraftAction(ActionKind.ADD_ROW, FieldRef("rows", 0)))
    for place, text in zip(cells(1), TEXTS[1], strict=True):
        added = added.act(write(place, text))
    assert needing(added) == [] and standing(added)[1] == ["Nuts", "40.00"]
    found = {(c.fieldtype, c.line_item_id): c for c in added.reviewed(1.0).corrections}
    assert (found["amount", 1].kind, found["amount", 1].keyed) == (CorrectionKind.ADDED, None)


def test_where_she_miscounted_one_key_says_so():
    one = keyed(draft(blind=ROW), 0, "Bolts", "60.00", counted=3)
    assert needing(one) == [ROWS]
    assert needing(one.act(DraftAction(ActionKind.CONFIRM, ROWS))) == []


def test_what_is_no_row_is_removed_and_its_place_is_known():
    read = prediction(table=[*TEXTS, ("net", "100.00")])
    one = draft(read, blind=ROW, row_lot=0.9)
    gone = one.act(DraftAction(ActionKind.REMOVE_ROW, FieldRef("rows", 2)))
    assert needing(gone) == [ROWS]
    shown = gone.act(write(ROWS, "2"))
    assert standing(shown) == [["Bolts", "60.00"], ["Nuts", "40.00"]]
    removed = [c for c in shown.reviewed(1.0).corrections if c.line_item_id == 2]
    assert {(c.kind, c.keyed) for c in removed} == {(CorrectionKind.REMOVED, "")}


def test_a_cell_that_says_nothing_was_keyed_too():
    one = draft(blind=ROW).act(absent(cells(0)[0])).act(write(cells(0)[1], "60.00"))
    one = one.act(write(ROWS, "2"))
    assert cells(0)[0] in needing(one)
    kept = one.act(absent(cells(0)[0]))
    found = {(c.fieldtype, c.line_item_id): c for c in kept.reviewed(1.0).corrections}
    assert (found["description", 0].keyed, found["description", 0].after) == ("", None)


def test_without_a_row_there_is_nothing_to_key_but_their_number():
    one = draft(only(PAPER, (), **SAID), blind=ROW)
    assert (standing(one), needing(one)) == ([], [ROWS])
    none = one.act(absent(ROWS))
    assert none.phase is Phase.COMPARE


def test_that_there_are_no_rows_takes_the_marked_one_away_too():
    none = draft(blind=ROW, row_lot=NUTS).act(absent(ROWS))
    assert none.phase is Phase.COMPARE and standing(none) == [["Bolts", "60.00"]]
    assert none.table and none.table.problems == ("You counted 0 rows. Here is 1.",)
    undone = draft(blind=ROW, row_lot=NUTS).act(write(ROWS, "2")).undo()
    assert undone and undone.table and undone.table.text is None


def of_promised(*names: str) -> Draft:
    """Rows that nothing but a promise would vouch for."""
    read, policy = prediction(), AcceptancePolicy(bounds=dict.fromkeys(names, BOUND))
    judgement = judge(PAPER, NOTE, read, policy=policy)
    return begin(PAPER, NOTE, read, judgement, policy=policy, blind=ROW)


def test_the_other_rows_are_not_seen_before_they_are_shown():
    begun = of_promised(*SAID).look(ROWS)
    assert begun.unseen == ()
    shown = keyed(begun, 0, "Bolts", "60.00", counted=2)
    assert [entry.place for entry in shown.unseen] == [ROWS] and needing(shown) == []
    for one, looked in ((shown, False), (shown.look(ROWS), True)):
        review = one.reviewed(1.0)
        assert {cell.looked_at for cell in review.judgement.rows[1]} == {looked}
        assert {c.seen for c in review.corrections if c.line_item_id == 1} == {looked}


@pytest.mark.parametrize(("promised", "keys"), [((*SAID, "rows"), 0), ((*SAID,), 1)])
def test_to_look_at_them_costs_one_key_where_nothing_vouches_for_them(promised, keys):
    counting = take_up(keyed_row(of_promised(*promised))).stand(ROWS)
    state = counting.write("2").keep()
    for _ in range(keys):
        assert state.place == ROWS and not state.done
        state = edited(state, "enter", Keyboard())
    assert state.approving and not state.done
    assert edited(state, "enter", Keyboard()).done


def test_a_row_that_stands_nowhere_is_not_drawn():
    read = prediction(table=[("Screws", "7.00"), TEXTS[1]])
    assert [draft(read, blind=ROW, row_lot=lot).derived.context.drawn for lot in (0.0, 0.9)] == [
        1,
        1,
    ]


@pytest.mark.parametrize("text", ["", "two", "-1", "1.5", "٢", "1234567"])
def test_what_is_no_number_of_rows_is_refused(text: str):
    with pytest.raises(ActionRefused, match="how many rows"):
        draft(blind=ROW).act(write(ROWS, text))


@pytest.mark.parametrize(
    "action",
    [
        DraftAction(ActionKind.ADD_ROW, FieldRef("rows", 0)),
        DraftAction(ActionKind.CLEAR_ROWS, ROWS),
        DraftAction(ActionKind.ARRANGE_ROWS, ROWS),
    ],
)
def test_no_other_row_is_added_before_she_sees_them(action: DraftAction):
    with pytest.raises(ActionRefused, match="Only this row"):
        draft(blind=ROW).act(action)


def test_header_and_row_are_keyed_before_anything_is_shown():
    one = keyed(draft(blind=DRAWN), 0, "Bolts", "60.00", counted=2)
    assert one.phase is Phase.BLIND and len(one.rows) == 1
    for name, text in SAID.items():
        one = one.act(write(FieldRef(name), text))
    assert one.phase is Phase.COMPARE and needing(one) == []


def test_blind_nothing_of_what_was_read_in_the_row_shows():
    """But where it stands: the same of two answers that stand on the same lines."""
    lines = (*LINES[:2], "Bolts  60.00  61.00", *LINES[3:])
    paper = document(*lines)
    one, other = (
        draft(prediction(paper, [("Bolts", amount), TEXTS[1]]), paper, blind=ROW)
        for amount in ("60.00", "61.00")
    )
    assert one.rows == other.rows and one.entries == other.entries and one.table == other.table


def test_each_row_is_drawn_by_as_many_lots():
    drawn = [draft(blind=ROW, row_lot=lot).derived.context.drawn for lot in (0.0, 0.49, 0.5, 0.99)]
    assert drawn == [0, 0, 1, 1]
