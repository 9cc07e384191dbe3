"""What systemd hears, on a real socket."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.system.watchdog import LONGEST, WITHIN, ServiceManager, Watchdog

if sys.platform == "win32":
    pytest.skip("no systemd", allow_module_level=True)


class Listener:
    """In systemd's place."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address.replace("@", "\0", 1) if address[0] == "@" else address)
        self.socket.setblocking(False)

    def heard(self) -> list[str]:
        said = []
        while True:
            try:
                said += self.socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                return said


@pytest.fixture(params=["file", "abstract"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return str(tmp_path / "notify")
    if sys.platform != "linux":
        pytest.skip("only Linux has abstract sockets")
    return f"@appliance-{os.getpid()}-{tmp_path.name}"


@pytest.fixture
def systemd(address: str) -> Iterator[Listener]:
    listener = Listener(address)
    yield listener
    listener.socket.close()


def manager(address: str, *, within: int | None = 60, process: int | None = None) -> ServiceManager:
    said = {"NOTIFY_SOCKET": address}
    if within:
        said |= {"WATCHDOG_USEC": str(within * 1_000_000)}
        said |= {"WATCHDOG_PID": str(process or os.getpid())}
    return ServiceManager(said)


def test_the_loop_says_that_it_is_ready_goes_on_and_leaves(systemd: Listener, address: str) -> None:
    watchdog = Watchdog(manager(address))
    watchdog.ready()
    watchdog.leaving(seconds=60)
    assert systemd.heard() == [
        "READY=1",
        "EXTEND_TIMEOUT_USEC=60000000",
        "WATCHDOG=1",
        "STOPPING=1",
    ]


def test_what_is_granted_may_take_as_long_and_no_longer_afterwards(
    systemd: Listener, address: str
) -> None:
    watchdog = Watchdog(manager(address))
    with watchdog.granted(900):
        assert "WATCHDOG_USEC=960000000" in systemd.heard()
    assert "WATCHDOG_USEC=60000000" in systemd.heard()


def test_nothing_is_granted_where_no_watchdog_is_wanted(systemd: Listener, address: str) -> None:
    for other in (manager(address, within=None), manager(address, process=1)):
        with Watchdog(other).granted(900):
            pass
    assert not [said for said in systemd.heard() if said.startswith("WATCHDOG")]


def test_a_loop_that_turns_fast_says_so_once_a_second(systemd: Listener, address: str) -> None:
    now = 0.0
    watchdog = Watchdog(manager(address), clock=lambda: now)
    for _ in range(50):
        watchdog.beat()
        now += 0.1
    assert systemd.heard().count("WATCHDOG=1") == 5


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "vsock:2:1234", "@nobody-listens"])
def test_a_manager_that_is_away_stops_nothing(address: str) -> None:
    notes: list[float] = []
    watchdog = Watchdog(manager(address, within=None), note=notes.append)
    watchdog.ready()
    with watchdog.granted(float("inf")):
        pass
    watchdog.leaving(seconds=7)
    assert notes == [WITHIN, WITHIN + LONGEST, WITHIN, 7]
