"""What takes long is kept in ``.cache``, and what was made says where it comes from.

Used by the maker of papers and by every bench.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import re
import subprocess
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from PIL import Image

from appliance.domain.document import Document
from appliance.domain.limits import Limits
from appliance.reading import READING
from appliance.reading.ocr import RAPIDOCR_READING, Ocr, RapidOcr
from appliance.reading.read import read
from appliance.reading.words import TextRun

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"


class KeptOcr:
    """What an OCR read in a picture lies in ``.cache/ocr``: a new layout asks it nothing again."""

    def __init__(self, *, threads: int) -> None:
        self._threads = threads

    @cached_property
    def _ocr(self) -> Ocr:
        return RapidOcr(threads=self._threads)

    def recognise(self, image: Image.Image) -> list[TextRun]:
        size = f"{RAPIDOCR_READING} {image.size}".encode()
        key = hashlib.sha256(size + image.tobytes()).hexdigest()
        return kept(CACHE / "ocr" / key, lambda: self._ocr.recognise(image))


class Reader:
    """Reads a file once for all: ``.cache/readings/VERSION/DOCID.pickle``.

    VERSION is ``READING``, DOCID the SHA-256 of the file's bytes. A file that is at fault raises
    its DocumentError every time.
    """

    def __init__(self, *, threads: int = 2) -> None:
        self._ocr = KeptOcr(threads=threads)

    def __call__(self, path: Path) -> Document:
        docid = hashlib.sha256(path.read_bytes()).hexdigest()
        return kept(
            CACHE / "readings" / READING / docid,
            lambda: read(path, docid=docid, limits=Limits(), ocr=self._ocr),
        )


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def kept(name: Path, make: Callable[[], T]) -> T:
    """The pickled value of ``name``, made at the first call; whole or not there. One whose classes
    have moved since is made anew."""
    path = name.with_name(name.name + ".pickle")
    if path.exists():
        with suppress(ImportError, AttributeError):
            found: T = pickle.loads(path.read_bytes())
            return found
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    partial.write_bytes(pickle.dumps(made))
    partial.replace(path)
    return made


def commit() -> str:
    """Of the checkout, with ``+`` when files differ from it."""
    head = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", *_MADE_OF)
    return head + ("+" if changed else "")


_MADE_OF = ("appliance", "bench/*.py", "bench/invented", "starter")
"""What figures depend on."""


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or ""


def machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        match = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text())
        model = match.group(1) if match else model
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )
