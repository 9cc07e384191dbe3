"""The last decision approves; what is left to say is told before, and undo leads back to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from made_up_station import HEADER, TEXT, UNSURE, Office, Said, at_work

from appliance.domain.prediction import AnswerVersions
from appliance.domain.results import JobState
from appliance.judgement.policy import AcceptancePolicy
from appliance.records.evidence import SamplingPlan
from appliance.review.app import StationApp
from appliance.review.draft.places import FieldRef, Phase
from appliance.review.editor.commands import WHY_RIGHT
from appliance.review.editor.standing import Mode

pytestmark = pytest.mark.asyncio

NEVER_ADDS_UP = Said(wrong={"gross_total": "60.00"})


class NothingPromised(Office):
    def policy(self, model: str, kind: str, versions: AnswerVersions) -> AcceptancePolicy:
        return AcceptancePolicy()


class HeaderPromised(Office):
    def policy(self, model: str, kind: str, versions: AnswerVersions) -> AcceptancePolicy:
        return AcceptancePolicy(bounds=dict.fromkeys(HEADER, 0.95))


@pytest.fixture
def choices(office: Office) -> Office:
    """Two documents wait; of each the last doubtful field has something to choose."""
    for number in ("R-1", "R-2"):
        office.drop(number, UNSURE, text=TEXT.replace("B-4711", "B-4711, B-4712"))
    office.work()
    return office


@pytest.fixture
def failing(office: Office) -> Office:
    """A document waits whose sums are wrong."""
    office.drop("R-1", NEVER_ADDS_UP)
    office.work()
    return office


@pytest.fixture
def unpromised(tmp_path: Path) -> Iterator[Office]:
    """A document waits of which nothing is promised and nothing is in doubt."""
    with closing(NothingPromised(tmp_path)) as office:
        office.drop("R-1", Said())
        office.work()
        yield office


def states(office: Office) -> list[JobState]:
    return [job.state for job in office.store.jobs()]


def delivered(office: Office) -> dict[str, Any]:
    office.work()
    (file,) = office.outbox.folder.glob("[!.]*/*.json")
    return json.loads(file.read_bytes())  # type: ignore[no-any-return]


def told(she) -> str:
    """All words of the screen's right half, in one line."""
    return " ".join(" ".join(line.partition("│")[2] for line in she.lines).replace("▌", "").split())


async def to_approval(she) -> None:
    for _ in range(9):
        if she.hand.approving:
            return
        await she.press("enter")
    raise AssertionError(she.screen)


@pytest.mark.parametrize("keys", [["enter"], ["1"], ["n"], ["i"], ["e", *"B-4711", "enter"]])
async def test_whatever_the_last_answer_is_it_approves(choices, keys):
    """B5."""
    async with at_work(choices) as she:
        await she.press("enter", *keys)
        assert she.name == "R-2.txt"
        assert "R-1.txt is approved. u takes it back." in she.screen
        assert states(choices) == [JobState.ACCEPTED, JobState.HELD]


async def test_a_table_to_which_she_is_led_is_the_last_answer_too(tmp_path):
    with closing(HeaderPromised(tmp_path)) as office:
        for number in ("R-1", "R-2"):
            office.drop(number, Said(unsure=("order_number",)))
        office.work()
        async with at_work(office) as she:
            await she.press("enter")
            assert (she.name, she.hand.on_table) == ("R-1.txt", True)
            await she.press("down", "home", "end", "enter")
            assert she.name == "R-2.txt"


async def test_a_key_that_comes_at_once_finds_the_question_instead_of_the_next_document(shop):
    async with at_work(shop) as she:
        await she.press("enter")
        await she.hurry("enter", "right", gap=0.1, after=0.5)
        assert (she.name, she.hand.mode) == ("R-1.txt", Mode.APPROVE)
        assert states(shop) == [JobState.HELD] * 2
        await she.press("enter")
        assert she.name == "R-2.txt"


