"""Calls of Linux that Python has no function for."""

from __future__ import annotations

import ctypes
import os

DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG: with which signal."""
NO_NEW_PRIVILEGES = 38
"""PR_SET_NO_NEW_PRIVS: programs that run as somebody else run as we do."""


def call(number: int, *arguments: int | bytes | None) -> int:
    """Raises OSError."""
    whole = (ctypes.c_ulong(one) if isinstance(one, int) else one for one in arguments)
    return _checked(_libc().syscall(ctypes.c_long(number), *whole))


def prctl(option: int, value: int) -> None:
    """Raises OSError."""
    none = ctypes.c_ulong(0)
    _checked(_libc().prctl(option, ctypes.c_ulong(value), none, none, none))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(answer: int) -> int:
    if answer < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return answer
