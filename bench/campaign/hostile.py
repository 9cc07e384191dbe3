"""Hostile files through the reader as the daemon has it: mutants, bombs, and pages with two faces.

Each file ends as a document that was read, or as a reason that a clerk understands, within the time
and the memory that are granted. The reader may die of it, as the daemon may not. A file of which
the reader died is kept, to be looked at. Limits: Linux says what a child wrote and held, other
systems do not, and there it is not asked.
"""

from __future__ import annotations

import logging
import multiprocessing
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from appliance.domain.document import Document
from appliance.domain.errors import DocumentError, TimeoutExceeded, WorkerError
from appliance.domain.mail import Mail
from appliance.service import wiring
from appliance.service.child_processes import THREAD, Reader
from appliance.settings import config
from appliance.system import memory
from bench import common
from bench.campaign import hostile_seeds
from bench.campaign.hostile_bombs import bombs
from bench.campaign.hostile_faces import judged
from bench.campaign.hostile_mutations import GRAMMARS, mutant
from bench.campaign.trial import Breach, Found, Outcome

MUTANTS = 5 if common.SMALL else 50
"""Of one trial, one after the other through one reader."""
GRANTED = 120.0
"""Seconds for one file; production grants 900."""
LATE = 3
"""Times what is granted, from which on a file hangs."""
ATTEMPTS = 3
"""As many as the daemon makes of a file that costs it a reader."""
ENCLOSED = 3
"""Files of a mail that are read after it."""
LIBRARIES = 400_000_000
"""Bytes of the reader's programs and models, which are no data of a file."""
LAST_READ = 64 * 4096
"""Bytes that count as written where nobody wrote: of each file that is opened for the first time in
a day, such as a library's, Linux notes the time, and a file system without a journal a page."""
BOMBS, FACES = "bomb", "two faces"
SEEDS = {
    "pdf": hostile_seeds.pdfs,
    "picture": hostile_seeds.pictures,
    "tiff": hostile_seeds.tiffs,
    "xml": hostile_seeds.xmls,
    "mail": hostile_seeds.mails,
    "outlook": hostile_seeds.outlook_mails,
}
HARM = ("reader_deaths", "bugs", "overtime")
"""Counts of what should not be and is no breach: a file that did it is kept."""
KEPT = common.CACHE / "campaign" / "hostile"
_NO_WORDS = re.compile(
    r"Traceback|\w(?:Error|Exception)\b|\bNone\b|\bNoneType\b|<\w+ object|0x[0-9a-f]{6}"
    r"|/(?:proc|tmp|home|usr|var|dev|etc)/|\berrno\b|\.py\b",
    re.IGNORECASE,
)
"""What a clerk does not understand, or what names a file of this machine."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A part of the campaign."""

    name: str = "hostile"
    kinds: tuple[str, ...] = (*GRAMMARS, BOMBS, FACES)

    def trials(self, *, small: bool) -> int:
        return 2 if small else 70

    def run(self, kind: str, seed: int, folder: Path) -> Outcome:
        if kind == FACES:
            return judged(seed, folder, settings())
        if kind == BOMBS:
            return opened(kind, seed, bombs(seed), folder)
        seeds, rng = SEEDS[kind](), Random(f"{kind}/{seed}")
        files = ((f"mutant {at}", mutant(kind, seeds, rng)) for at in range(MUTANTS))
        return opened(kind, seed, files, folder)


def opened(kind: str, seed: int, files: Iterator[tuple[str, bytes]], folder: Path) -> Outcome:
    """All of ``files``, each with its name, through one reader."""
    with quiet(), wiring.reader(settings()) as reader:
        campaign = Opened(reader, folder)
        for name, content in files:
            campaign.open(f"{kind}, seed {seed}, {name}", content)
    return campaign.outcome


def settings() -> config.Settings:
    """Those of the daemon, of one thread: trials run side by side."""
    how = {"APPLIANCE_READING_TIMEOUT": str(GRANTED), "APPLIANCE_EXTRACTION_THREADS": "1"}
    return config.parse("", how, source="campaign")


