from __future__ import annotations

import os
import sys
from errno import EMFILE

import pytest

from appliance.system.confinement import FILES, confine
from appliance.system.workers import Serve, Worker


def start() -> Serve:
    confine(1 << 30)
    return lambda request: open_many()


def open_many() -> tuple[int, int | None]:
    handles = []
    try:
        while True:
            handles.append(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return len(handles), error.errno
    finally:
        for handle in handles:
            os.close(handle)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_files_come_to_an_end_and_are_there_again() -> None:
    with Worker("confined", start) as worker:
        for _ in range(2):
            opened, why = worker.ask(None, timeout=30)
            assert FILES / 2 < opened < FILES
            assert why == EMFILE
