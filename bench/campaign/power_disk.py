"""The disks that a cut of power may leave, made from a journal of ``unsynced.c``. Pure.

What is certain after a cut: the bytes of a file up to its last fsync, and the names in a folder up
to the folder's last one. Nothing else is. Bytes that were written since are there or not, sector
by sector; names that were made, moved or removed since are there as before or as after. A rename
is one act, also between folders, and what a file system cannot do without is there too: the folder
in which a name stands, and of one name the older change before the later one. Some disks keep what
they were told in order up to a moment (``Disk.remains``, ``ordered``), others any of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from random import Random
from typing import Any

from bench.campaign.power_work import HEAD

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

ROOT = 0
NAMES = "CDRUX"
SYNCS = "SF"


@dataclass(frozen=True, slots=True)
class Act:
    """An entry of the journal."""

    kind: str
    """C a file made, D a folder made, R renamed, U a file unlinked, X a folder removed, W written,
    T cut to a size, S a file synced, F a folder synced, M said to somebody."""
    inode: int
    at: int
    """Offset of a write, size of a cut; bytes."""
    first: bytes
    second: bytes

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.first)
        return found


def acts(journal: bytes) -> Iterator[Act]:
    at = 0
    while at < len(journal):
        kind, inode, offset, one, two = HEAD.unpack_from(journal, at)
        at += HEAD.size
        first, second = journal[at : at + one], journal[at + one : at + one + two]
        at += one + two
        yield Act(chr(kind), inode, offset, first, second)


Entry = tuple[int, str]
"""A folder and a name in it."""


@dataclass(frozen=True, slots=True)
class _Naming:
    """A change of names. ``number`` counts them; it stands on those ``after`` which it comes."""

    number: int
    gone: Entry | None
    made: Entry | None
    thing: int
    after: frozenset[int]


@dataclass(slots=True)
class _File:
    safe: bytearray = field(default_factory=bytearray)
    """As of its last sync."""
    now: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Writes since then, and sizes to which it was cut (None)."""


