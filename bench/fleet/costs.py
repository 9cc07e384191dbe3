"""What a fleet costs: bytes of a correction and of a version, seconds until another site knows, and
what of a day is slower while no hub is in reach."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random

from appliance.doctypes import definition
from appliance.domain.corrections import Correction, CorrectionKind, Review
from appliance.domain.doctype import DocType
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.fleet import DocumentApproved, HubStanding, Sharing, SiteHealth
from appliance.domain.json_form import JsonForm
from appliance.domain.prediction import Field, Prediction
from appliance.fleet.messages import packed
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.learning.models import bundles
from appliance.learning.models.packages import shipped
from appliance.learning.models.registry import Registry
from appliance.records.evidence import SamplingPlan
from appliance.records.fleet_site import SiteOutbox
from appliance.records.imports import Imports
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.records.told_senders import ToldSenders
from appliance.service import fleet
from appliance.settings.home import Home
from bench.campaign.kills_home import Outcomes
from bench.campaign.kills_lives import Lives
from bench.campaign.kills_papers import NOTE, NOTE_TYPE
from bench.fleet.homes import FleetHome, Lines, backlog, until, wait_for_sites
from bench.fleet.homes import fleet as fleet_of
from bench.fleet.versions import version

PATIENCE = 1800.0
CARRIED = 700
"""Bytes of subjects, answers' subjects, TLS and TCP of two messages that are answered."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of what goes to the hub of one document, packed."""

    documents: int
    mean: float
    largest: int
    reading: float
    """Of what was read of it, in the mean, which goes once."""


def corrections(home: Home) -> Sizes:
    """Of all that was approved in it."""
    bare, readings = [], []
    with closing(Store(home.database)) as store:
        outbox = SiteOutbox(store, lambda name: Sharing())
        for one in _approved(outbox):
            size = len(packed(replace(one, document=None)))
            bare.append(size)
            readings.append(len(packed(one)) - size)
    return Sizes(len(bare), sum(bare) / len(bare), max(bare), sum(readings) / len(readings))


def _approved(outbox: SiteOutbox) -> Iterator[DocumentApproved]:
    after = 0
    while links := list(outbox.links(after=after, most=200)):
        for link in links:
            if isinstance(link.message, DocumentApproved):
                yield link.message
        after = links[-1].number


def bundle(home: Home) -> int:
    """Bytes of a version as a night makes it of the shipped model, that learned from 1,500
    documents of ``home``, or from all."""
    with closing(Store(home.database)) as store, tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder) / "models")
        base = registry.add_packaged(shipped().base)
        docids = [one.docid for one in Labels(store).training_keys()[-1500:]]
        made = version(registry, base, docids, shipped().adapter)
        path = Path(folder) / "bundle"
        bundles.write(registry, Labels(store), made, path, origin="hq")
        return path.stat().st_size


def to_peer(folder: Path, *, times: int) -> list[float]:
    """Seconds from a review at one site until the other one has been told of its sender."""
    lines = Lines()
    with fleet_of(folder, ["one", "other"], Outcomes(), lines) as made:
        one, other = made.sites
        wait_for_sites(made)
        found = []
        for number in range(times):
            sender = f"Sender {number} of many"
            with one.opened() as store, other.opened() as there:
                approve(store, number, sender)
                begun = time.perf_counter()
                _until_told(there, sender)
                found.append(time.perf_counter() - begun)
    return found


def catching_up(folder: Path, waiting: Home) -> tuple[int, float | None]:
    """How much a site had to tell, and the seconds until its hub has kept and followed all."""
    with fleet_of(folder, ["late"], Outcomes(), Lines()) as made:
        (site,) = made.sites
        wait_for_sites(made)
        site.leave()
        for suffix in ("", "-wal", "-shm"):
            path = Path(f"{waiting.database}{suffix}")
            if path.exists():
                shutil.copy(path, f"{site.home.database}{suffix}")
        with site.opened() as store:
            outbox = fleet.site_outbox(site.home, store)
            outbox.join("hq")
            links = outbox.backlog()
        site.join_in()
        done = until(lambda: backlog(site, made.hub) == 0 and _kept(made.hub) > 0, seconds=PATIENCE)
        return links, done


def days(folder: Path, *, turns: int, documents: int) -> tuple[list[float], list[float]]:
    """Seconds of each day with so many documents, the same ones: of a home in no fleet, and of a
    site whose hub is dead, which dials on."""
    book = Outcomes()
    apart = folder / "alone"
    apart.mkdir(parents=True)
    with fleet_of(folder / "fleet", ["site"], book, Lines()) as made, Lives(apart / "log") as lives:
        wait_for_sites(made)
        made.hub.kill_fleet()
        (site,) = made.sites
        alone = FleetHome(site.name, apart, Random(f"fleet {site.name}"), book, lives)
        alone.furnish()
        found: tuple[list[float], list[float]] = [], []
        for turn in range(turns + 1):
            for home, seconds in zip((alone, site), found, strict=True):
                home.drop(documents)
                begun = time.perf_counter()
                home.day()
                if turn:  # the first one makes what is kept
                    seconds.append(time.perf_counter() - begun)
    if book.found:
        raise SystemExit(f"the days did not end well: {book.found[0]}")
    return found


def word_of_health() -> int:
    """Bytes with which a site says how it is, and hears how far its hub is; with what carries
    them, as far as it is known."""
    health = JsonForm(SiteHealth).dump_json(
        SiteHealth(time.time(), "night-2026-01-01-12345678", 40, 3)
    )
    standing = JsonForm(HubStanding).dump_json(HubStanding(123456))
    return len(health) + len(standing) + CARRIED


def _kept(hub: FleetHome) -> int:
    with hub.opened() as store:
        return sum(1 for _ in Labels(store).training_keys())


def approve(store: Store, number: int, sender: str) -> None:
    """A note comes with what somebody keyed of it: its reading and its review are all that counts
    here."""
    texts = [*sender.split(), "Number", f"LS-{number}-1", "Phone", f"030{number:07}"]
    boxes = [BBox(0.1 * at, 0.1, 0.1 * at + 0.09, 0.12) for at in range(len(texts))]
    words = tuple(Word(text, box, 0) for text, box in zip(texts, boxes, strict=True))
    docid = sha256(" ".join(texts).encode()).hexdigest()
    document = Document(docid, (Page(595, 842, words, "text"),))
    ends = len(sender.split())
    fields = (
        Field("sender", sender, (Span(0, 0, ends),)),
        Field("number", texts[ends + 1], (Span(0, ends + 1, ends + 2),)),
    )
    settled: dict[tuple[str, int | None], str | None] = {
        (one.fieldtype, None): None for one in fields
    }
    judgement = judge(
        document,
        catalogue_note(),
        Prediction(docid, NOTE, "", fields),
        policy=AcceptancePolicy(),
        settled=settled,
    )
    corrections = tuple(
        Correction(one.fieldtype, None, None, one.text, CorrectionKind.ADDED, True, one.spans)
        for one in fields
    )
    store.keep_reading(document, reading="made", seconds=0.0)
    Imports(store, SamplingPlan(first=0)).keep(
        document,
        NOTE,
        Review("", corrections, judgement, 1.0),
        source=f"{number}.txt",
        twin=None,
        now=time.time(),
    )


def catalogue_note() -> DocType:
    found = definition.read(NOTE, NOTE_TYPE)
    assert isinstance(found, DocType)
    return found


def _until_told(store: Store, sender: str) -> None:
    told = ToldSenders(store.database)
    while not told.called([sender]):
        time.sleep(0.01)
