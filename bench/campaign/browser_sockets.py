"""What is said through a socket, what is never taken from it, and what a station hears."""

from __future__ import annotations

import asyncio
import json
import os
import socket as sockets
from contextlib import suppress
from random import Random

import psutil
from aiohttp import WSServerHandshakeError

from bench.campaign.browser_served import (
    HANG,
    Browser,
    Served,
    Tally,
    closes,
    shown,
    status,
    told,
)
from bench.campaign.browser_shapes import frame, keys, message, odd_message
from bench.campaign.trial import Breach

PAGES = 4
"""With nonsense, in a trial: each starts a station."""
ODD = 300
FLOOD = 20_000
"""Pings, or keys."""
COST = 150 * 2**20
"""Bytes that a flood of a quarter of a minute may cost: some 40 MB, where it is not all kept."""
LEAVE = "\x11"
"""Ctrl+Q, everywhere."""


def _view(rng: Random) -> str:
    return f"{rng.getrandbits(128):032x}"


async def messages(served: Served, rng: Random, tally: Tally, inside: Browser) -> None:
    """Nonsense ends its page and nothing else; what is odd is borne."""
    for _ in range(PAGES):
        page = await inside.open(_view(rng))
        said = message(rng)
        tally.faults += 1
        await page.send_str(said)
        if not await closes(page, patience=HANG):
            tally.breach(Breach.HANG, f"a page goes on after {said[:100]!r}")
    for _ in range(PAGES):
        sent = frame(rng)
        tally.faults += 1
        answer = await _framed(served, inside, _view(rng), sent)
        if answer is None:
            tally.breach(Breach.HANG, f"a page goes on after the frame {sent[:40]!r}")
    page = await inside.open(_view(rng))
    await shown(page, "Who is")
    for _ in range(ODD):
        tally.faults += 1
        await page.send_str(odd_message(rng))
    await _still_there(page, tally, "odd messages")
    await _all_end(served, tally)


async def station_keys(served: Served, rng: Random, tally: Tally, inside: Browser) -> None:
    """A station still hears after what no keyboard says."""
    page = await inside.open(_view(rng))
    await shown(page, "Who is")
    said = [keys(rng) for _ in range(ODD)]
    with suppress(ConnectionError):  # one of them leaves the station, perhaps
        for one in said:
            tally.faults += 1
            await page.send_json(["stdin", one])
        # What began a paste or a sequence and never ended it takes no key for one.
        await page.send_json(["stdin", "\x1b\\\x07\x1b[201~"])
        await asyncio.sleep(1)
        await page.send_json(["stdin", LEAVE])
    if not await closes(page, patience=HANG):
        tally.breach(Breach.HANG, f"the station is deaf after {said[-5:]!r}")
    await _all_end(served, tally)


async def flood(served: Served, rng: Random, tally: Tally, inside: Browser) -> None:
    """More than a station can take: the server bears it, and another page is heard meanwhile."""
    one, other = await inside.open(_view(rng)), await inside.open(_view(rng))
    await shown(one, "Who is")
    await shown(other, "Who is")
    server = psutil.Process(served.process.pid)
    before = sum(each.memory_info().rss for each in [server, *server.children(recursive=True)])

    async def pour() -> None:
        with suppress(ConnectionError):
            for _ in range(FLOOD):
                if rng.random() < 0.5:
                    await one.ping(b"a" * 100)
                else:
                    await one.send_json(["stdin", "a" * 200])

    pouring = asyncio.create_task(pour())
    tally.faults += FLOOD // 100  # a hundred messages are one request's worth of harm
    await asyncio.sleep(5)
    await _still_there(other, tally, "what another page pours in")
    await asyncio.sleep(10)
    during = sum(each.memory_info().rss for each in [server, *server.children(recursive=True)])
    if during - before > COST:
        tally.breach(Breach.HANG, f"a flood costs {(during - before) >> 20} MB")
    pouring.cancel()
    with suppress(asyncio.CancelledError, ConnectionError):
        await pouring
    await one.close()
    await other.close()
    await _all_end(served, tally)


