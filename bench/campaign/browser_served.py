"""The station's server as it is run, browsers before it, and what every answer has to be like."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType
from multidict import CIMultiDict

from appliance.review.browser.auth import HEADERS
from bench import common
from bench.campaign.trial import Breach, Found

START = 120.0
"""Seconds that a server or a station may take to start on a busy machine."""
GRANTED = 30.0
"""Seconds in which a server has to answer or to close; three times as many is a hang."""
HANG = 3 * GRANTED
REFUSALS = range(400, 500)
_REVEALING = re.compile(
    rb"Traceback|File \"|site-packages|/appliance/|aiohttp|Python/|/home/|/tmp/"
)
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/\?token=([\w-]+)")


@dataclass
class Tally:
    """What a trial did, and what it found."""

    faults: int = 0
    found: list[Found] = field(default_factory=list)

    def breach(self, breach: Breach, told: str) -> None:
        self.found.append(Found(breach, told))

    async def refused(
        self, served: Served, sent: bytes, what: str, *, allowed: Container[int] = REFUSALS
    ) -> bytes:
        """One hostile request; its answer is a refusal that tells nothing, or none at all."""
        self.faults += 1
        try:
            answer = await served.raw(sent, patience=HANG)
        except TimeoutError:
            self.breach(Breach.HANG, f"neither answer nor end: {what}")
            return b""
        if answer and (fault := _fault(answer, allowed)):
            self.breach(Breach.ESCAPE, f"{what}: {fault}")
        return answer


def status(answer: bytes) -> int:
    """0 for none."""
    found = re.match(rb"HTTP/\d\.\d (\d{3}) ", answer)
    return int(found.group(1)) if found else 0


def _fault(answer: bytes, allowed: Container[int]) -> str:
    """What is wrong with the first answer in these bytes; empty when nothing is."""
    head = answer.partition(b"\r\n\r\n")[0]
    if status(answer) not in allowed:
        return f"answered with {head[:40]!r}"
    parted = (line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:])
    lower = CIMultiDict((name, value) for name, colon, value in parted if colon)
    if missing := [name for name, value in HEADERS.items() if lower.get(name) != value]:
        return f"{head[:40]!r} without {', '.join(missing)}"
    if found := _REVEALING.search(answer):
        return f"{head[:40]!r} tells {found.group()!r}"
    return "two answers" if answer.count(b"HTTP/1.1 ") > 1 else ""


class Served:
    """``appliance review --serve`` of a home."""

    def __init__(self, process: Process, log: Path) -> None:
        self.process, self._log = process, log
        self.tokens: list[str] = []
        self.port = 0
        self._told = asyncio.Event()

    async def listen(self) -> None:
        """To what it prints, until it ends."""
        assert self.process.stdout
        async for line in self.process.stdout:
            if found := _ADDRESS.search(line.decode()):
                self.port = int(found.group(1))
                self.tokens.append(found.group(2))
                self._told.set()

    async def token(self) -> str:
        """The one that it told last, which no call before got."""
        await asyncio.wait_for(self._told.wait(), START)
        self._told.clear()
        return self.tokens[-1]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """What it complained of."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    async def raw(self, sent: bytes, *, patience: float = GRANTED) -> bytes:
        """What comes back until the server closes, or answered and is silent for a moment.

        Raises TimeoutError when neither happens within ``patience`` seconds, which fits a request
        that is whole.
        """
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        answer = b""
        end = time.monotonic() + patience
        try:
            with suppress(ConnectionError):
                writer.write(sent)
                await asyncio.wait_for(writer.drain(), patience)
                while True:
                    left = end - time.monotonic()
                    try:
                        more = await asyncio.wait_for(reader.read(65536), 0.3 if answer else left)
                    except TimeoutError:
                        if not answer:
                            raise
                        break
                    if not more:
                        break
                    answer += more
        finally:
            writer.close()
        return answer


