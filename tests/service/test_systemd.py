"""Units that are written and removed, in a folder of their own; systemd itself is not asked."""

from __future__ import annotations

import getpass
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.doctypes import catalogue
from appliance.domain.errors import ConfigError, HomeError, ToolError
from appliance.fleet import membership
from appliance.service import systemd
from appliance.service.systemd import UnitStatus
from appliance.service.systemd_unit import DAEMON, FLEET, STATION, Writer, home_of, writer
from appliance.settings.config import MetricsSettings, Settings
from appliance.settings.home import Home

if sys.platform == "win32":
    pytest.skip("no systemd", allow_module_level=True)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.make()
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "units").mkdir()
    return tmp_path / "units"


def texts(home: Home, *, station: bool = True) -> dict[str, str]:
    return systemd.units(systemd.plan(home, Settings(), user="root"), station=station)


def test_exactly_what_was_installed_is_removed(home: Home, folder: Path) -> None:
    (folder / "other.service").write_text("[Service]\n")
    written = systemd.install(folder, texts(home), home=home.folder, force=False)
    assert [path.name for path in written] == [DAEMON, STATION]
    assert all(path.stat().st_mode & 0o777 == 0o644 for path in written)
    found = systemd.installed(folder, home=home.folder, force=False)
    assert found == written
    systemd.remove(found)
    assert [path.name for path in folder.iterdir()] == ["other.service"]
    assert systemd.installed(folder, home=home.folder, force=False) == []


@pytest.mark.parametrize("change", ["edited", "of somebody else", "of a home that is gone"])
def test_a_unit_that_is_not_ours_alone_is_neither_replaced_nor_removed_unasked(
    home: Home, folder: Path, change: str
) -> None:
    (text,) = texts(home, station=False).values()
    other = systemd.units(
        replace(systemd.plan(home, Settings(), user="root"), home=Path("/srv/other")),
        station=False,
    )
    there = {
        "edited": text.replace("RestartSec=30", "RestartSec=3"),
        "of somebody else": "[Service]\nExecStart=/bin/true\n",
        "of a home that is gone": other[DAEMON],
    }[change]
    (folder / DAEMON).write_text(there)
    with pytest.raises(ConfigError) as refused:
        systemd.install(folder, texts(home), home=home.folder, force=False)
    assert "--force" in refused.value.hint
    with pytest.raises(ConfigError):
        systemd.installed(folder, home=home.folder, force=False)
    assert [path.name for path in folder.iterdir()] == [DAEMON], "all or nothing"
    assert (folder / DAEMON).read_text() == there
    systemd.install(folder, texts(home), home=home.folder, force=True)
    assert writer((folder / DAEMON).read_text()) is Writer.US


@pytest.fixture
def second(tmp_path: Path) -> Home:
    second = Home(tmp_path / "other homes" / "paper & more")
    second.make()
    return second


def install(home: Home, folder: Path, *, force: bool = False) -> list[str]:
    """As the command does."""
    stem = systemd.choose_stem(folder, home.folder)
    plan = systemd.plan(home, Settings(), user="root", stem=stem)
    texts = systemd.units(plan, station=True)
    written = systemd.install(folder, texts, home=home.folder, force=force)
    return [path.name for path in written]


def test_a_second_home_has_units_of_its_own_and_each_keeps_its_names(
    home: Home, second: Home, folder: Path
) -> None:
    assert install(home, folder) == [DAEMON, STATION]
    before = (folder / DAEMON).read_text()
    daemon, station = install(second, folder)
    assert daemon.startswith("appliance-paper-more-") and daemon != DAEMON
    assert station == daemon.replace(".service", "-station.service")
    assert (folder / DAEMON).read_text() == before
    assert home_of((folder / daemon).read_text()) == second.folder
    assert f"After={daemon}\n" in (folder / station).read_text()

    mine = systemd.installed(folder, home=home.folder, force=True)
    assert [path.name for path in mine] == [DAEMON, STATION]
    systemd.remove(mine)
    assert install(second, folder) == [daemon, station], "the plain name is free now"
    assert install(home, folder) == [DAEMON, STATION]
    theirs = systemd.installed(folder, home=second.folder, force=False)
    assert [path.name for path in theirs] == [daemon, station]


def test_a_unit_of_another_home_that_is_there_is_not_replaced_even_by_force(
    home: Home, second: Home, folder: Path
) -> None:
    install(home, folder)
    before = (folder / DAEMON).read_text()
    plain = systemd.units(systemd.plan(second, Settings(), user="root"), station=False)
    with pytest.raises(ConfigError, match=str(home.folder)) as refused:
        systemd.install(folder, plain, home=second.folder, force=True)
    assert "service uninstall" in refused.value.hint
    assert (folder / DAEMON).read_text() == before


def test_an_edited_unit_of_another_home_is_another_homes_still(
    home: Home, second: Home, folder: Path
) -> None:
    install(home, folder)
    (folder / DAEMON).write_text((folder / DAEMON).read_text().replace("=30", "=3"))
    assert DAEMON not in install(second, folder, force=True)


