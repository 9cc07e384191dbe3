"""nats-server as a child: it starts, says why it does not, and does not outlive us."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

pytest.importorskip("nats", reason="the extra [fleet] is not installed")

from small_fleet import SmallFleet, free_port
from typer.testing import CliRunner

from appliance.cli.main import app
from appliance.domain.errors import FleetError
from appliance.fleet import membership, server
from appliance.fleet.server_config import CONFIG
from appliance.fleet.wire import wire
from appliance.settings.home import Home

SERVE = """\
import asyncio, sys
from pathlib import Path
from appliance.fleet import membership, server

async def main(folder):
    async with server.serving(folder, membership.read_hub(folder)) as running:
        print(running.pid, flush=True)
        await running.ended()

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.asyncio
async def test_a_port_that_is_taken_is_said_in_the_servers_words(tmp_path: Path) -> None:
    fleet, other = SmallFleet(tmp_path / "one"), SmallFleet(tmp_path / "other")
    async with fleet.serving():
        taken = replace(other.hub, listen=fleet.hub.listen)
        with pytest.raises(FleetError, match="address already in use") as error:
            async with server.serving(other.folder, taken):
                pass
    assert "nats.log" in error.value.hint


@pytest.mark.asyncio
async def test_it_is_gone_when_we_are_done(tmp_path: Path) -> None:
    fleet = SmallFleet(tmp_path)
    async with fleet.serving() as running:
        pid = running.pid
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid)
    assert (tmp_path / CONFIG).stat().st_mode & 0o777 == 0o600


@contextmanager
def served(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """By a process of its own, which is killed; it says the server's process id."""
    command = [sys.executable, "-c", SERVE, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        try:
            yield parent
        finally:
            parent.kill()


def server_of(parent: subprocess.Popen[str]) -> int:
    assert parent.stdout
    return int(parent.stdout.readline())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_it_does_not_outlive_a_process_that_is_killed(tmp_path: Path) -> None:
    fleet = SmallFleet(tmp_path)
    with served(fleet.folder) as parent:
        pid = server_of(parent)
        assert psutil.Process(pid).name().startswith("nats-server")
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not psutil.pid_exists(pid)


def test_commands_reach_a_server_that_runs(tmp_path: Path) -> None:
    home, file = Home(tmp_path / "home"), tmp_path / "lyon.invitation"
    home.make()

    def said(*words: str) -> str:
        done = CliRunner().invoke(app, ["--home", str(home.folder), "fleet", *words])
        assert done.exit_code == 0, done.output
        return done.output

    async def speak() -> int:
        lyon = membership.read_invitation(file).credentials
        async with wire(lyon, patience=5) as site:
            return await site.publish("fleet.up.lyon.review", b"a", message_id="lyon-1")

    said("init", "hub", "paris", "--listen", f"127.0.0.1:{free_port()}")
    with served(home.fleet) as parent:
        assert server_of(parent)
        said("admit", "lyon", str(file))
        assert asyncio.run(speak()) == 1
        assert "its connection is cut" in said("expel", "lyon")
        with pytest.raises(FleetError, match="does not know lyon"):
            asyncio.run(speak())
    assert "cut" not in said("admit", "lyon", str(tmp_path / "another"))


@pytest.mark.asyncio
async def test_a_server_that_does_not_hear_of_an_expelled_site_is_to_be_started_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_NEAR", 0.3)
    fleet = SmallFleet(tmp_path)
    silent = socket.create_server(("127.0.0.1", fleet.hub.listen.port))
    with silent, pytest.raises(FleetError, match="does not know it") as error:
        await fleet.reload()
    assert "start it anew" in error.value.hint
