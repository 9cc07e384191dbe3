"""Writes mails as Outlook saves them: compound files (MS-CFB, version 3) of properties (MS-OXMSG).

No library writes them. Limits: 7 MB, and of all properties those that a reader of mails asks for.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

Tree: TypeAlias = Mapping[str, "bytes | Tree"]
"""Streams and storages by name."""

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
"""Bytes of a sector, of a mini sector, and of the shortest stream that is not made of those."""
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_STRING, _BINARY, _INTEGER, _TIME, _OBJECT = 0x001F, 0x0102, 0x0003, 0x0040, 0x000D
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def compound_file(tree: Tree) -> bytes:
    """Raises ValueError when it would take more sectors than the head has room for."""
    entries = list(_entries(tree))
    big, mini = _Sectors(_SECTOR), _Sectors(_MINI)
    starts = [
        (mini if len(one.content) < _CUTOFF else big).add(one.content) if one.content else _END
        for one in entries
    ]
    sizes = [len(one.content) for one in entries]
    starts[0], sizes[0] = big.add(mini.data), len(mini.data)
    mini_fat = big.add(_numbers(mini.chain))
    records = [
        _record(one, start, size) for one, start, size in zip(entries, starts, sizes, strict=True)
    ]
    directory = big.add(b"".join(records))
    used, fat = len(big.chain), 1
    while fat * (_SECTOR // 4) < used + fat:
        fat += 1
    if fat > 109:
        raise ValueError("a file of this size has its table of sectors elsewhere")
    chain = [*big.chain, *[_FAT] * fat]
    head = struct.pack(
        "<8s16x5H6x7I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, fat, directory, 0, _CUTOFF, mini_fat, len(mini.chain) * 4 // _SECTOR + 1,
    )  # fmt: skip
    head += struct.pack("<2I", _END, 0)
    places = [*range(used, used + fat), *[_FREE] * (109 - fat)]
    return head + struct.pack("<109I", *places) + big.data + _numbers(chain)


class _Sectors:
    def __init__(self, size: int) -> None:
        self._size = size
        self.data = b""
        self.chain: list[int] = []

    def add(self, content: bytes) -> int:
        """Where it begins."""
        start, number = len(self.chain), -(-len(content) // self._size)
        if not number:
            return _END
        self.data += content.ljust(number * self._size, b"\0")
        self.chain += [*range(start + 1, start + number), _END]
        return start


def _numbers(chain: Sequence[int]) -> bytes:
    free = -len(chain) % (_SECTOR // 4)
    return struct.pack(f"<{len(chain) + free}I", *chain, *[_FREE] * free)


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    left: int = _FREE
    right: int = _FREE
    child: int = _FREE


def _entries(tree: Tree) -> list[_Entry]:
    entries = [_Entry("Root Entry", _ROOT)]
    _enter(entries, entries[0], tree)
    return entries


def _enter(entries: list[_Entry], above: _Entry, tree: Tree) -> None:
    """The children of a storage are a search tree, by length and then letters."""
    numbers = []
    for name, content in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
        numbers.append(len(entries))
        if isinstance(content, bytes):
            entries.append(_Entry(name, _STREAM, content))
        else:
            storage = _Entry(name, _STORAGE)
            entries.append(storage)
            _enter(entries, storage, content)
    above.child = _middle(entries, numbers)


def _middle(entries: list[_Entry], numbers: list[int]) -> int:
    if not numbers:
        return _FREE
    at = len(numbers) // 2
    entry = entries[numbers[at]]
    entry.left = _middle(entries, numbers[:at])
    entry.right = _middle(entries, numbers[at + 1 :])
    return numbers[at]


def _record(entry: _Entry, start: int, size: int) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    black = 1
    return struct.pack(
        "<64sHBB3I16xI16xIQ",
        name, len(name), entry.kind, black, entry.left, entry.right, entry.child, 0,
        0 if entry.kind == _STORAGE else start, size,
    )  # fmt: skip


@dataclass(frozen=True)
class OutlookFile:
    """An attachment."""

    name: str
    content: bytes | OutlookMail
    content_id: str = ""


@dataclass(frozen=True)
class OutlookMail:
    sender: str
    address: str
    subject: str
    text: str
    html: str = ""
    message_id: str = ""
    sent_at: datetime | None = None
    files: tuple[OutlookFile, ...] = field(default=())
    kind: str = "IPM.Note"
    head: str = ""
    """As the mail came with it."""

    def saved(self) -> bytes:
        return compound_file(_mail(self, head=32))


def _mail(mail: OutlookMail, *, head: int) -> Tree:
    properties = _Properties()
    texts = {
        0x001A: mail.kind, 0x0037: mail.subject, 0x0C1A: mail.sender, 0x5D01: mail.address,
        0x1000: mail.text, 0x1035: mail.message_id, 0x007D: mail.head,
    }  # fmt: skip
    for pid, text in texts.items():
        properties.text(pid, text)
    if mail.html:
        properties.add(0x1013, _BINARY, mail.html.encode())
        properties.number(0x3FDE, _INTEGER, 65001)
    if mail.sent_at:
        ticks = int((mail.sent_at - _EPOCH).total_seconds()) * 10**7
        properties.number(0x0039, _TIME, ticks)
    many = len(mail.files)
    return {
        "__nameid_version1.0": {f"__substg1.0_{at:04X}0102": b"" for at in (2, 3, 4)},
        "__properties_version1.0": struct.pack("<8x4I", 0, many, 0, many).ljust(head, b"\0")
        + properties.entries,
        **properties.streams,
        **{f"__attach_version1.0_#{at:08X}": _file(one) for at, one in enumerate(mail.files)},
    }


def _file(file: OutlookFile) -> Tree:
    properties = _Properties()
    properties.text(0x3707, file.name)
    properties.text(0x3712, file.content_id)
    inner: dict[str, Tree] = {}
    if isinstance(file.content, bytes):
        properties.number(0x3705, _INTEGER, 1)
        properties.add(0x3701, _BINARY, file.content)
    else:
        properties.number(0x3705, _INTEGER, 5)
        inner = {f"__substg1.0_3701{_OBJECT:04X}": _mail(file.content, head=24)}
    entries = {"__properties_version1.0": bytes(8) + properties.entries}
    return {**entries, **properties.streams, **inner}


class _Properties:
    def __init__(self) -> None:
        self.entries = b""
        self.streams: dict[str, bytes] = {}

    def text(self, pid: int, text: str) -> None:
        if text:
            self.add(pid, _STRING, text.encode("utf-16-le"))

    def add(self, pid: int, kind: int, content: bytes) -> None:
        self.streams[f"__substg1.0_{pid:04X}{kind:04X}"] = content
        self.number(pid, kind, len(content) + 2 * (kind == _STRING))

    def number(self, pid: int, kind: int, value: int) -> None:
        readable_and_writable = 6
        self.entries += struct.pack("<HHIQ", kind, pid, readable_and_writable, value)
