"""What ``bench.intake`` throws into the inbox: small notes, twins, broken files, slow writers.

Everything is made from a seed. ``hands`` says how a file gets there, and ``put`` does it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from random import Random
from typing import Literal

from fpdf import FPDF

DOCTYPE = """\
title = "Delivery note"
description = "A delivery note."

[fields.date]
type = "date"
required = true
description = "date of the note"
"""
"""A field that the shipped model answers: where all were held, nobody could deliver twice."""

Hands = Literal["copied", "renamed", "held open", "in pieces", "again at the claim"]
HANDS: list[Hands] = ["copied", "copied", "renamed", "held open", "in pieces"]
PIECES = 6
PATIENCE = 600.0
"""Seconds that a scanner waits for its first file to be claimed."""


@dataclass(frozen=True)
class Drop:
    path: PurePosixPath
    """Below the inbox."""
    content: bytes
    hands: Hands
    again: bytes = b""
    """What a scanner writes under the same name at the moment the first is claimed."""

    @property
    def jobs(self) -> list[tuple[str, str]]:
        """Docid and document type of what has to come out."""
        contents = [self.content] + ([self.again] if self.again else [])
        folder = self.path.parent.as_posix()
        doctype = "" if folder == "." else folder
        return [(hashlib.sha256(content).hexdigest(), doctype) for content in contents]

    @property
    def files(self) -> int:
        return 2 if self.again else 1


def drops(number: int, rng: Random) -> list[Drop]:
    """``number`` files, the second ones of the scanners among them."""
    found: list[Drop] = []
    left = number
    for drop in _endless(rng):
        if drop.files <= left:
            found.append(drop)
            left -= drop.files
        if not left:
            return found
    raise AssertionError("there is always another")


def _endless(rng: Random) -> Iterator[Drop]:
    made: list[bytes] = []
    number = 0
    while True:
        number += 1
        kind = rng.choices(
            ["text", "pdf", "twin", "broken", "unknown kind", "rewritten"],
            weights=[30, 20, 15, 15, 10, 10],
        )[0]
        if kind == "twin" and not made:
            continue
        folder = "" if kind == "unknown kind" else "note"
        content, suffix = _content(kind, number, made, rng)
        again = note(number + 100_000, rng) if kind == "rewritten" else b""
        hands: Hands = "again at the claim" if again else rng.choice(HANDS)
        path = PurePosixPath(folder, f"{number:03} {kind}{suffix}")
        if kind in ("text", "pdf"):
            made.append(content)
        yield Drop(path, content, hands, again)


def _content(kind: str, number: int, made: list[bytes], rng: Random) -> tuple[bytes, str]:
    if kind == "pdf":
        return pdf(note(number, rng)), ".pdf"
    if kind == "twin":
        content = rng.choice(made)
        return content, ".pdf" if content.startswith(b"%PDF") else ".txt"
    if kind == "broken":
        return _broken(number, rng)
    return note(number, rng), ".txt"


def _broken(number: int, rng: Random) -> tuple[bytes, str]:
    whole = pdf(note(number, rng))
    return rng.choice(
        [
            (whole[: len(whole) // 3], ".pdf"),
            (b"PK\x03\x04" + rng.randbytes(200), ".docx"),
            (b"\x89PNG\r\n\x1a\n" + rng.randbytes(200), ".png"),
            (rng.randbytes(500), ".pdf"),
        ]
    )


def note(number: int, rng: Random) -> bytes:
    date = f"{rng.randint(2020, 2026)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    total = f"{rng.randint(100, 99_999) / 100:.2f}"
    return f"Delivery note {number}\nDate: {date}\nTotal: {total} EUR\n".encode()


def pdf(text: bytes) -> bytes:
    document = FPDF()
    document.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.multi_cell(0, text=text.decode())
    return bytes(document.output())


def put(drop: Drop, inbox: Path, *, settle: float) -> None:
    """Returns when all of it is there. ``settle`` in seconds: a file that is held open takes
    three of them, one that is closed between its pieces pauses for a tenth."""
    path = inbox / drop.path
    if drop.hands == "renamed":
        hidden = path.with_name(f".{path.name}")
        hidden.write_bytes(drop.content)
        hidden.rename(path)
    elif drop.hands == "held open":
        with path.open("wb", buffering=0) as file:
            for piece in _pieces(drop.content):
                file.write(piece)
                time.sleep(settle / 2)
    elif drop.hands == "in pieces":
        for piece in _pieces(drop.content):
            with path.open("ab") as file:
                file.write(piece)
            time.sleep(settle / 10)
    else:
        path.write_bytes(drop.content)
    if drop.again:
        deadline = time.monotonic() + PATIENCE
        while path.exists():
            if time.monotonic() > deadline:
                raise TimeoutError(f"nobody took {path}")
            time.sleep(0.0005)
        path.write_bytes(drop.again)


def _pieces(content: bytes) -> Iterator[bytes]:
    size = len(content) // PIECES + 1
    for start in range(0, len(content), size):
        yield content[start : start + size]
