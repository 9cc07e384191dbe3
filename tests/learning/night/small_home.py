"""A home with a tiny model and labelled notes that have a table, and the night as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from chosen_lots import drawn_if, key_of

from appliance.learning.importing.manifest import listed
from appliance.learning.models.registry import Registry
from appliance.service import wiring
from appliance.settings import config
from appliance.settings.home import Home

NOTE = """\
title = "Delivery note"
party = ["sender"]

[fields.sender]
required = true

[fields.number]
type = "code"

[items]
name = "goods"

[items.fields.article]

[items.fields.pieces]
type = "integer"
"""
SENDERS = ("ACME Tools Ltd", "Meyer und Sohn", "Blue River Farms")

SETTINGS = {
    "APPLIANCE_EXTRACTION_THREADS": "1",
    "APPLIANCE_NIGHT_THREADS": "1",
    "APPLIANCE_EVIDENCE_FIRST": "4",
}
ENVIRONMENT = os.environ | SETTINGS | {"COLUMNS": "300"}


def furnish(folder: Path, model: Path, *, notes: int = 16) -> Home:
    """So many ``notes`` are labelled, every fourth of them evidence."""
    home = Home(folder)
    home.make()
    (home.doctypes / "note.toml").write_text(NOTE)
    registry = Registry(home.models)
    registry.promote(registry.add(model))
    given = folder / "given"
    given.mkdir()
    key = key_of(home)
    lines = [_note(given, number, key) for number in range(notes)]
    (given / "labels.jsonl").write_text("\n".join(map(json.dumps, lines)))
    settings = config.load(folder, SETTINGS)
    kind = wiring.doctype(home, "note")
    with wiring.importer(home, settings, who="owner") as importer:
        ends = list(importer.run(given, listed(given, kind).given, kind))
    assert not [end for end in ends if end.end == "refused"], ends
    return home


def _note(folder: Path, number: int, key: bytes) -> dict[str, object]:
    goods = [("hammer", number + 12), ("long nail", 40 * number + 7)]
    labels = {
        "sender": SENDERS[number % len(SENDERS)],
        "number": f"A-77-{number:03}",
        "goods": [{"article": article, "pieces": str(pieces)} for article, pieces in goods],
    }
    table = [("Article", "Pieces"), *goods]
    text = f"Delivery note {labels['number']}\nfrom {labels['sender']}\nin good order\n\n"
    text += "".join(f"{article:<16}{pieces:>6}\n" for article, pieces in table)
    (folder / f"{number}.txt").write_text(drawn_if(number % 4 == 0, text, key, one_in=4))
    return {"file": f"{number}.txt", "labels": labels}


def command(home: Home, *words: str, program: Sequence[str] = ("-m", "appliance")) -> list[str]:
    return [sys.executable, *program, "--home", str(home.folder), *words]


def start(
    home: Home, *, program: Sequence[str] = ("-m", "appliance"), **environment: str
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(home, "tune", program=program),
        env=ENVIRONMENT | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def heard(process: subprocess.Popen[str], phase: str) -> str:
    """All that it said, up to the line that begins so."""
    said = ""
    for line in process.stdout or ():
        said += line
        if line.startswith(phase):
            return said
    raise AssertionError(f"it never came to {phase}:\n{said}")


def appears(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never appeared"
        time.sleep(0.02)


def rest(process: subprocess.Popen[str], *, code: int = 0) -> str:
    said, _ = process.communicate(timeout=200)
    assert process.returncode == code, said
    return said


def kill(process: subprocess.Popen[str]) -> None:
    """As a power cut does; what it had begun dies with it."""
    children = _children(process.pid)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 10
    while any(map(_lives, children)):
        assert time.monotonic() < deadline, "a child has outlived it"
        time.sleep(0.02)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
