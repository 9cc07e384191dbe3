"""Shapes of hostile requests and messages, each made from chance alone."""

from __future__ import annotations

import json
from random import Random

_UP = ("..", "%2e%2e", ".%2e", "%252e%252e", "..%00", "....", "..;", "%c0%ae%c0%ae", "．．", "..\\")
_SLASH = ("/", "//", "%2f", "%5c", "\\", "/./", "%252f", "/;/")
_AIMS = (
    "serve.py",
    "auth.py",
    "index.html%00.js",
    "etc/passwd",
    "proc/self/environ",
    "appliance.toml",
    "appliance.db",
    "C:/windows/win.ini",
    "file:///etc/passwd",
    ".git/config",
    "a" * 300,
    "%",
    "%zz",
    "%ff%fe",
    "con",
    "~root",
    "*",
)
_NOWHERE = ("/", "/nowhere/", "/static/", "/download/", "/ws", "/debug", "/.well-known/x", "/admin")
_METHODS = ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "BREW")
_FILES = ("/", "/page/station.js", "/page/station.css", "/terminal/js/textual.js")


def path_out(rng: Random) -> tuple[str, str]:
    """A path that has to be refused, and the method by which it is asked for."""
    if rng.random() < 0.25:
        return rng.choice(_FILES), rng.choice(_METHODS)
    way = "".join(rng.choice(_UP) + rng.choice(_SLASH) for _ in range(rng.randint(1, 8)))
    first = rng.choice(
        ["/page/", "/terminal/", "/terminal/js/", "/page//", "/socket/", "/picture/"]
    )
    path = rng.choice(
        [
            first + way + rng.choice(_AIMS),
            first + rng.choice(_AIMS),
            rng.choice(["/page", "/terminal"]) + rng.choice(["", "/", "/js", "/css/", "/."]),
            rng.choice(_NOWHERE[1:]) + rng.choice(_AIMS),
            "/" + way + rng.choice(_AIMS),
        ]
    )
    return path, rng.choice(["GET", "GET", "HEAD"])


def broken_head(rng: Random, *about: str) -> tuple[bytes, bool]:
    """Bytes that a server gets, and whether they may be a request that is served.

    ``about`` are the lines of a head that would be let through.
    """
    known = "\r\n".join(about)
    within = f"GET /page/station.js HTTP/1.1\r\n{known}\r\n\r\n"
    start = f"GET / HTTP/1.1\r\n{known}\r\n"
    size = len(within)
    chunked = f"{size:x}\r\n{within}\r\n0\r\n\r\n"
    shapes = {
        # Two requests for whoever reads the lengths otherwise.
        "both lengths": f"{start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}",
        "two lengths": f"{start}Content-Length: 0\r\nContent-Length: {size}\r\n\r\n{within}",
        "a list of lengths": f"{start}Content-Length: 0, {size}\r\n\r\n{within}",
        "a signed length": f"{start}Content-Length: +{size}\r\n\r\n{within}",
        "a length below zero": f"{start}Content-Length: -1\r\n\r\n{within}",
        "a length in hex": f"{start}Content-Length: 0x{size:x}\r\n\r\n{within}",
        "a huge length": f"{start}Content-Length: {'9' * 40}\r\n\r\n{within}",
        "an odd coding": f"{start}Transfer-Encoding: xchunked\r\n\r\n{chunked}",
        "two codings": f"{start}Transfer-Encoding: chunked, identity\r\n\r\n{chunked}",
        "a coding with a tab": f"{start}Transfer-Encoding:\x0bchunked\r\n\r\n{chunked}",
        "a space before the colon": f"{start}Content-Length : {size}\r\n\r\n{within}",
        "a folded line": f"{start}X: a\r\n Content-Length: {size}\r\n\r\n{within}",
        "a broken chunk": f"{start}Transfer-Encoding: chunked\r\n\r\nzz\r\n{within}",
        "an endless chunk": f"{start}Transfer-Encoding: chunked\r\n\r\n{'f' * 20}\r\n{within}",
        # No request at all.
        "nothing": "\r\n" * rng.randint(1, 2000),
        "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 200,
        "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "HTTP/9.9": f"GET / HTTP/9.9\r\n{known}\r\n\r\n",
        "HTTP/0.9": "GET /\r\n\r\n",
        "no version": f"GET / \r\n{known}\r\n\r\n",
        "an absolute target": f"GET http://elsewhere.example/ HTTP/1.1\r\n{known}\r\n\r\n",
        "a target of its own": f"GET elsewhere.example HTTP/1.1\r\n{known}\r\n\r\n",
        "a star": f"GET * HTTP/1.1\r\n{known}\r\n\r\n",
        "a tunnel": f"CONNECT elsewhere.example:443 HTTP/1.1\r\n{known}\r\n\r\n",
        "a NUL": f"{start}X: a\x00b\r\n\r\n",
        "a name with a space": f"{start}X Y: a\r\n\r\n",
        "a line without a name": f"{start}: a\r\n\r\n",
        "a lone CR": f"{start}X: a\rY: b\r\n\r\n",
        # Too much.
        "a long line": f"GET /{'a' * rng.randint(9_000, 60_000)} HTTP/1.1\r\n{known}\r\n\r\n",
        "a long head": f"{start}X: {'a' * rng.randint(9_000, 60_000)}\r\n\r\n",
        "many heads": f"{start}{'X: a' * 1}\r\n" + "Y: b\r\n" * rng.randint(2_000, 9_000) + "\r\n",
        "a long method": f"{'A' * rng.randint(500, 9_000)} / HTTP/1.1\r\n{known}\r\n\r\n",
    }
    if rng.random() < 0.3:
        whole = bytearray(f"{start}User-Agent: x\r\n\r\n".encode("latin-1"))
        for _ in range(rng.randint(1, 12)):
            whole[rng.randrange(len(whole))] = rng.randrange(256)
        return bytes(whole), True
    name = rng.choice(list(shapes))
    return shapes[name].encode("latin-1"), False


