"""What comes into the office, and when: three streams of documents over four weeks.

The order is fixed: receipts and orders by a hash of their bytes, invoices as they were made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.evaluation.labels_file import line_items
from appliance.evaluation.scoring import truth
from appliance.records.evidence import hash_bucket
from appliance.review.scripted import KnownValues
from appliance.settings.config import EvidenceSettings
from bench import common
from bench.accuracy import folders
from bench.office import invoices


@dataclass(frozen=True)
class Stream:
    name: str
    doctype: str
    number: int
    """Documents."""
    day_first: bool | None = None
    """Where numbers alone say which day it is: its clerk knows where the documents come from. None
    where the documents tell."""
    strict: float | None = None
    """What a stricter owner promises of it, 0-1; None where she promises what any owner does."""


DAYS = 4 if common.SMALL else 20
"""Working days, five a week."""
A_DAY = 3 if common.SMALL else 15
"""Documents of each stream."""
SPARED = 3 if common.SMALL else EvidenceSettings().after
"""First documents of each stream of which none is evidence."""
BATCHES = 3
"""A day: what has come since the last is answered, and the clerk works it off."""
NIGHTS = (2,) if common.SMALL else (2, 5, 10, 15)
"""Days after which the appliance learns."""
STREAMS = (
    Stream("receipts", "sroie", DAYS * A_DAY, day_first=True, strict=0.975),
    Stream("orders", "ad_orders", DAYS * A_DAY // 2, day_first=False),
    Stream("invoices", "supplier_invoice", DAYS * A_DAY, strict=0.99),
)
"""Of each as many come in the first two weeks."""
LAST = 5 if common.SMALL else 100
"""Documents of a stream that say where it has got to."""
WORK = common.CACHE / "office"

MONDAY = 1_767_571_200.0
"""Midnight of 5 January 2026, UTC: the office's clock is not ours."""
DAY = 86_400.0
OPENS = 8 * 3600.0
BATCH = 3 * 3600.0
"""Seconds from one batch to the next."""
_KEY = b"the order in which an office gets its documents"


@dataclass(frozen=True)
class Arrival:
    """A document as it comes, and what its clerk would key."""

    stream: str
    doctype: str
    path: Path
    docid: str
    day: int
    """From 1."""
    batch: int
    """Of the day, from 0."""
    known: KnownValues
    duplicate: bool = False
    """It came before, as another file."""


def arrivals(streams: Sequence[Stream] = STREAMS) -> list[Arrival]:
    """In the order in which they come."""
    found = [one for stream in streams for one in _stream(stream)]
    return sorted(found, key=lambda one: (one.day, one.batch))


def opens(day: int) -> float:
    """When the office opens on a working day, seconds since 1970."""
    weeks, weekday = divmod(day - 1, 5)
    return MONDAY + (7 * weeks + weekday) * DAY + OPENS


@cache
def kind(name: str) -> DocType:
    return catalogue.find(name, folder=catalogue.EXAMPLES)


def _stream(stream: Stream) -> Iterator[Arrival]:
    every = _made(stream) if stream.name == "invoices" else _real(stream)
    for at, one in enumerate(every[: stream.number]):
        day, within = divmod(at, A_DAY)
        when = day + 1, within * BATCHES // A_DAY
        about = one.path, one.docid, *when, one.known, one.duplicate
        yield Arrival(stream.name, stream.doctype, *about)


@dataclass(frozen=True)
class LabelledFile:
    path: Path
    docid: str
    known: KnownValues
    duplicate: bool = False


def _real(stream: Stream) -> list[LabelledFile]:
    folder = common.data() / stream.doctype
    counted = next(one.counted for one in folders() if one.name == stream.doctype)
    found: dict[str, LabelledFile] = {}
    for line in _lines(folder):
        path = folder / line["file"]
        docid = common.sha256(path)
        known = KnownValues(truth(line, kind(stream.doctype), counted).values)
        found.setdefault(docid, LabelledFile(path, docid, known))
    return sorted(found.values(), key=lambda one: hash_bucket(one.docid, _KEY))


def _made(stream: Stream) -> list[LabelledFile]:
    folder = WORK / f"invoices-{stream.number}-{_maker()}"
    if not (folder / "labels.jsonl").exists():
        invoices.make(folder, stream.number)
    doctype = kind(stream.doctype)
    found = []
    for line in _lines(folder):
        path = folder / line["file"]
        values = {spec.name: line["labels"].get(spec.name) for spec in doctype.fields}
        known = KnownValues(values, tuple(line_items(line, doctype)))
        duplicate = line["duplicate_of"] is not None
        found.append(LabelledFile(path, common.sha256(path), known, duplicate))
    return found


def _maker() -> str:
    """By which invoices that were made otherwise are told apart."""
    here = Path(__file__).parent
    sources = [here / "invoices.py", here / "senders.py", *(here / "layouts").glob("*.py")]
    sources += (common.ROOT / "appliance" / "samples").rglob("*.*")
    sha256 = hashlib.sha256()
    for path in sorted(sources):
        if path.suffix in (".py", ".toml", ".ttf"):
            sha256.update(path.read_bytes())
    return sha256.hexdigest()[:12]


def _lines(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "labels.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
