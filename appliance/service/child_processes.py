"""The daemon's two children, one reading files and one asking the model, and a station's renderer.

Each function named ``start_...`` runs in its child and returns what answers there; the classes are
the other side of the pipe. Once the event ``leave`` is set, the work in hand has a few seconds.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, suppress
from ctypes import c_bool
from dataclasses import dataclass
from math import inf
from multiprocessing import resource_tracker
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from appliance.domain.doctype import DocType
from appliance.domain.document import UNNAMED, Document, PagePart, is_docid
from appliance.domain.errors import (
    ApplianceError,
    DocumentError,
    Leaving,
    ModelError,
    TimeoutExceeded,
    ToolError,
    WorkerError,
)
from appliance.domain.limits import Limits
from appliance.domain.mail import Mail, document_of
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion
from appliance.intake.archive import check_bytes, chunks
from appliance.learning.models.versions import checked
from appliance.service.child_answers import PICTURE, READ, PartTexts
from appliance.settings.config import ExtractionSettings, ReadingSettings
from appliance.system import cage, memory
from appliance.system.confinement import confine, grant
from appliance.system.lending import copied
from appliance.system.turns import Unended
from appliance.system.watchdog import Watchdog
from appliance.system.workers import FULL, Serve, Worker

if TYPE_CHECKING:
    from PIL.Image import Image

FORGOTTEN = 4
"""Documents that were read ahead, nobody came for, and are kept."""
THREAD = 20_000_000
"""Bytes that each thread of the OCR takes besides; with 64 threads 16 million were measured."""
TESSERACT = "tesseract"
"""The OCR that is a program, by its name in the settings and in the system."""
QUESTION_TOKENS = 1024
"""Room for the list of fields; a type with forty fields takes about that."""


@dataclass(frozen=True, slots=True)
class LookRequest:
    """What stands on those parts of the file's pages?"""

    path: Path
    docid: str
    parts: tuple[PagePart, ...]


@dataclass(frozen=True, slots=True)
class PredictionRequest:
    document: Document
    doctype: DocType
    answered: Prediction | None = None
    """When given, the runners-up of ``fieldtypes`` are asked for."""
    fieldtypes: tuple[str, ...] = ()
    turn: float = inf
    """Seconds after which other documents go first."""


class Reader:
    """File to Document, or to what came in a mail, in a child."""

    def __init__(
        self,
        settings: ReadingSettings,
        *,
        threads: int,
        einvoice: bool = False,
        turn: float = inf,
        leave: Event | None = None,
        watchdog: Watchdog | None = None,
    ) -> None:
        """After ``turn`` seconds of one file, others go first. With ``einvoice`` what a file says
        to programs is read too."""
        self._timeout = settings.timeout
        self._limits = _limits(settings)
        self._turn = turn
        arguments = settings, threads, einvoice
        self._worker = Worker(
            "reader", start_reading, *arguments, leave=leave, watchdog=watchdog, answers=READ
        )
        self._begun: deque[str] = deque()
        self._read: dict[str, Document | Mail | ApplianceError] = {}

    @property
    def busy(self) -> c_bool:
        """Whether it reads, for the other child."""
        return self._worker.busy

    def begin(self, path: Path, *, docid: str) -> None:
        """Reads it on half of the cores while we do something else, so that ``open`` has it
        sooner."""
        with suppress(DocumentError, ToolError):  # which `open` will meet, and tell of
            while self._begun and self._worker.ready:
                self._finish()
            self._begin(path, docid, ahead=True)

    def read(self, path: Path, *, docid: str) -> Document:
        """As ``open``, of what no mail holds. Raises DocumentError for one with attachments."""
        return document_of(self.open(path, docid=docid))

    def open(self, path: Path, *, docid: str) -> Document | Mail:
        """Raises DocumentError, WorkerError, Unfinished, and ToolError when nothing can be read."""
        while docid not in self._read:
            self._begin(path, docid, ahead=False)
            self._finish(wanted=docid)
        found = self._read.pop(docid)
        if isinstance(found, ApplianceError):
            raise found
        return found

    def look(self, path: Path, parts: Sequence[PagePart], *, docid: str) -> PartTexts:
        """As ``reading.eye.part_texts``. Raises DocumentError, WorkerError, and ToolError when
        nothing can be read."""
        while self._begun:
            self._finish()
        with copied(_content(path, self._limits)) as lent:
            request = LookRequest(path, docid, tuple(parts))
            found = self._worker.ask(request, timeout=self._timeout, lent=lent)
        if not isinstance(found, tuple) or len(found) != len(parts):
            raise WorkerError("the reader answered about other parts of the pages")
        return found

    def _begin(self, path: Path, docid: str, *, ahead: bool) -> None:
        if docid not in self._begun and docid not in self._read:
            request = path, docid, ahead, self._turn
            with copied(_content(path, self._limits)) as lent:
                self._worker.begin(request, timeout=self._timeout, lent=lent)
            while len(self._begun) >= self._worker.begun:
                self._begun.popleft()  # gone with a child that died
            self._begun.append(docid)

    def _finish(self, *, wanted: str = "") -> None:
        """The oldest of what was begun. Raises WorkerError when that is the ``wanted`` one."""
        docid = self._begun.popleft()
        try:
            self._read[docid] = _about(docid, self._worker.finish(timeout=self._timeout))
        except Leaving:
            raise
        except TimeoutExceeded as error:
            self._read[docid] = error  # as it would be again
        except WorkerError:
            if docid == wanted:
                raise
        except ApplianceError as error:
            self._read[docid] = error  # for whoever comes for this document
        finally:
            if not self._worker.begun:
                self._begun.clear()  # a child that died took along what it had not come to
        if len(self._read) > FORGOTTEN:
            self._read.pop(next(iter(self._read)))

    def stop(self) -> None:
        self._worker.stop()