async def unread(served: Served, rng: Random, tally: Tally, inside: Browser) -> None:
    """A browser that takes nothing, but speaks: its station ends."""
    view = _view(rng)
    reader, writer = await _upgraded(served, inside, view)
    sizes = [{"width": width, "height": 120} for width in (500, 400)]
    clock = asyncio.get_running_loop().time
    end = clock() + HANG
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    while not _stations(served):
        await asyncio.sleep(0.1)
    with suppress(ConnectionError):
        while clock() < end and _stations(served):
            tally.faults += 1
            writer.write(_masked(json.dumps(["resize", rng.choice(sizes)]).encode()))
            await asyncio.wait_for(writer.drain(), HANG)
            await asyncio.sleep(0.05)
    if _stations(served):
        tally.breach(Breach.HANG, "a station goes on for a browser that takes nothing")
    writer.close()
    await _all_end(served, tally)


async def stopped(served: Served, rng: Random, tally: Tally, inside: Browser) -> None:
    """A station that hears nothing ends, be its browser there or gone."""
    page = await inside.open(_view(rng))
    await shown(page, "Who is")
    (station,) = _stations(served)
    station.suspend()
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(HANG):
            for _ in range(ODD):
                tally.faults += 1
                await page.send_json(["stdin", "a" * 2_000])
    if rng.random() < 0.5:
        connection = page._response.connection
        if connection and connection.transport:
            connection.transport.abort()
    elif not await closes(page, patience=HANG):
        tally.breach(Breach.HANG, "the page of a station that hears nothing stays")
    await _all_end(served, tally)


async def many(served: Served, rng: Random, tally: Tally, inside: Browser) -> None:
    """More pages than a machine can bear."""
    opened = []
    refused = 0
    for _ in range(24):
        tally.faults += 1
        try:
            opened.append(await inside.open(_view(rng)))
        except WSServerHandshakeError as error:
            refused += error.status == 503
    if refused < 24 - 16:
        tally.breach(Breach.ESCAPE, f"{len(opened)} stations at once, {refused} refused")
    for page in opened:
        await page.close()
    await _all_end(served, tally)


async def _framed(served: Served, inside: Browser, view: str, sent: bytes) -> bytes | None:
    """What came until the server closed; None when it does not."""
    reader, writer = await _upgraded(served, inside, view)
    writer.write(sent)
    answer = b""
    try:
        async with asyncio.timeout(HANG):
            while more := await reader.read(65536):
                answer += more
    except TimeoutError:
        return None
    except ConnectionError:
        pass
    finally:
        writer.close()
    return answer


async def _upgraded(
    served: Served, inside: Browser, view: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A socket whose frames are written by hand."""
    small = sockets.socket()
    small.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    small.setblocking(False)
    await asyncio.get_running_loop().sock_connect(small, ("127.0.0.1", served.port))
    reader, writer = await asyncio.open_connection(sock=small, limit=2**14)
    head = (
        f"GET /socket/{view}?width=400&height=100 HTTP/1.1",
        f"Host: 127.0.0.1:{served.port}",
        f"Origin: {served.origin}",
        f"Cookie: {inside.cookies}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    writer.write("\r\n".join([*head, "", ""]).encode())
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HANG)
    if status(answer) != 101:
        raise RuntimeError(f"no socket opens: {answer!r}")
    return reader, writer


def _masked(data: bytes) -> bytes:
    assert len(data) < 126
    return bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data


def _stations(served: Served) -> list[psutil.Process]:
    return (
        psutil.Process(served.process.pid).children() if served.process.returncode is None else []
    )


async def _still_there(page: object, tally: Tally, what: str) -> None:
    word = os.urandom(8).hex()
    try:
        await page.send_json(["ping", word])  # type: ignore[attr-defined]
        await told(page, word)  # type: ignore[arg-type]
    except (TimeoutError, ConnectionError) as error:
        tally.breach(Breach.HANG, f"a page does not bear {what}: {error!r}")


async def _all_end(served: Served, tally: Tally) -> None:
    """Every page is gone, so every station is to end."""
    clock = asyncio.get_running_loop().time
    end = clock() + HANG
    while left := _stations(served):
        if clock() > end:
            tally.breach(Breach.HANG, f"{len(left)} stations stay without a page")
            return
        await asyncio.sleep(0.2)
