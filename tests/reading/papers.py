"""Small papers of our own, and an OCR that recites."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from appliance.domain.document import BBox
from appliance.reading.words import TextRun


class Reciting:
    """An OCR that says the same words in every picture, side by side in the middle."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.pictures: list[Image.Image] = []

    def recognise(self, image: Image.Image) -> list[TextRun]:
        self.pictures.append(image)
        step = 1 / max(len(self.words), 1)
        return [
            TextRun(word, BBox(n * step, 0.45, (n + 0.9) * step, 0.5), 0.95)
            for n, word in enumerate(self.words)
        ]


def picture(*lines: str) -> Image.Image:
    """Black on white, one line below the other."""
    image = Image.new("RGB", (760, 60 + 50 * len(lines)), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        font = ImageFont.load_default(size=28)
        draw.text((40, 30 + 50 * number), line, fill="black", font=font)
    return image