def _about(docid: str, found: Document | Mail | PartTexts) -> Document | Mail:
    """Raises WorkerError when it is about another document."""
    if isinstance(found, tuple):
        raise WorkerError("the reader answered about parts of pages")
    document = found.text if isinstance(found, Mail) else found
    if document and document.docid != docid:
        raise WorkerError("the reader answered about another document")
    return found


class Renderer:
    """A page of a file to its picture, in the child of a station that has the screen."""

    def __init__(self, settings: ReadingSettings, *, timeout: float = 20.0) -> None:
        """``timeout`` in seconds for one page."""
        self._timeout = timeout
        self._limits = _limits(settings)
        self._worker = Worker("renderer", start_rendering, settings, answers=PICTURE)
        # Textual's stand-in for stderr has no file number, which multiprocessing's own helper
        # cannot bear; once it runs, children start whatever stderr is.
        with redirect_stderr(sys.__stderr__):
            resource_tracker.ensure_running()

    def render(self, path: Path, index: int, rotation: float, *, longest: int) -> Image | None:
        """As ``page_picture``. Raises DocumentError, ToolError."""
        docid = path.name if is_docid(path.name) else UNNAMED
        request = path, docid, index, rotation, longest
        with copied(_content(path, self._limits)) as lent:
            image: Image | None = self._worker.ask(request, timeout=self._timeout, lent=lent)
        return image

    def kill(self) -> None:
        """From any thread: the page in hand becomes a ToolError."""
        self._worker.kill()

    def stop(self) -> None:
        self._worker.stop()


def gaps(settings: ReadingSettings) -> tuple[str, ...]:
    """What the cage of such a child lacks on this system, in words. Raises ToolError."""
    with Worker("child behind the reader's walls", start_nothing, settings) as worker:
        found: tuple[str, ...] = worker.ask(None, timeout=settings.timeout)
    return found


class Predictor:
    """Document to Prediction in a child that holds one model."""

    def __init__(
        self,
        model: ModelVersion,
        settings: ExtractionSettings,
        *,
        threads: int,
        reading: c_bool | None = None,
        turn: float = inf,
        leave: Event | None = None,
        watchdog: Watchdog | None = None,
    ) -> None:
        """While ``reading`` is true it computes on half of the cores; after ``turn`` seconds of
        one document others go first."""
        self.model = model
        self._settings = settings
        self._turn = turn
        arguments = model, settings, threads, reading
        self._worker = Worker(
            "extractor",
            start_extraction,
            *arguments,
            leave=leave,
            watchdog=watchdog,
            unready=ModelError,
        )

    def extract(
        self,
        document: Document,
        doctype: DocType,
        *,
        within: float | None = None,
    ) -> Prediction:
        """In turns, or ``within`` seconds if the settings do not say fewer. Raises ModelError,
        WorkerError, Unfinished."""
        turn = self._turn if within is None else inf
        return self._ask(PredictionRequest(document, doctype, turn=turn), within=within)

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: Iterable[str],
    ) -> Prediction:
        """``prediction`` with the runners-up of those header fields; quick right after it."""
        return self._ask(PredictionRequest(document, doctype, prediction, tuple(fieldtypes)))

    def peak(self) -> int:
        """Bytes that the child held at most; 0 when it does not run or the system does not say."""
        return memory.peak_of(self._worker.pid) if self._worker.pid else 0

    def _ask(self, question: PredictionRequest, *, within: float | None = None) -> Prediction:
        granted = self._settings.granted(len(question.document.pages))
        timeout = granted if within is None else min(within, granted)
        prediction: Prediction = self._worker.ask(question, timeout=timeout)
        return prediction

    def stop(self) -> None:
        self._worker.stop()


