"""At a site: tells the hub what was done here, and follows what the hub tells.

Both stand in the records. What the hub has not acknowledged is told again, in its order, and what
was followed is not followed again. So a cut at any moment loses nothing and repeats nothing. While
the hub cannot be reached, nothing here changes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol

from appliance.domain.errors import FleetError
from appliance.domain.fleet import (
    DocumentApproved,
    DocumentsForgotten,
    HubStanding,
    NothingToTell,
    SiteHealth,
    SiteStanding,
)
from appliance.domain.json_form import JsonForm
from appliance.fleet.messages import HEALTH, UP, LinkName, packed
from appliance.fleet.server_config import LARGEST
from appliance.fleet.together import together
from appliance.records.fleet_site import SiteLink, SiteOutbox

TOGETHER = 100
"""Links that are on their way at once."""
FILES_TOGETHER = 8_000_000
"""Bytes of the files that go with them, and one more file."""
FORGOTTEN = 100_000
"""Links of which one message says that they are forgotten, some 35 bytes each."""
LOOK = 0.2
"""Seconds between two looks whether something was done."""
BETWEEN = 900.0
"""Seconds between two words on how the site is."""
LISTEN = 1800.0
"""Seconds after which it is asked whether the hub told something, though no word of it came."""
PAUSES = (1.0, 60.0)
"""Seconds before another try, after the first failure and at most."""

log = logging.getLogger(__name__)
_health = JsonForm(SiteHealth)


@dataclass(frozen=True, slots=True)
class HubMessage:
    """One thing that the hub tells all sites."""

    number: int
    about: str
    """What it is about, as in ``sender.4f2a`` or ``version``: a later one of the same replaces
    it."""
    body: bytes


class HubLink(Protocol):
    """What a site needs of its hub; every method raises FleetError while it is out of reach."""

    @property
    def connections(self) -> int:
        """How often it was connected: another hub than before may answer."""

    async def publish(self, subject: str, body: bytes, *, message_id: str) -> None:
        """It is on the hub's disk then; the same id again is the same message."""

    async def standing(self, site: str, heard: SiteStanding) -> HubStanding:
        """How far the hub is with the site, and how far the site, which says what it heard, really
        is."""

    async def after(self, number: int, *, most: int) -> list[HubMessage]:
        """What the hub told after this message."""

    async def news(self, seconds: float) -> None:
        """Waits until the hub may have told something, also while it was out of reach, or so
        long."""


