"""The units as systemd itself judges them, where its tools are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.domain.errors import ConfigError
from appliance.service.systemd_unit import (
    DAEMON,
    FLEET,
    STATION,
    ServicePlan,
    Writer,
    daemon_unit,
    fleet_unit,
    home_of,
    memory_limit,
    station_unit,
    user_of,
    writer,
)
from appliance.settings import config

DOCS = Path(__file__).parents[2] / "docs" / "how-to" / "service.md"
PLAN = ServicePlan(Path("/srv/documents"), Path(sys.executable), "root", memory=8_500_000_000)
ODD = Path('/srv/it\'s 100% "papers" for $5 \\ all')
PLANS = {
    "the machine's": PLAN,
    "a user's": replace(PLAN, user=None),
    "an odd folder's": replace(PLAN, home=ODD, elsewhere=(Path("/mnt/out box"),)),
}

analyses = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def analysed(*words: str) -> str:
    done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@analyses
@pytest.mark.parametrize("kind", PLANS)
def test_systemd_finds_nothing_wrong_with_the_units(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    plan = PLANS[kind]
    (tmp_path / DAEMON).write_text(daemon_unit(plan))
    (tmp_path / STATION).write_text(station_unit(plan))
    (tmp_path / FLEET).write_text(fleet_unit(replace(plan, fleet_port=4222)))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    whose = "--system" if plan.user else "--user"
    units = [str(tmp_path / name) for name in (DAEMON, STATION, FLEET)]
    found = analysed("verify", "--man=no", whose, *units)
    ours = [line for line in found.splitlines() if str(tmp_path) in line or "appliance" in line]
    assert not ours


@analyses
def test_systemd_finds_a_line_that_it_does_not_know(tmp_path: Path) -> None:
    (tmp_path / DAEMON).write_text(daemon_unit(PLAN).replace("PrivateTmp=", "PrivatTmp="))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / DAEMON)],
        capture_output=True,
        text=True,
    )
    assert "PrivatTmp" in done.stderr


@analyses
@pytest.mark.parametrize(
    ("unit", "most"), [(daemon_unit, 1.0), (station_unit, 1.5), (fleet_unit, 1.5)]
)
def test_systemd_finds_little_that_a_service_could_do_to_the_machine(
    tmp_path: Path, unit: Callable[[ServicePlan], str], most: float
) -> None:
    path = tmp_path / DAEMON
    path.write_text(unit(replace(PLAN, user="appliance")))
    found = analysed("security", "--offline=true", "--no-pager", str(path))
    level = re.search(r"exposure level for \S+: ([\d.]+)", found)
    assert level and float(level[1]) <= most, found


def test_the_daemon_writes_to_its_home_and_to_where_its_links_lead_alone() -> None:
    text = daemon_unit(replace(PLAN, elsewhere=(Path("/mnt/outbox"),)))
    assert "\nProtectSystem=strict\n" in text
    assert "\nReadWritePaths=/srv/documents -/mnt/outbox\n" in text


def test_at_a_hub_its_own_port_is_listened_at_and_at_a_site_none() -> None:
    at_hub, at_site = fleet_unit(replace(PLAN, fleet_port=4222)), fleet_unit(PLAN)
    assert "\nSocketBindAllow=tcp:4222\nSocketBindDeny=any\n" in at_hub
    assert "SocketBindAllow" not in at_site and "\nSocketBindDeny=any\n" in at_site


@pytest.mark.parametrize("place", ["home", "code", "python", "elsewhere"])
def test_homes_of_people_are_hidden_but_where_something_of_it_lies_there(place: str) -> None:
    path = Path("/home/ann/appliance")
    there = replace(PLAN, **{place: (path,) if place in ("code", "elsewhere") else path})
    assert "\nProtectHome=read-only\n" in daemon_unit(there)
    assert "\nProtectHome=yes\n" in daemon_unit(replace(PLAN, python=Path("/opt/a/bin/python")))


def test_a_night_has_room_beside_the_day() -> None:
    settings = config.parse("[night]\ngigabytes = 9\n", {}, source="")
    assert memory_limit(settings) >= 9e9 + settings.reading.gigabytes * 1e9 + 2e9


def test_a_unit_says_whose_it_is_and_whether_it_was_edited() -> None:
    text = daemon_unit(PLAN)
    assert (writer(text), home_of(text), user_of(text)) == (Writer.US, PLAN.home, "root")
    assert writer(text.replace("WatchdogSec=300", "WatchdogSec=30")) is Writer.EDITED
    assert writer("[Service]\nExecStart=/bin/true\n") is Writer.OTHERS
    assert user_of(daemon_unit(replace(PLAN, user=None))) is None
    assert home_of(daemon_unit(replace(PLAN, home=ODD))) == ODD


def test_a_folder_that_no_unit_can_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="cannot be said"):
        daemon_unit(replace(PLAN, home=Path("/srv/two\nlines")))


def test_every_line_of_a_unit_is_explained() -> None:
    explained = set(re.findall(r"`(\w+)=", DOCS.read_text("utf-8")))
    for text in (daemon_unit(PLAN), station_unit(PLAN), fleet_unit(PLAN)):
        service = text.partition("[Service]\n")[2].partition("\n\n")[0]
        said = {line.partition("=")[0] for line in service.splitlines()}
        assert said <= explained
