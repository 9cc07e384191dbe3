"""A real daemon tells a real socket that it is ready, goes on with its documents, and leaves."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from appliance.settings.home import Home

pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no systemd"),
]

WITHIN = 60
READING = 900
"""Seconds, as the settings grant for one document."""
PATIENCE = 60.0


class Heard:
    """What a daemon says to whoever listens in systemd's place."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "notify")
        self.lines: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.settimeout(PATIENCE)

    def close(self) -> None:
        self._socket.close()

    def until(self, so: Callable[[str], bool]) -> list[str]:
        """All lines up to the message with the first that is ``so``."""
        heard: list[str] = []
        deadline = time.monotonic() + PATIENCE
        while not any(map(so, heard)):
            assert time.monotonic() < deadline, heard
            heard += self._socket.recv(4096).decode().split("\n")
        self.lines += heard
        return heard


def granted(said: str) -> float:
    """Seconds; 0 for what grants none."""
    key, _, microseconds = said.partition("=")
    return int(microseconds) / 1e6 if key == "WATCHDOG_USEC" else 0.0


def test_a_daemon_says_that_it_is_ready_that_documents_go_on_and_that_it_leaves(
    tmp_path: Path, initialised: Path
) -> None:
    home = Home(Path(shutil.copytree(initialised, tmp_path / "home")))
    with closing(Heard(tmp_path)) as heard:
        _tells(home, heard)


def _tells(home: Home, heard: Heard) -> None:
    environment = os.environ | {
        "NOTIFY_SOCKET": heard.address,
        "WATCHDOG_USEC": str(WITHIN * 1_000_000),
        "APPLIANCE_INBOX_SETTLE": "0",
        "APPLIANCE_EXTRACTION_THREADS": "1",
    }
    command = [sys.executable, "-m", "appliance", "--home", str(home.folder), "run"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as daemon:
        try:
            start = heard.until(lambda said: said == "READY=1")
            assert any(said.startswith("EXTEND_TIMEOUT_USEC=") for said in start)
            heard.until(lambda said: said == "WATCHDOG=1")
            due = home.expected_by()
            assert due and 0 < due - time.time() <= WITHIN
            (home.inbox / "receipt" / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing")
            heard.until(lambda said: WITHIN + READING - 5 < granted(said) <= WITHIN + READING)
            heard.until(lambda said: granted(said) == WITHIN)
            heard.until(lambda said: said == "WATCHDOG=1")
            daemon.send_signal(signal.SIGTERM)
            heard.until(lambda said: said == "STOPPING=1")
            assert daemon.wait(timeout=60) == 0
        finally:
            daemon.kill()
    assert heard.lines.count("READY=1") == 1
    assert home.expected_by() is None
