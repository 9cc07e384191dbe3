"""Somebody who looks at the outbox all the time, and collects some of what appears there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Event, Thread
from types import TracebackType

from appliance.delivery.outbox import CSV, SUFFIX
from bench.campaign.kills_papers import INVOICE
from bench.campaign.trial import Breach, Found

LOOKS = 0.01
"""Seconds between two looks."""


class OutboxWatch:
    """A thread. Results that it collects lie in the folder ``collected``, each under a new name."""

    def __init__(self, outbox: Path, collected: Path, rng: Random, *, share: float = 0.3) -> None:
        """``share`` of the results are collected as soon as they are seen."""
        collected.mkdir()
        self.found: list[Found] = []
        self._outbox = outbox
        self._collected = collected
        self._rng = rng
        self._share = share
        self._seen: dict[Path, tuple[int, ...]] = {}
        """What a file was when it was read: inode, bytes and time."""
        self._results: dict[tuple[str, str, int], bytes] = {}
        self._over = Event()
        self._thread = Thread(target=self._look_on, name="watch of the outbox", daemon=True)

    def __enter__(self) -> OutboxWatch:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
        self.look()

    def _look_on(self) -> None:
        while not self._over.wait(LOOKS):
            self.look()

    def look(self) -> None:
        for path in _visible(self._outbox):
            with suppress(FileNotFoundError):  # only we take anything away, but folders appear
                stat = path.stat()
                sight = stat.st_ino, stat.st_size, stat.st_mtime_ns
                if self._seen.get(path) != sight:
                    self._seen[path] = sight
                    self._read(path)

    def _read(self, path: Path) -> None:
        data = path.read_bytes()
        try:
            result = json.loads(data)
            key = str(result["docid"]), str(result["doctype"]), int(result["revision"])
        except (ValueError, KeyError, TypeError):
            told = f"{path.name} was seen with {len(data)} bytes that are no result"
            self.found.append(Found(Breach.HALF_WRITTEN, told))
            return
        if key[1] == INVOICE and not path.with_suffix(CSV).exists():
            told = f"{path.name} was seen without its CSV beside it"
            self.found.append(Found(Breach.HALF_WRITTEN, told))
        if key in self._results:
            how = "again" if self._results[key] == data else "with other values"
            told = f"{path.name}, revision {key[2]}, appeared {how}"
            self.found.append(Found(Breach.DUPLICATED, told))
        self._results[key] = data
        if self._rng.random() < self._share:
            path.rename(self._collected / f"{len(self._results)}-{path.name}")
            del self._seen[path]


def _visible(outbox: Path) -> Iterator[Path]:
    """Results as a reader of the outbox looks for them."""
    for folder in outbox.iterdir():
        if folder.is_dir() and not folder.name.startswith("."):
            with os.scandir(folder) as entries:
                there = (Path(entry.path) for entry in entries if entry.is_file())
                yield from (path for path in there if path.suffix == SUFFIX)
