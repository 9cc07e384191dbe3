"""Landlock: what of the file system, the network and other processes a thread may still reach.

Linux 5.13 and later, where it is switched on; later kernels know more rights. Kernel documentation:
``userspace-api/landlock``.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable
from enum import IntFlag
from pathlib import Path

from appliance.system.kernel import call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""Numbers of the system calls, the same on every processor."""
_ASK_VERSION = 1
_BENEATH = 1

_RIGHTS = (0, 13, 14, 15, 15, 16)
"""How many rights on files the versions from 0 on know; later ones know no more."""
_TCP, _TCP_SINCE = 0b11, 4
"""To bind and to connect."""
_SCOPES, NEWEST = 0b11, 6
"""Sockets without a file and signals reach only who is restricted too. From this version on all of
it stands."""


class Right(IntFlag):
    """What may be granted; the other rights are to write, to make and to remove."""

    EXECUTE = 1 << 0
    READ_FILE = 1 << 2
    READ_FOLDER = 1 << 3


READ = Right.READ_FILE | Right.READ_FOLDER


def version() -> int:
    """Of the kernel's Landlock; 0 where there is none, or none that we may use."""
    try:
        return call(_CREATE_RULESET, None, 0, _ASK_VERSION)
    except OSError:
        return 0


def restrict(granted: Iterable[tuple[Path, Right]]) -> None:
    """This thread, and what it starts, keeps of files only what is ``granted``, below a folder too.
    No TCP and no signal to others, as far as the kernel's version goes. What is not there is
    left out. Needs "no new privileges". Raises OSError."""
    known = version()
    files = (1 << _RIGHTS[min(known, len(_RIGHTS) - 1)]) - 1
    network = _TCP if known >= _TCP_SINCE else 0
    scopes = _SCOPES if known >= NEWEST else 0
    rules = struct.pack("QQQ", files, network, scopes)
    ruleset = call(_CREATE_RULESET, rules, len(rules), 0)
    try:
        for path, right in granted:
            _grant(ruleset, path, right)
        call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _grant(ruleset: int, path: Path, right: Right) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            right &= ~Right.READ_FOLDER
        call(_ADD_RULE, ruleset, _BENEATH, struct.pack("=Qi", right, place), 0)
    finally:
        os.close(place)
