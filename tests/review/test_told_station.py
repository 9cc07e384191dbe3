"""A clerk is offered what other sites know of a sender, and it is hers once she has approved it."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from drafts import confirm, write
from made_up_station import HEADER, INVOICE, KINDS, TEXT, Office, Said, at_work
from test_known_senders import ACME, NAME, NEW, OLD, STREET, confirmed, opened

import appliance.delivery
from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.results import JobState
from appliance.domain.sections import DRAWN
from appliance.domain.sender_rulings import SenderTold
from appliance.domain.senders import KnownSender, SenderCard, ToldSender, ToldValue
from appliance.records.evidence import SamplingPlan
from appliance.review.draft.places import ActionRefused, FieldRef
from appliance.senders.directory import SenderDirectory

HUB, OTHER = "hub", "Musterweg 5, 20095"
SCHEMA = Path(appliance.delivery.__file__).parent / "result.schema.json"


def tell(office: Office, name: str = ACME, *, accounts: tuple[str, ...] = ()) -> None:
    card = SenderCard(KnownSender("DE1", 7, 7, frozenset({ACME})))
    values = {kind: {"supplier_name": (ToldValue(name, 7, 0.0),)} for kind in KINDS}
    ruling = SenderTold(ToldSender(HUB, card, values, accounts))
    SenderDirectory(office.store).rule(ruling, who="fleet", now=office.now)


@pytest.fixture
def told(office: Office) -> Office:
    """Three documents of a sender wait that is new here and known elsewhere."""
    tell(office)
    for number in ("R-1", "R-2", "R-3"):
        office.drop(number, STREET)
    office.work()
    return office


def test_she_confirms_what_other_sites_say_and_then_it_is_known_here(told: Office) -> None:
    desk = told.desk()
    first = opened(desk)
    assert first.draft and first.kept.lookup.party is None
    shown = first.draft.entry(NAME)
    assert (shown.text, shown.needs, shown.score) == (ACME, True, None)
    assert shown.remembered == "as on 7 documents at other sites"
    assert shown.problems == ("As on 7 documents at other sites; read was Musterweg 5.",)
    assert shown.choices[0] == "Musterweg 5"
    with pytest.raises(ActionRefused):
        first.draft.reviewed(1.0)
    desk.approve(first, confirmed(first.draft), 1.0)
    second = opened(desk)
    assert second.draft and second.kept.lookup.party == "acmemetalworksgmbh"
    assert second.draft.entry(NAME).remembered == "as on an earlier document"


def test_its_result_says_on_how_many_documents_elsewhere_it_stood(told: Office) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    desk = told.desk()
    for _ in range(2):
        loaded = opened(desk)
        desk.approve(loaded, confirmed(loaded.draft), 1.0)
    told.work()
    files = told.outbox.folder.glob("[!.]*/*.json")
    found = {one["source"]: one for one in map(json.loads, map(Path.read_bytes, files))}
    for one in found.values():
        jsonschema.validate(one, json.loads(SCHEMA.read_text()))
    first, second = (found[name]["fields"]["supplier_name"] for name in ("R-1.txt", "R-2.txt"))
    assert (first["how"], first["earlier_documents"]) == ("clerk", None)
    assert first["documents_elsewhere"] == 7
    assert second["earlier_documents"] == 1 and "documents_elsewhere" not in second


def test_she_writes_another_and_nothing_is_said_of_other_sites(told: Office) -> None:
    desk = told.desk()
    loaded = opened(desk)
    assert loaded.draft
    draft = loaded.draft.act(write(NAME, "ACME Metal Works"))
    assert draft.entry(NAME).remembered == ""
    desk.approve(loaded, confirmed(draft), 1.0)
    told.work()
    (file,) = told.outbox.folder.glob("[!.]*/*.json")
    said = json.loads(file.read_bytes())["fields"]["supplier_name"]
    assert said["value"] == "ACME Metal Works" and "documents_elsewhere" not in said


def test_what_she_began_goes_on_as_it_was_told(told: Office) -> None:
    desk = told.desk()
    first = opened(desk)
    assert first.draft
    desk.keep(first, first.draft.act(confirm(FieldRef("order_number"))))
    desk.skip(first)
    tell(told, OTHER)
    begun, fresh = (desk.load(desk.queue()[at]) for at in (0, 1))
    assert begun.draft and begun.draft.entry(NAME).text == ACME
    assert fresh.draft and fresh.draft.entry(NAME).text == OTHER


def test_what_the_appliance_decided_finds_what_was_told_when_it_is_asked_why(told: Office) -> None:
    tell(told, OTHER)
    answers = [told.store.answer(job) for job in told.store.jobs()]
    assert [one.judgement.fields[0].field.text for one in answers if one] == [ACME] * 3
    assert [one.prediction.fields[0].text for one in answers if one] == ["Musterweg 5"] * 3
    assert [(one.lookup.party, one.lookup.told) for one in answers if one] == [(None, "DE1")] * 3


def test_a_clerk_who_keys_blind_is_told_nothing_nor_when_she_compares(tmp_path: Path) -> None:
    with closing(Office(tmp_path, evidence=SamplingPlan(first=1, then=1))) as office:
        tell(office)
        office.drop("R-1", STREET)
        office.work()
        loaded = opened(office.desk())
        assert loaded.draft and loaded.draft.blind == DRAWN
        assert loaded.kept.lookup.told == "DE1", "it was answered so"
        context = loaded.draft.derived.context
        assert not context.told and context.read(NAME).text == "Musterweg 5"


def test_an_account_that_other_sites_never_paid_to_takes_a_reason(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = replace(
        INVOICE, name="payable", fields=(*INVOICE.fields, FieldSpec("iban", FieldType.IBAN))
    )
    monkeypatch.setitem(KINDS, kind.name, kind)
    monkeypatch.setitem(HEADER, "iban", NEW)
    tell(office, accounts=(OLD,))
    for number in ("R-1", "R-2"):
        said = Said(unsure=("supplier_name",))
        office.drop(number, said, kind=kind.name, text=f"{TEXT}IBAN {NEW}\n")
    office.work()
    desk = office.desk()
    loaded = opened(desk)
    assert loaded.draft
    why = f"The account {NEW} is not one that other sites paid to: {OLD}."
    assert loaded.draft.entry(FieldRef("iban")).problems == (why,)
    draft = confirmed(loaded.draft)
    assert draft.failing == (why,) and draft.new_account
    desk.approve(loaded, draft, 1.0, because="we pay to their branch")
    second = opened(desk)
    assert second.draft and not second.draft.failing, "she gave her reason for it"


@pytest.mark.asyncio
async def test_the_screen_says_where_a_value_comes_from(told: Office) -> None:
    async with at_work(told) as she:
        assert she.text("supplier_name") == ACME
        screen = " ".join(she.screen.split())
        assert "7 documents at other sites" in screen
        while she.name == "R-1.txt":
            await she.press("enter")
    states = [job.state for job in told.store.jobs()]
    assert states.count(JobState.ACCEPTED) == 1
