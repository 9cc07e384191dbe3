"""What every bench needs: the data, readings that are kept, results that say their origin."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import platform
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

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
SMALL = bool(int(os.environ.get("SMALL") or "0"))
"""Ends in minutes: the first twenty documents of a folder."""


def data() -> Path:
    """The folder of real documents. Ends the bench with a clear message when there is none."""
    folder = os.environ.get("APPLIANCE_DATA")
    if not folder or not Path(folder).is_dir():
        raise SystemExit("set APPLIANCE_DATA to the folder of labelled documents")
    return Path(folder)


@dataclass(frozen=True)
class Sample:
    """A document and one line of its folder's ``labels.jsonl``."""

    path: Path
    row: Mapping[str, Any]

    @property
    def labels(self) -> Mapping[str, Any]:
        labels: Mapping[str, Any] = self.row.get("labels") or self.row["fields"]
        return labels


def samples(folder: Path) -> Iterator[Sample]:
    """In the order of the labels; the first twenty when SMALL."""
    with (folder / "labels.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if SMALL and number == 20:
                return
            row = json.loads(line)
            yield Sample(folder / row["file"], row)


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
    """Reads a file once for all benches: ``.cache/readings/VERSION/DOCID.pickle``.

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


def record(
    name: str,
    *,
    n: int,
    figures: Mapping[str, float | int | None],
    report: str,
    reasons: Mapping[str, str] | None = None,
) -> None:
    """Write ``results/NAME.json`` and this bench's own section of ``RESULTS.md``; ``reasons`` say
    why something is not as it was to be."""
    if SMALL:
        print(report)
        return
    result = {"commit": commit(), "machine": machine(), "n": n, "figures": dict(figures)}
    result |= {"reasons": dict(reasons)} if reasons else {}
    report = f"{report.rstrip()}\n\n{_recorded(result)}"
    path = ROOT / "bench" / "results" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    results = ROOT / "bench" / "RESULTS.md"
    text = results.read_text(encoding="utf-8") if results.exists() else "# Results\n"
    results.write_text(with_section(text, name, report), encoding="utf-8")
    print(report)


def record_in(name: str, *, n: int, figures: Mapping[str, float | int | None], about: str) -> None:
    """As ``record``, but ``results/NAME.json`` keeps the figures that others wrote there; ``about``
    says what they are."""
    path = ROOT / "bench" / "results" / f"{name}.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"figures": {}}
    every = {**known["figures"], **figures}
    rows = [f"| {key} | {value} |" for key, value in every.items()]
    report = [f"## {name.capitalize()}", "", about, "", "| figure | value |", "|---|---|", *rows]
    record(name, n=n, figures=every, report="\n".join(report), reasons=known.get("reasons"))


def _recorded(result: Mapping[str, Any]) -> str:
    return f"*Recorded at {result['commit']} on {result['machine']}.*"


def with_section(text: str, name: str, report: str) -> str:
    """``text`` with the section between NAME's marks replaced, or added at the end."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    section = f"{begin}\n{report.strip()}\n{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if pattern.search(text):
        return pattern.sub(lambda _: section, text)
    return f"{text.rstrip()}\n\n{section}\n"


def commit() -> str:
    """Of the checkout, with ``+`` when files differ from it."""
    head = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", *_MADE_OF)
    return head + ("+" if changed else "")


_MADE_OF = ("appliance", "bench/*.py", "starter")
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
