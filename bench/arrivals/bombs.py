"""XML that is made to harm whoever reads it, through the reader as it is by day."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from appliance.domain.errors import ApplianceError, DocumentError
from appliance.service import wiring
from appliance.settings.config import Settings
from bench import common

PATIENCE = 10.0
"""Seconds within which a bomb is refused."""
_ROOT = 'Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
_MANY = 2_000 if common.SMALL else 2_000_000
_DEEP = 100_000
_SECRET = "what stands in a file of this machine"


@dataclass(frozen=True, slots=True)
class Bomb:
    name: str
    refused: bool
    seconds: float
    said: str


@dataclass(frozen=True, slots=True)
class Campaign:
    bombs: tuple[Bomb, ...]
    fetched: int
    """Connections that were made to a server which a bomb names."""
    alive: bool
    """An honest invoice was read afterwards, and nothing of the machine stood in any."""

    @property
    def survived(self) -> int:
        return sum(one.refused and one.seconds <= PATIENCE for one in self.bombs)


def campaign(folder: Path, honest: Path) -> Campaign:
    secret = folder / "secret.txt"
    secret.write_text(_SECRET)
    with wiring.reader(Settings()) as reader, _server() as (port, calls):
        found, leaked = [], False
        for name, data in xml_bombs(secret, port).items():
            path = folder / f"{name.replace(' ', '-')}.xml"
            path.write_bytes(data)
            began, said = time.perf_counter(), ""
            refused = False
            try:
                document = reader.read(path, docid=common.sha256(path))
                words = " ".join(word.text for page in document.pages for word in page.words)
                leaked |= _SECRET in words
            except ApplianceError as error:
                said, refused = error.in_words, isinstance(error, DocumentError)
            found.append(Bomb(name, refused, time.perf_counter() - began, said))
        after = reader.read(honest, docid=common.sha256(honest))
    return Campaign(tuple(found), len(calls), after.einvoice is not None and not leaked)


def xml_bombs(secret: Path, port: int) -> Mapping[str, bytes]:
    url = f"http://127.0.0.1:{port}"
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    every = {
        "a billion laughs": _doctype(f'<!ENTITY l0 "ha">{laughs}', "&l12;"),
        "quadratic": _doctype(f'<!ENTITY a "{"a" * 100_000}">', "&a;" * 100_000),
        "a file as an entity": _doctype(f'<!ENTITY a SYSTEM "file://{secret}">', "&a;"),
        "a page of the web as an entity": _doctype(f'<!ENTITY a SYSTEM "{url}/a">', "&a;"),
        "a parameter entity": _doctype(f'<!ENTITY % a SYSTEM "{url}/b"> %a;', ""),
        "a DTD of the web": f'<!DOCTYPE Invoice SYSTEM "{url}/c"><{_ROOT}/>',
        "an included file": _root(
            f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" parse="text" href="{secret}"/>'
        ),
        "a schema of the web": f'<{_ROOT} xmlns:x="http://www.w3.org/2001/XMLSchema-instance" '
        f'x:schemaLocation="a {url}/d"/>',
        "nested without end": _root("<a>" * _DEEP + "</a>" * _DEEP),
        "nested and open": f"<{_ROOT}>" + "<a>" * _DEEP,
        "50 MB of lines": _root("<Note>12345678</Note>" * _MANY),
        "50 MB in an attribute": f'<{_ROOT} a="{"a" * 25 * _MANY}"/>',
        "50 MB of text": _root("a" * 25 * _MANY),
        "a million names": _root("".join(f"<n{at}/>" for at in range(_MANY // 2))),
        "cut in the middle": f"<{_ROOT}><ID>1",
    }
    found = {name: text.encode() for name, text in every.items()}
    found["of two encodings"] = f"<{_ROOT}><ID>\xe4</ID></Invoice>".encode("latin-1")
    found["in UTF-16 with entities"] = every["a file as an entity"].encode("utf-16")
    return found


def _doctype(entities: str, text: str) -> str:
    return f"<!DOCTYPE Invoice [{entities}]><{_ROOT}><ID>{text}</ID></Invoice>"


def _root(inside: str) -> str:
    return f"<{_ROOT}>{inside}</Invoice>"


@contextmanager
def _server() -> Iterator[tuple[int, list[str]]]:
    """Its port, and who called."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen() -> None:
            while True:
                try:
                    connection, address = listening.accept()
                except OSError:
                    return
                calls.append(str(address))
                connection.close()

        Thread(target=listen, daemon=True).start()
        yield listening.getsockname()[1], calls