async def test_what_she_changes_after_all_is_decided_is_not_taken_for_the_last(shop):
    async with at_work(shop) as she:
        await she.press("enter", "enter", "l", "down", "enter")
        assert (she.name, she.hand.mode) == ("R-1.txt", Mode.APPROVE)
        await she.press("escape", "e", *"X-9", "enter")
        assert (she.name, she.hand.mode) == ("R-1.txt", Mode.APPROVE)
        assert "Approve?  Enter" in she.screen
        await she.press("enter")
        assert she.name == "R-2.txt"


@pytest.mark.parametrize("key", ["escape", "up", "shift+tab"])
async def test_before_she_approves_she_can_go_back_to_the_fields(unpromised, key):
    async with at_work(unpromised) as she:
        await to_approval(she)
        await she.press(key)
        assert she.hand.on_table and not she.hand.approving


async def test_on_the_real_clock_a_document_is_approved_too(shop):
    async with at_work(shop, make=StationApp) as she:
        await she.press("enter", "enter")
        assert she.name == "R-2.txt"


async def test_while_a_check_fails_enter_does_not_approve(failing):
    """A5."""
    async with at_work(failing) as she:
        await to_approval(she)
        assert "Approve? a" in told(she)
        assert "60.00" in told(she).partition("Approve?")[2], "what fails is told"
        await she.press("enter", "enter", "enter")
        assert she.hand.approving
        assert "A check fails." in she.screen
    assert states(failing) == [JobState.HELD]


async def test_a_asks_why_and_the_result_says_so(failing):
    """A5."""
    async with at_work(failing) as she:
        await to_approval(she)
        (said,) = she.hand.draft.failing
        await she.press("a")
        assert "Why is it right" in she.screen
        await she.press("escape")
        assert she.hand.approving and states(failing) == [JobState.HELD]
        await she.press("a", "2")
        assert "Nothing waits." in she.screen
    assert delivered(failing)["checks_failed"] == [{"check": said, "because": WHY_RIGHT[1]}]


async def test_why_it_is_right_may_be_said_in_her_own_words(failing):
    """A5."""
    async with at_work(failing) as she:
        await to_approval(she)
        await she.press("a", *"wet paper", "enter")
    (failed,) = delivered(failing)["checks_failed"]
    assert failed["because"] == "wet paper"


async def test_a_does_nothing_where_no_check_fails(unpromised):
    async with at_work(unpromised) as she:
        await to_approval(she)
        await she.press("a")
        assert she.hand.approving and "Why is it right" not in she.screen


async def test_after_undo_of_an_approval_its_warnings_are_there_again(failing):
    """A8."""
    async with at_work(failing) as she:
        await to_approval(she)
        place, warned = she.hand.place, told(she)
        await she.press("a", "1", "u")
        assert (she.name, she.hand.mode, she.hand.place) == ("R-1.txt", Mode.APPROVE, place)
        assert place != she.hand.draft.entries[0].place
        assert warned.partition("Approve?")[2].split() == told(she).partition("Approve?")[2].split()
        await she.press("enter", "enter")
        assert states(failing) == [JobState.HELD], "nor is it approved again by Enter"


async def test_after_undo_of_an_approval_the_cursor_is_on_the_field_decided_last(shop):
    """A8."""
    async with at_work(shop) as she:
        await she.press("enter", "enter")
        assert she.name == "R-2.txt"
        await she.press("u")
        assert (she.name, she.hand.mode) == ("R-1.txt", Mode.FIELD)
        assert she.hand.place == FieldRef("order_number") and she.hand.entry.needs


async def test_undo_of_an_answer_to_the_question_takes_back_that_answer_alone(unpromised):
    async with at_work(unpromised) as she:
        await to_approval(she)
        await she.press("enter")
        assert "Nothing waits." in she.screen
        await she.press("u")
        assert (she.name, she.hand.mode) == ("R-1.txt", Mode.APPROVE)


