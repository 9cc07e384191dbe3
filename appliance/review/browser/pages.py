"""The pages that browsers have open: each has its station, its socket and its picture."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from appliance.review.browser.admission import Admission
from appliance.review.browser.app_session import AppSession, converse, picture, side
from appliance.review.browser.auth import Guard

PAGE = Path(str(files("appliance.review.browser"))) / "page"
MOST = 16
"""At once; each is a process with a station."""
_LOOKS = 2
"""Waiting for the picture of one page at once."""
_LONGEST = 64 * 1024
"""Bytes of a message."""
_BEAT = 15.0
"""Seconds of silence after which a browser is asked whether it is still there."""
_FAREWELL = 2.0
"""Seconds in which a browser may answer that it leaves."""
_PATIENCE = 20.0
"""Seconds for which a page waits for another picture before it asks again."""
_AGAIN = 30.0
"""Seconds after which it is asked again whether the browser is still admitted."""


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


@dataclass(slots=True)
class _Page:
    folder: Path
    socket: web.WebSocketResponse
    looks: int = 0


class Pages:
    """Each under the name that it made up, which is nothing to another browser."""

    def __init__(self, station: StationCommand, guard: Guard) -> None:
        self._station, self._guard = station, guard
        self._open: dict[tuple[Admission, str], _Page] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def index(self, request: web.Request) -> web.StreamResponse:
        self._guard.admissions.hear(self._admission(request))
        page = (PAGE / "index.html").read_text(encoding="utf-8")
        themed = page.replace("station-dark", f"station-{self._station.theme}")
        return web.Response(text=themed, content_type="text/html")

    async def socket(self, request: web.Request) -> web.StreamResponse:
        admission = self._admission(request)
        name = admission, request.match_info["view"]
        if name in self._open:
            return web.Response(status=404)
        if len(self._open) >= MOST:
            return web.Response(status=503)
        socket = web.WebSocketResponse(
            timeout=_FAREWELL,
            heartbeat=_BEAT,
            autoping=False,
            compress=False,
            max_msg_size=_LONGEST,
        )
        folder = TemporaryDirectory(dir=self._station.folder)
        self._open[name] = _Page(Path(folder.name), socket)
        seat = AppSession(
            self._station.command,
            socket,
            folder=Path(folder.name),
            station=admission.seat,
            environment=self._station.environment,
        )
        try:
            await socket.prepare(request)
            await seat.start(*(_cells(request, side) for side in ("width", "height")))
            await self._converse(socket, seat, admission)
        finally:
            # Shielded: a request that is given up must not leave a process behind.
            await asyncio.shield(self._let_go(name, seat, folder))
        await socket.close()
        if request.transport:
            request.transport.abort()  # also when the browser takes nothing more
        return socket

    async def _converse(
        self, socket: web.WebSocketResponse, seat: AppSession, admission: Admission
    ) -> None:
        """Until the page goes, says what no terminal says, or its browser's admission ends."""

        async def admitted() -> None:
            while left := self._guard.admissions.left(admission):
                await asyncio.sleep(min(left, _AGAIN))

        hear = partial(self._guard.admissions.hear, admission)
        talk = asyncio.create_task(converse(socket, seat, hear=hear))
        stay = asyncio.create_task(admitted())
        try:
            await asyncio.wait((talk, stay), return_when=asyncio.FIRST_COMPLETED)
        finally:
            talk.cancel()
            stay.cancel()
            with suppress(ValueError, TimeoutError, asyncio.CancelledError):
                await talk

    def _let_go(
        self, name: tuple[Admission, str], seat: AppSession, folder: TemporaryDirectory[str]
    ) -> asyncio.Task[None]:
        async def end() -> None:
            try:
                await seat.end()
            finally:
                del self._open[name]
                folder.cleanup()

        task = asyncio.create_task(end())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    async def picture(self, request: web.Request) -> web.StreamResponse:
        page = self._open.get((self._admission(request), request.match_info["view"]))
        if page is None:
            return web.Response(status=404)
        if page.looks >= _LOOKS:
            return web.Response(status=429)
        known = request.query.get("known", "")
        page.looks += 1
        try:
            found = await picture(page.folder, known=known, patience=_PATIENCE)
        except FileNotFoundError:  # the station has ended meanwhile
            return web.Response(status=404)
        finally:
            page.looks -= 1
        if found is None:
            return web.Response(status=204)
        mark, png = found
        return web.Response(body=png, content_type="image/png", headers={"ETag": mark})

    def _admission(self, request: web.Request) -> Admission:
        admission = self._guard.admission(request)
        if admission is None:  # it ended within this moment
            raise web.HTTPForbidden
        return admission

    async def close(self, app: web.Application) -> None:
        sockets = [page.socket for page in self._open.values()]
        await asyncio.gather(*(socket.close() for socket in sockets if socket.prepared))

    async def wait(self, app: web.Application) -> None:
        """Until every station has ended."""
        await asyncio.gather(*self._ending)


def _cells(request: web.Request, name: str) -> int:
    said = request.query.get(name, "")
    return side(int(said)) if said.isascii() and said.isdigit() and len(said) < 5 else side(80)
