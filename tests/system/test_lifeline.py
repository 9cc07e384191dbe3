from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

CHILD = """
import os, sys, time
from appliance.system.lifeline import on_parting
on_parting(lambda: os._exit(7))
print("on", flush=True)
time.sleep({seconds})
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE)
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_child_ends_when_its_parent_lets_go_of_it() -> None:
    child = _child(subprocess.PIPE, seconds=600)
    assert child.stdin
    child.stdin.close()
    assert child.wait(30) == 7
    _close(child)


def test_a_child_ends_when_its_parent_is_killed() -> None:
    code = CHILD.format(seconds=600)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, code], stdout=subprocess.PIPE)
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert parent.stdout.readline() == b"on\n"  # the child's: it has the same output
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert parent.stdout.read() == b""  # nobody holds it any more
    _close(parent)
    deadline = time.monotonic() + 30
    while Path(f"/proc/{child}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_whom_nobody_holds_nobody_ends() -> None:
    child = _child(subprocess.DEVNULL, seconds=0.5)
    assert child.wait(30) == 0
    _close(child)


def _close(child: subprocess.Popen[bytes]) -> None:
    assert child.stdout
    child.stdout.close()


def _child(stdin: int, *, seconds: float) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD.format(seconds=seconds)],
        stdin=stdin,
        stdout=subprocess.PIPE,
    )
    assert child.stdout and child.stdout.readline() == b"on\n"
    return child
