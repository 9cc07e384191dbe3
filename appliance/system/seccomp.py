"""seccomp: which system calls a process may still make, as a program that the kernel runs at each.

What is refused is listed and all else is allowed: libraries differ from version to version in what
they call. Kernel documentation: ``userspace-api/seccomp_filter``.
"""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from errno import ENOSYS, EPERM

from appliance.system.kernel import call
from appliance.system.system_calls import NEWEST, Numbers

MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""By processor: how the kernel calls its system calls (``AUDIT_ARCH_...``), and which of two
numbers is its own."""

_SECCOMP = (317, 277)
_SET_FILTER, _ALL_THREADS = 1, 1
_ASK_ACTION = 2

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
"""Where in what the program is given they stand."""
LOAD, EQUAL, GREATER, ANY_BIT, RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
"""Instructions of BPF."""

Instruction = tuple[int, int, int, int]
"""What to do, how many instructions to skip if so and if not, and a number."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Refuses ``calls`` where an argument, counted from 0, is one of ``values``, or with ``bits``
    has one of their bits; with ``unless`` everywhere but there."""

    calls: Numbers
    argument: int
    values: Sequence[int]
    bits: bool = False
    unless: bool = False


def available() -> bool:
    """Whether the kernel filters, and this processor's system calls are known."""
    if platform.machine() not in MACHINES or sys.maxsize < 1 << 32:  # 32 bits have other numbers
        return False
    try:
        call(_own_number(), _ASK_ACTION, 0, struct.pack("I", REFUSE))
    except OSError:
        return False
    return True


def refuse(calls: Numbers, *, unknown: Numbers, rules: Iterable[Rule]) -> None:
    """This process, and whatever it starts, may make none of ``calls``, nor those that ``rules``
    refuse; ``unknown`` ones, and those newer than our list, do not exist for it. Needs "no new
    privileges". Raises OSError."""
    lines = list(program(platform.machine(), calls, unknown=unknown, rules=rules))
    text = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    whole = struct.pack("HP", len(lines), ctypes.addressof(text))
    if call(_own_number(), _SET_FILTER, _ALL_THREADS, whole):
        raise OSError("a thread that runs already cannot be filtered")


def _own_number() -> int:
    return _SECCOMP[MACHINES[platform.machine()][1]]


def program(
    machine: str, calls: Numbers, *, unknown: Numbers, rules: Iterable[Rule]
) -> Iterator[Instruction]:
    """Interfaces of other processors that the kernel also serves end the process."""
    name, column = MACHINES[machine]
    yield LOAD, 0, 0, _MACHINE
    yield EQUAL, 1, 0, name
    yield RETURN, 0, 0, KILL
    yield LOAD, 0, 0, _NUMBER
    yield from _answered([(GREATER, NEWEST)], REFUSE | ENOSYS)
    for number in _numbers(unknown, column):
        yield from _answered([(EQUAL, number)], REFUSE | ENOSYS)
    for number in _numbers(calls, column):
        yield from _answered([(EQUAL, number)], REFUSE | EPERM)
    for rule in rules:
        for number in _numbers(rule.calls, column):
            looked_at = list(_looked_at(rule))
            yield EQUAL, 0, len(looked_at), number
            yield from looked_at
    yield RETURN, 0, 0, ALLOW


def _looked_at(rule: Rule) -> Iterator[Instruction]:
    hit, miss = (ALLOW, REFUSE | EPERM) if rule.unless else (REFUSE | EPERM, ALLOW)
    test = ANY_BIT if rule.bits else EQUAL
    yield LOAD, 0, 0, _ARGUMENTS + 8 * rule.argument  # of 64 bits the lower 32, which count
    yield from _answered([(test, value) for value in rule.values], hit)
    yield RETURN, 0, 0, miss


def _answered(tests: Sequence[tuple[int, int]], answer: int) -> Iterator[Instruction]:
    """If one of ``tests`` holds; else it goes on behind."""
    for left, (test, value) in zip(reversed(range(len(tests))), tests, strict=True):
        yield test, left, 0 if left else 1, value
    yield RETURN, 0, 0, answer


def _numbers(calls: Numbers, column: int) -> Iterator[int]:
    return (number for both in calls.values() if (number := both[column]) is not None)