def message(rng: Random) -> str:
    """What no terminal says."""
    deep = rng.randint(2_000, 20_000)
    return rng.choice(
        [
            "",
            "null",
            "[]",
            "{",
            "[" * deep,
            '{"a":' * (deep // 2),
            json.dumps(["stdin", rng.choice([None, 7, ["a"], {"a": 1}, True])]),
            json.dumps(["stdin"]),
            json.dumps(["stdin", "a", "b"]),
            json.dumps(
                ["resize", rng.choice([None, {}, {"width": "9"}, {"width": 1.5}, [80, 24]])]
            ),
            json.dumps(["resize", {"width": 80, "height": "a"}]),
            '["resize", {"width": NaN, "height": Infinity}]',
            f'["resize", {{"width": {"9" * 5000}, "height": 1}}]',
            json.dumps(["quit"]),
            json.dumps([{"type": "quit"}]),
            json.dumps(["deliver_chunk_request", {"key": "a", "size": 1}]),
            json.dumps({"type": "open_url"}),
            "".join(chr(rng.randrange(1, 0xD7FF)) for _ in range(rng.randint(1, 300))),
        ]
    )


def odd_message(rng: Random) -> str:
    """What a terminal may say, however odd; of keys, which may leave the station, but letters."""
    sides = [0, -1, 1, 10**9, 10**300, 20, 500]
    return rng.choice(
        [
            json.dumps(["resize", {"width": rng.choice(sides), "height": rng.choice(sides)}]),
            json.dumps(["ping", rng.choice([None, "a" * 9_000, {"a": [1]}, 1e308, "\ud800"])]),
            json.dumps(["focus"]),
            json.dumps(["blur"]),
            json.dumps(["stdin", chr(rng.choice([97, 0x202E, 0x1F600, 0x301, 0xD800])) * 9]),
        ]
    )


def keys(rng: Random) -> str:
    """What no keyboard says."""
    number = rng.choice(["", "0", "1", "65535", "9" * 12, "9" * 400, "-1", "1:2:3", ";;;"])
    return rng.choice(
        [
            f"\x1b[<{number};{number};{number}M",
            f"\x1b[{number};{number}u",
            f"\x1b[{number}~",
            f"\x1b[?{number};{number}$y",
            f"\x1b[{number};{number}R",
            f"\x1b[M{chr(32 + rng.randrange(90))}!",
            f"\x1b]{number};{'a' * rng.randrange(500)}",
            f"\x1bP{number}q{'a' * rng.randrange(500)}\x1b\\",
            f"\x1b_G{number}\x1b\\",
            "\x1b" * rng.randint(1, 50),
            "\x1b[" * rng.randint(1, 50),
            f"\x1b[200~{'[@click=app.exit]' * rng.randrange(50)}\x1b[201~",
            "\x1b[200~",
            "\x1b[201~",
            "\x1b[48;9999999;9999999;1;1t",
            "\x1b[I\x1b[O",
            "\ud800\udfff\ud83d",
            "\x00\x01\x02\x7f\x80\x9b\x9d",
            "".join(chr(rng.choice([rng.randrange(32, 127), 0x202E, 0x1F600, 0x301]))),
        ]
    )


def frame(rng: Random) -> bytes:
    """Bytes that are no frame of a browser, or one that no terminal sends."""
    mask = rng.randbytes(4)
    size = rng.choice([0, 1, 100, 125])
    data = rng.randbytes(size)
    return rng.choice(
        [
            bytes([0x82, 0x80 | size]) + mask + data,  # binary
            bytes([0x81, 0x84]) + b"\0\0\0\0" + b"\xff\xfe\xc0\x80",  # broken UTF-8
            bytes([0x81, size]) + data,  # without a mask
            bytes([0xF1, 0x80 | size]) + mask + data,  # bits that nobody agreed upon
            bytes([0x83 + rng.randrange(5), 0x80]) + mask,  # a kind that there is not
            bytes([0x89, 0xFE, 0x01, 0x00]) + mask + rng.randbytes(256),  # a ping too long
            bytes([0x09, 0x80]) + mask,  # a ping in parts
            bytes([0x80, 0x80]) + mask,  # the end of nothing
            bytes([0x01, 0x81]) + mask + b"a" + bytes([0x81, 0x81]) + mask + b"b",
            bytes([0x88, 0x81]) + mask + b"a",  # an end with half a number
            bytes([0x88, 0x82]) + b"\0\0\0\0" + b"\x00\x01",  # an end with a number below all
            bytes([0x81, 0xFF]) + b"\x7f" + b"\xff" * 7 + mask + data,  # of 2**63 bytes
            bytes([0x81, 0xFF]) + (10**7).to_bytes(8, "big") + mask + data,  # and of ten million
        ]
    )
