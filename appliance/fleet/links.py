"""What courier and collector say and hear, on a wire of nats."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from io import BufferedIOBase
from typing import IO, Any
from uuid import uuid4

from pydantic import ValidationError

from appliance.domain.errors import FleetError
from appliance.domain.fleet import HubStanding, HubStream, SiteStanding
from appliance.domain.json_form import JsonForm
from appliance.fleet.collector import SiteLetter
from appliance.fleet.courier import HubMessage
from appliance.fleet.messages import ASK, DOWN
from appliance.fleet.server_config import DOWN as DOWN_STREAM
from appliance.fleet.server_config import NEWS
from appliance.fleet.server_config import UP as UP_STREAM
from appliance.fleet.wire import Wire

log = logging.getLogger(__name__)
_standing = JsonForm(HubStanding)
_heard = JsonForm(SiteStanding)
_COLLECTOR = "collector"
"""The hub's place in what comes from sites."""


class SiteWire:
    """A site's."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._told = asyncio.Event()
        self._hears = False
        wire.made_again = self._told.set

    @property
    def connections(self) -> int:
        return self._wire.connections

    async def publish(self, subject: str, body: bytes, *, message_id: str) -> None:
        await self._wire.publish(subject, body, message_id=message_id)

    async def standing(self, site: str, heard: SiteStanding) -> HubStanding:
        answer = await self._wire.ask(f"{ASK}.{site}", _heard.dump_json(heard))
        try:
            return _standing.validate_json(answer)
        except ValidationError as error:
            raise FleetError(
                "the hub does not say what it has", hint="see the log of the hub"
            ) from error

    async def after(self, number: int, *, most: int) -> list[HubMessage]:
        found: list[HubMessage] = []
        async for message in told_after(self._wire, number):
            found.append(message)
            if len(found) == most:
                break
        return found

    async def news(self, seconds: float) -> None:
        if not self._hears:
            await self._wire.hear(NEWS, self._hear)
            self._hears = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._told.wait()
        self._told.clear()

    async def fetch(self, name: str, into: IO[bytes]) -> bool:
        """Writes the model bundle of that name; whether the hub has it. Raises FleetError."""
        return await self._wire.fetch(name, into)

    async def _hear(self, subject: str, body: bytes) -> None:
        self._told.set()


class HubWire:
    """The hub's own."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._places: Any = None
        self._open: list[Any] = []
        """Messages of nats that are not acknowledged yet."""

    async def letters(self, *, most: int, seconds: float) -> Sequence[SiteLetter]:
        from nats.js.api import AckPolicy, ConsumerConfig

        with self._wire.in_words("what sites tell cannot be taken"):
            if self._places is None:
                self._places = await self._wire.jetstream.pull_subscribe(
                    "",
                    durable=_COLLECTOR,
                    stream=UP_STREAM,
                    config=ConsumerConfig(ack_policy=AckPolicy.ALL, max_ack_pending=most),
                )
            try:
                self._open = await self._places.fetch(most, timeout=seconds)
            except TimeoutError:  # of nats: nothing came
                self._open = []
        return [SiteLetter(one.subject, one.data) for one in self._open]

    async def acknowledge(self, letters: Sequence[SiteLetter]) -> None:
        """What stands in the records is of no use here any more: a reading would stay for weeks
        after its document was forgotten."""
        with self._wire.in_words("what sites told cannot be acknowledged"):
            last = self._open[-1]
            await last.ack_sync()
            await self._wire.jetstream.purge_stream(
                UP_STREAM, seq=last.metadata.sequence.stream + 1
            )

    async def stream(self, known: int) -> HubStream:
        """As it is now; ``known`` is the number of the last message that is known to be told.
        Raises FleetError."""
        with self._wire.in_words("what was told cannot be looked at"):
            found = await self._wire.jetstream.stream_info(DOWN_STREAM)
        made = found.created.isoformat() if found.created else ""
        unknown = [one.about async for one in told_after(self._wire, known)]
        return HubStream(made, found.state.last_seq, tuple(unknown))

    async def tell(self, about: str, body: bytes) -> int:
        number = await self._wire.publish(f"{DOWN}.{about}", body, message_id=uuid4().hex)
        await self._wire.tell(NEWS)
        return number

    async def answer(self, standing: Callable[[str, SiteStanding], HubStanding]) -> None:
        async def answered(subject: str, body: bytes) -> bytes | None:
            try:
                heard = _heard.validate_json(body)
            except ValidationError:
                log.warning("%s asks in a form of another version", subject)
                return None
            return _standing.dump_json(standing(subject.removeprefix(f"{ASK}."), heard))

        await self._wire.hear(f"{ASK}.*", answered)
        await asyncio.Event().wait()

    async def store(self, name: str, bundle: BufferedIOBase) -> None:
        """For all sites to fetch; what was stored under that name goes. Raises FleetError."""
        from appliance.fleet.server_config import VERSIONS

        with self._wire.in_words(f"{name} cannot be stored"):
            store = await self._wire.jetstream.object_store(VERSIONS)
            await store.put(name, bundle)


async def told_after(wire: Wire, number: int) -> AsyncIterator[HubMessage]:
    """What the hub told after this message, in its order. Raises FleetError."""
    while told := await wire.after(number, stream=DOWN_STREAM):
        number = told.number
        yield HubMessage(number, told.subject.removeprefix(f"{DOWN}."), told.data)
