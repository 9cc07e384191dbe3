"""The filter, run by a machine of our own: for processors that are not at hand too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from errno import ENOSYS, EPERM
from pathlib import Path

import pytest

from appliance.system import cage, seccomp, system_calls
from appliance.system.seccomp import ALLOW, ANY_BIT, EQUAL, GREATER, KILL, REFUSE

HEADERS = [
    Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    Path("/usr/include/asm-generic/unistd.h"),
]
NUMBER = re.compile(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)\s*$", re.MULTILINE)


def answer(program: Iterable[tuple[int, int, int, int]], seen: dict[int, int]) -> int:
    """Of the kernel to a call; ``seen`` by place in what the filter is given."""
    lines, at, value = list(program), 0, 0
    while True:
        what, if_so, if_not, number = lines[at]
        at += 1
        match what:
            case seccomp.LOAD:
                value = seen.get(number, 0)
            case seccomp.RETURN:
                return number
            case _:
                holds = {
                    EQUAL: value == number,
                    GREATER: value > number,
                    ANY_BIT: bool(value & number),
                }[what]
                at += if_so if holds else if_not


def asked(machine: str, number: int, *arguments: int, name: int | None = None) -> int:
    program = seccomp.program(
        machine,
        system_calls.NETWORK,
        unknown=system_calls.CLONE3,
        rules=cage._rules(4711, alone=True),
    )
    own = seccomp.MACHINES[machine][0] if name is None else name
    return answer(
        program, {0: number, 4: own} | {16 + 8 * at: one for at, one in enumerate(arguments)}
    )


@pytest.mark.parametrize(
    ("machine", "read", "socket", "openat", "kill", "clone"),
    [("x86_64", 0, 41, 257, 62, 56), ("aarch64", 63, 198, 56, 129, 220)],
)
def test_calls_are_refused_by_number_and_by_argument(
    machine: str, read: int, socket: int, openat: int, kill: int, clone: int
) -> None:
    refused = REFUSE | EPERM
    assert asked(machine, read) == ALLOW
    assert asked(machine, socket) == refused
    assert asked(machine, 435) == asked(machine, 463) == REFUSE | ENOSYS
    assert asked(machine, openat, 0, 0, 0o2000000) == ALLOW
    assert asked(machine, openat, 0, 0, 0o2000001) == asked(machine, openat, 0, 0, 2) == refused
    assert asked(machine, kill, 4711) == ALLOW
    assert asked(machine, kill, 4712) == asked(machine, kill, 0) == refused
    assert asked(machine, clone, 0x3D0F00) == ALLOW  # as glibc makes a thread
    assert asked(machine, clone, 0x1200011) == refused  # as it forks


def test_calls_by_another_interface_end_the_process() -> None:
    assert asked("x86_64", 102, name=0x40000003) == KILL  # socketcall of 32 bits
    assert asked("x86_64", 0x40000000 + 41) == REFUSE | ENOSYS  # socket of x32


@pytest.mark.skipif(
    not all(path.exists() for path in HEADERS), reason="the headers of the kernel are not here"
)
def test_numbers_are_those_of_the_kernel() -> None:
    numbers = [dict(NUMBER.findall(path.read_text())) for path in HEADERS]
    groups = [group for key, group in vars(system_calls).items() if key.isupper()]
    for group in filter(lambda group: isinstance(group, dict), groups):
        for name, both in group.items():
            for known, number in zip(numbers, both, strict=True):
                assert known.get(name) == (None if number is None else str(number)), name
