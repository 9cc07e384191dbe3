"""Tells a server of the owner of a delivery: an HTTP POST of the result's JSON, signed.

Headers and signature are those of Standard Webhooks (standardwebhooks.com), so that its libraries
verify them. The certificate of the server is verified. No redirect is followed, for it could lead
elsewhere, and no proxy is used. The server took the result if it answers 2xx.
"""

from __future__ import annotations

import base64
import hmac
import socket
import ssl
from contextlib import closing, suppress
from http.client import HTTP_PORT, HTTPS_PORT, HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from appliance.domain.errors import CallError, ConfigError
from appliance.system.deadline import deadline

_PREFIX = "whsec_"
_SHORTEST = 24
"""Bytes of a secret."""
_MOST_SAID = 500
"""Bytes of an answer that are kept."""
_MAKE_ONE = "`(printf whsec_; openssl rand -base64 32) > FILE` makes one: docs/reference/results.md"


def read_secret(path: Path) -> bytes:
    """Raises ConfigError."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise ConfigError(f"the secret {path} cannot be read: {why}", hint=_MAKE_ONE) from error
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except ValueError:
        secret = b""
    if not text.startswith(_PREFIX) or len(secret) < _SHORTEST:
        raise ConfigError(
            f"{path} holds no secret: {_PREFIX} and {_SHORTEST} bytes or more in base64",
            hint=_MAKE_ONE,
        )
    return secret


def signed(body: bytes, *, key: str, secret: bytes, now: float) -> dict[str, str]:
    """The headers that say which call it is, of when, and that it is ours."""
    said = f"{key}.{int(now)}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, said, "sha256")).decode()
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": f"v1,{signature}",
    }


def post(url: str, body: bytes, headers: dict[str, str], *, timeout: float, leave: Event) -> None:
    """Raises CallError when the server does not take it within ``timeout`` seconds; once ``leave``
    is set it is given up."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    told = {
        "content-type": "application/json",
        "user-agent": "edge-document-appliance",
        "connection": "close",
    }
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, timeout)
    wire: socket.socket | None = None

    def cut() -> None:
        """Whoever waits at it is told that it is at its end, also below TLS."""
        if at := connection.sock or wire:
            with suppress(OSError):
                socket.socket.shutdown(at, socket.SHUT_RDWR)

    with closing(connection), deadline(timeout, cut, leave=leave) as ended:
        try:
            connection.request("POST", path, body, told | headers)
            wire = connection.sock  # which an answer takes away from the connection
            with closing(connection.getresponse()) as answer:
                status = answer.status
                said = b"" if 200 <= status < 300 else answer.read(_MOST_SAID)
        except (OSError, HTTPException) as error:
            if ended.is_set() or isinstance(error, TimeoutError):
                raise CallError(f"the server took over {timeout:g} s to answer") from error
            why = getattr(error, "verify_message", "") or getattr(error, "strerror", "")
            raise CallError(f"the server gave no answer: {why or type(error).__name__}") from error
    if 300 <= status < 400:
        raise CallError(
            f"the server answered {status}: no redirect is followed",
            hint="write the address to which it leads as the url",
        )
    if status >= 400 or status < 200:
        raise CallError(f"the server answered {status}", said=said.decode(errors="replace").strip())


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> HTTPConnection:
    # Where none is given, the library would look for one behind the colons of an IPv6 address.
    if scheme == "http":
        return HTTPConnection(host, port or HTTP_PORT, timeout=timeout)
    context = ssl.create_default_context()
    return HTTPSConnection(host, port or HTTPS_PORT, timeout=timeout, context=context)