async def test_undo_of_an_approval_that_was_asked_for_leaves_what_she_decided_before(shop):
    async with at_work(shop) as she:
        await she.press("enter", "enter", "l", "down", "enter")
        await she.press("escape", "e", *"X-9", "enter", "enter", "u")
        assert (she.name, she.hand.mode) == ("R-1.txt", Mode.APPROVE)
        assert she.text("order_number") == "X-9"
        await she.press("u")
        assert (she.name, she.text("order_number")) == ("R-1.txt", "B-4711")


@pytest.mark.parametrize("keys", [["1"], ["n"], ["i"], ["enter"], ["e", *"X-1", "enter"]])
async def test_undo_brings_back_what_was_asked_and_where(choices, keys):
    """A8."""
    async with at_work(choices) as she:
        await she.press("enter")
        before = she.hand.entry
        assert before.problems and before.choices
        await she.press(*keys)
        assert she.name == "R-2.txt"
        await she.press("u")
        assert (she.hand.mode, she.hand.entry) == (Mode.FIELD, before)
        assert before.problems[0] in told(she) and f"1 {before.choices[0]}" in told(she)


async def test_what_nobody_looked_at_is_named_before_approval(unpromised):
    """A10."""
    async with at_work(unpromised) as she:
        assert she.hand.on_table, "whose values are too many to be told"
        await she.press("enter")
        asked = told(she).partition("Approve?")[2]
        for entry in she.hand.draft.entries:
            assert entry.text in asked, "not one is left out"
        await she.press("escape", "home", "tab")
        seen = she.hand.draft.entries[:2]
        await to_approval(she)
        asked = told(she).partition("Approve?")[2]
        assert not [entry.text for entry in seen if entry.text in asked]
        assert "119.00" in asked


async def test_what_is_too_much_for_the_screen_is_named_by_and_by(unpromised):
    async with at_work(unpromised, size=(80, 14)) as she:
        await to_approval(she)
        values = [entry.text for entry in she.hand.draft.entries]
        while states(unpromised) == [JobState.HELD]:
            asked = told(she).partition("Approve?")[2]
            values = [value for value in values if value not in asked]
            assert not values or "more." in asked
            await she.press("enter")
        assert not values


async def test_the_question_names_the_keys_of_the_settings(failing):
    async with at_work(failing, keys={"approve_anyway": "F12"}) as she:
        await to_approval(she)
        assert "Approve?  F12" in she.screen
        await she.press("enter")
        assert "A check fails. F12 approves the document all the same" in she.screen


async def test_approving_what_was_named_is_a_look_at_it(unpromised):
    """A10."""
    async with at_work(unpromised) as she:
        await she.press("enter", "enter")
    result = delivered(unpromised)
    assert {one["how"] for one in result["fields"].values()} == {"unpromised"}
    assert {one["looked_at"] for one in result["fields"].values()} == {True}


async def test_held_enter_approves_nothing(office):
    """A4."""
    for number in ("R-1", "R-2"):
        office.drop(number, Said(unsure=("invoice_number", "order_number", "net_total")))
    office.work()
    for gap in (0.03, 0.092):
        async with at_work(office) as she:
            await she.hurry(*["enter"] * 40, gap=gap, after=1)
            assert (she.name, she.hand.place) == ("R-1.txt", FieldRef("order_number"))
            await she.press("u")
    assert states(office) == [JobState.HELD] * 2


async def test_a_held_key_that_does_what_enter_does_approves_nothing(office):
    """A4: as the settings give another key."""
    office.drop("R-1", Said(unsure=("invoice_number", "order_number", "net_total")))
    office.work()
    async with at_work(office, keys={"accept": "F12", "approve": "F12"}) as she:
        await she.hurry(*["f12"] * 40, gap=0.03, after=1)
        assert she.hand.place == FieldRef("order_number")
    assert states(office) == [JobState.HELD]


