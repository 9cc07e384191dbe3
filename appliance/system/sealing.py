"""Seals: what a home wrote itself is known from what somebody else put in its place.

A sealed file is a JSON object whose last entry is its seal: HMAC-SHA256, by the home's key, of the
bytes before it, of the file's name and of what it speaks of. So a file and its seal appear by one
rename, and no file passes in the place of another. One that was sealed here and is put back passes.

The key lies beside the folder of what is sealed, never in it. A home without a key is older than
seals are: nothing is sealed there until the key is made, and everything is once it is.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from appliance.domain.errors import SealError
from appliance.system import files

KEY = "seal.key"
NEW_KEY = "seal.key.new"
"""Its name until everything that was there is sealed by it."""
KEY_MODE = 0o600
BYTES = 32
"""Of a key; one that is shorter was cut, and is none."""

_SEAL = re.compile(rb',\n  "seal": "([0-9a-f]{64})"\n}\Z')

_NO_KEY = "put seal.key back from a backup; if it is lost, `appliance model seal` makes a new one"


class Seals:
    def __init__(self, folder: Path) -> None:
        """Of the files in ``folder``."""
        self._key = folder.absolute().with_name(KEY)
        self._new_key = folder.absolute().with_name(NEW_KEY)

    @property
    def begun(self) -> bool:
        """Is there a key?"""
        return bool(_whole(self._key))

    def write(self, path: Path, data: bytes, *, of: str = "") -> None:
        """Replaces ``path`` by the JSON object ``data``, which speaks ``of`` that. Raises
        OSError."""
        key = _whole(self._key) or _whole(self._new_key)
        files.write(path, _sealed(data, key, _place(path, of)) if key else data)

    def read(self, path: Path, *, of: str = "", hint: str) -> bytes:
        """The object as it was written. Raises SealError with the ``hint`` when it is not as it was
        sealed, and OSError."""
        with suppress(SealError):
            return self._read(path, of, hint)
        return self._read(path, of, hint)  # somebody may have begun to seal meanwhile

    def _read(self, path: Path, of: str, hint: str) -> bytes:
        data = path.read_bytes()
        found = _SEAL.search(data)
        key = _whole(self._key)
        if not found:
            if key:
                raise SealError(f"{path} has no seal: this appliance did not write it", hint=hint)
            return data
        key = key or _whole(self._new_key)
        if not key:
            raise self._lost(path)
        known = unsealed(data)
        if not hmac.compare_digest(found[1], _mac(known, key, _place(path, of))):
            raise SealError(f"{path} is not as this appliance sealed it", hint=hint)
        return known

    def check_key(self, paths: Iterable[Path]) -> None:
        """Raises SealError when some of them are sealed, and by no key that there is."""
        if not (self.begun or _whole(self._new_key)):
            for path in paths:
                if _SEAL.search(path.read_bytes()):
                    raise self._lost(path)

    def _lost(self, path: Path) -> SealError:
        return SealError(f"{path} is sealed, and {self._key} is gone", hint=_NO_KEY)

    @contextmanager
    def sealing(self) -> Iterator[None]:
        """For whoever writes everything that is there anew: by the key that there is, or by one
        that is the home's once all is written. Raises OSError."""
        if not (self.begun or _whole(self._new_key)):
            files.write(self._new_key, secrets.token_bytes(BYTES), mode=KEY_MODE)
        yield
        if not self.begun:
            files.publish(self._new_key, self._key)


def unsealed(data: bytes) -> bytes:
    """The object alone; nobody has looked at its seal."""
    return _SEAL.sub(b"\n}", data)


def _sealed(data: bytes, key: bytes, place: bytes) -> bytes:
    assert data.endswith(b"\n}"), "an indented JSON object that is not empty"
    return data[:-2] + b',\n  "seal": "' + _mac(data, key, place) + b'"\n}'


def _mac(data: bytes, key: bytes, place: bytes) -> bytes:
    return hmac.new(key, place + b"\n" + data, "sha256").hexdigest().encode()


def _place(path: Path, of: str) -> bytes:
    return f"{of}/{path.name}".encode()


def _whole(key: Path) -> bytes:
    """Empty when there is none. Raises SealError when it is another user's."""
    try:
        found = key.read_bytes()
    except FileNotFoundError:
        return b""
    except PermissionError as error:
        hint = "work as the user whose appliance it is"
        raise SealError(f"{key} cannot be read", hint=hint) from error
    return found if len(found) == BYTES else b""
