"""``appliance fleet``: how homes become a hub and its sites, and what their owners see."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from made_up_shop import shop
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.domain.errors import ApplianceError, ConfigError, FleetError
from appliance.domain.fleet import SILENT, Sharing, SiteHealth
from appliance.fleet import membership
from appliance.records.fleet_hub import HubInbox
from appliance.records.fleet_site import SiteOutbox
from appliance.records.store import Store
from appliance.settings.home import Home

pytest.importorskip("nats", reason="the extra [fleet] is not installed")


@pytest.fixture
def hub(tmp_path: Path) -> Home:
    home = Home(tmp_path / "hub")
    home.make()
    return home


@pytest.fixture
def site(tmp_path: Path) -> Home:
    home = Home(tmp_path / "site")
    home.make()
    return home


def fleet(home: Home, *words: str | Path) -> str:
    """What it prints. Raises what it was ended by."""
    command = ["--home", str(home.folder), "fleet", *map(str, words)]
    done = CliRunner().invoke(app, command, catch_exceptions=True)
    if isinstance(done.exception, ApplianceError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_a_home_becomes_a_hub_admits_a_site_and_lets_it_go(hub: Home, site: Home, tmp_path: Path):
    with pytest.raises(FleetError, match="no hub"):
        fleet(hub, "admit", "north", tmp_path / "north.invitation")
    assert "admit SITE" in fleet(hub, "init", "hub", "hq", "--listen", "127.0.0.1:4555")
    assert "no site is admitted" in fleet(hub, "status")
    invitation = tmp_path / "north.invitation"
    assert "carry it to the site" in fleet(hub, "admit", "north", invitation)
    with pytest.raises(FleetError, match="admitted already"):
        fleet(hub, "admit", "north", tmp_path / "again")
    with pytest.raises(ConfigError, match="is there already"):
        fleet(hub, "admit", "south", invitation)
    assert "the site north of hq" in fleet(site, "init", "site", invitation)
    assert "never" in fleet(hub, "status")
    assert "north is expelled" in fleet(hub, "expel", "north")
    assert "expelled" in fleet(hub, "status")


def test_a_site_is_expelled_and_admitted_though_the_server_hears_nothing(
    hub: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def deaf(*_: object) -> bool:
        raise FleetError("the running server does not know it")

    def expelled_at() -> float | None:
        with closing(Store(hub.database)) as store:
            (site,) = HubInbox(store).sites()
        return site.expelled_at

    fleet(hub, "init", "hub", "hq", "--listen", "127.0.0.1:4555")
    fleet(hub, "admit", "north", tmp_path / "north.invitation")
    monkeypatch.setattr("appliance.fleet.server.reload", deaf)
    with pytest.raises(FleetError, match="does not know"):
        fleet(hub, "expel", "north")
    assert expelled_at()
    with pytest.raises(FleetError, match="does not know"):
        fleet(hub, "admit", "north", tmp_path / "again.invitation")
    assert expelled_at() is None


def test_two_sites_that_are_admitted_at_once_both_belong(hub: Home, tmp_path: Path):
    fleet(hub, "init", "hub", "hq", "--listen", "127.0.0.1:4555")
    names = [f"site{number}" for number in range(4)]
    command = [sys.executable, "-m", "appliance", "--home", str(hub.folder), "fleet", "admit"]
    begun = [subprocess.Popen([*command, name, str(tmp_path / name)]) for name in names]
    assert [one.wait() for one in begun] == [0] * 4
    assert sorted(one.name for one in membership.read_hub(hub.fleet).sites) == names


def test_the_hub_sees_which_site_is_silent(hub: Home):
    fleet(hub, "init", "hub", "hq")
    now = time.time()
    with closing(Store(hub.database)) as store:
        inbox = HubInbox(store)
        for name, heard_at in (("north", now - 60), ("south", now - SILENT - 60)):
            inbox.note_health(name, SiteHealth(heard_at, "m1", 3, 2), now=heard_at)
    said = fleet(hub, "status")
    assert "south is silent" in said and "north is silent" not in said
    rows = [json.loads(line) for line in fleet(hub, "status", "--json").splitlines()]
    assert [(row["name"], row["health"]["waiting"]) for row in rows] == [("north", 3), ("south", 3)]


def test_whatever_a_site_says_of_itself_the_hub_sees_all_sites(hub: Home):
    fleet(hub, "init", "hub", "hq")
    with closing(Store(hub.database)) as store:
        HubInbox(store).note_health("north", SiteHealth(1.0, "[/b]", 3, 2), now=1.0)
    assert "[/b]" in fleet(hub, "status")
    with pytest.raises(ValueError):
        SiteHealth(float("nan"), "m1", 3, 2)


def test_a_site_sees_what_its_hub_has_not_acknowledged(hub: Home, site: Home, tmp_path: Path):
    fleet(hub, "init", "hub", "hq")
    fleet(hub, "admit", "north", tmp_path / "north")
    fleet(site, "init", "site", tmp_path / "north")
    with pytest.raises(FleetError, match="never in touch"):
        fleet(site, "status")
    with shop(site.database) as made:
        outbox = SiteOutbox(made.store, lambda name: Sharing())
        outbox.join("hq")
        made.receipt()
        assert "1 to send" in fleet(site, "status")
        now = time.time()
        outbox.acknowledge(list(outbox.links(after=0, most=9)), now=now - SILENT + 60)
        assert "nothing to send" in fleet(site, "status")
        made.receipt()  # in 1970, as a site has it that joined late
        asks = "(is `appliance fleet run`"
        assert asks not in fleet(site, "status")
        made.store.database.execute("update fleet_hub set acknowledged_at = ?", [now - SILENT - 60])
    assert asks in fleet(site, "status")
    (told,) = map(json.loads, fleet(site, "status", "--json").splitlines())
    assert (told["name"], told["backlog"], told["acknowledged"]) == ("hq", 1, 1)
