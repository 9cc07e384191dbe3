from __future__ import annotations

import base64
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from appliance.delivery.webhook import post, read_secret, signed
from appliance.domain.errors import CallError, ConfigError
from bench.told_server import SECRET, serving

BODY = b'{"docid": "a", "revision": 1}'


def send(url: str, *, timeout: float = 5.0, leave: Event | None = None) -> None:
    headers = signed(BODY, key="k", secret=SECRET, now=1.0)
    post(url, BODY, headers, timeout=timeout, leave=leave or Event())


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # The example of its specification.
    headers = signed(
        b'{"event_type":"ping","data":{"success":true}}',
        key="msg_loFOjxBNrRLzqYUf",
        secret=base64.b64decode("plJ3nmyCDGBKInavdOK15jsl"),
        now=1731705121.9,
    )
    assert headers == {
        "webhook-id": "msg_loFOjxBNrRLzqYUf",
        "webhook-timestamp": "1731705121",
        "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    }


@pytest.mark.parametrize(
    "text", ["", "whsec_", "c2VjcmV0" * 6, "whsec_c2hvcnQ=", "whsec_%%%%", "whsec_ä"]
)
def test_a_secret_that_is_none_is_refused_with_how_to_make_one(text: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_secret(tmp_path / "key")
    assert "openssl" in caught.value.hint


def test_a_secret_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_secret(tmp_path / "key")


def test_what_the_server_says_to_a_call_that_it_refuses_is_kept() -> None:
    with serving(lambda number: 422) as server:
        with pytest.raises(CallError, match="422") as caught:
            send(server.url.replace("/erp", "/a?b=c"))
        assert caught.value.said == "not now"


@contextmanager
def speaking(speak: Callable[[socket.socket], object]) -> Iterator[int]:
    """A server of its own kind; its port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def listen() -> None:
            with closing(listening.accept()[0]) as one:
                one.recv(100_000)
                speak(one)

        thread = Thread(target=listen, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


def drip(wire: socket.socket) -> None:
    """An answer that never ends."""
    for _ in range(200):
        try:
            wire.sendall(b"HTTP/1.1 200 OK\r\nX: y\r\n"[:1])
        except OSError:
            return
        time.sleep(0.05)


def test_a_server_that_answers_without_end_is_left_in_time() -> None:
    with speaking(drip) as port:
        began = time.monotonic()
        with pytest.raises(CallError, match="took over"):
            send(f"http://127.0.0.1:{port}/", timeout=0.5)
        assert time.monotonic() - began < 3


def test_asked_to_leave_it_waits_no_longer() -> None:
    leave = Event()
    with speaking(lambda wire: leave.set() or time.sleep(0.5)) as port:
        began = time.monotonic()
        with pytest.raises(CallError):
            send(f"http://127.0.0.1:{port}/", timeout=60, leave=leave)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "answer", [b"nonsense\r\n\r\n", b"", b"HTTP/1.1 200\r\n" + b"a: b\r\n" * 200]
)
def test_an_answer_that_is_none_is_a_failure(answer: bytes) -> None:
    with speaking(lambda wire: wire.sendall(answer)) as port, pytest.raises(CallError):
        send(f"http://127.0.0.1:{port}/")


def test_no_redirect_is_followed() -> None:
    with serving() as elsewhere:
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n"
        with (
            speaking(lambda wire: wire.sendall(moved.encode())) as port,
            pytest.raises(CallError, match="307") as caught,
        ):
            send(f"http://127.0.0.1:{port}/")
        assert caught.value.hint
        assert not elsewhere.told


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443)])
def test_an_ipv6_address_needs_no_port(
    scheme: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *more: object) -> None:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(CallError):
        send(f"{scheme}://[fd00::5]/documents")
    assert called == [("fd00::5", port)]


def test_nobody_who_listens_is_told_as_such() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(CallError, match="refused"):
        send(f"http://127.0.0.1:{port}/")


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes the certificate")
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=localhost"],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.path)

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.handle_request, daemon=True)
        thread.start()
        with pytest.raises(CallError, match="self-signed"):
            send(f"https://localhost:{server.server_port}/")
        thread.join(10)
    assert not got
