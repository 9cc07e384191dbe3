"""The wire between a home and the nats-server of its hub.

It is there, or it is being made again: for ever, at growing intervals. Nothing that was not
acknowledged is kept here: whoever got an error, or no answer, says it again under the same id.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from appliance.domain.errors import FleetError, discreet
from appliance.fleet.extra import needed
from appliance.fleet.membership import Credentials
from appliance.fleet.server_config import PING, VERSIONS, VERSIONS_STREAM

if TYPE_CHECKING:
    from nats.js import JetStreamContext

ANSWER = 30.0
"""Seconds to wait for one, of a hub whose disk is busy, and as many more as a slow line needs for
what is under way."""
SLOWEST = 16_000
"""Bytes a second that a line carries, at least."""
CONNECT = 20.0
_CLOSE = 1.0
LONGEST_WAIT = 300.0
"""Seconds between two attempts, at most. A week of them, at a hub that is away, stays below half a
megabyte."""

log = logging.getLogger(__name__)

Hear = Callable[[str, bytes], Awaitable[bytes | None]]
"""Is told subject and data, and may answer."""


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """A message of a stream."""

    number: int
    """In its stream, from 1."""
    subject: str
    data: bytes


def wait_before(attempt: int, chance: float) -> float:
    """Seconds before that attempt, from 1; ``chance`` is 0-1, so that not all sites of a hub that
    comes back knock at once."""
    return float(min(LONGEST_WAIT, 2.0 ** min(attempt, 16))) * (0.5 + 0.5 * chance)


def _matters(record: logging.LogRecord) -> bool:
    """Not what asyncio warns of whenever a server ends a connection of nats under TLS."""
    return "eof_received" not in str(record.msg)


def _tls(credentials: Credentials) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=credentials.certificate)
    except ssl.SSLError as error:
        raise FleetError(
            f"the certificate of {credentials.hub} is none",
            hint="ask the hub's owner for an invitation: `appliance fleet admit`",
        ) from error


@asynccontextmanager
async def wire(
    credentials: Credentials,
    *,
    patience: float | None = None,
    chance: Callable[[], float] = random.random,
) -> AsyncIterator[Wire]:
    """Connected when it begins, after ``patience`` seconds of attempts at most; None is for ever.

    Raises FleetError: when patience is at an end, and at once where trying again does not help,
    because the hub does not know us or another server answers.
    """
    logging.getLogger("asyncio").addFilter(_matters)
    made = Wire(credentials, chance)
    try:
        try:
            async with asyncio.timeout(patience):
                await made._connect()
        except TimeoutError:
            raise made._unreachable() from made._fault
        yield made
    finally:
        await made._close()


class Wire:
    """While it is cut, whatever is said fails at once; what is heard goes on when it is back."""

    def __init__(self, credentials: Credentials, chance: Callable[[], float]) -> None:
        with needed():
            from nats.aio.client import Client
        self._credentials = credentials
        self._tls = _tls(credentials)
        self._chance = chance
        self._client = Client()
        self.connections = 0
        """How often it was made."""
        self.made_again: Callable[[], None] = lambda: None
        """Called when it is whole again: what was said meanwhile was not heard."""
        self._connected = False
        self._fault: Exception | None = None
        """The last one."""
        self._attempts = 0
        self._under_way = 0
        """Bytes of what is not acknowledged yet."""
        self._over = asyncio.Event()
        self._refused: FleetError | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def whole(self) -> bool:
        """Not cut at the moment, as far as is known: of a line that is dead without a word it is
        known when an answer does not come, or after half an hour."""
        return self._connected and self._client.is_connected

    @property
    def jetstream(self) -> JetStreamContext:
        """All that the hub's own process may do there; its errors are those of nats."""
        return self._client.jetstream(timeout=ANSWER)

    async def publish(self, subject: str, data: bytes, *, message_id: str) -> int:
        """The message's number in its stream, once it is on the hub's disk.

        After an error it may have arrived all the same: under the same ``message_id``, it is stored
        once within ten minutes. Raises FleetError.
        """
        self._under_way += len(data)
        try:
            with self.in_words(f"{subject} was not taken"):
                done = await self.jetstream.publish(
                    subject,
                    data,
                    timeout=ANSWER + self._under_way / SLOWEST,
                    headers={"Nats-Msg-Id": message_id},
                )
        finally:
            self._under_way -= len(data)
        return done.seq

    async def ask(self, subject: str, data: bytes) -> bytes:
        """What the hub's process answers. After an error it may have done what was asked. Raises
        FleetError."""
        with self.in_words(f"{subject} was not answered"):
            answer = await self._client.request(subject, data, timeout=ANSWER)
        return answer.data

    async def tell(self, subject: str, data: bytes = b"") -> None:
        """To whoever listens at this moment. Raises FleetError."""
        with self.in_words(f"{subject} was not said"):
            await self._client.publish(subject, data)

    async def hear(self, subject: str, hear: Hear) -> None:
        """Has ``hear`` called, one message after the other, until the wire ends. What is said while
        it is cut is not heard. Raises FleetError."""

        async def heard(message: Any) -> None:
            answer = await hear(message.subject, message.data)
            if answer is not None and message.reply:
                await message.respond(answer)

        with self.in_words(f"{subject} cannot be heard"):
            await self._client.subscribe(subject, cb=heard)
            for _ in range(2):  # the first may overtake what waits in the client
                await self._client.flush(int(ANSWER))

    async def after(self, number: int, *, stream: str, subject: str = ">") -> StreamMessage | None:
        """The next message of the stream behind that one; None when there is none yet. Raises
        FleetError."""
        from nats.js.errors import NotFoundError

        with self.in_words(f"{stream} cannot be read"):
            try:
                found = await self.jetstream.get_msg(
                    stream, seq=number + 1, next=True, subject=subject, direct=True
                )
            except NotFoundError:
                return None
        return StreamMessage(found.seq or 0, found.subject or "", found.data or b"")

    async def fetch(self, name: str, into: IO[bytes]) -> bool:
        """Writes what the hub's object store holds under that name; whether there is such a one.

        When the wire is cut meanwhile, what was written is a part, and to be fetched anew. Raises
        FleetError, also when it is not what the hub stored, and OSError of the file.
        """
        coded = base64.urlsafe_b64encode(name.encode()).decode()
        about = await self.after(0, stream=VERSIONS_STREAM, subject=f"$O.{VERSIONS}.M.{coded}")
        found = json.loads(about.data) if about else {"deleted": True}
        if found.get("deleted"):
            return False
        number, sha256 = 0, hashlib.sha256()
        for _ in range(found["chunks"]):
            chunk = await self.after(
                number, stream=VERSIONS_STREAM, subject=f"$O.{VERSIONS}.C.{found['nuid']}"
            )
            if chunk is None:
                break
            number = chunk.number
            sha256.update(chunk.data)
            into.write(chunk.data)
        digest = base64.urlsafe_b64encode(sha256.digest()).decode()
        if found["digest"] != f"SHA-256={digest}":
            raise FleetError(f"{name} did not arrive whole", hint="it is fetched again later")
        return True

    async def ended(self) -> None:
        """Waits until the wire is not made again, which is when the hub refuses us. Raises
        FleetError."""
        await self._over.wait()
        raise self._refused or FleetError(
            f"the hub ended the connection: {self._fault or 'without a word'}",
            hint="it is tried again with the next start",
        )

    async def _connect(self) -> None:
        from nats.aio.client import Client
        from nats.errors import Error

        while True:
            try:
                await self._client.connect(
                    f"tls://{self._credentials.address}",
                    name=self._credentials.who,
                    nkeys_seed_str=self._credentials.seed,
                    tls=self._tls,
                    tls_hostname=self._credentials.hub,
                    tls_handshake_first=True,
                    connect_timeout=int(CONNECT),
                    ping_interval=PING,
                    max_reconnect_attempts=-1,
                    reconnect_to_server_handler=self._again,
                    error_cb=self._failed,
                    disconnected_cb=self._cut,
                    reconnected_cb=self._back,
                    closed_cb=self._closed,
                )
            except (OSError, TimeoutError, Error) as error:
                await self._close()
                self._fault = error
                if refusal := self._refusal(error):
                    raise refusal from error
                self._attempts += 1
                if self._attempts == 1:
                    log.info("%s", self._unreachable().in_words)
                await asyncio.sleep(wait_before(self._attempts, self._chance()))
                self._client = Client()
            else:
                self._attempts, self._connected = 0, True
                self.connections += 1
                return

    async def _close(self) -> None:
        # After a handshake that failed, the client waits for ever for a connection to be closed.
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_CLOSE):
                await self._client.close()

    async def _failed(self, error: Exception) -> None:
        """Of nats, which tells here what it goes on after, also an error of who hears."""
        from nats.errors import Error

        if not self._connected:
            raise error  # out of `connect`, which would try again by itself, whatever it is
        if not isinstance(error, OSError | Error):
            log.error("not heard to the end: %s", discreet(error))
            return
        self._fault = error
        self._refused = self._refused or self._refusal(error)
        if self._refused:
            self._begin(self._client.close())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """From a callback of the client, which would wait for itself."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _cut(self) -> None:
        if not self._client.is_closed:
            log.info("the wire to %s is cut", self._credentials.hub)

    async def _back(self) -> None:
        self._attempts = 0
        self.connections += 1
        self.made_again()
        log.info("the wire to %s is whole again", self._credentials.hub)

    async def _closed(self) -> None:
        if self._connected:
            self._over.set()

    def _again(self, servers: list[Any], info: dict[str, Any]) -> tuple[Any, float]:
        self._attempts += 1
        return servers[0], wait_before(self._attempts, self._chance())

    def _refusal(self, error: Exception) -> FleetError | None:
        """None where trying again may help."""
        hub = self._credentials.hub
        if isinstance(error, ssl.SSLCertVerificationError):
            return FleetError(
                f"the server at {self._credentials.address} does not prove that it is {hub}"
                f" ({error.verify_message})",
                hint="see to the address; a hub with a new certificate has to admit us anew",
            )
        if "Authorization Violation" in str(error):  # nats has no class for it where it counts
            return FleetError(
                f"{hub} does not know {self._credentials.who}: it was expelled, or its key changed",
                hint="ask the hub's owner for an invitation: `appliance fleet admit`",
            )
        return None

    def _unreachable(self) -> FleetError:
        why = f": {self._fault}" if str(self._fault or "") else ""
        where = f"{self._credentials.hub} at {self._credentials.address}"
        return FleetError(
            f"{where} is not reached{why}",
            hint="is `appliance fleet run` at work there, and may this machine connect to it?",
        )

    @contextmanager
    def in_words(self, what: str) -> Iterator[None]:
        from nats.errors import Error, MaxPayloadError, NoRespondersError
        from nats.js.errors import NoStreamResponseError, ServiceUnavailableError

        if self._refused:
            raise self._refused
        if not self.whole:
            raise self._unreachable()
        try:
            yield
        except MaxPayloadError as error:
            raise FleetError(f"{what}: it is too large", hint="it is not sent") from error
        except (NoRespondersError, NoStreamResponseError) as error:
            raise FleetError(
                f"{what}: the hub gives {self._credentials.who} no answer to it",
                hint="the hub may be starting; it is tried again",
            ) from error
        except ServiceUnavailableError as error:
            raise FleetError(
                f"{what}: {error.description}", hint="see to the disk of the hub"
            ) from error
        except TimeoutError as error:  # nats' own, too
            # Behind a router that forgot the connection it would stay silent for half an hour.
            self._begin(self._client.force_reconnect())
            raise FleetError(f"{what}: no answer came in time", hint="it is tried again") from error
        except (Error, OSError) as error:
            raise self._refused or FleetError(
                f"{what}: {error}", hint="it is tried again"
            ) from error
