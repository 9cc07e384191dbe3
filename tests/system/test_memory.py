from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from appliance.system import memory

HELD = 64_000_000
"""Bytes that the child gives back before it is looked at."""
CODE = f"""
held = bytearray(b"x" * {HELD})
del held
print("ready", flush=True)
input()
"""


@pytest.fixture
def child() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", CODE], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_what_is_free_is_less_than_what_there_is() -> None:
    assert 0 < memory.available() < psutil.virtual_memory().total


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS tells only what is held now")
def test_what_a_process_held_at_most_counts_after_it_is_given_back(
    child: subprocess.Popen[str],
) -> None:
    assert psutil.Process(child.pid).memory_info().rss < HELD < memory.peak_of(child.pid)


def test_this_process_has_held_at_least_what_it_holds() -> None:
    held = psutil.Process().memory_info().rss
    assert memory.peak() >= held / 2  # the kernel adds pages up in batches
    assert memory.peak_of(os.getpid()) >= held / 2


def test_a_process_that_has_ended_holds_nothing(child: subprocess.Popen[str]) -> None:
    child.communicate("\n")
    assert memory.peak_of(child.pid) == 0