class Disk:
    """Of one folder that was empty when the journal began."""

    def __init__(self, root: str) -> None:
        self._root = PurePosixPath(root)
        self._things = 0
        self._files: dict[int, _File] = {}
        self._folders = {ROOT}
        self._by_inode: dict[int, int] = {}
        self._now: dict[Entry, int] = {}
        self._safe: dict[Entry, int] = {}
        self._open: dict[int, _Naming] = {}
        """Changes of names that are not safe."""
        self._last: dict[Entry | int, int] = {}
        """The last change of a name, and of where a thing stands."""
        self._inside: dict[int, set[int]] = {}
        """Changes of the names in a folder."""
        self._namings = 0

    def do(self, act: Act) -> None:
        if act.kind in NAMES:
            self._name(act)
        elif act.kind in "WT":
            self._write(act)
        elif act.kind == "S":
            file = self._files.get(self._by_inode.get(act.inode, -1))
            if file:
                file.safe, file.since = bytearray(file.now), []
        elif act.kind == "F":
            folder = self._by_inode.get(act.inode, ROOT)
            self._make_safe(self._inside.get(folder, set()) & self._open.keys())

    def now(self) -> dict[PurePosixPath, bytes | None]:
        """As every process sees it: the bytes of a file, None of a folder."""
        return self._tree(self._now, {number: bytes(f.now) for number, f in self._files.items()})

    def at(self, path: str) -> bytes | None:
        """The bytes of a file as they are seen; None where none is."""
        file = self._files.get(self._now.get(self._entry(path), -1))
        return None if file is None else bytes(file.now)

    def remains(self, rng: Random, *, ordered: bool) -> dict[PurePosixPath, bytes | None]:
        """As ``now``, after a cut at this moment."""
        names = dict(self._safe)
        for number in sorted(self._kept(rng, ordered)):
            _change(names, self._open[number])
        there = set(names.values())
        held = {number: _torn(file, rng) for number, file in self._files.items() if number in there}
        return self._tree(names, held)

    def _kept(self, rng: Random, ordered: bool) -> set[int]:
        every = sorted(self._open)
        if ordered:
            return set(every[: rng.randint(0, len(every))])
        share = rng.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        return self._with_what_they_need({one for one in every if rng.random() < share})

    def _with_what_they_need(self, numbers: Collection[int]) -> set[int]:
        needed: set[int] = set()
        todo = list(numbers)
        while todo:
            number = todo.pop()
            if number in self._open and number not in needed:
                needed.add(number)
                todo += self._open[number].after
        return needed

    def _make_safe(self, numbers: Collection[int]) -> None:
        for number in sorted(self._with_what_they_need(numbers)):
            _change(self._safe, self._open.pop(number))

    def _name(self, act: Act) -> None:
        first = self._entry(act.first.decode(errors="surrogateescape"))
        gone, made = (None, first) if act.kind in "CD" else (first, None)
        if act.kind == "R":
            made = self._entry(act.second.decode(errors="surrogateescape"))
        if made is not None and act.kind in "CD":
            self._things += 1
            thing = self._by_inode[act.inode] = self._things
            if act.kind == "D":
                self._folders.add(thing)
            else:
                self._files[thing] = _File()
        else:
            thing = self._now[first]
        self._namings += 1
        touched: list[Entry | int] = [*(one for one in (gone, made) if one), thing]
        standing = [one[0] for one in (gone, made) if one]
        after = {self._last[one] for one in (*touched, *standing) if one in self._last}
        if act.kind == "X":
            after |= self._inside.get(thing, set())
        naming = _Naming(self._namings, gone, made, thing, frozenset(after))
        self._open[naming.number] = naming
        for one in touched:
            self._last[one] = naming.number
        for folder in standing:
            self._inside.setdefault(folder, set()).add(naming.number)
        _change(self._now, naming)

    def _write(self, act: Act) -> None:
        file = self._files.get(self._by_inode.get(act.inode, -1))
        if file:
            what = None if act.kind == "T" else act.first
            file.since.append((act.at, what))
            _put(file.now, act.at, what)

    def _entry(self, path: str) -> Entry:
        *folders, name = PurePosixPath(path).relative_to(self._root).parts
        folder = ROOT
        for one in folders:
            folder = self._now[folder, one]
        return folder, name

    def _tree(
        self, names: Mapping[Entry, int], held: Mapping[int, bytes]
    ) -> dict[PurePosixPath, bytes | None]:
        below: dict[int, list[tuple[str, int]]] = {}
        for (folder, name), thing in names.items():
            below.setdefault(folder, []).append((name, thing))
        tree: dict[PurePosixPath, bytes | None] = {}
        todo = [(ROOT, PurePosixPath())]
        while todo:
            folder, path = todo.pop()
            for name, thing in below.get(folder, ()):
                if thing in self._folders:
                    tree[path / name] = None
                    todo.append((thing, path / name))
                else:
                    tree[path / name] = held[thing]
        return tree


def _change(names: dict[Entry, int], naming: _Naming) -> None:
    if naming.gone:
        names.pop(naming.gone, None)
    if naming.made:
        names[naming.made] = naming.thing


def _put(held: bytearray, at: int, what: bytes | None) -> None:
    if what is None:
        del held[at:]
        held.extend(bytes(at - len(held)))
    else:
        held.extend(bytes(max(0, at - len(held))))
        held[at : at + len(what)] = what


def _torn(file: _File, rng: Random) -> bytes:
    """Its writes since the last sync are there, gone, or there by sectors; where its size came
    through and its bytes did not, there are zeros."""
    share = rng.choice((0.0, 0.0, 0.3, 0.7, 1.0, 1.0))
    if not file.since or share == 0.0:
        return bytes(file.safe)
    if share == 1.0:
        return bytes(file.now)
    held = bytearray(file.safe)
    for at, what in file.since:
        if what is None:
            if rng.random() < share:
                _put(held, at, None)
            continue
        for start in range(at - at % SECTOR, at + len(what), SECTOR):
            if rng.random() < share:
                begin, end = max(start, at), min(start + SECTOR, at + len(what))
                _put(held, begin, what[begin - at : end - at])
    if rng.random() < 0.5:
        _put(held, len(file.now), None)
    return bytes(held)


def lay(tree: Mapping[PurePosixPath, bytes | None], folder: Path) -> None:
    """Writes what remains to a folder that is empty."""
    for path, held in sorted(tree.items()):
        if held is None:
            (folder / path).mkdir(parents=True)
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(held)
