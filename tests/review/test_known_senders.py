"""What was corrected once is there on that sender's next document; a kept draft stays as it was."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from drafts import confirm, write
from made_up_station import HEADER, INVOICE, KINDS, ROWS, TEXT, Office, Said, at_work

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.mail import MailOrigin
from appliance.domain.results import JobState
from appliance.domain.sections import WHOLE
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.mails import Mails
from appliance.review.desk import Desk
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import ActionRefused, FieldRef
from appliance.review.editor.standing import Mode
from appliance.review.loading import Loaded

IBAN = FieldType.IBAN
OLD, NEW = "DE89370400440532013000", "DE02120300000000202051"
NAME = FieldRef("supplier_name")
ACME = "ACME Metal Works GmbH"
STREET = Said(wrong={"supplier_name": "Musterweg 5"}, unsure=("supplier_name", "gross_total"))


def opened(desk: Desk) -> Loaded:
    loaded = desk.load(desk.queue()[0])
    assert desk.open(loaded)
    return loaded


def confirmed(draft: Draft | None) -> Draft:
    assert draft
    while place := draft.next(None):
        draft = draft.act(confirm(place))
    return draft


def approve(desk: Desk, *, name: str = ACME) -> None:
    loaded = opened(desk)
    assert loaded.draft
    desk.approve(loaded, confirmed(loaded.draft.act(write(NAME, name))), 4.5)


@pytest.fixture
def queue(office: Office) -> Office:
    """Three documents of one sender wait, whose name the model never has right."""
    for number in ("R-1", "R-2", "R-3"):
        office.drop(number, STREET)
    office.work()
    return office


def test_the_next_of_the_queue_opens_with_what_is_known_now(queue: Office) -> None:
    desk = queue.desk()
    before = desk.load(desk.queue()[1])
    assert before.draft and before.draft.entry(NAME).text == "Musterweg 5"
    approve(desk)
    after = opened(desk)
    assert after.draft
    told = after.draft.entry(NAME)
    assert told.text == ACME and told.needs
    assert told.problems == ("As on an earlier document; read was Musterweg 5.",)
    assert told.choices[0] == "Musterweg 5"


def test_a_known_sender_is_told_by_the_address_of_a_mail_and_is_none_by_that(
    office: Office,
) -> None:
    office.drop("R-1", STREET, text=TEXT + "bills@acme.example\n")
    docid = office.drop("R-2", STREET, text="Another Ltd" + TEXT[21:])
    office.work()
    desk = office.desk()
    mail = replace(desk.queue()[1].job, docid="0" * 64)
    origin = MailOrigin("Bills@acme.example", "", "March", "")
    Mails(office.store).note(mail, origin, [docid])
    assert desk.load(desk.queue()[1]).mail == "Bills@acme.example"
    approve(desk)
    (waiting,) = desk.queue()
    after = desk.load(waiting)
    assert after.mail == f"Bills@acme.example (known from {ACME})"
    assert after.kept.lookup.party is None
    assert desk.load(replace(waiting, blind=WHOLE)).mail == "Bills@acme.example"


def test_the_answer_of_the_model_is_stored_as_it_was(queue: Office) -> None:
    approve(queue.desk())
    docid = queue.drop("R-4", STREET)
    queue.work()
    (job,) = queue.store.find(docid)
    answer = queue.store.answer(job)
    assert answer is not None
    assert answer.prediction.fields[0].text == "Musterweg 5"
    assert answer.judgement.fields[0].field.text == ACME
    assert answer.lookup.party == answer.judgement.party == "acmemetalworksgmbh"


def test_what_she_began_goes_on_as_it_was_shown(queue: Office) -> None:
    """A confirmed value is the one that she saw, whatever was learned since."""
    one, two = queue.desk("one"), queue.desk("two")
    second = one.load(one.queue()[1])
    assert one.open(second) and second.draft
    one.keep(second, second.draft.act(confirm(NAME)))
    one.skip(second)
    approve(two)
    again = two.load(next(w for w in two.queue() if w.job.source == second.waiting.job.source))
    assert again.draft and again.draft.entry(NAME).text == "Musterweg 5"
    assert again.draft.entry(NAME).by_clerk


def test_what_is_taken_back_and_approved_otherwise_is_unlearned(queue: Office) -> None:
    desk = queue.desk()
    approve(desk, name="Hamburg Trading")
    back = desk.reopen_last()
    assert back and back.waiting
    loaded = desk.load(back.waiting)
    assert desk.open(loaded) and loaded.draft
    desk.approve(loaded, confirmed(loaded.draft.act(write(NAME, ACME))), 1.0)
    after = opened(desk)
    assert after.draft and after.draft.entry(NAME).text == ACME


SWAPPED = Said(
    unsure=("order_number",),
    rows=[(what, price, pieces, amount) for what, pieces, price, amount in ROWS],
)
"""Prices are taken for quantities."""


def cell(name: str, row: int) -> FieldRef:
    return FieldRef(name, row)


def test_columns_that_she_mended_once_are_right_on_the_next(office: Office) -> None:
    for number in ("R-1", "R-2"):
        office.drop(number, SWAPPED)
    office.work()
    desk = office.desk()
    first = opened(desk)
    assert first.draft
    draft = first.draft
    for row, (_, pieces, price, _) in enumerate(ROWS):
        draft = draft.act(write(cell("quantity", row), pieces))
        draft = draft.act(write(cell("unit_price", row), price))
    desk.approve(first, confirmed(draft), 9.0)

    second = opened(desk)
    assert second.draft
    shown = [tuple(entry.text for entry in row) for row in second.draft.rows]
    assert shown == list(ROWS)
    quantity, amount = (second.draft.entry(cell(name, 0)) for name in ("quantity", "net_amount"))
    assert quantity.remembered == "where it stood on an earlier document"
    assert not amount.remembered, "the model had it right"
    assert quantity.problems == ("Where it stood on an earlier document; read was 0.10.",)
    what = second.draft.entry(cell("description", 0))
    assert not what.needs and not what.remembered, "the model's own, as sure as it was"

    docid = second.waiting.job.docid
    desk.approve(second, confirmed(second.draft), 1.0)
    (job,) = office.store.find(docid)
    answer = office.store.answer(job)
    assert answer is not None
    assert [cell.text for cell in answer.prediction.rows[0]] == list(SWAPPED.rows[0])


@pytest.fixture
def payable(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Invoices that name an account wait, the second a new one."""
    kind = replace(INVOICE, name="payable", fields=(*INVOICE.fields, FieldSpec("iban", IBAN)))
    monkeypatch.setitem(KINDS, kind.name, kind)
    monkeypatch.setitem(HEADER, "iban", OLD)
    for number, account in (("R-1", OLD), ("R-2", NEW)):
        said = Said(wrong={"iban": account}, unsure=("supplier_name",))
        office.drop(number, said, kind=kind.name, text=f"{TEXT}IBAN {account}\n")
    office.work()
    return office


