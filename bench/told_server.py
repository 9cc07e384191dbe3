"""The owner's server, as a webhook meets it: real HTTP, answers as it is told to give, and it
remembers all that it was told."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread

from appliance.delivery.webhook import signed

SECRET = b"01234567890123456789012345678901"
SECRET_TEXT = f"whsec_{base64.b64encode(SECRET).decode()}\n"
"""Of the file in which the appliance has it."""


@dataclass(frozen=True)
class Told:
    docid: str
    revision: int
    key: str
    body: bytes
    status: int
    """That was answered; 0 where the line was cut."""


class Server:
    def __init__(self, answer: Callable[[int], int]) -> None:
        """``answer`` gives the status for the number of a call, from 0; 0 cuts the line."""
        self.told: list[Told] = []
        self.answer = answer
        self.asked = Event()
        self.lock = Lock()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.http.server_port}/erp"

    @property
    def took(self) -> list[Told]:
        return [one for one in self.told if one.status == 200]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                server.asked.set()
                with server.lock:
                    status = server.answer(len(server.told))
                    server.told.append(server.received(self, body, status))
                if status:
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(b"" if status == 200 else b"not now")

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def received(self, request: BaseHTTPRequestHandler, body: bytes, status: int) -> Told:
        key, when = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        ours = signed(body, key=key, secret=SECRET, now=float(when))["webhook-signature"]
        assert request.headers["webhook-signature"] == ours
        result = json.loads(body)
        return Told(result["docid"], result["revision"], key, body, status)


@contextmanager
def serving(answer: Callable[[int], int] = lambda number: 200) -> Iterator[Server]:
    server = Server(answer)
    thread = Thread(target=server.http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
        thread.join()