def test_the_state_of_a_second_home_is_that_of_its_own_units(
    home: Home, second: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(home, folder)
    daemon, station = install(second, folder)
    asked: list[str] = []

    def facts(unit: str, *, user: bool) -> dict[str, str]:
        asked.append(unit)
        return {"ActiveState": "active", "UnitFileState": "enabled", "Result": "success"}

    monkeypatch.setattr(systemd, "systemctl_facts", facts)
    stem = systemd.choose_stem(folder, second.folder)
    plan = systemd.plan(second, Settings(), user=None, stem=stem)
    found = list(systemd.statuses(folder, plan, user=False))
    assert [one.name for one in found] == asked == [daemon, station]
    assert all(one.current and one.writer is Writer.US for one in found)
    assert "shows the address" in found[1].next_step(user=False)


def test_what_was_installed_is_replaced_when_settings_change(home: Home, folder: Path) -> None:
    systemd.install(folder, texts(home), home=home.folder, force=False)
    more = replace(systemd.plan(home, Settings(), user="root"), memory=16_000_000_000)
    systemd.install(folder, systemd.units(more, station=False), home=home.folder, force=False)
    assert "MemoryMax=16000000000" in (folder / DAEMON).read_text()


def test_the_daemon_has_a_network_only_where_somebody_is_to_be_told(home: Home) -> None:
    (before,) = texts(home, station=False).values()
    assert "\nPrivateNetwork=yes\n" in before
    receipt = (catalogue.SHIPPED / "receipt.toml").read_text()
    (home.doctypes / "receipt.toml").write_text(f'{receipt}[deliver]\ncommand = ["/bin/true"]\n')
    (home.doctypes / "broken.toml").write_text("title =")
    (after,) = texts(home, station=False).values()
    assert "PrivateNetwork" not in after and "AF_INET " in after


def test_a_program_in_the_home_of_somebody_is_seen(home: Home) -> None:
    note = home.doctypes / "note.toml"
    note.write_text('title = "Note"\n[deliver]\ncommand = ["/home/ann/to_erp"]\n[fields.number]\n')
    plan = systemd.plan(home, Settings(), user="root")
    plan = replace(plan, home=Path("/srv/home"), python=Path("/usr/bin/python"), code=())
    assert "ProtectHome=read-only" in systemd.units(plan, station=False)[DAEMON]


def test_a_home_of_a_fleet_has_a_unit_for_that_too(home: Home, folder: Path) -> None:
    membership.make_hub(home.fleet, "hq", listen="0.0.0.0:4333", reached_at="hq:1", now=1.0)
    written = systemd.install(folder, texts(home), home=home.folder, force=False)
    assert [path.name for path in written] == [DAEMON, STATION, FLEET]
    assert "\nSocketBindAllow=tcp:4333\n" in (folder / FLEET).read_text()
    assert systemd.installed(folder, home=home.folder, force=False) == written


def test_a_folder_that_is_not_to_be_written_names_sudo(home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeError) as refused:
        systemd.install(tmp_path / "file", texts(home), home=home.folder, force=True)
    assert "sudo" in refused.value.hint


def test_a_folder_that_leads_out_of_the_home_may_be_written(home: Home, tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    home.outbox.rmdir()
    home.outbox.symlink_to(tmp_path / "share")
    plan = systemd.plan(home, Settings(), user="root")
    assert plan.elsewhere == (tmp_path / "share",)
    collected = Settings(metrics=MetricsSettings(file="/var/lib/collected/appliance.prom"))
    plan = systemd.plan(home, collected, user="root")
    assert plan.elsewhere == (tmp_path / "share", Path("/var/lib/collected"))


def test_a_user_that_is_missing_or_owns_nothing_is_told_of_with_the_command(home: Home) -> None:
    with pytest.raises(ConfigError) as missing:
        systemd.check_user(home, "nobody-is-called-so")
    assert "useradd --system" in missing.value.hint and "chown" in missing.value.hint
    systemd.check_user(home, getpass.getuser())
    if getpass.getuser() != "daemon":
        with pytest.raises(HomeError) as poor:
            systemd.check_user(home, "daemon")
        assert f"chown -R daemon: {home.folder}" in poor.value.hint


def test_a_machine_without_systemd_hears_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ToolError) as refused:
        systemd.check_booted(booted=tmp_path / "run")
    assert "`appliance run`" in refused.value.hint
    systemd.check_booted(booted=tmp_path)


def test_units_of_a_user_lie_with_his_settings(tmp_path: Path) -> None:
    found = systemd.unit_folder({"XDG_CONFIG_HOME": str(tmp_path)}, user=True)
    assert found == tmp_path / "systemd" / "user"
    assert systemd.unit_folder({}, user=False) == Path("/etc/systemd/system")


FINE = UnitStatus(DAEMON, Path(DAEMON), Writer.US, True, True, "active", 1.0, "success")


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({"writer": None}, "`appliance service install`"),
        ({"writer": Writer.OTHERS}, "--force"),
        ({"writer": Writer.EDITED}, "systemctl edit"),
        ({"current": False}, "then `systemctl restart appliance.service`"),
        ({"current": False, "user": "ann"}, "`appliance service install --as ann`, then"),
        ({"active": "failed", "result": "watchdog"}, "journalctl -u appliance.service -n 30"),
        ({"active": "activating", "result": "exit-code"}, "says why"),
        ({"active": "activating"}, "it is starting"),
        ({"active": "inactive"}, "systemctl start appliance.service"),
        ({"name": STATION}, "shows the address to open"),
        ({"name": FLEET}, "appliance fleet status"),
        ({}, "appliance status"),
    ],
)
def test_each_state_of_a_unit_has_its_next_step(change: dict[str, object], step: str) -> None:
    assert step in replace(FINE, **change).next_step(user=False)  # type: ignore[arg-type]
