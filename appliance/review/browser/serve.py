"""The station in a browser of this machine: the terminal left, the picture of the page beside it.

Every browser page is a station of its own, a child process that ends with the page. The server
listens on this machine alone; from another one comes who may log in here, through SSH:
``ssh -L 8765:127.0.0.1:8765 appliance``.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib.resources import files
from pathlib import Path

from aiohttp import web

from appliance.domain.errors import ConfigError
from appliance.review.browser.admission import Admissions
from appliance.review.browser.auth import HOSTS, Guard, sign
from appliance.review.browser.connections import listen
from appliance.review.browser.pages import PAGE, Pages, StationCommand

_VIEW = "{view:[0-9a-f]{32}}"
_FORGOTTEN = 24 * 3600.0
_TERMINAL = Path(str(files("textual_serve"))) / "static"


def serve(
    station: StationCommand,
    *,
    announce: Callable[[str], None],
    port: int,
    host: str = "127.0.0.1",
) -> None:
    """Serves until a signal comes; ``announce`` gets the address to open, and the next one
    each time that a browser has come in.

    Port 0 takes any that is free. Raises ConfigError when it cannot listen there.
    """
    if host not in HOSTS:
        raise ConfigError(
            f"{host} is not this machine alone", hint="log in by SSH, or forward the port with it"
        )
    station.folder.mkdir(mode=0o700, exist_ok=True)
    _sweep(station.folder, now=time.time())
    asyncio.run(_serve(station, announce, host, port))


def _sweep(folder: Path, *, now: float) -> None:
    """What servers left there that were killed."""
    for left in folder.iterdir():
        if left.stat().st_mtime < now - _FORGOTTEN:
            shutil.rmtree(left, ignore_errors=True)


async def _serve(
    station: StationCommand, announce: Callable[[str], None], host: str, port: int
) -> None:
    def invite(token: str) -> None:
        bound = listening.sockets[0].getsockname()[1]
        with suppress(OSError):  # who has come in works on, also where nobody reads the next one
            announce(f"http://{_authority(host, bound)}/?token={token}")

    guard = Guard(invite, Admissions())
    runner = web.AppRunner(application(station, guard), access_log=None, shutdown_timeout=1)
    await runner.setup()
    assert runner.server is not None
    try:
        try:
            listening = await listen(runner.server, host, port)
        except OSError as error:
            raise ConfigError(
                f"port {port} cannot be used: {error.strerror}", hint="choose another with --port"
            ) from error
        stop = _on_signal()
        invite(guard.token)
        await stop.wait()
        listening.close()
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


def application(station: StationCommand, guard: Guard) -> web.Application:
    """The whole of it behind ``guard``."""
    app = web.Application(middlewares=[guard.middleware])
    app.on_response_prepare.append(sign)
    pages = Pages(station, guard)
    app.add_routes(
        [
            web.get("/", pages.index),
            web.get(f"/socket/{_VIEW}", pages.socket, allow_head=False),
            web.get(f"/picture/{_VIEW}", pages.picture, allow_head=False),
            *_files("/page", PAGE),
            *_files("/terminal", _TERMINAL),
        ]
    )
    app.on_shutdown.append(pages.close)
    app.on_cleanup.append(pages.wait)
    return app


def _files(prefix: str, folder: Path) -> Iterator[web.RouteDef]:
    """One route for each: what a browser asks for is never taken for a path."""
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            address = f"{prefix}/{file.relative_to(folder).as_posix()}"
            yield web.get(address, partial(_file, file))


async def _file(file: Path, request: web.Request) -> web.StreamResponse:
    return web.FileResponse(file)
