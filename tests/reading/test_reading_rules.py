from __future__ import annotations

import pytest

from appliance.domain.document import BBox
from appliance.reading.ocr import rows_of_tesseract
from appliance.reading.sheet import garbled
from appliance.reading.words import turned

PROSE = ["Wir", "liefern", "die", "bestellten", "Waren", "an", "Ihre", "Adresse", "Hamburg"] * 5


def test_ordinary_text_is_not_garbage():
    assert not garbled(PROSE)
    assert not garbled(["Größe", "façade", "źródło", "Ärger", "Ø40"])
    assert not garbled(["DE123456789", "4012345001235", "TB100A4"])
    assert not garbled([])


@pytest.mark.parametrize(
    "words",
    [
        ["\ue001\ue002\ue003", "\ue010\ue011"],
        ["".join(chr(ord(c) + 1) for c in "aeiou") + "bcdfgh" for _ in range(30)],
        ["\ufffd\ufffdabc", "x\ufffd\ufffd"],
        ["GrÃ¶ÃŸe", "fÃ¼r", "MÃ¼ller", "StraÃŸe"],
    ],
)
def test_what_a_font_cannot_decode_is_garbage(words):
    assert garbled(words)


def test_a_font_without_names_for_its_glyphs_is_garbage():
    assert garbled(PROSE, unmapped=len(PROSE))


@pytest.mark.parametrize("quarters", range(4))
def test_four_quarters_bring_a_box_back(quarters):
    box = BBox(0.1, 0.2, 0.4, 0.25)
    there = turned(box, 90 * quarters)
    back = turned(there, 360 - 90 * quarters)
    assert (back.left, back.top, back.right, back.bottom) == pytest.approx((0.1, 0.2, 0.4, 0.25))


def test_the_table_of_tesseract_becomes_words_with_shares():
    rows = ["header", "5 1 1 1 1 1 10 20 30 40 91.5 Total", "4 1 1 1 1 0 0 0 9 9 -1 "]
    table = "\n".join(rows).replace(" ", "\t")
    (word,) = rows_of_tesseract(table, width=100, height=200)
    assert (word.text, word.confidence) == ("Total", 0.915)
    assert word.bbox == BBox(0.1, 0.1, 0.4, 0.3)
