from __future__ import annotations

import sys
from collections.abc import Iterator
from multiprocessing import Pipe
from pathlib import Path

import pytest

from appliance.system.lending import borrowed, copied, lend

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is lent")


def test_what_is_lent_is_read_by_its_path_until_it_is_given_back() -> None:
    ours, theirs = Pipe()
    with ours, theirs:
        with copied([b"119", b".00"]) as handle:
            assert handle is not None
            ours.send("before")
            lend(handle, ours)
        assert theirs.recv() == "before"
        with borrowed(theirs) as path:
            assert [path.read_bytes() for _ in range(2)] == [b"119.00"] * 2
            assert path.stat().st_size == 6
        assert not path.exists()


def test_nothing_stays_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(OSError, match="gone"), copied(_broken()):
        pass
    ours, theirs = Pipe()
    ours.close()
    with theirs, pytest.raises(EOFError), borrowed(theirs):
        pass
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def _broken() -> Iterator[bytes]:
    yield b"119"
    raise OSError("gone")
