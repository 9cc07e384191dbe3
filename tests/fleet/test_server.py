"""nats-server as a child: it starts, says why it does not, and does not outlive us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

pytest.importorskip("nats", reason="the extra [fleet] is not installed")

from small_fleet import SmallFleet

from appliance.domain.errors import FleetError
from appliance.fleet import server
from appliance.fleet.server_config import CONFIG

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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_it_does_not_outlive_a_process_that_is_killed(tmp_path: Path) -> None:
    fleet = SmallFleet(tmp_path)
    command = [sys.executable, "-c", SERVE, str(fleet.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert psutil.Process(pid).name().startswith("nats-server")
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not psutil.pid_exists(pid)
