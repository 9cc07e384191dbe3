"""Processes that are killed: each is forked from one in which all is imported, so that a life costs
a second and not four. What then runs is the command line, or a function that is named.

Linux and macOS only: Windows has no fork.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType

from appliance.system import fault_points

APPLIANCE = "appliance.cli.main:main"
NONE: Mapping[str, str] = MappingProxyType({})
_READY = ("appliance.cli.main", "appliance.service.wiring", "appliance.review.scripted")
"""Imported before any fork."""


@dataclass(frozen=True, slots=True)
class Life:
    """How a process ended."""

    code: int
    """Its exit code, or below 0 the signal."""

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Lives:
    """Starts processes and waits for them. What lives at the end is killed."""

    def __init__(self, log: Path, within: Sequence[str] = ()) -> None:
        """``log`` takes what they say; ``within`` is what a command begins with that is to run
        somewhere else than we do."""
        self._log = log
        self._within = within
        self._living: set[int] = set()

    def __enter__(self) -> Lives:
        self._mother = subprocess.Popen(
            [*self._within, sys.executable, "-m", __name__, str(self._log)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pid in self._living:
            os.kill(pid, signal.SIGKILL)  # a zombie at worst: its mother has not waited for it
        assert self._mother.stdin and self._mother.stdout
        self._mother.stdin.close()
        self._mother.wait()
        self._mother.stdout.close()

    def begin(
        self,
        *words: str,
        program: str = APPLIANCE,
        dies_at: str = "",
        environment: Mapping[str, str] = NONE,
    ) -> int:
        """Its process id. ``words`` are its command line, ``dies_at`` its fault point."""
        told = {**environment, fault_points.DIES_AT: dies_at}
        pid = self._ask(["begin", program, list(words), told])
        self._living.add(pid)
        return pid

    def wait(self, pid: int) -> Life:
        code = self._ask(["wait", pid])
        self._living.discard(pid)
        return Life(code)

    def live(
        self,
        *words: str,
        program: str = APPLIANCE,
        dies_at: str = "",
        environment: Mapping[str, str] = NONE,
    ) -> Life:
        return self.wait(
            self.begin(*words, program=program, dies_at=dies_at, environment=environment)
        )

    def _ask(self, request: Sequence[object]) -> int:
        assert self._mother.stdin and self._mother.stdout
        self._mother.stdin.write(json.dumps(request) + "\n")
        self._mother.stdin.flush()
        return int(self._mother.stdout.readline())


def children(pid: int) -> list[int]:
    """Of a process, as Linux tells."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _mother(log: Path) -> None:
    for name in _READY:
        importlib.import_module(name)
    for line in sys.stdin:
        match json.loads(line):
            case ["begin", str() as program, list() as words, dict() as environment]:
                pid = os.fork()
                if pid == 0:
                    _live(program, words, environment, log)
                    return
                print(pid, flush=True)
            case ["wait", int() as pid]:
                _, status = os.waitpid(pid, 0)
                print(os.waitstatus_to_exitcode(status), flush=True)


def _live(program: str, words: list[str], environment: dict[str, str], log: Path) -> None:
    """Ends as a program does, through the interpreter's own end."""
    for path, streams, how in ((os.devnull, (0,), os.O_RDONLY), (log, (1, 2), os.O_WRONLY)):
        handle = os.open(path, how | os.O_CREAT | os.O_APPEND, 0o600)
        for stream in streams:
            os.dup2(handle, stream)
    faulthandler.register(signal.SIGUSR1)  # so that a process that hangs says where
    os.environ.update(environment)
    fault_points.die_at(environment[fault_points.DIES_AT])
    sys.argv = ["appliance", *words]
    module, _, function = program.partition(":")
    getattr(importlib.import_module(module), function)()


if __name__ == "__main__":
    _mother(Path(sys.argv[1]))
