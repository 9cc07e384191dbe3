"""Who may speak to the station's server: a browser that was opened with the token, nobody else.

A token comes in the address, lets one browser in, and is another from then on; a cookie with a pass
stands for it. Names other than this machine's own are refused, since a page from elsewhere may have
its name point here; so is whatever another page asks for. Cookies know no ports: what else serves
this browser on this machine gets the cookie too, which is why it is not the token itself.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from appliance.review.browser.admission import Admission, Admissions, same

HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
REFUSED = "This browser is not let in. Type or paste the address that the station printed last.\n"
_AUTHORITY = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?")
_SEAT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_METHODS = "GET", "HEAD"
_YEAR = 365 * 24 * 3600

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; img-src 'self' blob: data:; "
    "style-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), serial=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Server": "appliance",
}
"""Of every answer: nothing is kept, and nothing on the page can reach another machine. xterm.js
writes styles into its page, never scripts."""


class Guard:
    def __init__(self, invite: Callable[[str], None], admissions: Admissions) -> None:
        """``invite`` is told the next token whenever one was used."""
        self._invite = invite
        self.admissions = admissions
        self.token = _token()
        """Lets in the next browser."""

    @property
    def middleware(self) -> Middleware:
        @web.middleware
        async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.method not in _METHODS:
                return _closing(web.Response(status=405, headers={"Allow": ", ".join(_METHODS)}))
            host = _host(request)
            if host is None or not _from_our_page(request, host):
                return _refused()
            admission = self.admission(request)
            if request.path == "/" and "token" in request.query:
                return _home() if admission else self._admitted(request)
            return await handler(request) if admission else _refused()

        return checked

    def admission(self, request: web.Request) -> Admission | None:
        """Of the browser that asks."""
        return self.admissions.find(request.cookies.get(_cookie("pass", request), ""))

    def _admitted(self, request: web.Request) -> web.StreamResponse:
        if request.method != "GET" or not same(request.query["token"], self.token):
            return _refused()
        self.token = _token()
        said, admission = self.admissions.admit(_seat(request))
        answer = _home()
        _set(answer, _cookie("pass", request), said, None)
        _set(answer, _cookie("station", request), admission.seat, _YEAR)
        self._invite(self.token)
        return answer


def _token() -> str:
    return secrets.token_urlsafe(32)


def _home() -> web.Response:
    return web.Response(status=303, headers={"Location": "/"})


def _refused() -> web.Response:
    return _closing(web.Response(status=403, text=REFUSED))


def _closing(answer: web.Response) -> web.Response:
    """Who is refused has to connect anew for the next try."""
    answer.force_close()
    return answer


def _seat(request: web.Request) -> str | None:
    name = request.cookies.get(_cookie("station", request), "")
    return name if _SEAT.fullmatch(name) else None


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
    said = request.headers.getall("Host", [])
    ours = len(said) == 1 and _AUTHORITY.fullmatch(said[0]) and request.raw_path.startswith("/")
    return said[0] if ours else None


def _from_our_page(request: web.Request, host: str) -> bool:
    """Or from nobody's, as when an address is typed; a socket only ever opens from a page."""
    if set(request.headers.getall("Sec-Fetch-Site", [])) - {"same-origin", "none"}:
        return False
    origins = request.headers.getall("Origin", [])
    return origins == [f"http://{host}"] or not (origins or "Upgrade" in request.headers)


async def sign(request: web.Request, response: web.StreamResponse) -> None:
    """Puts ``HEADERS`` on an answer that is about to be sent."""
    response.headers.update(HEADERS)
