"""A hub and its sites on this machine, with a real nats-server. For tests."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from appliance.fleet import membership, server
from appliance.fleet.membership import Credentials, Hub
from appliance.fleet.server import Server
from appliance.fleet.wire import Wire, wire

NOW = 1_790_000_000.0


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
    return port


class SmallFleet:
    """Its hub's files lie in ``folder``."""

    def __init__(self, folder: Path, *sites: str) -> None:
        self.folder = folder
        listen = f"127.0.0.1:{free_port()}"
        membership.make_hub(folder, "paris", listen=listen, reached_at=None, now=NOW)
        self.sites: dict[str, Credentials] = {}
        for site in sites:
            self.admit(site)

    @property
    def hub(self) -> Hub:
        return membership.read_hub(self.folder)

    def admit(self, site: str) -> Credentials:
        hub, invitation = membership.admit(self.hub, site, now=NOW)
        membership.write_hub(self.folder, hub)
        self.sites[site] = invitation.credentials
        return invitation.credentials

    def expel(self, site: str) -> None:
        membership.write_hub(self.folder, membership.expel(self.hub, site))

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Server]:
        async with server.serving(self.folder, self.hub) as running:
            yield running

    async def reload(self) -> bool:
        return await server.reload(self.folder, self.hub)

    @asynccontextmanager
    async def at(self, site: str) -> AsyncIterator[Wire]:
        async with wire(self.sites[site], patience=5, chance=lambda: 0.0) as link:
            yield link
