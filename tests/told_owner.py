"""The software of an owner: a real HTTP server that is told of deliveries, and a day that tells.

As a program, ``told_owner.py FOLDER URL NOW`` is one life of an appliance in ``FOLDER``: it
delivers some documents and makes the calls that are due.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread

from made_up_day import Day

from appliance.delivery.webhook import signed
from appliance.domain.delivery import DeliveryPlan
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction
from appliance.service.caller import Caller

SECRET = b"01234567890123456789012345678901"
SECRET_FILE = "erp.key"
NUMBER = 3
"""Of the word that tells one document from another."""


@dataclass(frozen=True)
class Told:
    docid: str
    revision: int
    key: str
    body: bytes
    status: int
    """That was answered."""


class Server:
    def __init__(self, answer: Callable[[int], int]) -> None:
        """``answer`` gives the status for the number of a call, from 0."""
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


class ToldDay(Day):
    """Each document has a number of its own, and none was seen before."""

    def __init__(self, folder: Path, plan: DeliveryPlan) -> None:
        super().__init__(folder, plan=plan)
        self.tick = 0.0
        """Seconds that a look at the clock takes."""
        read, extract = self.reads.read, self.asks.extract

        def numbered(path: Path, *, docid: str) -> Document:
            document = read(path, docid=docid)
            (page,) = document.pages
            words = list(page.words)
            words[NUMBER] = replace(words[NUMBER], text=f"A-{docid[:8]}")
            return replace(document, pages=(replace(page, words=tuple(words)),))

        def answered(document: Document, doctype: DocType) -> Prediction:
            said = extract(document, doctype)
            number = document.pages[0].words[NUMBER].text
            fields = [
                replace(one, text=number) if one.fieldtype == "number" else one
                for one in said.fields
            ]
            return replace(said, fields=tuple(fields))

        self.reads.read = numbered  # type: ignore[method-assign]
        self.asks.extract = answered  # type: ignore[method-assign]
        (folder / SECRET_FILE).write_text(f"whsec_{base64.b64encode(SECRET).decode()}\n")
        self.caller = Caller(
            self.store, folder, plan=lambda name: self.plan, lot=lambda: 0.5, clock=self.clock
        )

    def clock(self) -> float:
        self.now += self.tick
        return self.now

    def again(self, docid: str) -> None:
        """A further revision of it."""
        self.store.restart(self.job(docid))

    def close(self) -> None:
        self.caller.stop()
        self.store.close()


def webhook(url: str, *, timeout: float = 5.0) -> DeliveryPlan:
    return DeliveryPlan(url=url, secret_file=SECRET_FILE, timeout=timeout)


def live(folder: Path, url: str, now: float) -> None:
    day = ToldDay(folder, webhook(url))
    day.now = now
    docids = [day.drop(text) for text in ("one", "two", "three")]
    day.work()
    if all(len(day.store.deliveries(day.job(docid))) < 2 for docid in docids):
        day.again(docids[0])
        day.work()
    day.now += 8000
    day.caller.finish(Event())
    day.close()


if __name__ == "__main__":
    live(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
