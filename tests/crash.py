"""A process that dies at its n-th act on the disk, or is disturbed there. For tests.

Every act that changes a folder or makes something durable is counted, and every byte that is
read, for copies are made of what was read. The dying one is not done,
and neither is any later one: what a ``finally`` would tidy up, a SIGKILL leaves.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from appliance.intake import archive

ACTS = ("rename", "replace", "unlink", "rmdir", "mkdir", "fsync", "chmod")


class Killed(BaseException):
    pass


class Acts:
    def __init__(self, before_act: Callable[[int, str, Any], None]) -> None:
        self._before_act = before_act
        self.done = 0

    def step(self, name: str, argument: Any = None) -> None:
        self.done += 1
        self._before_act(self.done - 1, name, argument)


@contextmanager
def watched(before_act: Callable[[int, str, Any], None]) -> Iterator[Acts]:
    """``before_act`` is told number, name and first argument of every act to come."""
    acts = Acts(before_act)
    real = {name: getattr(os, name) for name in ACTS}

    def wrap(name: str) -> Callable[..., Any]:
        def act(*args: Any, **kwargs: Any) -> Any:
            acts.step(name, args[0])
            # No power is cut here, and a test makes thousands of them.
            return None if name == "fsync" else real[name](*args, **kwargs)

        return act

    read = archive.chunks

    def byte_by_byte(path: Path) -> Iterator[bytes]:
        for chunk in read(path):
            for byte in chunk:
                acts.step("read", path)
                yield bytes([byte])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "chunks", byte_by_byte)
        for name in ACTS:
            patch.setattr(os, name, wrap(name))
        yield acts


@contextmanager
def deep(folder: Path, levels: int) -> Iterator[None]:
    """Folders in each other, deeper than any path reaches; taken down again at the end."""
    handle = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=handle)
        inner = os.open("d", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)
    try:
        yield
    finally:
        subprocess.run(["rm", "-rf", folder / "d"], check=True)


def dies_at(number: int) -> Callable[[int, str, Any], None]:
    def before_act(done: int, name: str, argument: Any) -> None:
        if done >= number:
            raise Killed

    return before_act


@contextmanager
def syncs() -> Iterator[list[tuple[str, int]]]:
    """The acts on names that are done, and between them what is synced, by its inode (else 0)."""
    done: list[tuple[str, int]] = []
    real = {name: getattr(os, name) for name in ("rename", "unlink", "fsync")}

    def noted(name: str) -> Callable[..., Any]:
        def act(*args: Any, **kwargs: Any) -> Any:
            answer = real[name](*args, **kwargs)
            done.append((name, os.fstat(args[0]).st_ino if name == "fsync" else 0))
            return answer

        return act

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(os, name, noted(name))
        yield done


class Ledger:
    """Rows that survive a crash. Keeps the promise of ``intake.Ledger``."""

    def __init__(self) -> None:
        self.jobs: dict[tuple[str, str], str] = {}
        self.arrivals: set[tuple[str, str, str, float]] = set()
        self.acts: Acts | None = None

    def record(self, docid: str, doctype: str, source: str, *, now: float) -> bool:
        if self.acts:
            self.acts.step("record")
        new = (docid, doctype) not in self.jobs
        self.jobs.setdefault((docid, doctype), source)
        self.arrivals.add((docid, doctype, source, now))
        if self.acts:
            self.acts.step("recorded")
        return new
