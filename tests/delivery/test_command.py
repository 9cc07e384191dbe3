from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from threading import Event, Timer

import pytest

from appliance.delivery.command import run
from appliance.domain.errors import CallError

RESULT = '{"docid": "é; $(touch here) `x`"}'.encode()


def python(code: str, *arguments: str, timeout: float = 20.0, leave: Event | None = None) -> None:
    words = [sys.executable, "-c", f"import os, sys, time\n{code}", *arguments]
    run(words, RESULT, timeout=timeout, leave=leave or Event())


def test_a_program_finds_the_result_on_its_input_and_in_a_file(tmp_path: Path) -> None:
    got = tmp_path / "got"
    python(
        "given = sys.stdin.buffer.read(), open(sys.argv[1], 'rb').read()\n"
        f"open({str(got)!r}, 'wb').write(given[0] + given[1] + sys.argv[2].encode())",
        "{json}",
        "$HOME; {other}",
    )
    assert got.read_bytes() == RESULT * 2 + b"$HOME; {other}"


def test_nothing_of_the_copy_is_left(tmp_path: Path) -> None:
    where = tmp_path / "where"
    python(f"open({str(where)!r}, 'w').write(sys.argv[1])", "{json}")
    assert not Path(where.read_text()).parent.exists()


def test_a_program_that_reads_nothing_took_it_all_the_same() -> None:
    run([sys.executable, "-c", ""], RESULT * 100_000, timeout=20, leave=Event())


def test_what_a_program_said_last_is_kept_when_it_fails() -> None:
    with pytest.raises(CallError, match="ended with 3") as caught:
        python("print('x' * 100_000 + ' no such order', file=sys.stderr); sys.exit(3)")
    assert caught.value.said.endswith("no such order") and len(caught.value.said) <= 500


@pytest.mark.parametrize("program", ["/nowhere/prog", "/etc/hostname"])
def test_a_program_that_cannot_be_started_is_told(program: str) -> None:
    with pytest.raises(CallError) as caught:
        run([program], RESULT, timeout=5, leave=Event())
    assert caught.value.hint


@pytest.mark.skipif(os.name != "posix", reason="Windows has no groups of processes")
def test_a_program_that_takes_too_long_is_ended_with_all_that_it_has_started(
    tmp_path: Path,
) -> None:
    child = tmp_path / "child"
    began = time.monotonic()
    with pytest.raises(CallError, match="took over"):
        python(
            "child = os.fork()\n"
            f"open({str(child)!r}, 'a').write(f'{{os.getpid()}} ')\n"
            "time.sleep(60)",
            timeout=1.0,
        )
    assert time.monotonic() - began < 10
    pids = child.read_text().split()
    assert len(pids) == 2
    until = time.monotonic() + 10
    while any(alive(int(pid)) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_asked_to_leave_it_is_ended() -> None:
    leave = Event()
    timer = Timer(0.3, leave.set)
    timer.start()
    began = time.monotonic()
    with pytest.raises(CallError):
        python("time.sleep(60)", leave=leave)
    assert time.monotonic() - began < 10
    timer.join()
