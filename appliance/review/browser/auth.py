"""Who may speak to the station's server: a browser that was opened with the token, nobody else.

The token comes once, in the address; from then on a cookie stands for it. Names other than this
machine's own are refused, since a page from elsewhere may have its name point here; so is a socket
that another page opens. Cookies know no ports: what else serves this browser on this machine gets
the cookie too, which is why it is not the token itself.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_YEAR = 365 * 24 * 3600
_NAME_BYTES = 9

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; img-src 'self' blob: data:; "
    "style-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Server": "appliance",
}
"""Of every answer: nothing is kept, and nothing on the page can reach another machine."""


class Guard:
    def __init__(self, token: str) -> None:
        self._token = token
        self._pass = secrets.token_urlsafe(32)

    @property
    def middleware(self) -> Middleware:
        @web.middleware
        async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
            host = _host(request)
            if host is None:
                return _refused()
            if request.path == "/" and "token" in request.query:
                return self._admitted(request)
            if not _same(request.cookies.get(_cookie("pass", request), ""), self._pass):
                return _refused()
            if "Upgrade" in request.headers and not _from_our_page(request, host):
                return _refused()
            return await handler(request)

        return checked

    def _admitted(self, request: web.Request) -> web.StreamResponse:
        if not _same(request.query["token"], self._token):
            return _refused()
        answer = web.Response(status=303, headers={"Location": "/"})
        _set(answer, _cookie("pass", request), self._pass, None)
        name = station_name(request) or secrets.token_urlsafe(_NAME_BYTES)
        _set(answer, _cookie("station", request), name, _YEAR)
        return answer


def station_name(request: web.Request) -> str | None:
    """By which this browser is known again, also after the server's next start."""
    name = request.cookies.get(_cookie("station", request), "")
    fits = 0 < len(name) <= 64 and all(c.isascii() and (c.isalnum() or c in "-_") for c in name)
    return name if fits else None


def _set(answer: web.Response, name: str, value: str, seconds: int | None) -> None:
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="Strict")


def _cookie(name: str, request: web.Request) -> str:
    # Two appliances of one machine have the same name and differ in their port.
    return f"appliance_{name}_{_port(request)}"


def _port(request: web.Request) -> int:
    address = request.transport.get_extra_info("sockname") if request.transport else None
    return int(address[1]) if address else 0


def _host(request: web.Request) -> str | None:
    """The authority by which we were called; None when it is not this machine's own."""
    said = request.headers.get("Host", "")
    try:
        return said if urlsplit(f"//{said}").hostname in HOSTS and "@" not in said else None
    except ValueError:
        return None


def _from_our_page(request: web.Request, host: str) -> bool:
    return request.headers.get("Origin") == f"http://{host}"


def _same(said: str, right: str) -> bool:
    return secrets.compare_digest(said.encode(errors="replace"), right.encode())


def _refused() -> web.Response:
    return web.Response(status=403)


async def sign(request: web.Request, response: web.StreamResponse) -> None:
    """Puts ``HEADERS`` on an answer that is about to be sent."""
    response.headers.update(HEADERS)
