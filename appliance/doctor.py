"""Looks the appliance over and says what to do about what is wrong. Changes nothing."""

from __future__ import annotations

import base64
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.children import Predictor, Reader
from appliance.config import Settings
from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import BBox, Document, Page, Word
from appliance.domain.errors import ApplianceError, DocumentError
from appliance.domain.results import ModelVersion
from appliance.home import Home
from appliance.intake.mounts import mount_of
from appliance.learning.registry import Registry
from appliance.records.store import Store

LEAST_MEMORY = 1.5e9
"""Bytes that daemon, OCR and the default model need together, with room to spare."""
LEAST_DISK = 2e9
"""Bytes; a day of scans and the next model fit in."""

BLANK = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQAAAACCEkxzAAAAFElEQVR42mP8zwABTAyjjFEGyQwAzx8Bf7QK4E8A"
    "AAAASUVORK5CYII="
)
"""A small white PNG."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    found: str
    hint: str = ""


def checks(home: Home, settings: Settings) -> Iterator[Check]:
    """The cheap ones first; the model and the OCR are really started."""
    yield from (_folder(folder) for folder in home.folders)
    yield _mount(home.inbox, settings)
    yield _disk(home.folder)
    yield _memory()
    yield _tried("database", lambda: _database(home))
    yield _tried("document types", lambda: _doctypes(home, settings))
    yield _tried("reading", lambda: _reading(settings))
    yield _tried("model", lambda: try_model(Registry(home.models).champion(), settings))


def try_model(model: ModelVersion, settings: Settings) -> str:
    """Asks the model one question; its name when it answers. Raises ModelError, WorkerError."""
    word = Word("12345", BBox(0.1, 0.1, 0.2, 0.12), line=0)
    document = Document("0" * 64, (Page(595, 842, (word,), "text"),))
    predictor = Predictor(model, settings.extraction, threads=1)
    try:
        predictor.extract(document, DocType("trial", "Trial", (FieldSpec("number"),)))
    finally:
        predictor.stop()
    return model.name


def _tried(name: str, attempt: Callable[[], str]) -> Check:
    try:
        return Check(name, True, attempt())
    except ApplianceError as error:
        return Check(name, False, str(error), error.hint)


def _folder(folder: Path) -> Check:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Check(folder.name, True, "can be written")
    except OSError as error:
        hint = "run `appliance init`, or give the appliance the right to write there"
        return Check(folder.name, False, f"{folder}: {error.strerror}", hint)


def _mount(inbox: Path, settings: Settings) -> Check:
    mount = mount_of(inbox)
    if mount is None or not mount.network:
        return Check("inbox", True, "on a local disk: file events wake the loop")
    where = f"on a network mount ({mount.kind}), which tells of no change made elsewhere"
    if settings.inbox.watch == "events":
        return Check("inbox", False, where, 'set watch = "auto" or "polling" under [inbox]')
    return Check("inbox", True, f"{where}: listed every {settings.inbox.polling:g} s")


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    hint = "" if free >= LEAST_DISK else "free some space; documents stay in the inbox meanwhile"
    return Check("disk", free >= LEAST_DISK, f"{free / 1e9:.1f} GB free", hint)


def _memory() -> Check:
    try:
        facts = Path("/proc/meminfo").read_text()
    except FileNotFoundError:
        return Check("memory", True, "not looked at on this system")
    free = 1024 * int(re.findall(r"^MemAvailable:\s+(\d+)", facts, re.MULTILINE)[0])
    hint = "" if free >= LEAST_MEMORY else "close other programs, or add memory"
    return Check("memory", free >= LEAST_MEMORY, f"{free / 1e9:.1f} GB free", hint)


def _database(home: Home) -> str:
    store = Store(home.database)
    store.close()
    return "opens"


def _doctypes(home: Home, settings: Settings) -> str:
    names = catalogue.names(home.doctypes)
    for name in (*names, *filter(None, [settings.inbox.default_type])):
        catalogue.find(name, folder=home.doctypes)
    return ", ".join(names)


def _reading(settings: Settings) -> str:
    """Has a blank picture read, which starts the OCR and is rightly refused."""
    reader = Reader(settings.reading, threads=1)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "blank.png"
        page.write_bytes(BLANK)
        try:
            with suppress(DocumentError):
                reader.read(page, docid="0" * 64)
        finally:
            reader.stop()
    return f"{settings.reading.ocr} starts"
