"""The station in a browser of this machine: the terminal left, the picture of the page beside it.

Every browser page is a station of its own, a child process that ends with the page. The server
listens on this machine alone; from another one comes who may log in here, through SSH:
``ssh -L 8765:127.0.0.1:8765 appliance``.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from appliance.domain.errors import ConfigError
from appliance.review.browser.app_session import AppSession, converse, picture, side
from appliance.review.browser.auth import HOSTS, Guard, sign, station_name

_VIEW = re.compile(r"[0-9a-f]{32}")
_PATIENCE = 20.0
"""Seconds for which a page waits for another picture before it asks again."""
_FORGOTTEN = 24 * 3600.0
_PAGE = Path(str(files("appliance.review.browser"))) / "page"
_TERMINAL = Path(str(files("textual_serve"))) / "static"


@dataclass(frozen=True, slots=True)
class StationCommand:
    """How a station is started."""

    command: Sequence[str]
    environment: Mapping[str, str]
    """Beside the server's own."""
    folder: Path
    """Where each page gets a private one for its picture."""
    theme: str = "dark"
    """Of the page around the terminal."""


def serve(
    station: StationCommand,
    *,
    token: str,
    announce: Callable[[str], None],
    port: int,
    host: str = "127.0.0.1",
) -> None:
    """Serves until a signal comes; ``announce`` gets the address to open.

    Port 0 takes any that is free. Raises ConfigError when it cannot listen there.
    """
    if host not in HOSTS:
        raise ConfigError(
            f"{host} is not this machine alone", hint="log in by SSH, or forward the port with it"
        )
    station.folder.mkdir(mode=0o700, exist_ok=True)
    _sweep(station.folder, now=time.time())
    asyncio.run(_serve(station, token, announce, host, port))


def _sweep(folder: Path, *, now: float) -> None:
    """What servers left there that were killed."""
    for left in folder.iterdir():
        if left.stat().st_mtime < now - _FORGOTTEN:
            shutil.rmtree(left, ignore_errors=True)


async def _serve(
    station: StationCommand, token: str, announce: Callable[[str], None], host: str, port: int
) -> None:
    runner = web.AppRunner(application(station, token=token), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise ConfigError(
                f"port {port} cannot be used: {error.strerror}", hint="choose another with --port"
            ) from error
        stop = _on_signal()
        announce(f"http://{_authority(host, runner.addresses[0][1])}/?token={token}")
        await stop.wait()
    finally:
        await runner.cleanup()


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows, where Ctrl+C interrupts the loop
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def application(station: StationCommand, *, token: str) -> web.Application:
    """The whole of it behind ``token``."""
    app = web.Application(middlewares=[Guard(token).middleware])
    app.on_response_prepare.append(sign)
    pages = _Pages(station)
    app.add_routes(
        [
            web.get("/", pages.index),
            web.get("/socket/{view}", pages.socket),
            web.get("/picture/{view}", pages.picture),
            web.static("/page", _PAGE),
            web.static("/terminal", _TERMINAL),
        ]
    )
    app.on_shutdown.append(pages.close)
    app.on_cleanup.append(pages.wait)
    return app


class _Pages:
    """Those that are open, each under the name that it made up."""

    def __init__(self, station: StationCommand) -> None:
        self._station = station
        self._folders: dict[str, Path] = {}
        self._sockets: set[web.WebSocketResponse] = set()
        self._ending: set[asyncio.Task[None]] = set()

    async def index(self, request: web.Request) -> web.StreamResponse:
        page = (_PAGE / "index.html").read_text(encoding="utf-8")
        themed = page.replace("station-dark", f"station-{self._station.theme}")
        return web.Response(text=themed, content_type="text/html")

    async def socket(self, request: web.Request) -> web.StreamResponse:
        view = request.match_info["view"]
        if not _VIEW.fullmatch(view) or view in self._folders:
            return web.Response(status=404)
        socket = web.WebSocketResponse(heartbeat=15)
        await socket.prepare(request)
        folder = TemporaryDirectory(dir=self._station.folder)
        seat = AppSession(
            self._station.command,
            socket,
            folder=Path(folder.name),
            station=station_name(request) or "browser",
            environment=self._station.environment,
        )
        self._folders[view] = Path(folder.name)
        self._sockets.add(socket)
        try:
            await seat.start(*(_cells(request, name) for name in ("width", "height")))
            with suppress(ValueError, TypeError):  # no terminal speaks so: the page is let go
                await converse(socket, seat)
        finally:
            self._sockets.discard(socket)
            # Shielded: a request that is given up must not leave a process behind.
            await asyncio.shield(self._let_go(view, seat, folder))
        await socket.close()
        return socket

    def _let_go(
        self, view: str, seat: AppSession, folder: TemporaryDirectory[str]
    ) -> asyncio.Task[None]:
        async def end() -> None:
            await seat.end()
            del self._folders[view]
            folder.cleanup()

        task = asyncio.create_task(end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    async def picture(self, request: web.Request) -> web.StreamResponse:
        folder = self._folders.get(request.match_info["view"])
        if folder is None:
            return web.Response(status=404)
        known = request.query.get("known", "")
        try:
            found = await picture(folder, known=known, patience=_PATIENCE)
        except FileNotFoundError:  # the station has ended meanwhile
            return web.Response(status=404)
        if found is None:
            return web.Response(status=204)
        mark, png = found
        return web.Response(body=png, content_type="image/png", headers={"ETag": mark})

    async def close(self, app: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close()

    async def wait(self, app: web.Application) -> None:
        """Until every station has ended."""
        await asyncio.gather(*self._ending)


def _cells(request: web.Request, name: str) -> int:
    said = request.query.get(name, "")
    return side(int(said)) if said.isascii() and said.isdigit() and len(said) < 5 else side(80)