@pytest.mark.parametrize("gap", [0.03, 0.092])
async def test_held_enter_is_not_heard_on_a_document_that_has_just_opened(shop, gap):
    """A4."""
    async with at_work(shop) as she:
        await she.hurry(*["enter"] * 40, gap=gap)
        assert (she.name, she.hand.place) == ("R-1.txt", FieldRef("invoice_number"))


async def test_held_enter_on_the_question_approves_nothing_until_it_is_pressed_anew(unpromised):
    """A4: a keyboard repeats after half a second, then every 30 ms."""
    async with at_work(unpromised) as she:
        await to_approval(she)
        await she.hurry(*["enter"] * 40, gap=0.03, after=0.5)
        assert states(unpromised) == [JobState.HELD]
        await she.press("enter")
        assert "Nothing waits." in she.screen


async def test_a_key_that_is_held_on_the_last_field_decides_nothing_on_the_next_document(office):
    """A4: a keyboard repeats after half a second, then every 30 ms."""
    for number in ("R-1", "R-2"):
        office.drop(number, UNSURE)
    office.work()
    async with at_work(office) as she:
        while she.hand.draft.next(she.hand.place) != she.hand.place:
            await she.press("enter")
        await she.hurry("enter", "enter", gap=0.5, after=1)
        assert (she.name, she.hand.entry.needs) == ("R-2.txt", True)
        await she.hurry(*["enter"] * 40, gap=0.03)
        assert [entry for entry in she.hand.draft.entries if entry.by_clerk] == []
    assert states(office) == [JobState.ACCEPTED, JobState.HELD]


async def test_an_enter_that_was_ignored_begins_the_time_anew(shop):
    """A4."""
    async with at_work(shop) as she:
        await she.hurry(*["enter"] * 5, gap=0.6)
        assert she.hand.place == FieldRef("invoice_number")
        await she.hurry("enter", gap=0.8)
        assert she.hand.place == FieldRef("order_number")


async def test_a_choice_that_was_ignored_begins_the_time_anew_too(shop):
    """A4."""
    async with at_work(shop) as she:
        await she.hurry("1", "1", "enter", gap=0.2)
        assert not she.hand.entry.by_clerk
        assert she.hand.place == FieldRef("invoice_number")


async def test_a_new_document_begins_at_what_needs_her(office):
    office.drop("R-1", Said(wrong={"gross_total": None}), text=TEXT)
    office.work()
    async with at_work(office) as she:
        assert (she.hand.place, she.hand.mode) == (FieldRef("gross_total"), Mode.EMPTY)


async def test_in_evidence_the_answer_to_the_last_difference_leads_to_the_question(tmp_path):
    """Third walk, C3: the Enter that settled the last difference approved the document too."""
    evidence = SamplingPlan(first=1, until=1, then=1)
    with closing(Office(tmp_path, evidence=evidence, whole=True)) as office:
        office.drop("R-1", Said(wrong={"tax_total": "20.00"}, rows=()))
        office.work()
        for keys in (["enter"] * 40, ["enter"] * 2):
            async with at_work(office) as she:
                if she.hand.draft.phase is Phase.BLIND:
                    for text in HEADER.values():
                        await she.press(*text.format(number="R-1"), "enter")
                    await she.press("f4")
                    assert she.hand.place == FieldRef("tax_total")
                    assert she.hand.mode is Mode.FIELD, "the two differ"
                gap = 0.03 if len(keys) > 2 else 0.4
                await she.hurry(*keys, gap=gap, after=1)
                assert she.hand.mode is Mode.APPROVE
                assert {job.state for job in office.store.jobs()} == {JobState.HELD}
                await she.press("u", "f7")
        async with at_work(office) as she:
            await she.press("enter")
            assert she.hand.mode is Mode.APPROVE
            await she.press("enter")
            assert "R-1.txt is approved" in she.screen
