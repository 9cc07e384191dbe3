"""Who is let in and to what: tokens, sessions, what is kept of her work, and what is shown."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from collections.abc import Callable
from contextlib import closing, suppress
from random import Random

import psutil
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from appliance.records.queue import ClerkQueue
from appliance.records.store import Store
from appliance.settings.home import Home
from bench.campaign.browser_served import (
    START,
    Browser,
    Reading,
    Served,
    Tally,
    browser,
    shown,
    status,
)
from bench.campaign.trial import Breach

RACERS = 30
GUESSES = 60
ALLOWED = re.compile(
    r"\x1b\[[0-9;?$<>=]*[@-~]|\x1b\]22;[a-z-]*\x07|[\r\n\t\x20-\x7e\xa0-\U0010ffff]"
)
"""Of what a station may write: sequences that move, colour, switch or shape the pointer of the
mouse, and what can be seen."""
UNSEEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _view(rng: Random) -> str:
    return f"{rng.getrandbits(128):032x}"


async def tokens(served: Served, rng: Random, tally: Tally) -> None:
    """A token lets one browser in, and no cookie but the server's own stands for it."""
    token = await served.token()
    host = f"Host: 127.0.0.1:{served.port}"
    name = f"appliance_pass_{served.port}"

    def entering(said: str, *heads: str) -> bytes:
        return "\r\n".join([f"GET /?token={said} HTTP/1.1", host, *heads, "", ""]).encode()

    planted = f"Cookie: {name}=planted"
    answers = await asyncio.gather(*(served.raw(entering(token, planted)) for _ in range(RACERS)))
    tally.faults += RACERS
    entered = [answer for answer in answers if status(answer) == 303]
    if len(entered) != 1:
        tally.breach(Breach.ESCAPE, f"one token lets {len(entered)} in")
    passes = {one for answer in entered for one in re.findall(rf"{name}=([^;]+)".encode(), answer)}
    if passes & {b"planted", token.encode()} or any(len(one) < 40 for one in passes):
        tally.breach(Breach.ESCAPE, f"the pass is {passes}")
    for _ in range(GUESSES):
        (said,) = [one.decode() for one in passes]
        at = rng.randrange(len(said))
        guess = rng.choice(
            [said[:at], said[:at] + "A" + said[at + 1 :], said.swapcase(), f"{said}A"]
        )
        if guess != said:
            sent = entering("", f"Cookie: {name}={guess}")
            await tally.refused(served, sent, "a pass that is nearly one")
        await tally.refused(served, entering(token), "a token that was used")
    after = await served.token()
    if after == token or len(set(served.tokens)) != len(served.tokens):
        tally.breach(Breach.ESCAPE, "a token comes again")


async def sessions(served: Served, rng: Random, tally: Tally, one: Browser) -> None:
    """What one browser has open is nothing to another, by whatever address."""
    view = _view(rng)
    page = await one.open(view)
    await shown(page, "Who is")
    async with Reading(page) as reading, browser(served) as other:
        if await other.enter() != 200:
            raise RuntimeError("the second browser is not let in")
        for _ in range(GUESSES):
            tally.faults += 1
            code, body = await other.get(f"/picture/{view}?known={rng.getrandbits(32)}")
            if code != 404:
                tally.breach(Breach.ESCAPE, f"another browser's picture: {code}, {body[:20]!r}")
        await _taken_twice(one, view, tally)
        tally.faults += 1
        mine = await other.open(view)  # a page of its own, under a name that it made up
        await shown(mine, "Who is")
        await mine.send_json(["stdin", "other"])
        await shown(mine, "other")
        await mine.close()
        await page.send_json(["stdin", "first"])
        if not await reading.sees("first"):
            tally.breach(Breach.HANG, "a page does not hear its own keys any more")
        if "other" in reading.seen:
            tally.breach(Breach.ESCAPE, "keys of one browser reach the page of another")
    await page.close()


async def _taken_twice(one: Browser, view: str, tally: Tally) -> None:
    tally.faults += 1
    with suppress(WSServerHandshakeError):
        again = await one.open(view)
        tally.breach(Breach.ESCAPE, "a second socket of one page opens")
        await again.close()


