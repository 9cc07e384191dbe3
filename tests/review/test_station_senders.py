"""The known senders at the station: listed, searched, shown, renamed, merged and forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from golden import looks_as_it_did
from made_up_station import TEXT, AtWork, Office, Said, at_work

from appliance.domain.sender_rulings import SenderForgotten, SenderImported, SenderRenamed
from appliance.domain.senders import KnownSender, SenderCard
from appliance.records.evidence import SamplingPlan
from appliance.records.sender_rulings import SenderRulings
from appliance.review.editor.standing import Mode
from appliance.review.ruling import BLIND
from appliance.senders import wording

pytestmark = pytest.mark.asyncio

FOLDER = Path(__file__).parent / "screens"
SIZES = [(80, 24), (120, 40), (200, 60)]
ACME, BOLT = "acmemetalworksgmbh", "boltandnutcompanyltd"
BOLTS = "Bolt and Nut Company Ltd"
UNSURE = Said(unsure=("order_number",))
OTHER = Said(wrong={"supplier_name": BOLTS}, unsure=("order_number",))


def drop(office: Office, number: str, said: Said = UNSURE) -> None:
    text = TEXT if said is UNSURE else TEXT.replace("ACME Metal Works GmbH", BOLTS)
    office.drop(number, said, text=text)


@pytest.fixture
def shop(office: Office) -> Office:
    """Two documents of ACME and one of the bolts are to be approved; two more of ACME wait."""
    for number, said in (("R-1", UNSURE), ("R-2", UNSURE), ("R-3", OTHER)):
        drop(office, number, said)
    drop(office, "R-4")
    drop(office, "R-5")
    office.work()
    return office


@asynccontextmanager
async def three_approved(
    office: Office, *, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[AtWork]:
    async with at_work(office, size=size) as she:
        await she.press(*["enter"] * 3)
        assert she.name == "R-4.txt"
        yield she


def said(office: Office) -> list[object]:
    return [one.ruling for one in SenderRulings(office.store).after(0)]


async def test_the_sender_of_the_document_in_hand_comes_first(shop: Office) -> None:
    async with three_approved(shop) as she:
        await she.press("k")
        assert [line.split()[:2] for line in she.lines[3:8]] == [
            ["name", "id"],
            ["of", "the"],
            ["▌", "ACME"],
            ["others"],
            ["Bolt", "and"],
        ]
        await she.press("escape")
        assert she.name == "R-4.txt" and she.app.screen.mode is Mode.FIELD


async def test_from_the_list_and_where_nothing_is_in_hand_they_are_a_key_away(
    office: Office,
) -> None:
    drop(office, "R-1")
    office.work()
    async with at_work(office) as she:
        await she.press("l", "k")
        assert "No sender is known yet." in she.screen
        await she.press("k")
        assert "What waits" in she.screen
        await she.press("escape", "enter")
        assert "Nothing waits." in she.screen
        await she.click("k senders")
        assert "1 sender" in she.lines[0] and "of the document in hand" not in she.screen


async def test_they_are_searched_by_name_and_kind(shop: Office) -> None:
    async with three_approved(shop) as she:
        await she.press("k", "slash", *"nut inv")
        assert BOLTS in she.screen and "ACME" not in she.screen
        await she.press("x")
        assert "No sender is called so." in she.screen
        await she.press("backspace", "enter", "enter")
        assert she.app.screen.mode is Mode.SENDER and BOLTS in she.lines[0]


async def test_one_is_shown_with_what_is_remembered_of_it(shop: Office) -> None:
    async with three_approved(shop) as she:
        await she.press("k", "enter")
        said = " ".join(she.screen.split())
        assert "supplier name ACME Metal Works GmbH invoice on 2 documents" in said
        assert "R-2.txt invoice approved" in said and "R-3.txt" not in said


async def test_of_one_that_is_known_from_another_home_all_is_shown_that_there_is(
    office: Office,
) -> None:
    marks = {f"07119876{number:03}": 2 for number in range(20)}
    known = KnownSender("DE136695976", 2, 2, frozenset({BOLTS}), marks)
    office.desk().rule(SenderImported(SenderCard(known, ("de136695976",), "The bolts")))
    async with at_work(office) as she:
        await she.press("k")
        assert she.lines[4].split()[-2:] == ["DE136695976", "0"], "it has no kind and no day"
        await she.press("enter")
        shown = " ".join(she.screen.split())
        assert f"names The bolts, {BOLTS} codes DE136695976 marks" in shown
        assert set(marks) <= set(shown.replace(",", "").split()), "in as many lines as they need"
        assert "Nothing is remembered of it. No document of it was approved here." in shown


async def test_what_does_not_fit_is_scrolled(shop: Office) -> None:
    async with three_approved(shop, size=(80, 13)) as she:
        await she.press("k", "enter")
        assert "R-1.txt" not in she.screen and "Down more" in she.lines[-1]
        await she.press(*["down"] * 5)
        assert "R-1.txt" in she.screen and "Down more" not in she.lines[-1]


async def test_a_sender_is_called_otherwise(shop: Office) -> None:
    async with three_approved(shop) as she:
        await she.press("k", "enter", "e", *"The bolts", "enter")
        assert she.lines[0].startswith(" ACME Metal Works GmbH is called The bolts.")
        assert "The bolts, ACME" in she.screen
        assert said(shop) == [SenderRenamed(ACME, "The bolts")]
        await she.press("enter", "e", *"***", "enter")
        assert "neither letters nor digits" in she.lines[0]
        assert len(said(shop)) == 1


async def test_two_are_made_one_only_after_a_question(shop: Office) -> None:
    async with three_approved(shop) as she:
        await she.press("k", "enter", "m")
        assert "Which sender is ACME Metal Works GmbH?" in she.lines[0]
        assert ACME not in "\n".join(she.lines[1:])
        await she.press("enter")
        assert "cannot be undone" in she.screen
        await she.press("enter")
        assert said(shop) == [], "Enter alone says nothing"
        await she.press("2", "m", "enter", "down", "enter")
        assert she.lines[0].startswith(f" ACME Metal Works GmbH is {BOLTS} from now on.")
        assert "1 sender" in she.lines[0]
        (merged,) = said(shop)
        assert (merged.party, merged.into) == (ACME, BOLT)
        await she.press("enter", "m")
        assert "There is no other sender." in she.lines[0]


async def test_a_sender_is_forgotten_only_after_a_question(shop: Office) -> None:
    async with three_approved(shop) as she:
        await she.press("k", "enter", "f")
        asked = " ".join(she.screen.split())
        assert wording.meaning(SenderForgotten(ACME)) in asked
        await she.press("escape", "f", "1")
        assert she.lines[0].startswith(" ACME Metal Works GmbH is forgotten.")
        assert said(shop) == [SenderForgotten(ACME)]
        assert "1 sender" in she.lines[0] and ACME not in she.screen


async def test_the_document_in_hand_stays_as_shown_and_the_next_is_loaded_anew(
    shop: Office,
) -> None:
    async with three_approved(shop) as she:
        ahead = she.app.session.ahead
        assert ahead and ahead.kept.lookup.party == ACME
        shown = she.hand.draft
        await she.press("k", "enter", "f", "1", "escape")
        assert she.hand.draft is shown and she.app.session.in_hand.kept.lookup.party == ACME
        assert she.app.session.ahead is not ahead
        assert she.app.session.ahead.kept.lookup.party is None
        await she.press("enter")
        assert she.name == "R-5.txt"


async def test_what_another_ruled_meanwhile_is_told(shop: Office) -> None:
    async with three_approved(shop) as she:
        await she.press("k", "enter")
        shop.desk("two").rule(SenderForgotten(ACME))
        await she.press("f", "1")
        assert f"{ACME} is no sender any more. It was merged or" in she.lines[0]
        assert len(said(shop)) == 1


async def test_of_a_document_that_is_keyed_blind_no_sender_is_told(tmp_path: Path) -> None:
    with closing(Office(tmp_path)) as office:
        drop(office, "R-1")
        office.work()
        async with at_work(office) as she:
            await she.press("enter", "enter")
    with closing(Office(tmp_path, evidence=SamplingPlan(first=1, until=1, then=1))) as office:
        drop(office, "R-2")
        office.work()
        async with at_work(office) as she:
            assert she.hand.draft.phase == "blind"
            await she.press("escape", "k")
            assert BLIND in she.screen and "1 sender" not in she.screen
            await she.press("escape", "l")
            assert "What waits" in she.lines[0]
            await she.press("k")
            assert BLIND in she.lines[0]


async def test_many_senders_are_listed_in_part_and_all_of_them_searched(
    shop: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.review.screens.senders.SHOWN", 1)
    async with three_approved(shop) as she:
        await she.press("k")
        assert "and 1 more, which / finds" in she.screen and BOLTS not in she.screen
        await she.press("slash", *"bolt")
        assert BOLTS in she.screen


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_screens_of_senders_look_as_they_did(shop: Office, size: tuple[int, int]) -> None:
    screens = {"senders": ("k",), "sender": ("enter",), "merge": ("m",), "forget": ("escape", "f")}
    async with three_approved(shop, size=size) as she:
        for name, keys in screens.items():
            await she.press(*keys)
            looks_as_it_did(she.screen, FOLDER / f"{name}-{size[0]}x{size[1]}.txt")