def start_reading(settings: ReadingSettings, threads: int, einvoice: bool) -> Serve:
    walls = _Walls(settings, threads=threads)  # before numpy has threads, which would be outside
    # Half a second and 200 MB of OCR that only this child pays for.
    from appliance.reading.eye import part_texts
    from appliance.reading.mail import opened
    from appliance.reading.ocr import ENGINES
    from appliance.reading.read import read

    limits = _limits(settings)
    ocr = ENGINES[settings.ocr](threads, settings.languages)
    unended = Unended()

    def look(request: LookRequest, path: Path) -> PartTexts:
        ocr.spread(threads)
        with walls.one_file():
            if request.docid != UNNAMED:
                check_bytes(path, request.docid)
            return part_texts(path, request.parts, limits=limits, ocr=ocr)

    def serve(request: Any, lent: Path | None = None) -> Document | Mail | PartTexts:
        if isinstance(request, LookRequest):
            return look(request, lent or request.path)
        path, docid, ahead, turn = request
        path = lent or path
        ocr.spread(half(threads) if ahead else threads)
        with walls.one_file():
            if docid != UNNAMED:
                check_bytes(path, docid)
            if mail := opened(path, docid=docid, limits=limits):
                return mail
            with unended.turn(docid, turn, granted=settings.timeout) as (done, over):
                return read(
                    path,
                    docid=docid,
                    limits=limits,
                    ocr=ocr,
                    einvoice=einvoice,
                    begun=done,
                    over=over,
                )

    return serve


def start_rendering(settings: ReadingSettings) -> Serve:
    walls = _Walls(settings, threads=1)
    # pdfium and Pillow, which the screen itself does without.
    from appliance.reading.picture import page_picture

    limits = _limits(settings)

    def serve(request: Any, lent: Path | None = None) -> Image | None:
        path, docid, index, rotation, longest = request
        path = lent or path
        with walls.one_file():
            if docid != UNNAMED:
                check_bytes(path, docid)
            return page_picture(path, index, rotation, longest=longest, limits=limits)

    return serve


def start_nothing(settings: ReadingSettings) -> Serve:
    """Behind the walls, to say what they lack."""
    walls = _Walls(settings, threads=1)
    return lambda request: walls.gaps


class _Walls:
    """Between a child that opens strangers' files and the machine."""

    def __init__(self, settings: ReadingSettings, *, threads: int) -> None:
        """Also what a library complains of goes nowhere: it would be a file's words in the log, or
        in the middle of the clerk's screen. Nor does what multiprocessing would have removed."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        streams = [1, 2]
        if sys.platform != "win32" and (tracker := resource_tracker.getfd()) is not None:
            streams.append(tracker)
        for stream in streams:
            os.dup2(nowhere, stream)
        self._seconds = settings.timeout * threads
        self._gigabytes = settings.gigabytes
        self._fresh = True
        confine(int(settings.gigabytes * 1e9) + threads * THREAD)
        program = shutil.which(TESSERACT) if settings.ocr == TESSERACT else None
        data = os.environ.get("TESSDATA_PREFIX") if program else None
        self.gaps = cage.enter(
            programs=[Path(program)] if program else [], folders=[Path(data)] if data else []
        )
        """What the system lacks of the cage, in words."""

    @contextmanager
    def one_file(self) -> Iterator[None]:
        """It takes no more processor time than its seconds have, and no more memory than is
        granted. Raises DocumentError when it needs more; a child that holds what is left of others
        ends instead, since a new one may do."""
        grant(self._seconds)
        fresh, self._fresh = self._fresh, False
        try:
            yield
        except MemoryError as error:
            if not fresh:
                os._exit(FULL)
            raise DocumentError(
                f"Reading it takes more than {self._gigabytes:g} GB of memory.",
                hint="Print it to a new PDF and drop that, or raise `gigabytes` under [reading].",
            ) from error


def _content(path: Path, limits: Limits) -> Iterator[bytes]:
    """For a copy of it. Raises DocumentError, of a file that is too large before it is read."""
    with suppress(OSError):  # which is told of when it is opened
        if size := path.stat().st_size:
            limits.check_bytes(size)
    yield from chunks(path)


def _limits(settings: ReadingSettings) -> Limits:
    return Limits(
        max_bytes=settings.max_bytes,
        max_pages=settings.max_pages,
        max_pixels=int(settings.max_megapixels * 1e6),
    )


def half(threads: int) -> int:
    """Of the cores, for each of two children that compute at once."""
    return max(1, threads // 2)


def start_extraction(
    model: ModelVersion, settings: ExtractionSettings, threads: int, reading: c_bool | None
) -> Serve:
    # Loads llama.cpp's shared library; only this child pays for it.
    from appliance.extraction.engine import Engine
    from appliance.extraction.extract import Extractor

    room = settings.window_tokens + settings.answer_tokens + QUESTION_TOKENS

    def cores() -> int:
        return half(threads) if reading is not None and reading.value else threads

    engine = Engine(checked(model), threads=cores, context=room)
    unended = Unended()
    extractor = Extractor(
        engine,
        model=model.name,
        window=settings.window_tokens,
        answer=settings.answer_tokens,
        twice=settings.second_reading,
        asks_columns=model.names_columns,
    )

    def serve(question: PredictionRequest) -> Prediction:
        if question.answered is None:
            document, doctype = question.document, question.doctype
            # Its owner may change a type between two turns.
            work, granted = (document.docid, repr(doctype)), settings.granted(len(document.pages))
            with unended.turn(work, question.turn, granted=granted) as (done, over):
                return extractor.extract(document, doctype, begun=done, over=over)
        return extractor.runners_up(
            question.document, question.doctype, question.answered, question.fieldtypes
        )

    return serve