class Browser:
    """One that was let in."""

    def __init__(self, served: Served, session: ClientSession) -> None:
        self.served, self.session = served, session

    async def enter(self) -> int:
        """Opens the address that was told last; the status of the page."""
        token = await self.served.token()
        async with self.session.get(f"{self.served.origin}/?token={token}") as answer:
            return answer.status

    @property
    def cookies(self) -> str:
        return "; ".join(f"{one.key}={one.value}" for one in self.session.cookie_jar)

    async def open(self, view: str, *, columns: int = 100) -> ClientWebSocketResponse:
        address = f"{self.served.origin}/socket/{view}?width={columns}&height=40"
        origin = {"Origin": self.served.origin}
        return await self.session.ws_connect(address, headers=origin, max_msg_size=0)

    async def get(self, path: str) -> tuple[int, bytes]:
        async with self.session.get(f"{self.served.origin}{path}") as answer:
            return answer.status, await answer.read()


async def shown(socket: ClientWebSocketResponse, word: str, *, patience: float = START) -> str:
    """All that came until ``word`` did, without the terminal's own sequences.

    Raises TimeoutError, and ConnectionError when the socket closes before.
    """
    seen = ""
    async with asyncio.timeout(patience):  # that of ``receive`` begins anew with each ping
        while word not in seen:
            message = await socket.receive()
            if message.type is WSMsgType.BINARY:
                seen += plain(message.data.decode())
            elif message.type is not WSMsgType.TEXT:
                raise ConnectionError(f"closed after: {seen[-200:]}")
    return seen


async def told(socket: ClientWebSocketResponse, word: str, *, patience: float = HANG) -> None:
    """Waits for a message of the server itself. Raises as ``shown`` does."""
    async with asyncio.timeout(patience):
        while True:
            message = await socket.receive()
            if message.type is WSMsgType.TEXT and word in message.data:
                return
            if message.type not in (WSMsgType.BINARY, WSMsgType.TEXT):
                raise ConnectionError("closed")


class Reading:
    """What comes from a page meanwhile, read as a browser does: one that reads nothing is left."""

    def __init__(self, page: ClientWebSocketResponse) -> None:
        self._page = page
        self.seen = ""

    async def __aenter__(self) -> Reading:
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _read(self) -> None:
        async for message in self._page:
            binary = message.type is WSMsgType.BINARY
            self.seen += plain(message.data.decode()) if binary else str(message.data)

    async def sees(self, word: str, *, patience: float = HANG) -> bool:
        """Whether it comes, or came, before the page ends."""
        end = time.monotonic() + patience
        while word not in self.seen and not self._task.done() and time.monotonic() < end:
            await asyncio.sleep(0.1)
        return word in self.seen


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?$<>=]*[@-~]", "", text)


async def closes(socket: ClientWebSocketResponse, *, patience: float) -> bool:
    """Whether the server closes it in this time, whatever it says before."""
    end = time.monotonic() + patience
    with suppress(TimeoutError):
        while (left := end - time.monotonic()) > 0:
            message = await socket.receive(timeout=left)
            if message.type not in (WSMsgType.BINARY, WSMsgType.TEXT):
                return True
    return False


@asynccontextmanager
async def served(home: Path, folder: Path) -> AsyncIterator[Served]:
    """Its log lies in ``folder``. Whatever it started has ended with it."""
    log = folder / "server.log"
    command = [sys.executable, "-m", "appliance", "--home", str(home), "review", "--serve"]
    environment = {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(common.ROOT)}
    with log.open("wb") as complaints:
        process = await asyncio.create_subprocess_exec(
            *command, "--port", "0", stdout=PIPE, stderr=complaints, env=environment
        )
    psutil.Process(process.pid).rlimit(psutil.RLIMIT_NOFILE, (1024, 1024))  # as elsewhere
    server = Served(process, log)
    listening = asyncio.create_task(server.listen())
    try:
        yield server
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), HANG)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        finally:
            await listening


@asynccontextmanager
async def browser(served: Served) -> AsyncIterator[Browser]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Browser(served, session)
