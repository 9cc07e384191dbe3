"""A hub and its sites as homes in which processes are killed, over lines that are cut."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random
from threading import Thread
from types import MappingProxyType
from typing import Any, TypeVar

from appliance.domain.fleet import Sharing
from appliance.records.fleet_hub import HubInbox
from appliance.records.fleet_site import SiteOutbox
from appliance.records.store import Store
from bench.campaign.kills_home import KilledHome, Outcomes
from bench.campaign.kills_lives import Lives
from bench.fleet.networks import LOOPBACK, Network
from bench.fleet.relay import Relay

HUB = "hub"
T = TypeVar("T")


class Lines:
    """The relays of all sites, served by a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="lines", daemon=True)
        self._thread.start()

    def relay(self, port: int, *, at: str) -> Relay:
        """Leads from that address of ours to a hub's port."""
        made = Relay("127.0.0.1", port)
        self._do(made.begin(at))
        return made

    def call(self, act: Callable[[], T]) -> T:
        async def acted() -> T:
            return act()

        return self._do(acted())

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


class FleetHome(KilledHome):
    """Hub or site; its ``fleet run`` lives beside all else."""

    def __init__(self, name: str, folder: Path, rng: Random, book: Outcomes, lives: Lives) -> None:
        super().__init__(folder / "home", rng, book, lives)
        self.name = name
        self.fleet: int | None = None
        """Process id of its ``fleet run``."""
        self.kills = 0

    def join_in(self) -> None:
        self.fleet = self.begin("fleet", "run")

    def leave(self) -> None:
        """As a service does it."""
        if self.fleet is not None:
            os.kill(self.fleet, signal.SIGTERM)
            self.wait(self.fleet)
            self.fleet = None

    def kill_fleet(self) -> None:
        if self.fleet is not None:
            with suppress(ProcessLookupError):
                os.kill(self.fleet, signal.SIGKILL)
            self.wait(self.fleet)
            self.fleet = None
            self.kills += 1

    def die(self, pid: int, *, after: float) -> None:
        """A process of it, after so many seconds unless it ends before."""
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if self.wait(pid).killed:
            self.kills += 1

    def opened(self) -> closing[Store]:
        return closing(Store(self.home.database))


class Fleet:
    """What was done with it is counted by ``book``."""

    def __init__(self, hub: FleetHome, sites: list[FleetHome], relays: dict[str, Relay]) -> None:
        self.hub = hub
        self.sites = sites
        self.relays = relays

    @property
    def homes(self) -> list[FleetHome]:
        return [self.hub, *self.sites]


@contextmanager
def fleet(
    folder: Path,
    names: list[str],
    book: Outcomes,
    lines: Lines,
    *,
    apart: Mapping[str, Network] = MappingProxyType({}),
) -> Iterator[Fleet]:
    """Furnished anew, and everybody at work; sites that are ``apart`` in networks of their own."""
    shutil.rmtree(folder, ignore_errors=True)
    port = _free_port()
    within = {name: apart.get(name, LOOPBACK) for name in (HUB, *names)}
    with _lives(folder, within) as lives:
        hub, *sites = (
            FleetHome(name, folder / name, Random(f"fleet {name}"), book, one)
            for name, one in lives.items()
        )
        for home in (hub, *sites):
            home.furnish()
            home.collected.mkdir()
        _command(hub, "fleet", "init", "hub", "hq", "--listen", f"127.0.0.1:{port}")
        relays = {site.name: lines.relay(port, at=within[site.name].here) for site in sites}
        for site in sites:
            invited = folder / f"{site.name}.invitation"
            _command(hub, "fleet", "admit", site.name, str(invited))
            _reached_by(invited, within[site.name].here, relays[site.name].port)
            _command(site, "fleet", "init", "site", str(invited))
        made = Fleet(hub, sites, relays)
        for home in made.homes:
            home.join_in()
        yield made
        for home in made.homes:
            home.leave()


def until(reached: Callable[[], bool], *, seconds: float, every: float = 0.5) -> float | None:
    """Seconds that it took; None where it never came."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if reached():
            return time.monotonic() - begun
        time.sleep(every)
    return None


def wait_for_sites(made: Fleet) -> None:
    """Until the hub has heard of each how it is."""
    with made.hub.opened() as store:
        inbox = HubInbox(store)
        if until(lambda: all(one.health for one in inbox.sites()), seconds=60) is None:
            raise SystemExit(f"the sites do not come to the hub: {made.hub.last_words()}")


def backlog(site: FleetHome, hub: FleetHome) -> int:
    """Messages that the hub has not kept and followed."""
    with site.opened() as there, hub.opened() as here:
        said = SiteOutbox(there, lambda name: Sharing()).backlog()
        waiting = sum(one.waiting for one in HubInbox(here).sites() if one.name == site.name)
        return said + waiting


@contextmanager
def _lives(folder: Path, within: Mapping[str, Network]) -> Iterator[dict[str, Lives]]:
    made: dict[str, Lives] = {}
    try:
        for name, network in within.items():
            (folder / name).mkdir(parents=True)
            made[name] = Lives(folder / name / "log", network.within).__enter__()
        yield made
    finally:
        for one in made.values():
            one.__exit__(None, None, None)


def _command(home: FleetHome, *words: str) -> None:
    life = home.live(*words)
    if life.code:
        raise SystemExit(f"{' '.join(words)} ended with {life.code}: {home.last_words()}")


def _reached_by(invitation: Path, host: str, port: int) -> None:
    """The site gets to the hub over a line of its own."""
    said = json.loads(invitation.read_text(encoding="utf-8"))
    said["address"] = {"host": host, "port": port}
    invitation.write_text(json.dumps(said), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])