@dataclass(slots=True)
class Opened:
    """What came of the files so far."""

    reader: Reader
    folder: Path
    found: list[Found] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    files: int = 0
    _in_hand: str = ""

    def open(self, name: str, content: bytes) -> None:
        self.files += 1
        self._in_hand = name
        before = self._harm
        for enclosed in self._attachments(content)[:ENCLOSED]:
            self._attachments(enclosed)
        self._look_at_the_reader()
        if self._harm != before:
            KEPT.mkdir(parents=True, exist_ok=True)
            (KEPT / re.sub(r"\W+", "-", name)).write_bytes(content)

    @property
    def _harm(self) -> tuple[int, ...]:
        return len(self.found), *(self.counts[what] for what in HARM)

    def _attachments(self, content: bytes) -> list[bytes]:
        """Of a file that is read, which is none of a document or of one that is refused."""
        path = self.folder / "file"
        path.write_bytes(content)
        began = time.monotonic()
        try:
            return self._read(self._opened(path))
        except DocumentError as error:
            self.counts["refused"] += 1
            if not str(error).strip() or _NO_WORDS.search(error.in_words):
                self._note(Breach.ESCAPE, f"a clerk is told {error.in_words!r}")
        except TimeoutExceeded:
            self.counts["overtime"] += 1
        except WorkerError as error:
            self.counts[f"at last: {error}"] += 1
        except Exception as error:  # whatever else reaches the daemon
            self._note(Breach.DAEMON_DEATH, f"the daemon met {type(error).__name__}: {error}")
        if (took := time.monotonic() - began) > LATE * GRANTED:
            self._note(Breach.HANG, f"it took {took:.0f} s")
        return []

    def _opened(self, path: Path) -> Document | Mail:
        """Tried again where the reader died of it, as the daemon does."""
        for left in reversed(range(ATTEMPTS)):
            child = reader_of_this_process()
            try:
                return self.reader.open(path, docid=common.sha256(path))
            except TimeoutExceeded:
                raise
            except WorkerError:
                died = child is None or reader_of_this_process() != child
                self.counts["reader_deaths" if died else "bugs"] += 1
                if not (died and left):
                    raise
        raise AssertionError("the last attempt ends or raises")

    def _read(self, found: Document | Mail) -> list[bytes]:
        document = found.text if isinstance(found, Mail) else found
        self.counts["read"] += 1
        if document and any(page.source == "ocr" for page in document.pages):
            self.counts["read_by_ocr"] += 1
        return [one.content for one in found.attachments] if isinstance(found, Mail) else []

    def _look_at_the_reader(self) -> None:
        """What it held and wrote, and what lies beside the file in hand."""
        if (child := reader_of_this_process()) is not None:
            held, granted = memory.peak_of(child), settings().reading.gigabytes * 1e9
            if held > granted + THREAD + LIBRARIES:
                self._note(Breach.ESCAPE, f"the reader held {held / 1e9:.1f} GB")
            if _written(child) > LAST_READ:
                self._note(Breach.ESCAPE, "the reader wrote to a disk")
        if left := [path.name for path in self.folder.iterdir() if path.name != "file"]:
            self._note(Breach.ESCAPE, f"beside it lies {left}")

    def _note(self, breach: Breach, told: str) -> None:
        self.found.append(Found(breach, f"{self._in_hand}: {told}"))

    @property
    def outcome(self) -> Outcome:
        found = tuple(dict.fromkeys(self.found))
        return Outcome(hostile_files=self.files, found=found, counts=dict(self.counts))


def reader_of_this_process() -> int | None:
    """The id of the living child."""
    named = (one.pid for one in multiprocessing.active_children() if one.name == "reader")
    return next(named, None)


def _written(process: int) -> int:
    """Bytes that it had written to a disk; 0 where the system does not say."""
    try:
        facts = Path(f"/proc/{process}/io").read_text()
    except OSError:
        return 0
    found = re.search(r"^write_bytes: (\d+)", facts, re.MULTILINE)
    return int(found[1]) if found else 0


@contextmanager
def quiet() -> Iterator[None]:
    """What a reader says of its bugs is counted, and need not be printed."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
