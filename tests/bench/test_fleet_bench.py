"""The bench of the fleet in small: what a site that lies can do to another one."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

pytest.importorskip("nats", reason="the extra [fleet] is not installed")

from bench.fleet import poison
from bench.fleet.networks import LOOPBACK, Network, networks

CONNECTS = (
    "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5)"
)


def test_a_site_reaches_its_line_and_where_it_is_apart_nothing_else() -> None:
    with networks(["lyon", "oslo"]) as apart, socket.socket() as line, socket.socket() as other:
        lyon = apart["lyon"]
        line.bind((lyon.here, 0))
        other.bind(("127.0.0.1", 0))
        for one in (line, other):
            one.listen()
        assert _connects(lyon, line)
        assert _connects(lyon, other) is (lyon == LOOPBACK)
    assert lyon == LOOPBACK or not _connects(lyon, line), "it is gone"


def _connects(network: Network, to: socket.socket) -> bool:
    host, port = to.getsockname() if to.fileno() >= 0 else ("127.0.0.1", 1)
    command = [*network.within, sys.executable, "-c", CONNECTS, host, str(port)]
    return subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.slow
def test_a_site_that_lies_has_another_one_accept_nothing_that_it_would_not_alone() -> None:
    found = poison.measured()
    assert found.told and found.proposed
    assert found.promoted == 0 < found.accepted_told <= found.accepted_alone
