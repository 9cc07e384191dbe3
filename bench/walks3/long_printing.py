"""Papers with long tables are printed to PDF, with the page break where each paper wants it.

Each is printed twice: on a page of endless height, which tells where every row ends, and on A4.
What was printed lies in ``.cache/walks3/long`` and is not printed again.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.document import BBox, Document, Word
from bench import common
from bench.walks3.long_markup import ENDLESS_MM, MARGIN_MM, PAGE_MM, Layout, fodt_of, html_of
from bench.walks3.long_papers import RENDERERS, LongPaper, Place

FOLDER = common.CACHE / "walks3" / "long"
_SOFFICE = ("soffice", "--headless", "--convert-to", "pdf", "--outdir")
_CHROMIUM = (
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
    *("--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-pdf-header-footer"),
)
_AT_ONCE = 40
"""Papers that one start of the word processor prints."""
_SURE_MM = 0.8
"""By how far a row has to end above the foot of its page, where it is to stand on it."""
_PLAIN_WORDS = 4
"""Of a description that has no details, at most."""
_WRAPPED = 1.6
"""Times the height of the lowest row, from which on a row has several lines."""


@dataclass(frozen=True, slots=True)
class _Heights:
    """Where things stand on the endless page, in millimetres below its margin."""

    rows: Sequence[tuple[float, float]]
    """Top and bottom of each row."""
    lines: Sequence[float]
    """Bottom of the first line of each row."""
    header_top: float
    header_bottom: float
    """Of the words that head the table."""

    @property
    def starts(self) -> list[float]:
        """Where the box of each row begins, half way from the text above it."""
        above = [self.header_bottom, *(bottom for _, bottom in self.rows)]
        return [(end + top) / 2 for end, (top, _) in zip(above, self.rows, strict=False)]

    @property
    def ends(self) -> list[float]:
        """Where the box of each row ends."""
        starts = self.starts
        return [*starts[1:], self.rows[-1][1] + self.rows[0][0] - starts[0]]


def print_papers(papers: Sequence[LongPaper]) -> dict[str, Path]:
    """Return the PDF of each paper by its name."""
    reads = common.Reader(threads=1)
    endless = _print([(paper, Layout(ENDLESS_MM, 0.0)) for paper in papers])
    return _print(
        [(paper, _lay_out(paper, _heights(paper, reads(endless[paper.name])))) for paper in papers]
    )


def _lay_out(paper: LongPaper, heights: _Heights) -> Layout:
    """Return the layout by which the first page ends where the paper wants it."""
    page = PAGE_MM[1] - 2 * MARGIN_MM - _SURE_MM
    last = len(paper.rows) - 1
    ends = heights.ends
    again = heights.starts[0] - heights.header_top if paper.look.header_again else 0.0
    fitting = max((at for at, end in enumerate(ends) if end < page), default=0)
    spacer = page - ends[max(1, fitting - paper.number % 7)]
    cut = None
    match paper.place:
        case Place.AFTER_THE_HEADER:
            spacer = page - heights.starts[0]
        case Place.CARRIED:
            spacer, cut = 0.0, max(1, fitting - 2 - paper.number % 4)
        case Place.TOTALS_ON_TWO:
            spacer = 0.0
        case Place.IN_A_CELL:
            height = min(map(_high, heights.rows))
            wrapped = [at for at, row in enumerate(heights.rows) if _high(row) > _WRAPPED * height]
            at = max((at for at in wrapped if at <= fitting + 1), default=fitting)
            spacer = page + _SURE_MM - (heights.lines[at] + heights.rows[at][1]) / 2
        case Place.LAST_ROW_ALONE | Place.TOTALS_ON_THREE:
            # Page two holds all that page one does not, but for the last row where it is alone.
            end = ends[last - 1] if paper.place is Place.LAST_ROW_ALONE else ends[last]
            first = next(
                (at for at in range(fitting + 1) if end - ends[at] < page - again), fitting
            )
            spacer = page - ends[first]
    return Layout(PAGE_MM[1], max(0.0, spacer), cut)


def _high(row: tuple[float, float]) -> float:
    return row[1] - row[0]


def _heights(paper: LongPaper, document: Document) -> _Heights:
    """Find each row by its description, in the order of the rows."""
    page = document.pages[0]
    height = ENDLESS_MM
    found: list[tuple[BBox, BBox]] = []
    words = list(page.words)
    models = {row.cells["description"]: _model(row.cells["description"]) for row in paper.rows}
    by_text: dict[str, list[Word]] = {}
    for word in words:
        by_text.setdefault(word.text, []).append(word)
    top = 0.0
    for row in paper.rows:
        said = row.cells["description"].split()
        model = models[row.cells["description"]]
        below = (word for word in _by_height(by_text.get(model, [])) if word.bbox.top > top - 1e-6)
        first = next(below, None)
        if first is None:  # a reader may glue two words of so high a page
            pitch = found[-1][0].height * 1.5 if found else 0.0
            box = BBox(0.0, top + pitch / 3, 0.0, top + pitch)
            found.append((box, box))
        else:
            last = min(
                (word for word in by_text.get(said[-1], []) if word.bbox.bottom >= first.bbox.top),
                key=lambda word: word.bbox.top,
                default=first,
            )
            found.append((first.bbox, last.bbox if len(said) > _PLAIN_WORDS else first.bbox))
        top = max(found[-1][0].bottom, found[-1][1].bottom)
    label = paper.language.words["description"].split()[0]
    heads = [word for word in by_text.get(label, []) if word.bbox.top < found[0][0].top]
    head = max(heads, key=lambda word: word.bbox.bottom).bbox
    return _Heights(
        [
            (first.top * height - MARGIN_MM, max(first.bottom, last.bottom) * height - MARGIN_MM)
            for first, last in found
        ],
        [first.bottom * height - MARGIN_MM for first, _ in found],
        head.top * height - MARGIN_MM,
        head.bottom * height - MARGIN_MM,
    )


def _by_height(words: Sequence[Word]) -> list[Word]:
    return sorted(words, key=lambda word: word.bbox.top)


def _model(description: str) -> str:
    """Return the word with a digit in it."""
    return next(word for word in description.split() if any(map(str.isdigit, word)))


def _print(layouts: Sequence[tuple[LongPaper, Layout]]) -> dict[str, Path]:
    processor, browser = RENDERERS
    paths: dict[str, Path] = {}
    missing: dict[str, list[tuple[str, Path]]] = {processor: [], browser: []}
    for paper, layout in layouts:
        text = (fodt_of if paper.renderer == processor else html_of)(paper, layout)
        path = FOLDER / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.pdf"
        paths[paper.name] = path
        if not path.exists():
            missing[paper.renderer].append((text, path))
    FOLDER.mkdir(parents=True, exist_ok=True)
    _print_by_processor(missing[processor])
    for text, path in missing[browser]:
        _print_by_browser(text, path)
    return paths


def _print_by_processor(asked: Sequence[tuple[str, Path]]) -> None:
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        with tempfile.TemporaryDirectory() as name:
            files = []
            for text, path in some:
                files.append(Path(name) / f"{path.stem}.fodt")
                files[-1].write_text(text, encoding="utf-8")
            profile = f"-env:UserInstallation=file://{name}/profile"
            command = [_SOFFICE[0], profile, *_SOFFICE[1:], name, *map(str, files)]
            subprocess.run(command, check=True, capture_output=True, timeout=600)
            for _, path in some:
                (Path(name) / path.name).rename(path)


def _print_by_browser(text: str, path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        page, made = Path(name) / "page.html", Path(name) / "made.pdf"
        page.write_text(text, encoding="utf-8")
        command = [
            *_CHROMIUM,
            f"--user-data-dir={name}/profile",
            f"--print-to-pdf={made}",
            page.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        made.rename(path)
