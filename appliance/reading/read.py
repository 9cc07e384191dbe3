"""The door of reading: a file becomes a Document, or a DocumentError that a clerk understands.

What a file is, its first bytes say, not its name. A hostile file can crash or stall the libraries
beneath: run this in a child process with a time limit.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from itertools import islice
from pathlib import Path

from appliance.domain.blockers import Blocker
from appliance.domain.document import Document, Page
from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits
from appliance.einvoice.page import page as einvoice_page
from appliance.reading import pdf
from appliance.reading.einvoice import Spoken, spoken
from appliance.reading.image import frames
from appliance.reading.ocr import Ocr
from appliance.reading.sheet import pdf_page, picture_page
from appliance.reading.signature import Signature, foreign, signature
from appliance.reading.text import at_least, decoded, text_page, text_sheets, tricks
from appliance.system.turns import never, take_turn

ReadPage = tuple[Page, tuple[Blocker, ...]]
"""A page as read, and what a clerk has to see of it."""

_DEFAULT = Limits()


def read(
    path: Path,
    *,
    docid: str,
    limits: Limits = _DEFAULT,
    ocr: Ocr,
    einvoice: bool = False,
    begun: list[ReadPage] | None = None,
    over: Callable[[], bool] = never,
) -> Document:
    """``docid`` is the SHA-256 of the file's bytes, ``begun`` holds the pages that were read in
    earlier turns, and gets those of this one. With ``einvoice`` what the file says to programs is
    read too, and drawn where it has no pages.

    Raises DocumentError when the file is at fault, WorkerError when the OCR fails on it, ToolError
    when there is no OCR, OSError when the file cannot be opened, Unfinished when the turn is
    ``over`` before the last page.
    """
    limits.check_bytes(path.stat().st_size)
    said = spoken(path) if einvoice else Spoken()
    sheets = [] if begun is None else begun
    take_turn(sheets, _sheets(path, said, limits, ocr, first=len(sheets)), over)
    return _document(docid, sheets, said)


def _sheets(
    path: Path, said: Spoken, limits: Limits, ocr: Ocr, *, first: int
) -> Generator[tuple[ReadPage, int]]:
    """The pages from ``first`` on, and with each how many there are."""
    kind = signature(path)
    if kind is Signature.PDF:
        yield from _pdf(path, limits, ocr, first)
        return
    if kind is Signature.PICTURE:
        for index, frame in enumerate(frames(path, limits=limits, first=first), first):
            yield picture_page(frame.image, index, dpi=frame.dpi, ocr=ocr), frame.number
        return
    if what := foreign(path):
        raise DocumentError(
            f"This is {what}, no document.",
            hint="Drop what is attached to it, or print it to a PDF.",
        )
    text = decoded(path.read_bytes()) if said.einvoice is None else einvoice_page(said.einvoice)
    limits.check_pages(at_least(text))
    sheets = list(islice(text_sheets(text), limits.max_pages + 1))
    limits.check_pages(len(sheets))
    for index, lines in enumerate(sheets[first:], first):
        yield (text_page(lines), () if index else tricks(text)), len(sheets)


def _pdf(path: Path, limits: Limits, ocr: Ocr, first: int) -> Generator[tuple[ReadPage, int]]:
    with pdf.opened(path) as document:
        limits.check_pages(len(document))
        for index in range(first, len(document)):
            yield pdf_page(document, index, limits=limits, ocr=ocr), len(document)


def _document(docid: str, sheets: Sequence[ReadPage], said: Spoken) -> Document:
    """Raises DocumentError when nothing at all can be read."""
    pages = [page for page, _ in sheets]
    blockers = tuple(blocker for _, found in sheets for blocker in found)
    if not any(page.words for page in pages):
        raise DocumentError(
            "Nothing can be read on it: the pages are empty or not legible.",
            hint="Scan it again, the printed side down.",
        )
    blockers += said.blockers
    return Document(docid, tuple(pages), blockers, said.einvoice)