def test_a_new_account_is_approved_with_a_reason_only(payable: Office) -> None:
    desk = payable.desk()
    approve(desk)
    loaded = opened(desk)
    assert loaded.draft
    said = f"The account {NEW} is new: on earlier documents it was {OLD}."
    assert loaded.draft.entry(FieldRef("iban")).problems == (said,)
    draft = confirmed(loaded.draft)
    assert draft.failing == (said,)
    with pytest.raises(ActionRefused):
        draft.reviewed(1.0)
    desk.approve(loaded, draft, 1.0, because="they told us by telephone")
    payable.work()
    told = [
        json.loads(file.read_bytes())["checks_failed"]
        for file in payable.outbox.folder.glob("[!.]*/R-2*.json")
    ]
    assert told == [[{"check": said, "because": "they told us by telephone"}]]


def test_an_account_that_a_clerk_types_is_new_as_well(payable: Office) -> None:
    desk = payable.desk(four_eyes=True)
    known = opened(desk).draft
    assert known and not known.new_account
    approve(desk)
    said = Said(wrong={"iban": OLD}, unsure=("supplier_name",))
    payable.drop("R-3", said, kind="payable", text=f"{TEXT}IBAN {OLD}\n")
    payable.work()
    (waiting,) = (one for one in desk.queue() if "R-3" in one.job.source)
    third = desk.load(waiting)
    assert third.draft and desk.open(third) and not confirmed(third.draft).failing
    for typed in (NEW, f"{NEW[:-1]}9"):  # whose check digits do not fit
        draft = confirmed(third.draft.act(write(FieldRef("iban"), typed)))
        assert draft.failing == (f"The account {typed} is new: on earlier documents it was {OLD}.",)
        assert desk.wants_another(third, draft)
    assert not confirmed(third.draft.act(write(FieldRef("iban"), OLD))).new_account


