"""What telephones and Windows send: WEBP, HEIC, BMP. See telephone/README.md for the files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from papers import Reciting, picture
from PIL import Image

from appliance.domain.document import Document
from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits
from appliance.reading.picture import page_picture
from appliance.reading.signature import Signature, picture_suffix, signature_of

FILES = Path(__file__).parent / "telephone"
UPRIGHT = (FILES / "upright.heic").read_bytes()
Reading = Callable[..., Document]


def saved(kind: str, image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


PICTURES = {
    ".webp": saved("WEBP", picture("Total 9.00")),
    ".bmp": saved("BMP", picture("Total 9.00")),
    ".heic": UPRIGHT,
}


@pytest.mark.parametrize("suffix", PICTURES)
def test_such_a_picture_is_read_and_shown(suffix: str, reading: Reading, tmp_path: Path) -> None:
    ocr = Reciting("Total", "9.00")
    (page,) = reading(PICTURES[suffix], ocr).pages
    assert [word.text for word in page.words] == ["Total", "9.00"]
    shown = page_picture(tmp_path / "file", 0, page.rotation, longest=300, limits=Limits())
    assert shown is not None and shown.convert("L").getextrema()[0] < 90
    assert picture_suffix(PICTURES[suffix]) == suffix


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_every_bmp_of_windows_is_read(mode: str, reading: Reading) -> None:
    ocr = Reciting("Total")
    reading(saved("BMP", picture("Total").convert(mode)), ocr)
    assert ocr.pictures[0].mode == "RGB" and ocr.pictures[0].width >= 760


def test_a_clear_webp_is_laid_on_white(reading: Reading) -> None:
    ocr = Reciting("Total")
    reading(saved("WEBP", Image.new("RGBA", (300, 300), (0, 0, 0, 0)), lossless=True), ocr)
    assert ocr.pictures[0].getpixel((150, 150)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["WEBP", "heic"])
def test_a_photo_is_turned_as_the_telephone_says(kind: str, reading: Reading) -> None:
    if kind == "heic":
        content = (FILES / "turned.heic").read_bytes()
    else:
        lying = Image.open(io.BytesIO(saved("PNG", _marked_page()))).transpose(
            Image.Transpose.ROTATE_90
        )
        exif = Image.Exif()
        exif[0x0112] = 6
        content = saved("WEBP", lying, exif=exif)
    ocr = Reciting("Total")
    reading(content, ocr)
    (image,) = ocr.pictures
    across, down = image.size
    assert down > across
    assert image.getpixel((across // 2, down // 8))[0] < 60  # the mark at the head
    assert image.getpixel((across // 2, down * 15 // 16))[0] > 200


def _marked_page() -> Image.Image:
    page = Image.new("RGB", (480, 640), "white")
    page.paste("black", (40, 40, 440, 120))
    return page


def test_every_picture_of_a_heic_is_a_page(reading: Reading) -> None:
    content = (FILES / "two.heic").read_bytes()
    assert len(reading(content, Reciting("word")).pages) == 2
    with pytest.raises(DocumentError, match="more pages than the limit of 1"):
        reading(content, Reciting("word"), Limits(max_pages=1))


def test_a_webp_that_moves_is_refused(reading: Reading) -> None:
    frames = [picture("one"), picture("two")]
    film = saved("WEBP", frames[0], save_all=True, append_images=frames[1:])
    with pytest.raises(DocumentError, match="The picture moves") as caught:
        reading(film, Reciting("word"))
    assert caught.value.hint == "Send a photo of each page."


@pytest.mark.parametrize("suffix", PICTURES)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_one_that_was_cut_is_called_damaged(suffix: str, share: float, reading: Reading) -> None:
    content = PICTURES[suffix]
    with pytest.raises(DocumentError, match="damaged") as caught:
        reading(content[: max(40, int(share * len(content)))], Reciting("word"))
    assert caught.value.hint == "Scan or send it again."


def _with_canvas(width: int, height: int) -> bytes:
    """Return a WEBP whose head says a size that nothing in it has."""
    whole = bytearray(saved("WEBP", Image.new("RGBA", (64, 64), (9, 9, 9, 99))))
    assert whole[12:16] == b"VP8X"
    whole[24:30] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(whole)


def _heic_of(width: int, height: int) -> bytes:
    at = UPRIGHT.index(b"ispe") + 8
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return UPRIGHT[:at] + size + UPRIGHT[at + 8 :]


def _bmp_of(width: int, height: int) -> bytes:
    size = width.to_bytes(4, "little") + height.to_bytes(4, "little")
    return PICTURES[".bmp"][:18] + size + PICTURES[".bmp"][26:]


@pytest.mark.parametrize("make", [_with_canvas, _heic_of, _bmp_of])
def test_a_bomb_is_refused_by_its_head(make: Callable[[int, int], bytes], reading: Reading) -> None:
    with pytest.raises(DocumentError, match="too large"):
        reading(make(16_000, 16_000), Reciting("word"))


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\0\0MM\0*\0\0\0\x08"}])
def test_the_size_of_every_webp_is_known_before_it_is_opened(
    options: dict[str, object], reading: Reading
) -> None:
    content = saved("WEBP", picture("x"), **options)
    with pytest.raises(DocumentError, match="too large: 0 million dots"):
        reading(content, Reciting("word"), Limits(max_pixels=760 * 110 - 1))
    assert reading(content, Reciting("word"), Limits(max_pixels=760 * 110)).pages


@pytest.mark.parametrize("letter", [b"BMW AG\nRechnung 17", b"RIFF Ltd, invoice", b"see ftypheic"])
def test_a_text_that_begins_alike_is_a_text(letter: bytes) -> None:
    assert signature_of(letter) is Signature.TEXT
