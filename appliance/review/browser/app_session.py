"""One station that a browser has opened: a child process, its socket, and the picture beside it."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from aiohttp import WSMessage, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from appliance.review.browser.picture_publisher import FILE, VARIABLE

STATION = "APPLIANCE_STATION"
"""Names the browser to the station: the clerk is asked for her name once per browser."""
_LEAVE = 5.0
"""Seconds in which a station ends by itself."""
_SIDES = 20, 500
"""Fewest and most columns or rows."""


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
        self._environment = {**environment, VARIABLE: str(folder), STATION: station}

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

    async def end(self) -> None:
        """Asks the station to leave, and ends it when it does not."""
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
            await process.communicate()


async def converse(socket: web.WebSocketResponse, seat: AppSession) -> None:
    """Passes on what the browser says until its socket closes. Raises ValueError for nonsense."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            continue
        match _parsed(message):
            case ["stdin", str(keys)]:
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
                raise ValueError("the browser says what no terminal says")


def _parsed(message: WSMessage) -> object:
    try:
        return message.json()
    except RecursionError as error:
        raise ValueError("the browser says what no terminal says") from error


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
