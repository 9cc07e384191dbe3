"""The courier against a hub that fails; the same on a real one: ``test_fleet_day``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import pytest
from made_up_shop import RECEIPT, Shop, forget, shop

from appliance.domain.errors import FleetError
from appliance.domain.fleet import (
    DocumentApproved,
    DocumentsForgotten,
    HubStanding,
    Sharing,
    SiteHealth,
    SiteStanding,
)
from appliance.fleet.courier import FILES_TOGETHER, Courier, HubMessage
from appliance.fleet.messages import LinkName, unpacked
from appliance.records.fleet_site import SiteOutbox
from appliance.service.fleet import sharing
from appliance.settings.home import Home


class MadeUpHub:
    """Takes, loses, and answers too late, as chance says."""

    def __init__(self, chance: Random, *, fails: float) -> None:
        self.chance = chance
        self.fails = fails
        self.kept: dict[int, bytes] = {}
        self.messages: dict[LinkName, bytes] = {}
        self.told: list[HubMessage] = []

    connections = 1

    async def publish(self, subject: str, body: bytes, *, message_id: str) -> None:
        self.cut()
        if name := LinkName.of(subject.rpartition(".")[2]):
            self.kept[name.number] = self.messages[name] = body
        self.cut()  # it is kept, and its sender does not hear it

    async def standing(self, site: str, heard: SiteStanding) -> HubStanding:
        self.cut()
        return HubStanding(max(self.kept, default=0), site=heard)

    async def after(self, number: int, *, most: int) -> list[HubMessage]:
        self.cut()
        return [one for one in self.told if one.number > number][:most]

    async def news(self, seconds: float) -> None:
        await asyncio.sleep(0)

    def cut(self) -> None:
        if self.chance.random() < self.fails:
            raise FleetError("the line was cut")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Shop]:
    with shop(tmp_path / "a.db") as one:
        yield one


def courier(
    made: Shop, hub: MadeUpHub, followed: list[int], outbox: SiteOutbox | None = None
) -> Courier:
    outbox = outbox or SiteOutbox(made.store, lambda name: Sharing())
    if outbox.hub() is None:
        outbox.join("hq")

    async def follow(message: HubMessage) -> None:
        hub.cut()
        followed.append(message.number)

    health = SiteHealth(0.0, "m1", 0, 0)
    return Courier("a", outbox, hub, follow=follow, health=lambda: health)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_cut_every_link_arrives_and_every_message_is_followed_in_its_order(
    made: Shop, seed: int
):
    chance = Random(seed)
    hub, followed = MadeUpHub(chance, fails=0.3), []
    hub.told = [HubMessage(number, "version", b"") for number in range(1, 30)]
    for _ in range(20):
        made.receipt()

    async def through() -> None:
        while True:  # each turn is a start after a kill
            one = courier(made, hub, followed)
            try:
                if not await one.tell_some() and not await one.hear_some():
                    return
            except FleetError:
                continue

    asyncio.run(through())
    assert sorted(hub.kept) == list(range(1, 21))
    assert list(dict.fromkeys(followed)) == list(range(1, 30))


def test_files_that_go_too_go_a_few_at_a_time(made: Shop):
    hub = MadeUpHub(Random(1), fails=0.0)
    outbox = SiteOutbox(
        made.store, lambda name: Sharing(documents=True), lambda docid: bytes(FILES_TOGETHER // 2)
    )
    outbox.join("hq")
    for _ in range(7):
        made.receipt()
    one = courier(made, hub, [], outbox)
    assert [asyncio.run(one.tell_some()) for _ in range(4)] == [3, 3, 1, 0]
    assert sorted(hub.kept) == list(range(1, 8))


def test_what_is_too_large_for_a_message_holds_nothing_up(
    made: Shop, monkeypatch: pytest.MonkeyPatch
):
    hub = MadeUpHub(Random(1), fails=0.0)
    outbox = SiteOutbox(
        made.store, lambda name: Sharing(documents=True), lambda docid: Random(1).randbytes(4000)
    )
    outbox.join("hq")
    made.receipt()
    made.receipt(words=[f"word{number}" for number in range(3000)])
    made.receipt()
    monkeypatch.setattr("appliance.fleet.courier.LARGEST", 4000)
    asyncio.run(courier(made, hub, [], outbox).tell_some())
    said = [unpacked(hub.kept[number]) for number in sorted(hub.kept)]
    assert outbox.backlog() == 0
    assert [one.said for one in said] == ["approved", "nothing", "approved"]
    assert all(one.file is None for one in said if isinstance(one, DocumentApproved))


def test_however_much_is_forgotten_at_once_the_hub_hears_of_all_of_it(
    made: Shop, monkeypatch: pytest.MonkeyPatch
):
    hub = MadeUpHub(Random(1), fails=0.0)
    jobs = [made.receipt() for _ in range(5)]
    links = [
        link.hash for link in SiteOutbox(made.store, lambda name: Sharing()).links(after=0, most=9)
    ]
    forget(made.store, *(job.docid for job in jobs))
    monkeypatch.setattr("appliance.fleet.courier.FORGOTTEN", 2)
    asyncio.run(courier(made, hub, []).tell_some())
    told = [unpacked(body) for name, body in hub.messages.items() if name.number == 6]
    assert [len(one.hashes) for one in told if isinstance(one, DocumentsForgotten)] == [2, 2, 1]
    assert [one for said in told for one in said.hashes] == links


def test_what_a_hub_lost_is_told_again(made: Shop):
    hub = MadeUpHub(Random(1), fails=0.0)
    for _ in range(10):
        made.receipt()
    one = courier(made, hub, [])
    asyncio.run(one.tell_some())
    for number in range(4, 11):
        del hub.kept[number]
    asyncio.run(for_a_moment(one))
    assert sorted(hub.kept) == list(range(1, 11))


def test_while_nobody_answers_nothing_is_taken_for_told(made: Shop):
    hub = MadeUpHub(Random(1), fails=1.0)
    made.receipt()
    one = courier(made, hub, [])
    asyncio.run(for_a_moment(one))
    assert SiteOutbox(made.store, lambda name: Sharing()).backlog() == 1


def test_what_is_of_a_type_with_a_mistake_in_it_waits_until_that_is_mended(
    made: Shop, tmp_path: Path
):
    home = Home(tmp_path / "home")
    home.make()
    file = home.doctypes / "receipt.toml"
    hub = MadeUpHub(Random(1), fails=0.0)
    outbox = SiteOutbox(made.store, partial(sharing, home))
    outbox.join("hq")
    made.receipt()
    asyncio.run(courier(made, hub, [], outbox).tell_some())
    made.receipt(kind=replace(RECEIPT, name="gone"))
    made.receipt()
    file.write_text("title = ")
    with pytest.raises(FleetError, match="receipt"):
        asyncio.run(courier(made, hub, [], outbox).tell_some())
    assert (sorted(hub.kept), outbox.backlog()) == ([1, 2], 1)
    file.unlink()
    asyncio.run(courier(made, hub, [], outbox).tell_some())
    said = [unpacked(hub.kept[number]).said for number in sorted(hub.kept)]
    assert said == ["approved", "nothing", "approved"]


async def for_a_moment(one: Courier) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(one.run(), 0.7)
