"""Hub and sites as they are used, but for the clerks: a real server, and all that goes over it."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_shop import Shop, forget, shop
from small_fleet import free_port
from tuned_homes import tune, write_header_only

from appliance.domain.errors import FleetError, HomeError
from appliance.domain.fleet import LARGEST_FILE, Sharing
from appliance.domain.results import ModelVersion
from appliance.fleet import membership, server
from appliance.fleet.membership import Hub
from appliance.fleet.server_config import STORE
from appliance.fleet.together import together
from appliance.intake.archive import Archive
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.records.fleet_hub import HubInbox
from appliance.records.fleet_site import SiteOutbox
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.records.told_senders import ToldSenders
from appliance.service import fleet, wiring
from appliance.settings.config import Settings
from appliance.settings.home import Home
from bench.chance_adapter import TRAINING
from bench.fleet.relay import relay

pytest.importorskip("nats", reason="the extra [fleet] is not installed")

pytestmark = pytest.mark.asyncio

RECEIPT = """\
title = "Receipt"
party = ["shop"]

[fields.shop]
required = true
[fields.total]
type = "amount"
required = true
"""
PATIENCE = 60.0


class SmallFleet:
    def __init__(self, folder: Path, *sites: str) -> None:
        self.hub = Home(folder / "hub")
        self.hub.make()
        (self.hub.doctypes / "receipt.toml").write_text(RECEIPT)
        listen = f"127.0.0.1:{free_port()}"
        membership.make_hub(self.hub.fleet, "hq", listen=listen, reached_at=None, now=time.time())
        self.sites = {name: Home(folder / name) for name in sites}
        for name, home in self.sites.items():
            home.make()
            known, invitation = membership.admit(self.membership, name, now=time.time())
            membership.write_hub(self.hub.fleet, known)
            membership.join(home.fleet, invitation)

    @property
    def membership(self) -> Hub:
        return membership.read_hub(self.hub.fleet)

    @asynccontextmanager
    async def at_work(self, *names: str) -> AsyncIterator[None]:
        """The hub, and these sites or all."""
        homes = [self.hub, *(self.sites[name] for name in names or self.sites)]
        over = asyncio.Event()

        async def until_over() -> None:
            await over.wait()

        works = [fleet.run(home, Settings()) for home in homes]
        task = asyncio.create_task(together(*works, until_over()))
        try:
            yield
        finally:
            over.set()
            await task


@pytest.fixture
def small(tmp_path: Path) -> SmallFleet:
    return SmallFleet(tmp_path, "a", "b")


async def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.1)


def at(home: Home) -> closing[Store]:
    return closing(Store(home.database))


def told_at(home: Home) -> dict[str, str]:
    """Of each sender that other sites know, what its shop is called."""
    with at(home) as store:
        return {
            one.party: value.text
            for one in ToldSenders(store.database).senders()
            for value in one.values.get("receipt", {}).get("shop", ())
        }


def approve(home: Home, name: str) -> None:
    """Receipts of that shop come, and a clerk approves them."""
    with shop(home.database) as made:
        _receipt(made, name)


def _receipt(made: Shop, name: str) -> None:
    made.receipt(sender=name, words=["0301234567", f"shop-{name}.example"])


def learned(hub: Home) -> int:
    with at(hub) as store:
        return sum(1 for _ in Labels(store).training())


async def test_what_one_site_corrects_the_other_knows(small: SmallFleet):
    async with small.at_work():
        approve(small.sites["a"], "miller")
        await until(lambda: told_at(small.sites["b"]) == {"miller": "miller"})
        assert learned(small.hub) == 1
        assert (small.sites["b"].doctypes / "receipt.toml").read_text() == RECEIPT


async def test_what_was_done_while_the_hub_was_away_comes_when_it_is_back(small: SmallFleet):
    async with small.at_work():
        approve(small.sites["a"], "miller")
        await until(lambda: learned(small.hub) == 1)
    with shop(small.sites["a"].database) as made:
        for number in range(150):
            _receipt(made, f"shop{number}")
    async with small.at_work("b"):
        await asyncio.sleep(0.5)
        assert learned(small.hub) == 1
    async with small.at_work():
        await until(lambda: learned(small.hub) == 151)
        with at(small.sites["a"]) as store:
            outbox = SiteOutbox(store, lambda name: Sharing())
            await until(lambda: outbox.backlog() == 0)


async def test_what_was_told_while_the_line_was_cut_is_heard_when_it_is_back(
    small: SmallFleet,
):
    port = small.membership.listen.port
    async with relay("127.0.0.1", port) as line:
        home = small.sites["b"]
        invitation = membership.read_site(home.fleet)
        over = replace(invitation, address=replace(invitation.address, port=line.port))
        membership.join(home.fleet, over)
        async with small.at_work():
            approve(small.sites["a"], "miller")
            await until(lambda: set(told_at(home)) == {"miller"})
            line.cut()
            approve(small.sites["a"], "smith")
            await until(lambda: learned(small.hub) == 2)
            line.mend()
            await until(lambda: set(told_at(home)) == {"miller", "smith"})


async def test_of_an_expelled_site_nothing_is_told_any_more(small: SmallFleet):
    async with small.at_work("b"):
        work = asyncio.create_task(fleet.run(small.sites["a"], Settings()))
        approve(small.sites["a"], "miller")
        approve(small.sites["b"], "smith")
        await until(lambda: set(told_at(small.sites["b"])) == {"miller", "smith"})
        membership.write_hub(small.hub.fleet, membership.expel(small.membership, "a"))
        await server.reload(small.hub.fleet, small.membership)
        with at(small.hub) as store:
            HubInbox(store).expel("a", now=time.time())
        with pytest.raises(FleetError, match="does not know a"):
            await asyncio.wait_for(work, PATIENCE)
        await until(lambda: set(told_at(small.sites["b"])) == {"smith"})


async def test_a_type_that_is_the_owners_own_stays_at_the_site(small: SmallFleet):
    own = RECEIPT.replace("Receipt", "Till slip")
    (small.sites["a"].doctypes / "receipt.toml").write_text(own)
    async with small.at_work():
        await until((small.sites["b"].doctypes / "receipt.toml").exists)
        changed = RECEIPT.replace("Receipt", "Sales slip")
        (small.hub.doctypes / "receipt.toml").write_text(changed)
        await until(lambda: (small.sites["b"].doctypes / "receipt.toml").read_text() == changed)
    assert (small.sites["a"].doctypes / "receipt.toml").read_text() == own


async def test_a_hub_that_lost_a_day_is_told_it_again(small: SmallFleet, tmp_path: Path):
    async with small.at_work():
        approve(small.sites["a"], "miller")
        await until(lambda: learned(small.hub) == 1)
    shutil.copytree(small.hub.folder, tmp_path / "earlier")
    async with small.at_work():
        approve(small.sites["a"], "smith")
        await until(lambda: learned(small.hub) == 2)
    shutil.rmtree(small.hub.folder)
    shutil.copytree(tmp_path / "earlier", small.hub.folder)
    async with small.at_work():
        await until(lambda: learned(small.hub) == 2)
        await until(lambda: "smith" in told_at(small.sites["b"]))


async def test_a_hub_that_was_put_back_without_what_its_server_stored_is_heard_again(
    small: SmallFleet,
):
    async with small.at_work():
        approve(small.sites["a"], "miller")
        await until(lambda: "miller" in told_at(small.sites["b"]))
    shutil.rmtree(small.hub.fleet / STORE)  # no backup holds it
    approve(small.sites["a"], "smith")
    async with small.at_work():
        await until(lambda: set(told_at(small.sites["b"])) == {"miller", "smith"})
        assert rulings_with(small.sites["b"], "miller") == 1


async def test_a_version_that_serves_at_the_hub_is_a_candidate_at_every_site(
    small: SmallFleet, tmp_path: Path
):
    base = write_header_only(tmp_path / "base.gguf")
    homes = [small.hub, *small.sites.values()]
    bases = [Registry(home.models).add(base) for home in homes]
    for home, one in zip(homes, bases, strict=True):
        Registry(home.models).promote(one)
    async with small.at_work():
        approve(small.sites["a"], "miller")
        await until(lambda: learned(small.hub) == 1)
        made = tuned_at(small.hub, bases[0])
        await until(lambda: all(waiting(home) == [made.name] for home in small.sites.values()))
    for home in small.sites.values():
        assert Registry(home.models).pointer().name == bases[0].name


@pytest.mark.slow
async def test_what_a_site_forgets_goes_from_the_hub_and_from_what_it_told(small: SmallFleet):
    async with small.at_work():
        approve(small.sites["a"], "miller")
        await until(lambda: set(told_at(small.sites["b"])) == {"miller"})
        with at(small.sites["a"]) as store:
            (job,) = store.jobs()
            forget(store, job.docid, now=time.time())
        await until(lambda: told_at(small.sites["b"]) == {})
        with at(small.hub) as store:
            assert store.document(job.docid) is None
        await until(lambda: not rulings_with(small.sites["b"], "miller"))


async def test_what_cannot_be_forgotten_beside_a_night_is_not_tried_all_the_time(
    small: SmallFleet, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fleet, "LOOK", 0.01)
    with at(small.hub) as store, small.hub.tuning():
        store.database.execute("insert into fleet_erasing (docid) values (?)", ["a" * 64])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(fleet._forgetting(small.hub, Settings(), store), 4)
    assert caplog.text.count("what is due to be forgotten is not") == 1


async def test_the_file_is_at_the_hub_where_the_site_shares_it_until_it_is_forgotten(
    small: SmallFleet,
):
    home, content = small.sites["a"], b"%PDF-1.4 one page"
    docid = Archive(home.archive).put_bytes(content, "page.pdf")
    (home.doctypes / "receipt.toml").write_text(f"{RECEIPT}[fleet]\nshare_documents = true\n")
    kept = Archive(small.hub.archive).path(docid)
    async with small.at_work():
        with shop(home.database) as made:
            made.receipt(docid=docid)
        await until(lambda: learned(small.hub) == 1)
        assert kept.read_bytes() == content
        with at(small.hub) as store:
            assert wiring.verify(small.hub, store) == []
        with at(home) as store:
            forget(store, docid, now=time.time())
        await until(lambda: not kept.exists())


@pytest.mark.parametrize("trouble", ["too large", "other bytes", "gone"])
async def test_a_file_that_cannot_go_stays_and_all_else_goes(tmp_path: Path, trouble: str):
    home = Home(tmp_path)
    content = bytes(LARGEST_FILE + (trouble == "too large"))
    docid = Archive(home.archive).put_bytes(content, "page.pdf")
    path = Archive(home.archive).path(docid)
    assert (fleet.original(home, docid) == content) is (trouble != "too large")
    path.unlink()
    if trouble == "other bytes":
        path.write_bytes(b"%PDF-1.4")
    assert fleet.original(home, docid) is None


def rulings_with(home: Home, word: str) -> int:
    with at(home) as store:
        (row,) = store.database.rows(
            "select count(*) n from sender_rulings where instr(ruling, ?)", [word]
        )
        return int(row["n"])


def waiting(home: Home) -> list[str]:
    return [one.name for one in ReceivedVersions(Registry(home.models)).every()]


def tuned_at(hub: Home, base: ModelVersion) -> ModelVersion:
    """A version that learned from what came from the sites."""
    registry = Registry(hub.models)
    with at(hub) as store:
        docids = tuple(one.docid for one in Labels(store).training_keys())
    made = tune(registry, base, replace(TRAINING, docids=docids), seed=30, now=1.0)
    registry.promote(made)
    return made


async def test_a_second_process_of_the_same_home_is_refused(small: SmallFleet):
    async with small.at_work("a"):
        await until(lambda: is_in_touch(small.sites["a"]))
        with pytest.raises(HomeError, match="at work here already"):
            await asyncio.wait_for(fleet.run(small.sites["a"], Settings()), PATIENCE)


def is_in_touch(home: Home) -> bool:
    with at(home) as store:
        return SiteOutbox(store, lambda name: Sharing()).hub() is not None