def test_two_clerks_approve_a_new_account_where_the_owner_wants_four_eyes(payable: Office) -> None:
    first = payable.desk("one", "Ann", four_eyes=True)
    approve(first)
    loaded = opened(first)
    draft = confirmed(loaded.draft)
    with pytest.raises(ActionRefused):
        first.approve(loaded, draft, 1.0, because="they told us")
    first.keep(loaded, draft)
    second = payable.desk("two", "Bea", four_eyes=True)
    ahead = second.load(loaded.waiting)
    first.hand_on(loaded, draft)
    assert not second.open(ahead), "what Ann said of it is not in that"
    again = opened(first)
    assert again.draft and first.wants_another(again, again.draft)  # it is hers still
    first.skip(again)
    taken = opened(second)
    assert taken.draft and taken.draft.next(None) is None  # as Ann left it
    other = taken.draft.act(write(FieldRef("iban"), "DE75512108001245126199"))
    assert second.wants_another(taken, other)  # which Ann never saw
    second.keep(taken, other)
    changed = second.load(taken.waiting)
    assert changed.draft and second.wants_another(changed, changed.draft)
    second.keep(taken, taken.draft)
    second.approve(taken, taken.draft, 1.0, because="I called them")
    payable.work()
    assert [job.state for job in payable.store.jobs()] == [JobState.DELIVERED] * 2
    said = [(one.kind, one.who) for one in Audit(payable.store.database).entries()]
    assert said[-2:] == [(LinkKind.SECONDED, "Ann"), (LinkKind.APPROVED, "Bea")]


@pytest.mark.asyncio
async def test_the_station_says_that_another_clerk_is_wanted(payable: Office) -> None:
    approve(payable.desk())
    async with at_work(payable, payable.desk(four_eyes=True)) as she:
        for _ in range(9):
            await she.press("a" if she.hand.approving else "enter")
            if she.hand.mode is Mode.CHOICE or "another clerk" in she.screen:
                break
        if "another clerk" not in she.screen:
            await she.press("enter")
        assert "R-2.txt waits for another clerk" in " ".join(she.screen.split())
        assert she.app.session.in_hand is None, "it does not come to her again by itself"
        await she.press("c", *"Bea", "enter")
        she.app._look_again()
        await she.calm()
        assert she.name == "R-2.txt"
    assert payable.store.find(payable.desk().queue()[0].job.docid)[0].state is JobState.HELD


@pytest.mark.asyncio
async def test_she_sees_what_memory_knows_on_the_next_document(queue: Office) -> None:
    async with at_work(queue) as she:
        assert she.name == "R-1.txt"
        while she.name == "R-1.txt":
            if she.hand.place == NAME and she.text("supplier_name") != ACME:
                await she.press("e", *["backspace"] * 20, *ACME, "enter")
            else:
                await she.press("enter")
        assert she.text("supplier_name") == ACME
        screen = " ".join(she.screen.split())
        assert "an earlier document" in screen and " known " in screen


def test_its_result_says_on_how_many_it_stood(queue: Office) -> None:
    desk = queue.desk()
    approve(desk)
    for _ in range(2):
        loaded = opened(desk)
        desk.approve(loaded, confirmed(loaded.draft), 1.0)
    queue.work()
    assert [job.state for job in queue.store.jobs()] == [JobState.DELIVERED] * 3
    found = [json.loads(file.read_bytes()) for file in queue.outbox.folder.glob("[!.]*/*.json")]
    told = {one["source"]: one["fields"]["supplier_name"]["earlier_documents"] for one in found}
    assert told == {"R-1.txt": None, "R-2.txt": 1, "R-3.txt": 2}
