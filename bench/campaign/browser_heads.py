"""What is said before a socket opens: strangers, other names, broken heads, paths, full lines."""

from __future__ import annotations

import asyncio
import resource
import secrets
from contextlib import suppress
from random import Random

from bench.campaign.browser_served import (
    GRANTED,
    HANG,
    REFUSALS,
    Browser,
    Reading,
    Served,
    Tally,
    shown,
    status,
)
from bench.campaign.browser_shapes import broken_head, path_out
from bench.campaign.trial import Breach

REQUESTS = 150
CROWD = 3000
"""Connections at once; a server may have 1,024 files open."""


def _request(path: str, *heads: str, method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *heads, "", ""]
    return "\r\n".join(lines).encode("utf-8", errors="surrogateescape")


def _view(rng: Random) -> str:
    return f"{rng.getrandbits(128):032x}"


def _wish(rng: Random, view: str) -> tuple[str, list[str]]:
    """A path that a page asks for, and the heads of a socket where it is one."""
    path = rng.choice(
        ["/", "/page/station.js", "/terminal/js/textual.js", f"/picture/{view}", f"/socket/{view}"]
    )
    upgrade = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    upgrade.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    return path, upgrade if "socket" in path else []


async def strangers(served: Served, rng: Random, tally: Tally) -> None:
    """Whoever has neither token nor cookie gets nothing, however he asks."""
    token = await served.token()
    host, name = f"Host: 127.0.0.1:{served.port}", f"appliance_pass_{served.port}"
    for _ in range(REQUESTS):
        path, heads = _wish(rng, _view(rng))
        at = rng.randrange(len(token))
        near = rng.choice([token[:at], token[:at] + "x" + token[at:], token.swapcase(), "", "%00"])
        path += rng.choice(["", f"?token={near}", f"?token={near}&token={token[:-1]}"])
        cookie = rng.choice(["", near, secrets.token_urlsafe(32), token, '"', "ä", "\x01"])
        origin = rng.choice(["", served.origin, "null", "http://elsewhere.example"])
        heads += [f"Cookie: {name}={cookie}"] if cookie else []
        heads += [f"Origin: {origin}"] if origin else []
        method = rng.choice(["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
        sent = _request(path, host, *heads, method=method)
        answer = await tally.refused(served, sent, f"a stranger's {method} {path} with {heads}")
        if b"set-cookie" in answer.lower():
            tally.breach(Breach.ESCAPE, f"a stranger gets a cookie: {path} with {heads}")


async def names(served: Served, rng: Random, tally: Tally, inside: Browser) -> None:
    """A browser that is let in lends its cookie to other pages, and other names lead here."""
    port = served.port
    for _ in range(REQUESTS):
        path, heads = _wish(rng, _view(rng))
        evil = rng.choice(["elsewhere.example", "127.0.0.1.elsewhere.example", "[::]", "0.0.0.0"])
        site = rng.choice(["cross-site", "same-site", "same-origin, cross-site", "x"])
        ours = f"127.0.0.1:{port}"
        asked = [
            [f"Host: {evil}:{port}", f"Origin: http://{evil}:{port}"],
            [f"Host: {evil}"],
            [f"Host: {ours}", f"Host: {evil}"],
            [f"Host: user@{ours}"],
            [f"Host: {ours}/{evil}"],
            [f"Host: {ours}", f"Origin: http://{evil}"],
            [f"Host: {ours}", f"Origin: https://{ours}"],
            [f"Host: {ours}", f"Origin: http://127.0.0.1:{port + 1}"],
            [f"Host: {ours}", "Origin: null"],
            [f"Host: {ours}", f"Origin: http://{ours}", f"Origin: http://{evil}"],
            [f"Host: {ours}", f"Origin: http://{ours}", f"Sec-Fetch-Site: {site}"],
            [],
        ]
        said = rng.choice(asked)
        sent = _request(path, *said, *heads, f"Cookie: {inside.cookies}")
        await tally.refused(served, sent, f"{path} from elsewhere with {said}")
    if status(await served.raw(_request("/", f"Host: {ours}", f"Cookie: {inside.cookies}"))) != 200:
        tally.breach(Breach.HANG, "its own page does not come any more")


async def heads(served: Served, rng: Random, tally: Tally, inside: Browser) -> None:
    """Bytes that are no request, or two that look like one."""
    ours = f"Host: 127.0.0.1:{served.port}"
    shapes = [broken_head(rng, ours, f"Cookie: {inside.cookies}") for _ in range(REQUESTS)]
    for first in range(0, REQUESTS, 10):
        await asyncio.gather(
            *(
                tally.refused(
                    served,
                    sent,
                    repr(sent[:200]),
                    allowed=(200, 204, *REFUSALS) if may_pass else REFUSALS,
                )
                for sent, may_pass in shapes[first : first + 10]
            )
        )


async def files(served: Served, rng: Random, tally: Tally, inside: Browser) -> None:
    """Paths that lead out of the folders, list one, or want something done."""
    about = f"Host: 127.0.0.1:{served.port}", f"Cookie: {inside.cookies}", "Connection: close"
    for _ in range(REQUESTS):
        path, method = path_out(rng)
        await tally.refused(served, _request(path, *about, method=method), f"{method} {path}")


async def crowd(served: Served, rng: Random, tally: Tally, inside: Browser) -> None:
    """More connections than there is room for, of which none ends its head: the page that is open
    goes on, and afterwards another is heard."""
    page = await inside.open(_view(rng))
    await shown(page, "Who is")
    async with Reading(page) as reading:
        writers = await _come(served, rng, tally)
        with suppress(ConnectionError):
            await page.send_json(["ping", "still there"])
        if not await reading.sees("still there"):
            tally.breach(Breach.HANG, f"the open page ends among {CROWD} connections")
        ask = _request("/", f"Host: 127.0.0.1:{served.port}", f"Cookie: {inside.cookies}")
        if not await _heard_within(served, ask, HANG):
            tally.breach(Breach.HANG, f"nobody is heard beside {CROWD} that say nothing")
        for writer in writers:
            writer.close()
        if not await _heard_within(served, ask, GRANTED):
            tally.breach(Breach.HANG, f"nobody is heard after {CROWD} connections")
    await page.close()


async def _come(served: Served, rng: Random, tally: Tally) -> list[asyncio.StreamWriter]:
    writers = []
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, CROWD + 200), most))
    for _ in range(CROWD):
        tally.faults += 1
        with suppress(OSError, TimeoutError):
            opening = asyncio.open_connection("127.0.0.1", served.port)
            writers.append((await asyncio.wait_for(opening, GRANTED))[1])
            writers[-1].write(rng.choice([b"", b"G", b"GET / HTTP/1.1\r\nHost: 127", b"\x16\x03"]))
    for _ in range(20):
        for writer in rng.sample(writers, min(len(writers), 50)):
            if not writer.is_closing():
                writer.write(b"a")
        await asyncio.sleep(0.1)
    return writers


async def _heard_within(served: Served, ask: bytes, seconds: float) -> bool:
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    while clock() < end:
        with suppress(OSError, TimeoutError):
            if status(await served.raw(ask, patience=5)) == 200:
                return True
        await asyncio.sleep(0.5)
    return False