class Courier:
    def __init__(
        self,
        site: str,
        outbox: SiteOutbox,
        link: HubLink,
        *,
        follow: Callable[[HubMessage], Awaitable[None]],
        health: Callable[[], SiteHealth],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``follow`` does what the hub told, which may be repeated; what it raises as a FleetError
        is tried again."""
        self._site = site
        self._outbox = outbox
        self._link = link
        self._follow = follow
        self._health = health
        self._clock = clock

    async def run(self) -> None:
        """Until it is cancelled. Raises StoreError."""
        await together(
            self._again(self._tell, "tell the hub what was done here"),
            self._again(self._hear, "hear what the hub tells"),
        )

    async def _again(self, work: Callable[[], Awaitable[None]], what: str) -> None:
        """It never ends but by an error of the link, after which it begins anew."""
        pause, longest = PAUSES
        while True:
            begun = self._clock()
            try:
                await work()
            except FleetError as error:
                if self._clock() - begun > longest:
                    pause = PAUSES[0]
                if pause == PAUSES[0]:
                    log.warning("we cannot %s: %s; it is tried again", what, error.in_words)
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    async def _tell(self) -> None:
        connection, agreed_at, acknowledged = -1, 0.0, 0
        while True:
            is_new = self._link.connections != connection
            if is_new or self._clock() - agreed_at >= BETWEEN:
                connection, agreed_at = self._link.connections, self._clock()
                acknowledged = await self._agree(None if is_new else acknowledged)
            if not await self.tell_some():
                await asyncio.sleep(LOOK)

    async def _agree(self, before: int | None) -> int:
        """The hub hears how it is here, and says how much it keeps: one that was put back from a
        copy has less. What it keeps lags a little behind what it has acknowledged, so it is
        compared with what it had acknowledged ``before``, at the last look; None right after a
        connection, when some may be told twice. What it has acknowledged now."""
        sound = (await self._standing()).sound
        if before is None or sound < before:
            self._outbox.go_back(sound)
        await self._link.publish(
            f"{UP}.{self._site}.{HEALTH}",
            _health.dump_json(self._health()),
            message_id=f"{self._site}-health-{self._clock()}",
        )
        hub = self._outbox.hub()
        return hub.acknowledged if hub else 0

    async def _standing(self) -> HubStanding:
        hub = self._outbox.hub()
        return await self._link.standing(self._site, hub.standing if hub else SiteStanding())

    async def tell_some(self) -> int:
        """How many links the hub has now that it had not. Raises FleetError at the first that it
        does not take, or of which nobody can say what goes; those before it count."""
        hub = self._outbox.hub()
        waiting = self._outbox.links(after=hub.acknowledged if hub else 0, most=TOGETHER)
        links: list[SiteLink] = []
        unsaid: list[FleetError] = []
        try:
            links.extend(_in_memory(waiting))
        except FleetError as error:
            unsaid = [error]
        ends = await asyncio.gather(*map(self._publish, links), return_exceptions=True)
        ends += unsaid
        told: list[SiteLink] = []
        for end in ends:
            if isinstance(end, BaseException):
                break
            told.append(end)
        if told:
            self._outbox.acknowledge(told, now=self._clock())
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return len(links)

    async def _publish(self, link: SiteLink) -> SiteLink:
        """As it was told, in as many messages as it takes."""
        for part in _parts(link):
            link, body = _sendable(part)
            name = LinkName(link.number, link.before, link.at, link.hash)
            await self._link.publish(f"{UP}.{self._site}.{name}", body, message_id=_id(link))
        return link

    async def _hear(self) -> None:
        connection = -1
        while True:
            if self._link.connections != connection:
                connection = self._link.connections
                self._outbox.hear_on((await self._standing()).site)
            while await self.hear_some():
                pass
            await self._link.news(LISTEN)

    async def hear_some(self) -> int:
        """How many messages of the hub were followed."""
        hub = self._outbox.hub()
        messages = await self._link.after(hub.standing.heard if hub else 0, most=TOGETHER)
        for message in messages:
            await self._follow(message)
            self._outbox.hear(message.number)
        return len(messages)


def _in_memory(links: Iterable[SiteLink]) -> Iterator[SiteLink]:
    """As many of the first as may lie there at once."""
    files = 0
    for link in links:
        yield link
        said = link.message
        files += len(said.file or b"") if isinstance(said, DocumentApproved) else 0
        if files > FILES_TOGETHER:
            return


def _parts(link: SiteLink) -> Iterator[SiteLink]:
    """Of much that is forgotten some at a time, each under a hash of its own, for the hub keeps one
    message of each; the last is under that of the link."""
    said = link.message
    if isinstance(said, DocumentsForgotten):
        while len(said.hashes) > FORGOTTEN:
            first = DocumentsForgotten(said.hashes[:FORGOTTEN])
            said = DocumentsForgotten(said.hashes[FORGOTTEN:])
            own = sha256(f"{link.hash} {len(said.hashes)}".encode()).hexdigest()
            yield replace(link, hash=own, message=first)
    yield replace(link, message=said)


def _sendable(link: SiteLink) -> tuple[SiteLink, bytes]:
    """Without the file, or without anything, where it is too large for a message: else all that
    comes after it would wait for ever."""
    said = link.message
    less = [replace(said, file=None)] if isinstance(said, DocumentApproved) else []
    for one in (said, *less):
        body = packed(one)
        if len(body) <= LARGEST:
            return replace(link, message=one), body
    log.warning("link %s is too large for a message: the hub hears nothing of it", link.number)
    return replace(link, message=NothingToTell()), packed(NothingToTell())


def _id(link: SiteLink) -> str:
    """Another one with what was read than without: it is not the same again."""
    said = link.message
    with_reading = isinstance(said, DocumentApproved) and said.document is not None
    return f"{link.hash}+" if with_reading else link.hash
