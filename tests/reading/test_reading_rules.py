from __future__ import annotations

import pytest
from figures import figures

from appliance.domain.document import BBox, Page, Word
from appliance.reading.ocr import rows_of_tesseract
from appliance.reading.read import looks_like_several
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


def page(text: str) -> Page:
    words = tuple(Word(word, BBox(0, 0, 1, 1), 0) for word in text.split())
    return Page(600, 800, words, "text")


def test_pages_that_count_themselves_twice_look_like_two_documents():
    pages = [
        page("Invoice 1 total 9.00 Page 1 of 2"),
        page("more 3.00 Page 2 of 2"),
        page("Invoice 2 total 7.00 Page 1 of 1"),
    ]
    blocker = looks_like_several(pages)
    assert blocker
    assert blocker.code == "several-documents" and figures(blocker.message)[0] == "2"


@pytest.mark.parametrize(
    "texts",
    [
        ["Invoice 1 total 9.00 Page 1 of 2", "more 3.00 Page 2 of 2"],
        ["Invoice 1 total 9.00", "Invoice 2 total 7.00"],
        ["Order 7 total 9.00 Page 1 of 1", "Signatures of both parties Page 1 of 1"],
        ["Invoice 1 total 9.00 Page 1 of 3", "Invoice 1 total 9.00 Page 1 of 3"],
    ],
)
def test_one_document_is_not_taken_for_several(texts):
    assert looks_like_several([page(text) for text in texts]) is None


def test_the_table_of_tesseract_becomes_words_with_shares():
    rows = ["header", "5 1 1 1 1 1 10 20 30 40 91.5 Total", "4 1 1 1 1 0 0 0 9 9 -1 "]
    table = "\n".join(rows).replace(" ", "\t")
    (word,) = rows_of_tesseract(table, width=100, height=200)
    assert (word.text, word.confidence) == ("Total", 0.915)
    assert word.bbox == BBox(0.1, 0.1, 0.4, 0.3)
