"""At the hub: takes what sites tell, keeps and follows it, and tells on what follows.

What came is acknowledged once it stands in the records, so a kill at any moment brings it again,
and what came twice is kept once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pydantic import ValidationError

from appliance.domain.errors import FleetError
from appliance.domain.fleet import HubStanding, SiteHealth, SiteStanding
from appliance.domain.json_form import JsonForm
from appliance.fleet.gathering import Gathering
from appliance.fleet.messages import HEALTH, UP, LinkName
from appliance.fleet.spreading import Spreading
from appliance.fleet.together import together
from appliance.records.fleet_hub import HubInbox, WaitingMessage
from appliance.records.fleet_hub_outbox import HubOutbox

TOGETHER = 200
"""Messages that are kept in one transaction."""
LOOK = 5.0
"""Seconds between two looks whether there is something to tell that no message brought."""
PAUSE = 1.0
"""Seconds before another try."""
AGAIN = 900.0
"""Seconds after which what could not be followed is tried again: a document type may have come."""

log = logging.getLogger(__name__)
_health = JsonForm(SiteHealth)


@dataclass(frozen=True, slots=True)
class SiteLetter:
    """What came from a site, until it is acknowledged."""

    subject: str
    body: bytes


class SitesLink(Protocol):
    """What a hub needs of its server; every method raises FleetError while that is away."""

    async def letters(self, *, most: int, seconds: float) -> Sequence[SiteLetter]:
        """What came and was not acknowledged; none after so long."""

    async def acknowledge(self, letters: Sequence[SiteLetter]) -> None:
        """They do not come again."""

    async def tell(self, about: str, body: bytes) -> int:
        """All sites can hear it then under this number, also those that are away now."""

    async def answer(self, standing: Callable[[str, SiteStanding], HubStanding]) -> None:
        """Answers each site, which says how far it is, how far both are; never ends."""


class Collector:
    def __init__(
        self,
        inbox: HubInbox,
        outbox: HubOutbox,
        gathering: Gathering,
        spreading: Spreading,
        link: SitesLink,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._gathering = gathering
        self._spreading = spreading
        self._link = link
        self._clock = clock
        self._tried_at = 0.0

    async def run(self) -> None:
        """Until it is cancelled. Raises StoreError."""
        await together(self._collect(), self._answer())

    async def _collect(self) -> None:
        while True:
            try:
                await self.collect_some()
            except FleetError as error:
                log.warning("%s; it is tried again", error.in_words)
                await asyncio.sleep(PAUSE)

    async def _answer(self) -> None:
        while True:
            try:
                await self._link.answer(self._standing)
            except FleetError:
                await asyncio.sleep(PAUSE)

    def _standing(self, site: str, heard: SiteStanding) -> HubStanding:
        return replace(self._inbox.standing(site), site=self._outbox.standing(heard))

    async def collect_some(self) -> None:
        """What has come is kept, followed, and told on. Raises FleetError."""
        letters = await self._link.letters(most=TOGETHER, seconds=LOOK)
        if letters:
            now = self._clock()
            self._inbox.take(filter(None, map(_message, letters)), now=now)
            for letter in letters:
                self._note_health(letter, now)
            await self._link.acknowledge(letters)
        if self._clock() - self._tried_at >= AGAIN:
            self._tried_at = self._clock()
            self._inbox.try_again()
        while self._gathering.step():
            await self._tell()
            await asyncio.sleep(0)  # sites that ask are answered meanwhile
        await self._tell()

    async def _tell(self) -> None:
        for told in self._spreading.due():
            number = await self._link.tell(told.about, told.body)
            self._spreading.note(told, number=number)

    def _note_health(self, letter: SiteLetter, now: float) -> None:
        site, about = _parts(letter)
        if about != HEALTH:
            return
        try:
            self._inbox.note_health(site, _health.validate_json(letter.body), now=now)
        except ValidationError:
            log.warning("%s says how it is in a form of another version", site)


def _parts(letter: SiteLetter) -> tuple[str, str]:
    """The site, and what it is about. The server lets a site speak as itself alone."""
    site, _, about = letter.subject.removeprefix(f"{UP}.").partition(".")
    return site, about


def _message(letter: SiteLetter) -> WaitingMessage | None:
    site, about = _parts(letter)
    name = LinkName.of(about)
    if name is None:
        return None
    return WaitingMessage(site, name.hash, name.number, name.before, name.at, letter.body)
