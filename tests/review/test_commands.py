"""The table of commands: each is told in words, works in a mode, and is a pure function."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pytest
from drafts import LINES, NOTE, document, draft, only, prediction
from made_up_station import AtWork, Office, Said, at_work
from small_viewer import Grey

from appliance.review.draft.draft import Draft
from appliance.review.draft.places import FieldRef
from appliance.review.editor.command import Command, Outcome, Request
from appliance.review.editor.commands import COMMANDS
from appliance.review.editor.editor import EditorState, take_up
from appliance.review.editor.keyboard import Keyboard, edited, press
from appliance.review.editor.standing import Mode
from appliance.review.pictures.sheets import Pictures
from appliance.review.pictures.view import PictureView
from appliance.review.screens.key_screen import KeyScreen

KEYBOARD = Keyboard()
SENT, NET, SENDER = FieldRef("sent"), FieldRef("net"), FieldRef("sender")


@cache
def states(mode: Mode) -> Sequence[EditorState]:
    """In that mode, on different places of a note."""
    one = take_up(draft(prediction(net="191.00"), kind=NOTE))
    field = [one.stand(place) for place in one.places if place.row is None]
    match mode:
        case Mode.FIELD:
            return [state for state in field if state.mode is mode]
        case Mode.ROWS:
            return [one.stand(place) for place in one.places if place.row is not None]
        case Mode.EMPTY:
            table = one.stand(FieldRef("rows"))
            return [*(state for state in field if state.mode is mode), table.add_row()]
        case Mode.APPROVE:
            return [
                replace(one, approving=True),
                replace(take_up(draft(kind=NOTE)), approving=True),
            ]
        case Mode.TYPING:
            return [one.stand(SENDER).type().write(text) for text in ("A", "ACME Tr", "N", "x")]
        case Mode.WORDS:
            return [one.stand(place).pick() for place in (SENDER, NET)]
        case Mode.COLUMNS:
            opened = take_up(draft(PREDICTED, TABLES)).open_columns()
            return [opened.to_column(number) for number in (0, 1)]
    return []


def told(outcome: Outcome) -> object:
    """What can be compared of it."""
    if isinstance(outcome, Request):
        return outcome
    kept = outcome.draft.actions()
    steps = outcome.commanding, outcome.approving, outcome.done
    inside = outcome.typed, outcome.picked, outcome.columns
    return kept, outcome.place, *inside, outcome.notice, steps


def name(one: Command | Mode) -> str:
    return one.id if isinstance(one, Command) else one


TABLES = document(
    *("Goods    Amount", "Bolts     60.00", "Nuts      40.00"),
    *("Symbol  C     Si", "Actual  0.18  0.25", "Most    0.20  0.55"),
)
PREDICTED = only(TABLES, (("Bolts", "60.00"), ("Nuts", "40.00")))
EDITOR = [(command, mode) for command in COMMANDS for mode in command.modes if states(mode)]


@pytest.mark.parametrize("command", COMMANDS, ids=name)
def test_every_command_has_a_title_a_mode_and_a_key(command: Command) -> None:
    assert command.id.isidentifier() and command.title and command.modes and command.keys
    for mode in command.modes:
        there = states(mode)[0] if states(mode) else None
        if mode in (Mode.EMPTY, Mode.TYPING):  # where characters are text
            key = KEYBOARD.key(command, mode)
            assert not key or KEYBOARD.find(mode, key, there) is command
        else:
            assert {KEYBOARD.find(mode, key, there) for key in command.keys.split()} == {command}


@pytest.mark.parametrize(("command", "mode"), EDITOR, ids=name)
def test_every_command_of_the_editor_is_a_pure_function(command: Command, mode: Mode) -> None:
    for state in states(mode):
        before = told(state)
        assert told(command.apply(state)) == told(command.apply(state))
        assert told(state) == before


@pytest.mark.parametrize(("command", "mode"), EDITOR, ids=name)
def test_what_the_footer_offers_does_something(command: Command, mode: Mode) -> None:
    """Enter may lead to the same place again, where nothing else is left."""
    offering = [one for one in states(mode) if command.label and command.available(one)]
    changed = [told(command.apply(one)) != told(one) for one in offering]
    assert all(changed), [one.place for one in offering]


def test_every_command_of_the_editor_that_has_a_label_is_offered_somewhere() -> None:
    offered = {
        command.id
        for command, mode in EDITOR
        if any(command.available(replace(one, pictures=True)) for one in states(mode))
    }
    assert {command.id for command, _ in EDITOR if command.label} <= offered


def test_a_choice_is_kept_with_its_words() -> None:
    paper = document("RE-7 03/04/2018")
    asked = only(paper, sent="03/04/2018", number="RE-7")
    state = take_up(draft(asked, paper)).stand(SENT)
    taken = press(state, "2", KEYBOARD)
    assert isinstance(taken, EditorState)
    kept = json.loads(taken.draft.actions())
    choice = {"do": "take", "field": "sent", "text": "4 March 2018", "number": 2}
    assert [one for one in kept if one["do"] != "look"] == [choice]


def test_a_key_without_a_screen_types_moves_and_says_what_a_screen_would_do() -> None:
    state = take_up(draft(prediction(net="191.00"))).stand(NET)
    for key in ("e", "1", "0", "0"):
        outcome = press(state, key, KEYBOARD)
        assert isinstance(outcome, EditorState)
        state = outcome
    assert state.typed and state.typed.text == "100"
    assert press(state, "f12", KEYBOARD) is state
    assert press(state.leave(), "s", KEYBOARD) is Request.SKIP
    assert press(take_up(draft()), "u", KEYBOARD) is Request.REOPEN


KEPT_BEFORE = """[
    {"do": "look", "field": "number"},
    {"do": "confirm", "field": "number"},
    {"do": "write", "field": "net", "text": "100.00", "spans": [[0, 11, 12]]},
    {"do": "absent", "field": "tax"},
    {"do": "illegible", "field": "sender"},
    {"do": "add row", "field": "rows", "row": 1},
    {"do": "write", "field": "description", "row": 2, "text": "Screws"},
    {"do": "remove row", "field": "rows", "row": 0},
    {"do": "confirm", "field": "rows"},
    {"do": "take", "field": "sent", "text": "4 March 2018", "number": 2}
]"""
"""As a station wrote it before commands stood in a table."""


def test_a_draft_kept_before_there_was_a_table_opens_and_goes_on() -> None:
    paper = document(*LINES[:1], "GB980780684", *LINES[2:])
    asked = prediction(paper, net="191.00", sent="03/04/2018", sender_vat_id=None)
    kept = draft(asked, paper, actions=KEPT_BEFORE)
    assert json.loads(kept.actions()) == json.loads(KEPT_BEFORE)
    texts = {entry.place.fieldtype: entry.text for entry in kept.entries}
    assert (texts["net"], texts["tax"]) == ("100.00", None)
    assert kept.entry(SENT).value == "2018-03-04"
    assert kept.entry(SENDER).illegible
    assert [row[0].text for row in kept.rows] == ["Nuts", "Screws"]
    state = take_up(kept).back()
    for key in ("n", "u"):
        outcome = press(state, key, KEYBOARD)
        assert isinstance(outcome, EditorState)
        state = outcome
    assert shown(state.draft) == shown(kept)


def shown(one: Draft) -> object:
    return one.entries, one.rows, one.table


APPROVED = ("enter",) * 3
SCREENS: dict[Mode, Sequence[str]] = {
    Mode.FIELD: (),
    Mode.ROWS: ("end", "tab"),
    Mode.EMPTY: ("end", "plus"),
    Mode.APPROVE: (*APPROVED, "l", "down", "down", "enter"),
    Mode.TYPING: ("tab", "tab", "e", "1"),
    Mode.WORDS: ("w",),
    Mode.QUEUE: ("l",),
    Mode.SENDERS: (*APPROVED, "k"),
    Mode.SENDER: (*APPROVED, "k", "enter"),
    Mode.SEARCH: ("slash", "2"),
    Mode.CHOICE: ("r", "down"),
    Mode.HELP: ("question_mark",),
}
"""How she comes there from a document."""


UNSURE = ("invoice_date", "order_number", "gross_total")


async def seen(she: AtWork) -> object:
    await she.calm()
    return she.app.is_running and (she.app.screen, she.screen, told(she.hand))


@pytest.mark.slow
@pytest.mark.asyncio
@pytest.mark.parametrize("mode", SCREENS, ids=str)
async def test_every_key_of_the_footer_does_something_at_the_station(
    tmp_path: Path, mode: Mode
) -> None:
    keys = None
    pressed: list[str] = []
    with Pictures(Grey()) as pictures:
        while keys is None or len(pressed) < len(keys):
            folder = tmp_path / str(len(pressed))
            folder.mkdir()
            with closing(Office(folder)) as office:
                for number in ("R-1", "R-2", "R-3"):
                    office.drop(number, Said(unsure=UNSURE))
                office.work()
                picture = partial(PictureView, pictures, "text")
                async with at_work(office, picture=picture) as she:
                    await she.press(*SCREENS[mode])
                    assert she.app.screen.mode is mode
                    keys = keys or [key_of(she.app.screen, one) for one in she.app.screen.offered()]
                    key = keys[len(pressed)]
                    before = await seen(she)
                    office.now += 1
                    await she.pilot.press(key)
                    assert await seen(she) != before, key
                    pressed.append(key)


def key_of(screen: KeyScreen, command: Command) -> str:
    state = screen.state
    heard = (key for key in command.keys.split() if screen.keyboard.find(screen.mode, key, state))
    return next(heard)


OLD_WORDS = ("reject", "skip", "illegible", "lent", "other hands")


def test_one_act_has_one_word() -> None:
    """C8."""
    told = " ".join(f"{one.label} {one.title}" for one in COMMANDS)
    assert not [word for word in OLD_WORDS if word in told]
    labels = {one.id: one.label for one in COMMANDS if one.label}
    words = {"skip": "later", "reject": "refuse", "illegible": "unreadable", "kind": "kind"}
    assert words.items() <= labels.items()


def test_a_day_that_may_be_two_keeps_her_there_and_escape_leaves_the_field_as_it_was() -> None:
    paper = document("Note RE-7  2018-12-25", "paid 03/04/2018")
    begun = take_up(draft(only(paper, number="RE-7", sent="2018-12-25"), paper))
    sent = begun.stand(FieldRef("sent"))
    chosen = edited(sent, "1", KEYBOARD)
    assert chosen.place == sent.place and chosen.entry.unclear
    asked = edited(sent.type(empty=True).write("03/04/2018"), "enter", KEYBOARD)
    assert asked.typed and "3 April 2018 or 4 March 2018" in asked.notice
    assert edited(asked, "escape", KEYBOARD).entry.value == "2018-12-25"


def test_a_kind_of_document_that_has_only_rows_or_none_is_walked_through() -> None:
    cells = [one for one in prediction().fields if one.line_item_id is not None]
    bare = replace(NOTE, fields=(), party=(), number=None, gross=None, checks=())
    only_rows = take_up(draft(replace(prediction(), fields=tuple(cells)), kind=bare))
    for key in ("up", "end", "home", "tab", "down", "tab"):
        only_rows = edited(only_rows, key, KEYBOARD)
    assert only_rows.place in only_rows.places
    none = replace(NOTE, items=None, checks=NOTE.checks[:1])
    state = take_up(draft(prediction(table=()), kind=none)).back()
    for key in ("end", "home", "up", "down", "minus"):
        state = edited(state, key, KEYBOARD)
    assert state.notice == "This kind of document has no rows."
