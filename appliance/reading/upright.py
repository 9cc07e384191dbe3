"""Turns a picture of a page until its text stands upright.

A page may lie on its side or on its head, and be askew by a few degrees. Skew is measured in the
ink; which quarter is right, the OCR itself tells: text on its side gives tall boxes, text on its
head low confidence. An upright page is read once, any other at most four times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from appliance.reading.ocr import Ocr
from appliance.reading.words import TextRun

_MOST = 6.0
"""Degrees of skew that are looked for."""
_LEAST = 0.4
"""Degrees below which turning blurs more than it helps."""


_Places = np.ndarray[tuple[int], np.dtype[np.intp]]


@dataclass(frozen=True, slots=True)
class Upright:
    pieces: tuple[TextRun, ...]
    rotation: float
    """Degrees clockwise by which the picture was turned."""
    width: int
    height: int
    """Pixels of the turned picture."""


def read_upright(image: Image.Image, ocr: Ocr) -> Upright:
    """What ``ocr`` reads in an RGB picture, whichever way up it is."""
    best = _read(image, 0, ocr)
    if not best.pieces or convincing(best.pieces):
        return best
    turns = (90, 270, 180) if _lying(best.pieces) else (180, 90, 270)
    for turn in turns:
        other = _read(image, turn, ocr)
        if weight(other.pieces) > weight(best.pieces):
            best = other
        if convincing(best.pieces):
            break
    return best


def _read(image: Image.Image, turn: int, ocr: Ocr) -> Upright:
    turned = image.rotate(-turn, expand=True) if turn else image
    askew = skew(turned)
    if abs(askew) >= _LEAST:
        turned = turned.rotate(
            askew, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255)
        )
    else:
        askew = 0.0
    pieces = tuple(ocr.recognise(turned))
    return Upright(pieces, round((turn - askew) % 360, 2), turned.width, turned.height)


def convincing(pieces: Sequence[TextRun]) -> bool:
    """Most of it was read well and runs across the page."""
    length = sum(len(piece.text) for piece in pieces)
    sure = sum(len(piece.text) * (piece.confidence or 0.0) for piece in pieces)
    return length > 0 and sure / length >= 0.75 and not _lying(pieces)


def weight(pieces: Sequence[TextRun]) -> float:
    """How much was read, doubtful and tall pieces left out."""
    return sum(
        len(piece.text) * piece.confidence
        for piece in pieces
        if piece.confidence and piece.confidence > 0.6 and not _tall(piece)
    )


def _lying(pieces: Sequence[TextRun]) -> bool:
    long = [piece for piece in pieces if len(piece.text) > 2]
    return sum(map(_tall, long)) * 2 > len(long)


def _tall(piece: TextRun) -> bool:
    # Shares of a page of any shape: a word of three letters is never twice as high as long.
    return len(piece.text) > 2 and piece.bbox.height > 1.5 * piece.bbox.width


def skew(image: Image.Image) -> float:
    """Degrees clockwise by which the lines of text lean; 0.0 when there is too little ink."""
    small = image.convert("L")
    small.thumbnail((1000, 1000))
    pixels = np.asarray(small, dtype=np.int16)
    around = np.asarray(small.filter(ImageFilter.BoxBlur(15)), dtype=np.int16)
    y, x = np.nonzero(pixels < around - 20)
    if len(x) < 500:
        return 0.0
    coarse = max(np.arange(-_MOST, _MOST + 0.1, 0.5), key=lambda a: _sharpness(x, y, a))
    fine = max(np.arange(coarse - 0.5, coarse + 0.51, 0.1), key=lambda a: _sharpness(x, y, a))
    gain = _sharpness(x, y, fine) / max(_sharpness(x, y, 0.0), 1.0)
    return float(round(fine, 1)) if gain > 1.05 else 0.0


def _sharpness(x: _Places, y: _Places, degrees: float) -> float:
    """How sharply lines and gaps alternate when the ink is looked at under an angle."""
    rows = np.rint(y - x * np.tan(np.radians(degrees))).astype(np.int64)
    profile = np.bincount(rows - rows.min()).astype(np.float64)
    return float(np.square(np.diff(profile)).sum())
