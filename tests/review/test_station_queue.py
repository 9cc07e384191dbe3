"""The list of what waits: grouped, searched, opened; and the order in which documents come."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest
from figures import figures
from made_up_station import TEXT, Office, Said, at_work

from appliance.domain.mail import MailOrigin
from appliance.records.evidence import SamplingPlan
from appliance.records.mails import Mails

pytestmark = pytest.mark.asyncio

UNSURE = Said(unsure=("order_number",))
OTHER = TEXT.replace("ACME Metal Works GmbH", "Bolt and Nut Company Ltd")


@pytest.fixture
def shop(office: Office) -> Office:
    office.drop("R-1", UNSURE)
    office.drop("R-2", UNSURE, text=OTHER)
    office.drop("R-3", Said(wrong={"gross_total": "19.00"}))
    office.drop("R-4", kind="")
    office.work()
    return office


@pytest.mark.parametrize("key", ["l", "f3"])
async def test_l_shows_what_waits_and_enter_opens_it(shop, key):
    async with at_work(shop) as she:
        await she.press(key)
        assert "What waits" in she.screen
        assert "4 waiting" in she.screen
        assert she.lines[3].startswith("▌   R-1.txt")
        await she.press("down", "down", "enter")
        assert she.name == "R-3.txt"


async def test_the_list_begins_at_the_document_in_hand(shop):
    async with at_work(shop) as she:
        await she.press("s", "l", "enter")
        assert she.name == "R-2.txt"
        await she.press("l", "down", "enter")
        assert she.name == "R-3.txt"


async def test_escape_goes_back_to_the_document(shop):
    async with at_work(shop) as she:
        await she.press("l", "down", "escape")
        assert she.name == "R-1.txt"
        assert "FIELD" in she.lines[-1]


async def test_g_groups_by_sender_kind_and_problem(shop):
    async with at_work(shop) as she:
        await she.press("l", "g")
        assert "by sender" in she.screen
        await she.press("g")
        assert " invoice  3" in she.screen
        await she.press("g")
        assert "by problem" in she.screen
        assert "add up  1" in she.screen
        await she.press("g")
        assert "oldest first" in she.screen


async def test_a_key_of_the_footer_is_clicked_once_in_the_list_and_in_a_question_too(shop):
    async with at_work(shop) as she:
        await she.click("l list")
        await she.click("g group")
        assert "by sender" in she.screen
        await she.click("Esc back")
        await she.click("r refuse")
        await she.click("1  not for us")
        assert she.name == "R-2.txt"
        assert "R-1.txt is" in she.screen


async def test_the_problem_is_searched_in_the_words_that_are_shown(shop):
    async with at_work(shop) as she:
        await she.press("slash", *"add up")
        assert "R-3.txt" in she.screen
        assert "R-1.txt" not in she.screen


async def test_slash_searches_also_from_a_document(shop):
    async with at_work(shop) as she:
        await she.press("slash", *"r-3")
        assert "R-3.txt" in she.screen
        assert "R-1.txt" not in she.screen
        await she.press("backspace", "2", "enter", "enter")
        assert she.name == "R-2.txt"
        await she.press("l", "slash", *"zzz")
        assert "No document holds these words." in she.screen
        await she.press("enter", "slash", *"r-1")
        assert "R-1.txt" in she.screen, "what she types takes the place of the words before"
        await she.press("escape")
        assert "R-1.txt" in she.screen


async def test_it_is_told_from_whom_a_document_came_by_mail_and_found_by_that(shop):
    (job,) = (job for job in shop.store.jobs() if job.source == "R-2.txt")
    mail = replace(job, docid="0" * 64)
    Mails(shop.store).note(mail, MailOrigin("a@bolt.eu", "Bolt", "March", ""), [job.docid])
    async with at_work(shop, size=(100, 24)) as she:
        assert "mail:" not in she.lines[0]
        await she.press("slash", *"march bolt.eu")
        assert "R-2.txt" in she.screen
        assert "R-1.txt" not in she.screen
        await she.press("enter", "enter")
        assert "mail: a@bolt.eu" in she.lines[0]


async def test_a_click_chooses_and_another_one_opens(shop):
    async with at_work(shop) as she:
        await she.press("l")
        await she.click("R-3.txt")
        assert "What waits" in she.screen
        await she.click("R-3.txt")
        assert she.name == "R-3.txt"


async def test_what_is_left_and_the_pace_are_told(shop):
    async with at_work(shop) as she:
        await she.press("tab", "shift+tab", "enter", "enter")
        assert she.name == "R-2.txt"
        assert {"2", "4"} <= set(figures(she.lines[0]))
        await she.press("l")
        assert "1 approved today" in she.screen
        assert "1 min" in she.screen


async def test_documents_come_by_sender_when_the_settings_say_so(office):
    office.drop("R-1", UNSURE)
    office.drop("R-2", Said(wrong={"supplier_name": "Bolt and Nut Company Ltd"}), text=OTHER)
    office.drop("R-3", UNSURE)
    office.work()
    async with at_work(office, order="party") as she:
        await she.press("enter")
        assert she.name == "R-3.txt"


async def test_page_keys_go_by_a_screen_and_no_further_than_the_ends(office):
    for number in range(30):
        office.drop(f"R-{number:02}", UNSURE)
    office.work()
    async with at_work(office) as she:
        await she.press("l", "up")
        assert "▌   R-00.txt" in she.screen
        await she.press("pagedown")
        assert "▌   R-20.txt" in she.screen
        await she.press("pagedown", "down")
        assert "▌   R-29.txt" in she.screen
        await she.press("pageup", "up", "enter")
        assert she.name == "R-08.txt"


async def test_the_help_is_scrolled_where_it_does_not_fit(shop):
    async with at_work(shop) as she:
        await she.press("question_mark")
        first = she.screen
        assert "Down more" in first and "by a screen" not in first
        await she.press(*["down"] * 50)
        assert "by a screen" in she.screen and "Down more" not in she.screen
        await she.press(*["up"] * 50)
        assert she.screen == first


async def test_samples_are_marked(tmp_path):
    with closing(Office(tmp_path, evidence=SamplingPlan(first=1, until=1, then=1))) as office:
        office.drop("R-1", UNSURE)
        office.work()
        async with at_work(office) as she:
            await she.press("f3")
            assert "◆ R-1.txt" in she.screen
            assert "to be typed (test)" in she.screen


async def test_a_new_document_is_shown_when_nothing_waited(office):
    async with at_work(office) as she:
        assert "Nothing waits." in she.screen
        office.drop("R-1", UNSURE)
        office.work()
        she.app._look_again()
        await she.calm()
        assert she.name == "R-1.txt"
