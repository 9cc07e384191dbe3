"""One station that a browser has opened: a child process, its socket, and the picture beside it."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from aiohttp import WSMessage, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from appliance.review.browser.pace import Pace
from appliance.review.browser.picture_publisher import FILE, VARIABLE

STATION = "APPLIANCE_STATION"
"""Names the browser to the station: who was last at it is offered first."""
_DRIVER = "appliance.review.browser_driver:BrowserDriver"
_LEAVE = 5.0
"""Seconds in which a station ends by itself."""
_DEAF = 30.0
"""Seconds in which a station has to take what it is told."""
_SIDES = 20, 500
"""Fewest and most columns or rows."""
_BURST, _RATE = 64 * 1024, 16 * 1024
"""Bytes that a browser may say at once, and in a second; a moving mouse says 5,000 a second."""
_FRAME = 16
"""Bytes that count for a message beside its own."""
_NONSENSE = "the browser says what no terminal says"


class AppSession(AppService):
    """textual-serve's keeper of a process, without a shell, and with a picture."""

    def __init__(
        self,
        command: Sequence[str],
        socket: web.WebSocketResponse,
        *,
        folder: Path,
        station: str,
        environment: Mapping[str, str],
    ) -> None:
        async def close() -> None:
            await socket.close()

        super().__init__(
            " ".join(command),
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=close,
            download_manager=DownloadManager(),
        )
        self._command = list(command)
        self._starting: asyncio.Task[None] | None = None
        mine = {VARIABLE: str(folder), STATION: station, "TEXTUAL_DRIVER": _DRIVER}
        self._environment = {**environment, **mine}

    async def start(self, width: int, height: int) -> None:
        # Shielded: a process that nobody waits for any more would be left to itself.
        self._starting = asyncio.create_task(super().start(width, height))
        await asyncio.shield(self._starting)

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width=width, height=height) | self._environment,
        )
        self._stdin = self._process.stdin
        return self._process

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            await self.remote_close()  # also when the station crashed without a farewell

    async def on_meta(self, data: bytes) -> None:
        """A station opens no address and hands out no file, whatever it shows."""
        if json.loads(data)["type"] == "exit":
            await self.remote_close()

    async def end(self) -> None:
        """Asks the station to leave, and ends it when it does not."""
        if self._starting:
            with suppress(OSError):
                await self._starting
        process = self._process
        if process is None:
            return
        try:
            with suppress(TimeoutError, ConnectionError):
                await asyncio.wait_for(self.stop(), _LEAVE)
        finally:  # also when the server cannot wait so long
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
            if self._task:  # it reads to the end, and nobody else may meanwhile
                await asyncio.wait([self._task])
            await process.communicate()


async def converse(
    socket: web.WebSocketResponse, seat: AppSession, *, hear: Callable[[], None]
) -> None:
    """Passes on what the browser says until its socket closes; ``hear`` is called for its keys.

    Raises ValueError for nonsense, TimeoutError when the station takes nothing more.
    """
    clock = asyncio.get_running_loop().time
    pace = Pace(burst=_BURST, rate=_RATE)
    async for message in socket:
        if message.type is WSMsgType.ERROR:
            return
        if wait := pace.wait(len(message.data) + _FRAME, now=clock()):
            await asyncio.sleep(wait)
        if message.type is WSMsgType.PING:
            await socket.pong(message.data)
        elif message.type is WSMsgType.TEXT:
            async with asyncio.timeout(_DEAF):
                await _pass_on(message, socket, seat, hear)
        elif message.type is not WSMsgType.PONG:
            raise ValueError(_NONSENSE)


async def _pass_on(
    message: WSMessage, socket: web.WebSocketResponse, seat: AppSession, hear: Callable[[], None]
) -> None:
    match _parsed(message):
        case ["stdin", str(keys)]:
            hear()
            await seat.send_bytes(keys.encode("utf-8", errors="replace"))
        case ["resize", {"width": int(width), "height": int(height)}]:
            await seat.set_terminal_size(side(width), side(height))
        case ["ping", data]:
            await socket.send_json(["pong", data])
        case ["focus"]:
            await seat.focus()
        case ["blur"]:
            await seat.blur()
        case _:
            raise ValueError(_NONSENSE)


def _parsed(message: WSMessage) -> object:
    try:
        return message.json()
    except RecursionError as error:
        raise ValueError(_NONSENSE) from error


def side(cells: int) -> int:
    return min(max(cells, _SIDES[0]), _SIDES[1])


async def picture(folder: Path, *, known: str, patience: float) -> tuple[str, bytes] | None:
    """The picture in ``folder`` and its mark, once the mark is another than ``known``.

    None when that does not happen within ``patience`` seconds. Raises FileNotFoundError when the
    folder is gone.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + patience
    while (mark := _mark(folder)) in ("", known):
        if clock() >= end:
            return None
        await asyncio.sleep(0.04)
    return mark, (folder / FILE).read_bytes()


def _mark(folder: Path) -> str:
    folder.stat()
    try:
        found = (folder / FILE).stat()
    except FileNotFoundError:
        return ""
    return f'"{found.st_mtime_ns}-{found.st_ino}"'
