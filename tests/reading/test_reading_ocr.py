"""The real RapidOCR, and Tesseract where it is installed, on small pictures."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from papers import picture
from PIL import Image

from appliance.domain.document import page_text
from appliance.domain.errors import ToolError, WorkerError
from appliance.reading.ocr import Ocr, RapidOcr, TesseractOcr
from appliance.reading.sheet import picture_page
from appliance.reading.upright import skew

LINES = ("Invoice number 4711", "Total due 1,234.50", "Payment within thirty days")


@pytest.fixture(params=["rapid", "tesseract"])
def ocr(request: pytest.FixtureRequest) -> Ocr:
    if request.param == "tesseract":
        if not shutil.which("tesseract"):
            pytest.skip("tesseract is not installed")
        return TesseractOcr()
    return request.getfixturevalue("rapid")


def test_an_ocr_finds_words_with_places_and_confidence(ocr):
    image = picture(*LINES)
    found = ocr.recognise(image)
    text = " ".join(piece.text for piece in sorted(found, key=lambda p: p.bbox.top))
    assert "4711" in text
    assert all(0 <= p.bbox.left < p.bbox.right <= 1 for p in found)
    assert all(p.confidence and 0 < p.confidence <= 1 for p in found)


def test_an_empty_page_has_no_words(rapid):
    assert rapid.recognise(Image.new("RGB", (400, 300), "white")) == []


def test_the_same_is_read_on_another_number_of_cores(rapid):
    one = [piece.text for piece in rapid.recognise(picture(*LINES))]
    try:
        rapid.spread(2)
        two = [piece.text for piece in rapid.recognise(picture(*LINES))]
    finally:
        rapid.spread(1)
    assert one == two == [piece.text for piece in rapid.recognise(picture(*LINES))]


def test_a_machine_that_could_not_be_made_is_made_at_the_next_page(monkeypatch):
    ocr = RapidOcr(threads=1)
    with monkeypatch.context() as short_of_memory:
        short_of_memory.setattr("rapidocr.RapidOCR", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ocr.spread(2)
    ocr.spread(2)
    assert ocr.recognise(picture(*LINES))


@pytest.mark.parametrize("size", [(3000, 1), (1, 3000), (900, 9), (12, 3000)])
def test_a_strip_too_thin_for_letters_has_no_words(size, ocr):
    assert ocr.recognise(Image.new("RGB", size, "white")) == []


def test_a_picture_that_the_engine_cannot_take_spends_an_attempt(rapid, monkeypatch):
    monkeypatch.setattr(rapid, "_engine", lambda dots: 1 / 0)
    with pytest.raises(WorkerError, match="300 x 12") as caught:
        rapid.recognise(Image.new("RGB", (300, 12), "white"))
    assert caught.value.__cause__


@pytest.mark.parametrize(
    ("program", "timeout", "said"),
    [("exec sleep 60", 0.2, "took over"), ("echo no memory >&2; exit 1", 30, "no memory")],
)
def test_tesseract_that_fails_on_one_picture_spends_an_attempt(
    program, timeout, said, monkeypatch, tmp_path
):
    fake = tmp_path / "tesseract"
    fake.write_text(f"#!/bin/sh\n{program}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(WorkerError, match=said):
        TesseractOcr(timeout=timeout).recognise(picture("x"))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_turned_upright(turn, rapid):
    image = picture(*LINES).rotate(turn, expand=True)
    page, _ = picture_page(image, 0, dpi=None, ocr=rapid)
    assert page.rotation == turn
    assert page_text(page).splitlines() == list(LINES)


@pytest.mark.parametrize("degrees", [-3.0, 2.0])
def test_a_leaning_page_is_straightened(degrees, rapid):
    image = picture(*LINES).rotate(-degrees, expand=True, fillcolor="white", resample=3)
    assert skew(image) == pytest.approx(degrees, abs=0.3)
    page, _ = picture_page(image, 0, dpi=None, ocr=rapid)
    assert page.rotation == pytest.approx(-degrees % 360, abs=0.3)
    assert page_text(page).splitlines() == list(LINES)


def test_a_language_that_tesseract_lacks_is_the_fault_of_no_document(monkeypatch, tmp_path):
    fake = tmp_path / "tesseract"
    fake.write_text("#!/bin/sh\necho \"Failed loading language 'ell'\" >&2; exit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(ToolError, match=r"eng\+ell") as caught:
        TesseractOcr(languages="eng+ell").recognise(picture("x"))
    assert not isinstance(caught.value, WorkerError) and "install" in caught.value.hint


def test_tesseract_that_is_not_there_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="not installed") as caught:
        TesseractOcr().recognise(picture("x"))
    assert "tesseract-ocr" in caught.value.hint


READS_NOTHING = """
from PIL import Image
from appliance.reading.ocr import RapidOcr
RapidOcr().recognise(Image.new("RGB", (300, 200), "white"))
"""


def test_what_computes_the_ocr_keeps_no_record_of_it_for_its_maker(tmp_path: Path) -> None:
    """Where tests run for others it keeps none of itself: they say so by a variable."""
    said = ("CI", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    environment = {name: text for name, text in os.environ.items() if name not in said}
    environment |= {"HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", READS_NOTHING], env=environment, check=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
