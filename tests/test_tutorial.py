"""The tutorial is done word for word: its commands by a shell, its keys at the real station, and
its night by Unsloth with the model that ships.

What it installs is installed already. Its night sees every row once and not three times: that is
the one thing that differs, for the whole would take a quarter of an hour of two idle cores.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from appliance.domain.nights import NightEnd
from appliance.records.nights import Nights
from appliance.records.store import Store

if TYPE_CHECKING:
    from bench.terminal import Terminal

PAGE = Path(__file__).parents[1] / "docs" / "tutorial" / "README.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.M | re.S)
COMMANDS = [
    "".join(line for line in block.splitlines(keepends=True) if "pip install" not in line)
    for block in BLOCKS[1:]  # the first makes the environment that the fixture stands for
]
STATION = next(number for number, block in enumerate(COMMANDS) if "appliance review" in block)
SHOWN = re.findall(r"^```text\n(.*?)^```$", TEXT, re.M | re.S)
HAND = 0.8
"""Seconds before a key: the station is deaf to what comes before anybody can have read."""
ONCE_MORE = "once more for each"
"""How a row says that its key is pressed until what it tells is seen."""
MOST = 6
"""Values of a note."""
PROGRAM = """
from appliance.learning.trainer import recipe
recipe._EPOCHS = ((10**9, 1),)
from appliance.cli.main import main
main()
"""
"""The command, with a night that sees every row once."""


def presses() -> Iterator[tuple[list[bytes], list[str]]]:
    """Keys of a row, and what then stands on the screen; no keys where `Enter` is pressed until it
    does."""
    for keys, seen in re.findall(r"^\| (`[^|]+) \| (.+) \|$", TEXT, re.M):
        told = re.findall("`(.+?)`", keys)
        pressed = [b"\r" if key == "Enter" else key.encode() for key in told]
        yield [] if ONCE_MORE in keys else pressed, re.findall("`(.+?)`", seen)


@pytest.fixture
def newcomer(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has installed the appliance and nothing else."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "night_in_short.py").write_text(PROGRAM)
    script = f'#!/bin/sh\nexec {sys.executable} {programs / "night_in_short.py"} "$@"\n'
    (programs / "appliance").write_text(script)
    (programs / "appliance").chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    root = str(PAGE.parents[2])
    return os.environ | {"HOME": str(tmp_path), "PATH": path, "PYTHONPATH": root, "TERM": "xterm"}


def shell(blocks: list[str], newcomer: Mapping[str, str]) -> str:
    """What they print, in the home of the tutorial."""
    folder = Path(newcomer["HOME"])
    done = subprocess.run(
        ["bash", "-e"],
        input="\n".join(["cd ~/office 2>/dev/null || true", *blocks]),
        env=dict(newcomer),
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def press_until(terminal: Terminal, words: str) -> None:
    """Which values are in doubt differs from one processor to another."""
    for _ in range(MOST):
        time.sleep(HAND)
        terminal.press(b"\r")
        with suppress(TimeoutError):
            return terminal.wait_for(lambda shown: words in shown, at_most=5)
    raise AssertionError(f"{words} is not asked:\n{terminal.text}")


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.skipif(os.name != "posix", reason="its commands are those of a Unix shell")
@pytest.mark.timeout(1800)
def test_a_newcomer_gets_from_nothing_to_a_first_result_and_through_the_first_night(
    newcomer: dict[str, str],
) -> None:
    from bench.terminal import Terminal  # which Windows cannot import

    said = shell(COMMANDS[:STATION], newcomer)
    assert "fine: Delivery note" in said
    assert "northwind-40117" in said and "brook-771" in said

    command = ["bash", "-c", f"cd ~/office && {COMMANDS[STATION]}"]
    terminal = Terminal(command, newcomer)
    try:
        terminal.wait_for(lambda shown: "accept" in shown, at_most=120)
        for keys, seen in presses():
            for key in keys:
                time.sleep(HAND)
                terminal.press(key)
            if not keys:
                press_until(terminal, seen[0])
            for words in seen:
                terminal.wait_for(lambda shown, words=words: words in shown, at_most=60)
    finally:
        terminal.close()

    said = shell(COMMANDS[STATION + 1 :], newcomer)
    (row,) = SHOWN
    assert row in said.replace("\ufeff", "").replace("\r", "")
    assert "60 imported" in said and "new labelled documents" in said
    # The night came to a verdict, whichever, and `models` lists what came of it.
    assert re.search(r"^(promoted|not proven|worse): night-", said, re.M), said
    assert re.search(r"night-\S+ .* [345]\d documents", said), "two in three notes, by lot"
    with closing(Store(Path(newcomer["HOME"]) / "office" / "appliance.db")) as store:
        (night,) = Nights(store.database).newest(5)
    assert night.end is NightEnd.DONE and not night.left_out
