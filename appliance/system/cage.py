"""What a child that opens strangers' files may reach: itself, and the pipe to its parent.

It reads libraries, fonts and time zones, and writes nothing, nowhere. It has no network, starts no
program and no process but threads of its own, and touches no other process. How much it may take
of what it has is the matter of ``confinement``.

Two walls stand one behind the other: Landlock, which knows files, and seccomp, which knows system
calls. On Linux alone; elsewhere there is none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import appliance
from appliance.system import landlock, seccomp
from appliance.system import system_calls as calls
from appliance.system.kernel import NO_NEW_PRIVILEGES, prctl
from appliance.system.landlock import READ, Right
from appliance.system.seccomp import Rule

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/share",
    "/usr/local/lib",
    "/usr/local/share",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/null",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
)
"""Libraries, fonts, time zones, and what the machine has to compute with."""
_BELOW_A_PREFIX = ("lib", "lib64", "share")
_LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
"""Through which the system starts every other program."""

_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0o20000000
"""The last is the bit of ``O_TMPFILE`` that is no ``O_DIRECTORY``."""
_CLONE_THREAD = 0x00010000
_SET_DEATH_SIGNAL = 1
_SET_OWNER = (8, 10, 15)
"""F_SETOWN, F_SETSIG, F_SETOWN_EX: by them a pipe sends signals to anybody."""
_SET_OWNER_OR_TYPE = (0x8901, 0x8902, 0x5412, 0x541C)
"""FIOSETOWN and SIOCSPGRP, as above; TIOCSTI and TIOCLINUX type into the clerk's terminal."""


def enter(*, programs: Iterable[Path] = (), folders: Iterable[Path] = ()) -> tuple[str, ...]:
    """For the rest of this process, and of the ``programs`` that alone it may start, with what else
    they read in ``folders``. Has to come before its second thread. Tells its gaps, in words, where
    the system lacks something. Raises OSError when the system refuses what it has."""
    if sys.platform != "linux":
        return ("this system has no cage for a process",)
    started = tuple(programs)
    gaps = list(_gaps(started))
    prctl(NO_NEW_PRIVILEGES, 1)
    if landlock.version():
        landlock.restrict(
            [*((folder, READ) for folder in (*_libraries(), *folders)), *_runnable(started)]
        )
    if seccomp.available():
        seccomp.refuse(
            calls.NETWORK
            | calls.WRITING
            | calls.OTHERS
            | calls.MACHINE
            | ({} if started else calls.PROGRAMS | calls.SIGNALS_BY_OTHER_NAMES),
            unknown=calls.OPENAT2 | ({} if started else calls.CLONE3),
            rules=_rules(os.getpid(), alone=not started),
        )
    return tuple(gaps)


def _gaps(programs: tuple[Path, ...]) -> Iterator[str]:
    known, filtered = landlock.version(), seccomp.available()
    if not known:
        yield "without Landlock it can read what the appliance can read" + (
            " and start every program" if programs else ""
        )
    elif known < landlock.NEWEST and (programs or not filtered):
        yield f"by Landlock {known} (of {landlock.NEWEST}) it can send signals to other processes"
    if not filtered:
        yield "without seccomp it can talk to others" + (
            " and change rights of files" if known else ", start programs, and change files"
        )
    if known and len(list(Path("/proc/self/task").iterdir())) > 1:
        yield "threads that ran before are outside of Landlock"


def _rules(own: int, *, alone: bool) -> Iterator[Rule]:
    """``alone``: it starts nothing."""
    yield Rule(calls.OPEN, 1, [_TO_WRITE], bits=True)
    yield Rule(calls.OPENAT, 2, [_TO_WRITE], bits=True)
    yield Rule(calls.PRCTL, 0, [_SET_DEATH_SIGNAL])
    yield Rule(calls.FCNTL, 1, _SET_OWNER)
    yield Rule(calls.IOCTL, 1, _SET_OWNER_OR_TYPE)
    yield Rule(calls.LIMITS, 0, [0, own], unless=True)
    if alone:
        yield Rule(calls.CLONE, 0, [_CLONE_THREAD], bits=True, unless=True)
        yield Rule(calls.SIGNALS, 0, [own], unless=True)


def _libraries() -> Iterator[Path]:
    yield from map(Path, _SYSTEM)
    for prefix in {sys.prefix, sys.base_prefix}:
        yield from (Path(prefix, name) for name in _BELOW_A_PREFIX)
    yield Path(appliance.__file__).parent
    # Whoever starts Python in a folder has it there, with all that lies in it.
    worked_in = []
    for place in (Path.home, Path.cwd):
        with suppress(OSError, RuntimeError):  # a folder that is gone, a user without a home
            worked_in.append(place().resolve())
    for entry in (Path(entry).resolve() for entry in sys.path):
        if not any(place.is_relative_to(entry) for place in worked_in):
            yield entry


def _runnable(programs: tuple[Path, ...]) -> Iterator[tuple[Path, Right]]:
    for program in (*programs, *(map(Path, _LOADERS) if programs else ())):
        yield program, Right.EXECUTE | Right.READ_FILE