async def breaks(served: Served, rng: Random, tally: Tally, inside: Browser, home: Home) -> None:
    """A clerk types a value, and her page ends in some way: the next page goes on from it. Another
    page that is open meanwhile has another document."""
    name, value = f"Anna{rng.randrange(100)}", f"{rng.randrange(10, 99)} Low Road"
    page = await inside.open(_view(rng))
    await shown(page, "Who is")
    await _say(page, name, "\r")
    await shown(page, "1.txt")
    beside = await inside.open(_view(rng))
    await _say_again(beside, name, tally)
    if "2.txt" not in await shown(beside, "2.txt"):
        tally.breach(Breach.DUPLICATED, "two pages have one document")
    await page.send_json(["stdin", "\x1bOQ"])  # F2 begins a value
    await asyncio.sleep(0.5)
    await _say(page, *value, "\r")
    await _until(lambda: value in _kept(home), "the value is never kept")
    tally.faults += 1
    way = rng.choice(["closed", "cut", "killed", "stopped and cut"])
    await _end(served, page, way)
    await _gone(served, 1)
    if value not in _kept(home):
        tally.breach(Breach.LOST, f"a kept value is gone after its page was {way}")
    back = await inside.open(_view(rng))
    await _say_again(back, name, tally)
    try:
        await shown(back, value.split()[0])
    except TimeoutError:
        tally.breach(Breach.LOST, f"the draft is not shown again after the page was {way}")
    await back.close()
    await beside.close()


async def _say_again(page: ClientWebSocketResponse, name: str, tally: Tally) -> None:
    """Each page asks who sits there, and offers who was last at this browser."""
    if name not in await shown(page, "another name"):
        tally.breach(Breach.LOST, "her name is not offered again")
    await page.send_json(["stdin", "1"])


async def texts(served: Served, rng: Random, tally: Tally, inside: Browser, receipts: int) -> None:
    """Whatever stands on a document is shown, and does nothing."""
    page = await inside.open(_view(rng))
    await shown(page, "Who is")
    await _say(page, "Anna", "\r")
    await shown(page, "1.txt")
    written = ""
    for press in ["p", "p", *(["\t"] * 8), "?", "\x1b", "l", "\x1b", "s"] * receipts:
        tally.faults += 1
        await page.send_json(["stdin", press])
        written += await _written(page, tally, seconds=0.4)
    await page.send_json(["ping", "there"])
    if page.closed:
        tally.breach(Breach.HANG, "a document ends its station")
    if odd := ALLOWED.sub("", written) or UNSEEN.findall(written):
        tally.breach(Breach.ESCAPE, f"a document writes {odd[:20]!r} to the terminal")
    if re.search(r"\x1b\[[0-9;?$<>=]*[cntx]", written):
        tally.breach(Breach.ESCAPE, "a document asks the terminal for something")
    await page.close()


async def _written(page: ClientWebSocketResponse, tally: Tally, *, seconds: float) -> str:
    found = ""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                message = await page.receive()
                if message.type is WSMsgType.BINARY:
                    found += message.data.decode()
                elif message.type is WSMsgType.TEXT:
                    if json.loads(message.data)[0] != "pong":
                        tally.breach(Breach.ESCAPE, f"a document tells the page: {message.data}")
                else:
                    return found
    return found


async def _say(page: ClientWebSocketResponse, *words: str) -> None:
    """As a hand does."""
    for word in words:
        await page.send_json(["stdin", word])
        await asyncio.sleep(0.15)


def _kept(home: Home) -> str:
    with closing(Store(home.database)) as store:
        queue = ClerkQueue(store)
        return " ".join(str(queue.draft(job).actions) for job in store.jobs())


async def _until(true: Callable[[], bool], told: str) -> None:
    clock = asyncio.get_running_loop().time
    end = clock() + START
    while not true():
        if clock() > end:
            raise TimeoutError(told)
        await asyncio.sleep(0.2)


async def _gone(served: Served, left: int) -> None:
    process = psutil.Process(served.process.pid)
    await _until(lambda: len(process.children()) <= left, "a station stays without its page")


async def _end(served: Served, page: ClientWebSocketResponse, way: str) -> None:
    first = min(psutil.Process(served.process.pid).children(), key=lambda one: one.create_time())
    if way == "closed":
        await page.close()
    elif way == "killed":
        first.send_signal(signal.SIGKILL)
    else:
        if way == "stopped and cut":
            first.send_signal(signal.SIGSTOP)
        transport = page._response.connection
        assert transport and transport.transport
        transport.transport.abort()
