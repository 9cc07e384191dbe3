"""What the wire of a site costs while nothing is said, and how fast a hub acknowledges.

The bytes are counted by the kernel at the site's socket, with TLS, and with 52 bytes of IP and TCP
for each segment. Signs of life come every ten seconds instead of every ten minutes, and a week has
as many of them as it has in truth.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from appliance.fleet import membership, server, server_config
from appliance.fleet import wire as wires
from appliance.fleet.wire import Wire, wire
from bench import common

PING = 10
"""Seconds between two signs of life of each end, here."""
IDLE = 5 if common.SMALL else 150
"""Seconds."""
MESSAGES = 100 if common.SMALL else 2000
BYTES = 3000
UNDER_WAY = 100
SEGMENT = 52
WEEK = 7 * 86400


@dataclass(frozen=True, slots=True)
class WireCosts:
    connecting: int
    """Bytes."""
    idle_week: int
    """Bytes of a week in which nothing is said."""
    acknowledged: int
    """Messages a second."""
    without_sync: int
    """The same of a server that syncs every two minutes, which is not how it runs."""


async def measured() -> WireCosts:
    with patch.object(server_config, "PING", PING), patch.object(wires, "PING", PING):
        connecting, week = await _idle()
    return WireCosts(connecting, week, await _speed(always=True), await _speed(always=False))


@dataclass(frozen=True, slots=True)
class Traffic:
    bytes: int
    segments: int

    @property
    def with_heads(self) -> int:
        return self.bytes + self.segments * SEGMENT


def _traffic(site: Wire) -> Traffic:
    """Of the site's socket, both ways: struct tcp_info of Linux."""
    transport: Any = site._client._transport
    about = transport._io_writer.get_extra_info("socket")
    info = about.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
    acknowledged, received = struct.unpack_from("QQ", info, 120)
    segments_out, segments_in = struct.unpack_from("II", info, 136)
    return Traffic(acknowledged + received, segments_out + segments_in)


async def _idle() -> tuple[int, int]:
    """Bytes to connect, and of a week."""
    async with _site() as site:
        await asyncio.sleep(1)
        begun = _traffic(site)
        await asyncio.sleep(IDLE)
        over = _traffic(site)
        assert site.whole
    cycles = IDLE / PING
    cycle = (over.with_heads - begun.with_heads) / cycles
    return begun.with_heads, round(cycle * WEEK / 600)


async def _speed(*, always: bool) -> int:
    config = server_config.server_config
    how = {} if always else {"sync_interval: always": 'sync_interval: "2m"'}

    def changed(hub: membership.Hub, folder: Path) -> str:
        text = config(hub, folder)
        for one, other in how.items():
            assert one in text
            text = text.replace(one, other)
        return text

    with patch.object(server, "server_config", changed):
        async with _site() as site:
            free = asyncio.Semaphore(UNDER_WAY)
            data = os.urandom(BYTES)

            async def publish(number: int) -> None:
                async with free:
                    await site.publish("fleet.up.site.review", data, message_id=str(number))

            start = time.perf_counter()
            await asyncio.gather(*map(publish, range(MESSAGES)))
            return round(MESSAGES / (time.perf_counter() - start))


@asynccontextmanager
async def _site() -> AsyncIterator[Wire]:
    common.CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=common.CACHE) as made:
        folder = Path(made)
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            listen = f"127.0.0.1:{bound.getsockname()[1]}"
        hub = membership.make_hub(folder, "hub", listen=listen, reached_at=None, now=time.time())
        hub, invitation = membership.admit(hub, "site", now=time.time())
        async with (
            server.serving(folder, hub),
            wire(invitation.credentials, patience=10) as site,
        ):
            yield site
