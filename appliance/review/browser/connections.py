"""The connections to the station's server: not too many, none that keeps it waiting.

A fault is answered by its number: neither what was sent nor where the fault lies is in the answer.
"""

from __future__ import annotations

import asyncio
import socket
from http import HTTPStatus

from aiohttp import web

from appliance.review.browser.auth import HEADERS

MOST = 200
"""At once; one more is closed unheard. A page needs two or three."""
SILENCE = 15.0
"""Seconds in which the head of a request has to be whole, and in which the next one has to come."""
_UNTAKEN = 30.0
"""Seconds in which whoever asked has to take what was sent."""
_LINGER = 1.0
"""Seconds for which a body is received that nobody reads."""


class Connection(web.RequestHandler):
    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log_exception("error in an answer to a browser", exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun already")
        answer = web.Response(status=status, headers=HEADERS)
        answer.force_close()
        return answer


class _Unheard(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()


async def listen(server: web.Server, host: str, port: int) -> asyncio.Server:
    """Hands connections to ``server``. Raises OSError when it cannot listen there."""
    loop = asyncio.get_running_loop()

    def connection() -> asyncio.Protocol:
        if len(server.connections) >= MOST:
            return _Unheard()
        return Connection(
            server,
            loop=loop,
            keepalive_timeout=SILENCE,
            lingering_time=_LINGER,
            access_log=None,  # type: ignore[arg-type]  # as web.AppRunner passes it on
        )

    listening = await loop.create_server(connection, host, port)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux, where accepted sockets inherit it
        for each in listening.sockets:
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(_UNTAKEN * 1000))
    return listening
