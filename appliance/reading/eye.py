"""What an eye would read on parts of a PDF's pages, whatever their text layer says.

A font may draw other letters than its text names, and a cover, a clip or a layer may hide half a
word. The pages are drawn as a viewer shows them, and the OCR reads the parts. pdfium can crash on a
hostile file: run this in a child process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from appliance.domain.document import BBox, PagePart
from appliance.domain.errors import WorkerError
from appliance.domain.limits import Limits
from appliance.reading.ocr import Ocr
from appliance.reading.picture import page_picture
from appliance.reading.signature import Signature, signature

_LEAST, _MOST = 2400, 6000
"""Pixels of the longer side of a page that is looked at."""
_LETTER = 24
"""Pixels of the lowest line, if the page may be drawn so large."""
_BESIDE, _ABOVE = 1.0, 0.25
"""Heights of a line by which more is looked at beside it and above: a digit that goes on there."""
_MARGIN = 30
"""Pixels around what is looked at, without which the OCR finds no line."""


def part_texts(
    path: Path, parts: Sequence[PagePart], *, limits: Limits, ocr: Ocr
) -> tuple[str | None, ...]:
    """What an OCR reads on each of ``parts``, in their order: a line for each run of letters, empty
    if it reads nothing there. None for each part of a file that is no PDF: pictures are read by OCR
    in any case, and texts have no page that could be seen.

    Raises as ``page_picture`` does, and ToolError when there is no OCR.
    """
    if signature(path) is not Signature.PDF:
        return (None,) * len(parts)
    said: dict[PagePart, str] = {}
    for (page, rotation), those in _by_page(parts).items():
        lowest = min(part.box.height for part in those)
        longest = round(min(max(_LETTER / max(lowest, 1e-6), _LEAST), _MOST))
        image = page_picture(path, page, rotation, longest=longest, limits=limits)
        for part in those:
            said[part] = _read(image, part.box, ocr) if image else ""
    return tuple(said[part] for part in parts)


def _by_page(parts: Sequence[PagePart]) -> dict[tuple[int, float], list[PagePart]]:
    found: defaultdict[tuple[int, float], list[PagePart]] = defaultdict(list)
    for part in dict.fromkeys(parts):
        found[part.page, part.rotation].append(part)
    return found


def _read(image: Image.Image, box: BBox, ocr: Ocr) -> str:
    """Its runs from the left, one a line."""
    high = box.height * image.height
    beside, above = _BESIDE * high, _ABOVE * high
    left, right = _dots(
        box.left * image.width - beside, box.right * image.width + beside, image.width
    )
    top, bottom = _dots(
        box.top * image.height - above, box.bottom * image.height + above, image.height
    )
    part = image.crop((left, top, right, bottom))
    size = part.width + 2 * _MARGIN, part.height + 2 * _MARGIN
    framed = Image.new("RGB", size, part.getpixel((0, 0)))
    framed.paste(part, (_MARGIN, _MARGIN))
    try:
        runs = sorted(ocr.recognise(framed), key=lambda run: run.bbox.left)
    except WorkerError:  # on a part that it cannot read it sees nothing, which a clerk is told
        return ""
    return "\n".join(run.text for run in runs)


def _dots(first: float, last: float, of: int) -> tuple[int, int]:
    """From ``first`` to ``last``, at least one of the picture's: a box may have no height, or lie
    beside its page."""
    begin = min(max(int(first), 0), of - 1)
    return begin, min(max(int(last) + 1, begin + 1), of)
