"""Names, texts and heads that are commands: does one become a formula, a path, markup or a key?

A home takes in files of strangers (``escapes_home``), and each kind of trial looks through one door
at what came of it: the outbox, ``failed/``, the log, the board of a running appliance, what the
commands print, the screens of a station. Where something is shown nothing may be left that a
terminal obeys, and what looks like markup has to stand there as it is.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from rich.segment import Segment
from typer.testing import CliRunner

from appliance.cli.context import Console
from appliance.cli.main import app
from appliance.cli.reporting import reporting
from appliance.domain.characters import legible, shown_lines
from appliance.domain.errors import ApplianceError
from appliance.records.sender_list import SenderList
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.settings.home import Home
from bench.campaign.escapes_cells import acting, computed
from bench.campaign.escapes_home import Stranger, dropped
from bench.campaign.escapes_strings import hostile
from bench.campaign.trial import Breach, Found, Outcome
from bench.monkey import Monkey
from bench.monkey import Outcome as Pressed

SEEDS = 40
"""Of each kind."""
KEYS = 150
"""At a station."""
_OWN = re.compile(r"\x1b\[[0-9;]*[mA-HJK]|\x1b\[\?(?:25|1049)[hl]|\r")
"""What rich moves the cursor with, and colours."""
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\s*\.", re.IGNORECASE)
_MARKUP = re.compile(r"\[[a-z@$/][^\[\]\s]*\]")

Door = Callable[[Stranger, Random], Iterator[str]]
"""What it sees that must not be, in words."""


@dataclass(frozen=True, slots=True)
class Escapes:
    name: str = "escapes"

    @property
    def kinds(self) -> Sequence[str]:
        return tuple(DOORS)

    def trials(self, *, small: bool) -> int:
        return 2 if small else SEEDS

    def run(self, kind: str, seed: int, folder: Path) -> Outcome:
        rng = Random(f"escapes/{kind}/{seed}")
        home = Home(folder)
        with closing(Store(folder / "appliance.db")) as store:
            stranger = dropped(home, store, rng)
            told = list(DOORS[kind](stranger, rng))
            files = len(list(store.jobs()))
        return Outcome(hostile_files=files, found=tuple(Found(Breach.ESCAPE, one) for one in told))


def obeyed(text: str) -> str:
    """What a terminal would obey, or nobody sees, in ``text``; empty where there is nothing."""
    bare = _OWN.sub("", text)
    return "".join(dict.fromkeys(b for a, b in zip(shown_lines(bare), bare, strict=True) if a != b))


def _outbox(stranger: Stranger, rng: Random) -> Iterator[str]:
    yield from _names(stranger.home.outbox)
    for path in _below(stranger.home.outbox):
        data = path.read_bytes()
        if path.suffix == ".xlsx":
            yield from (f"{path.name!r} holds <{tag}>" for tag in acting(data))
            continue
        if path.suffix == ".csv":
            yield from (f"{path.name!r} computes {cell!r}" for cell in computed(data))
        text = data.decode("utf-8-sig")
        if found := obeyed(text):
            yield f"the result {path.name!r} holds {found!r}"
        if path.suffix == ".json":
            json.loads(text)


def _failed(stranger: Stranger, rng: Random) -> Iterator[str]:
    yield from _names(stranger.home.failed)
    for path in _below(stranger.home.failed):
        if path.name.endswith(".reason.txt") and (found := obeyed(path.read_bytes().decode())):
            yield f"the reason {path.name!r} holds {found!r}"


def _names(folder: Path) -> Iterator[str]:
    for path in _below(folder):
        if not path.resolve().is_relative_to(folder.resolve()):
            yield f"{path!s:.80} leads out of its folder"
        if found := obeyed(path.name):
            yield f"the name {path.name!r} holds {found!r}"
        if _DEVICE.match(path.name) or path.name != path.name.strip(" ."):
            yield f"{path.name!r} is no file's name on Windows"


def _below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _log(stranger: Stranger, rng: Random) -> Iterator[str]:
    yield from _reported(stranger, terminal=False)


def _board(stranger: Stranger, rng: Random) -> Iterator[str]:
    yield from _reported(stranger, terminal=True)


def _reported(stranger: Stranger, *, terminal: bool) -> Iterator[str]:
    into = StringIO()
    console = Console(file=into, force_terminal=terminal, width=2000, color_system=None)
    with reporting(stranger.home, console, values=True) as tell:
        for event in stranger.events:
            tell(event)
    said = into.getvalue()
    if found := obeyed(said):
        yield f"it says {found!r}"
    if not terminal:
        yield from _lost(said, (job.source for job in stranger.store.jobs()))


def _lost(said: str, texts: Iterable[str]) -> Iterator[str]:
    """What looks like markup and does not stand there as it is."""
    for text in texts:
        for mark in _MARKUP.findall(text):
            if mark not in said:
                yield f"{mark!r} was taken for markup"


def _commands(stranger: Stranger, rng: Random) -> Iterator[str]:
    jobs = list(stranger.store.jobs())
    asked = [["status"], ["queue"], ["queue", "--all"], ["senders", "list"], ["doctor"], ["verify"]]
    asked += [["show", job.docid] for job in jobs]
    asked += [["senders", "rename", one, hostile(rng)] for one in _parties(stranger)]
    asked += [["senders", "list"], *(["senders", "show", one] for one in _parties(stranger))]
    asked += [["senders", "export", str(stranger.home.folder / "senders.jsonl")]]
    asked += [["show", hostile(rng)], ["retry", hostile(rng)], ["senders", "show", hostile(rng)]]
    runner = CliRunner(env={"COLUMNS": "2000", "TERM": "dumb"})
    every = ""
    for words in asked:
        typed = [word.replace("\0", "") for word in words]
        done = runner.invoke(app, ["--home", str(stranger.home.folder), *typed])
        if done.exception and not isinstance(done.exception, SystemExit | ApplianceError):
            yield f"a bug in {words[:-1]} {words[-1]!r}: {done.exception!r}"
        every += done.output
        if found := obeyed(done.output):
            yield f"{words[0]} prints {found!r}"
    yield from _lost(every, (job.source for job in jobs))


def _parties(stranger: Stranger) -> list[str]:
    SenderDirectory(stranger.store).learn()
    return [one.party for one in SenderList(stranger.store).entries()]


def _station(stranger: Stranger, rng: Random) -> Iterator[str]:
    monkey = Monkey(stranger.desk(legible(hostile(rng))), rng.randrange(2**32))
    pressed = Pressed()
    seen: dict[str, None] = {}

    def look() -> bool:
        seen.update(dict.fromkeys(_drawn(monkey.station.screen)))
        return False

    asyncio.run(monkey.work(pressed, keys=KEYS, enough=look))
    yield from seen
    yield from (f"a bug: {bug}" for bug in pressed.bugs)


def _drawn(screen: Any) -> Iterator[str]:
    """Of each piece of text on the screen: what it commands, and that a click on it acts."""
    for strip in screen._compositor.render_strips(screen.size):
        for segment in strip:
            yield from _told_of(segment)


def _told_of(segment: Segment) -> Iterator[str]:
    if found := obeyed(segment.text):
        yield f"the screen shows {found!r}"
    meta: Mapping[str, Any] = segment.style.meta if segment.style else {}
    if any(name.startswith("@") for name in meta) or (segment.style and segment.style.link):
        yield f"{segment.text!r} acts when it is clicked"


DOORS: Mapping[str, Door] = {
    "outbox": _outbox,
    "failed": _failed,
    "log": _log,
    "board": _board,
    "commands": _commands,
    "station": _station,
}
