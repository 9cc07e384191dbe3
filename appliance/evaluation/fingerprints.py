"""What tells the copies of a document where no word of it may go: hashes of its telling words.

A version that was tuned elsewhere brings those of what it learned from, so that it is not measured
here on another scan of that. Five bytes of a word are enough to know it again. They do not hide it
from somebody who guesses it.
"""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from appliance.domain.document import FEWEST, is_number
from appliance.domain.errors import SealError
from appliance.domain.json_form import JsonForm
from appliance.domain.labels import TaughtPages
from appliance.system.sealing import Seals, unsealed

FILE = "fingerprints.json"
"""In the folder of a version that was tuned elsewhere."""
CHANGED = "`appliance rollback` or `appliance promote` lets another version serve"
BYTES = 5
"""Of a hash. One word in 20 million is by chance taken for one of 50,000."""

_NONE = bytes(BYTES)
_COUNTS = struct.Struct("<II")
"""Documents with a fingerprint, and without."""
_SIZE = struct.Struct("<I")
"""Hashes of one document."""


def hashed(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=BYTES).digest()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """``TaughtPages`` without a word."""

    twin: bytes | None
    words: tuple[bytes, ...]
    """Sorted; a single one, of all words together, where too few of them have digits."""


def fingerprint(taught: TaughtPages) -> Fingerprint | None:
    """None where nothing is known of its pages."""
    if not taught.words:
        return None
    twin = None if taught.twin is None else hashed(taught.twin)
    return Fingerprint(twin, tuple(sorted(hashes(taught.words))))


def hashes(words: tuple[str, ...]) -> frozenset[bytes]:
    """Of telling words."""
    numbers = {word for word in words if is_number(word)}
    return frozenset(map(hashed, numbers if len(numbers) >= FEWEST else [" ".join(words)]))


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Of the documents that a version learned from."""

    documents: tuple[Fingerprint, ...] = ()
    unknown: int = 0
    """Documents of which none can be made any more."""

    def with_those_of(self, others: Fingerprints) -> Fingerprints:
        return Fingerprints(self.documents + others.documents, self.unknown + others.unknown)


def packed(fingerprints: Fingerprints) -> bytes:
    """The same of the same documents, in whatever order they come."""
    documents = sorted(map(_packed, fingerprints.documents))
    return _COUNTS.pack(len(documents), fingerprints.unknown) + b"".join(documents)


def _packed(one: Fingerprint) -> bytes:
    return _SIZE.pack(len(one.words)) + (one.twin or _NONE) + b"".join(one.words)


def unpacked(data: bytes) -> Fingerprints:
    """Raises ValueError when they are damaged."""
    try:
        count, unknown = _COUNTS.unpack_from(data)
        documents, at = [], _COUNTS.size
        for _ in range(count):
            (size,) = _SIZE.unpack_from(data, at)
            start = at + _SIZE.size
            at = start + BYTES * (1 + size)
            every = data[start:at]
            if not size or len(every) != BYTES * (1 + size):
                raise ValueError("a fingerprint is cut short")
            twin, *words = (every[i : i + BYTES] for i in range(0, len(every), BYTES))
            documents.append(Fingerprint(None if twin == _NONE else twin, tuple(words)))
    except struct.error as error:
        raise ValueError("the fingerprints are cut short") from error
    if at != len(data):
        raise ValueError("more than fingerprints is there")
    return Fingerprints(tuple(documents), unknown)


@dataclass(frozen=True, slots=True)
class _Kept:
    packed: str
    """In base 64."""


_kept = JsonForm(_Kept)


def keep(fingerprints: Fingerprints, folder: Path, *, seals: Seals, of: str) -> None:
    """In the ``folder`` that becomes that ``of`` the version. Raises OSError."""
    data = _kept.dump_json(_Kept(b64encode(packed(fingerprints)).decode()), indent=2)
    seals.write(folder / FILE, data, of=of)


def kept(folder: Path, *, seals: Seals, of: str) -> Fingerprints:
    """Raises SealError when they are gone, or not as they were kept, and OSError."""
    path = folder / FILE
    try:
        found = _kept.validate_json(seals.read(path, of=of, hint=CHANGED))
        return unpacked(b64decode(found.packed, validate=True))
    except FileNotFoundError as error:
        raise SealError(f"{path} is gone", hint=CHANGED) from error
    except ValueError as error:  # pydantic's, too
        raise SealError(f"{path} is damaged", hint=CHANGED) from error


def brought(folder: Path) -> tuple[Fingerprint, ...]:
    """By the version in this folder of ``models/``; none by one that was made here. As ``kept``."""
    if not (folder / FILE).exists():
        return ()
    return kept(folder, seals=Seals(folder.parent), of=folder.name).documents


def seal(folder: Path, *, seals: Seals) -> None:
    """Those of the version in ``folder``, as they are there now. Raises OSError."""
    with suppress(FileNotFoundError):
        seals.write(folder / FILE, unsealed((folder / FILE).read_bytes()), of=folder.name)
