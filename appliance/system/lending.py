"""A file for a child that may open none: a copy in memory, to which nothing leads but its handle.

On Linux alone; elsewhere a child opens what it is told of.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import reduction
from multiprocessing.connection import Connection
from pathlib import Path


@contextmanager
def copied(content: Iterable[bytes]) -> Iterator[int | None]:
    """The handle of what may be lent; None where nothing has to be."""
    if sys.platform != "linux":
        yield None
        return
    with os.fdopen(os.memfd_create("lent"), "wb") as file:
        file.writelines(content)
        file.flush()
        yield file.fileno()


def lend(handle: int, pipe: Connection) -> None:
    """After what was sent before. Raises OSError when nobody is there any more."""
    reduction.send_handle(pipe, handle, None)  # whose process counts on Windows


@contextmanager
def borrowed(pipe: Connection) -> Iterator[Path]:
    """As a file that is opened by its path, as often as one likes. Raises EOFError, OSError."""
    handle = reduction.recv_handle(pipe)
    try:
        yield Path(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)
