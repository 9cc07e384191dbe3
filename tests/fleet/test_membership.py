"""Who is hub and who is a site, as files of a home and as commands say it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("nats", reason="the extra [fleet] is not installed")

from small_fleet import NOW, SmallFleet
from typer.testing import CliRunner, Result

from appliance.cli.main import app
from appliance.domain.errors import ConfigError, FleetError
from appliance.fleet import membership, server
from appliance.fleet.certificate import YEARS
from appliance.fleet.inspection import inspections
from appliance.fleet.keys import is_signed, new_seed, public_key, sign
from appliance.fleet.membership import Address, address
from appliance.settings.home import Home


def run(home: Home, *words: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(home.folder), "fleet", *words])


def said(home: Home, *words: str) -> str:
    done = run(home, *words)
    assert done.exit_code == 0, done.output
    return done.output


def refused(home: Home, *words: str) -> str:
    """Message and hint."""
    error = run(home, *words).exception
    assert isinstance(error, FleetError | ConfigError) and error.hint, error
    return error.in_words


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "hub")
    made.make()
    return made


@pytest.fixture
def other(tmp_path: Path) -> Home:
    made = Home(tmp_path / "site")
    made.make()
    return made


def test_an_invitation_makes_a_home_a_site(home: Home, other: Home, tmp_path: Path) -> None:
    file = tmp_path / "lyon.invitation"
    assert "127.0.0.1:4222" in said(home, "init", "hub", "paris")
    assert "carry it" in said(home, "admit", "lyon", str(file))
    assert "lyon of paris" in said(other, "init", "site", str(file))
    hub, site = membership.read_hub(home.fleet), membership.read_site(other.fleet)
    assert hub.sites[0].key == public_key(site.seed)
    assert site.signing_key == public_key(hub.signing_seed)
    assert site.seed not in (home.fleet / membership.HUB).read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert not membership.open_to_others(home.fleet) + membership.open_to_others(other.fleet)


def test_a_hub_that_is_made_again_keeps_keys_and_sites(home: Home, tmp_path: Path) -> None:
    said(home, "init", "hub", "paris")
    said(home, "admit", "lyon", str(tmp_path / "file"))
    before = membership.read_hub(home.fleet)
    said(home, "init", "hub", "paris", "--listen", "0.0.0.0:5000", "--reached-at", "hub.lan:443")
    after = membership.read_hub(home.fleet)
    assert after.reached_at == Address("hub.lan", 443)
    assert after.credentials.address == Address("127.0.0.1", 5000)
    assert (after.seed, after.sites) == (before.seed, before.sites)
    said(home, "init", "hub", "paris")
    assert membership.read_hub(home.fleet) == after


def test_what_cannot_be_is_refused_in_words(home: Home, other: Home, tmp_path: Path) -> None:
    file, second = tmp_path / "file", tmp_path / "second"
    assert "init hub" in refused(home, "admit", "lyon")
    assert "lower-case" in refused(home, "init", "hub", "Paris!")
    assert "HOST:PORT" in refused(home, "init", "hub", "paris", "--listen", "4222")
    assert "--reached-at" in refused(home, "init", "hub", "paris", "--listen", "0.0.0.0:4222")
    said(home, "init", "hub", "paris")
    assert "the hub paris already" in refused(home, "init", "hub", "rome")
    assert "lower-case" in refused(home, "admit", "x" * 33)
    said(home, "admit", "lyon", str(file))
    assert "admitted already" in refused(home, "admit", "lyon", str(second))
    assert "there already" in refused(home, "admit", "oslo", str(file))
    assert "lyon" in refused(home, "expel", "oslo")
    assert "another home" in refused(home, "init", "site", str(file))
    said(other, "init", "site", str(file))
    assert "a site of paris" in refused(other, "init", "hub", "paris")
    second.write_text("{}")
    assert "admit" in refused(other, "init", "site", str(second))
    assert "expelled" in said(home, "expel", "lyon")
    assert not membership.read_hub(home.fleet).sites


def test_no_site_of_another_hub_changes_hands_by_itself(other: Home, tmp_path: Path) -> None:
    for name in ("paris", "rome"):
        hub = membership.make_hub(tmp_path / name, name, listen=None, reached_at=None, now=NOW)
        membership.write_invitation(tmp_path / f"{name}.file", membership.admit(hub, "a", now=0)[1])
    said(other, "init", "site", str(tmp_path / "paris.file"))
    assert "site of paris already" in refused(other, "init", "site", str(tmp_path / "rome.file"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hub.lan:4222", Address("hub.lan", 4222)),
        ("[::1]:4222", Address("::1", 4222)),
        ("hub.lan", None),
        (":4222", None),
        ("hub.lan:0", None),
        ("hub.lan:99999", None),
        ("who@hub.lan:4222", None),
        ("hub.lan:4222/path", None),
        ("", None),
    ],
)
def test_an_address_is_a_host_and_a_port(text: str, found: Address | None) -> None:
    if found:
        assert address(text) == found and str(found) == text
    else:
        with pytest.raises(ConfigError):
            address(text)


def test_what_is_signed_is_known_by_its_signers_key_alone() -> None:
    seed = new_seed()
    signature = sign(b"a version", seed=seed)
    assert is_signed(b"a version", signature, by=public_key(seed))
    assert not is_signed(b"a versiom", signature, by=public_key(seed))
    assert not is_signed(b"a version", signature, by=public_key(new_seed()))
    assert not is_signed(b"a version", b"short", by=public_key(seed))
    assert not is_signed(b"a version", signature, by="no key")


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((2, 10, 29), False),
        ((2, 11, 14), False),
        ((2, 11, 15), True),
        ((2, 12, 0), False),
        ((2, 12, 5), False),
        ((2, 12, 6), True),
        ((2, 15, 1), True),
        ((3, 0, 0), True),
    ],
)
def test_a_version_that_anybody_can_crash_is_known(
    version: tuple[int, int, int], safe: bool
) -> None:
    assert server.is_safe(version) is safe


def program(folder: Path, says: str) -> str:
    made = folder / "nats-server"
    made.write_text(f"#!/bin/sh\necho '{says}'\n")
    made.chmod(0o755)
    return str(made)


def test_an_old_nats_server_is_refused_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(FleetError, match="2.12.5 can be crashed") as old:
        server.check(program(tmp_path, "nats-server: v2.12.5"))
    assert "pip install" in old.value.hint
    with pytest.raises(FleetError, match="does not say"):
        server.check(program(tmp_path, "hello"))
    with pytest.raises(FleetError, match="does not start"):
        server.check(str(tmp_path / "none"))
    assert server.check(server.find()) >= "2.12.6"


def found(folder: Path, *, now: float = NOW) -> dict[str, str]:
    """By inspection what it says, in words."""
    told = {}
    for name, attempt in inspections(folder, now=now):
        try:
            told[name] = attempt()
        except FleetError as error:
            told[name] = f"WRONG {error.in_words}"
    return told


def test_the_doctor_looks_at_a_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = SmallFleet(tmp_path, "lyon").folder
    well = found(folder)
    assert "lyon" in well["fleet"] and "WRONG" not in str(well)
    late = found(folder, now=NOW + (365 * YEARS - 29) * 86400)
    assert "WRONG" in late["fleet's certificate"] and "init hub paris" in str(late)
    assert "WRONG" not in found(folder, now=NOW + (365 * YEARS - 31) * 86400)["fleet's certificate"]
    monkeypatch.setattr(server, "find", lambda: program(tmp_path, "nats-server: v2.11.0"))
    assert "CVE-2026-33218" in found(folder)["nats-server"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_the_doctor_names_keys_that_others_may_read(tmp_path: Path) -> None:
    folder = SmallFleet(tmp_path).folder
    (folder / membership.CERTIFICATE_KEY).chmod(0o640)
    wrong = found(folder)["fleet's files"]
    assert "WRONG" in wrong and membership.CERTIFICATE_KEY in wrong and "chmod" in wrong
    assert membership.HUB not in wrong


def test_the_doctor_looks_at_a_site_and_at_no_other_home(tmp_path: Path) -> None:
    assert found(tmp_path) == {}
    hub = SmallFleet(tmp_path / "hub").hub
    membership.join(tmp_path / "site", membership.admit(hub, "lyon", now=NOW)[1])
    well = found(tmp_path / "site")
    assert "lyon of paris" in well["fleet"] and "nats-server" not in well
    assert "WRONG" not in str(well)


def test_without_the_extra_a_command_says_what_to_install(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nkeys", None)
    assert "appliance[fleet]" in refused(home, "init", "hub", "paris")


def test_a_backup_brings_the_keys_back(home: Home, tmp_path: Path) -> None:
    said(home, "init", "hub", "paris")
    (home.fleet / "store").mkdir()
    backup, anew = tmp_path / "backup", Home(tmp_path / "anew")
    for words in (
        ["--home", str(home.folder), "backup", str(backup)],
        ["--home", str(anew.folder), "restore", str(backup)],
    ):
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
    assert membership.read_hub(anew.fleet) == membership.read_hub(home.fleet)
    assert not membership.open_to_others(anew.fleet) + membership.open_to_others(backup / "fleet")
    assert not (anew.fleet / "store").exists()
