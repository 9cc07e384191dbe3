"""The station in a browser, before strangers, other pages, and browsers that do what none does.

The server and its stations are those of ``appliance review --serve``; the documents wait for a
clerk, and their words would drive a terminal. A message or a request that no honest browser sends
is a fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.campaign import browser_desk, browser_heads, browser_sockets
from bench.campaign.browser_home import HARMLESS, lured, make_home
from bench.campaign.browser_served import Tally, browser, served
from bench.campaign.trial import Breach, Outcome

RECEIPTS = 3
_OUTSIDE = {"strangers": browser_heads.strangers, "tokens": browser_desk.tokens}
_INSIDE = {
    "names": browser_heads.names,
    "heads": browser_heads.heads,
    "files": browser_heads.files,
    "crowd": browser_heads.crowd,
    "sessions": browser_desk.sessions,
    "messages": browser_sockets.messages,
    "keys": browser_sockets.station_keys,
    "flood": browser_sockets.flood,
    "stopped": browser_sockets.stopped,
    "unread": browser_sockets.unread,
    "many pages": browser_sockets.many,
}
_BREAKS, _TEXTS = "breaks", "texts"


@dataclass(frozen=True, slots=True)
class BrowserPart:
    name: str = "browser"
    kinds: Sequence[str] = (*_OUTSIDE, *_INSIDE, _BREAKS, _TEXTS)

    def trials(self, *, small: bool) -> int:
        return 1 if small else 12

    def run(self, kind: str, seed: int, folder: Path) -> Outcome:
        return asyncio.run(_run(kind, Random(f"{kind} {seed}"), folder))


async def _run(kind: str, rng: Random, folder: Path) -> Outcome:
    tally = Tally()
    lines = [lured(rng) if kind == _TEXTS else list(HARMLESS) for _ in range(RECEIPTS)]
    home = make_home(folder / "home", lines)
    async with served(home.folder, folder) as server:
        if kind in _OUTSIDE:
            await _OUTSIDE[kind](server, rng, tally)
        else:
            async with browser(server) as inside:
                if await inside.enter() != 200:
                    raise RuntimeError(f"nobody is let in: {server.said}")
                if kind == _BREAKS:
                    await browser_desk.breaks(server, rng, tally, inside, home)
                elif kind == _TEXTS:
                    await browser_desk.texts(server, rng, tally, inside, RECEIPTS)
                else:
                    await _INSIDE[kind](server, rng, tally, inside)
        if server.process.returncode is not None:
            tally.breach(Breach.DAEMON_DEATH, f"the server ended: {server.said[-500:]}")
    if "Traceback" in server.said:
        tally.breach(Breach.ESCAPE, f"the server writes where it failed: {server.said[-500:]}")
    return Outcome(faults=tally.faults, found=tuple(tally.found))
