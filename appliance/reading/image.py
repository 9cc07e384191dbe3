"""Picture files, one frame after the other, upright as their EXIF says, in RGB on white."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pi_heif import register_heif_opener
from PIL import ExifTags, Image

from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits

# One thread, as for other pictures; pictures beside the one that was taken are no pages.
register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "HEIF", "BMP")
_DAMAGED = "The picture is damaged and cannot be opened."
_AGAIN = "Scan or send it again."
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by its EXIF orientation."""
_SCAN = b"\xff\xda"
_MOST_SCANS = 100
"""What programs write has a dozen."""
_BROKEN = (
    *(OSError, ValueError, TypeError, LookupError, SyntaxError, EOFError, AssertionError),
    *(RuntimeError, struct.error),
)
"""What Pillow raises at a damaged file."""


@dataclass(frozen=True, slots=True)
class Frame:
    image: Image.Image
    dpi: float | None
    """Dots an inch; None when the file does not say, or says nonsense."""
    number: int
    """Of all frames of its file."""


def frames(path: Path, *, limits: Limits, first: int = 0) -> Iterator[Frame]:
    """The pages of a TIFF or HEIC from ``first`` on, the one picture of any other file.

    Raises DocumentError when it is damaged or larger than ``limits``.
    """
    with _opened(path, limits) as file:
        count = _count(file, limits)
        limits.check_pages(count)
        for index in range(first, count):
            made = Frame(*_upright_dots(file, index, limits), count)
            if index + 1 == count:
                file.close()  # what it holds is as large again
            yield made


def frame(path: Path, index: int, *, limits: Limits) -> Frame:
    """One of ``frames`` without the others.

    Raises DocumentError when it is damaged or larger than ``limits``, IndexError when it is not
    there.
    """
    with _opened(path, limits) as file:
        count = _count(file, limits)
        if index < count:
            return Frame(*_upright_dots(file, index, limits), count)
    raise IndexError(f"there is no page {index + 1}")


def dots(content: bytes) -> int:
    """As its head says. Raises DocumentError when that cannot be read."""
    with _opened(BytesIO(content)) as file:
        return file.width * file.height


def _count(file: Image.Image, limits: Limits) -> int:
    """Of its frames; of more than ``limits`` allow not how many, which takes Pillow the square of
    their number."""
    if file.format == "HEIF":
        return int(getattr(file, "n_frames", 1))
    if file.format == "WEBP" and getattr(file, "is_animated", False):
        raise DocumentError(
            "The picture moves: it is a film and no page.", hint="Send a photo of each page."
        )
    if file.format != "TIFF":
        return 1
    count = 1
    with suppress(EOFError):
        while count <= limits.max_pages:
            file.seek(count)
            count += 1
    file.seek(0)
    return count


def _upright_dots(
    file: Image.Image, index: int, limits: Limits
) -> tuple[Image.Image, float | None]:
    """Of one frame, and how many of them an inch has."""
    file.seek(index)
    limits.check_pixels(file.width * file.height, page=index)
    upright, dpi = _upright(file), _dpi(file)
    image, across = _square(_on_white(upright), dpi if upright.size == file.size else dpi[::-1])
    limits.check_pixels(image.width * image.height, page=index)
    return image, across


@contextmanager
def _opened(path: Path | BytesIO, limits: Limits | None = None) -> Iterator[Image.Image]:
    try:
        _check_webp(path, limits or Limits())
        with warnings.catch_warnings():
            # Of broken tags and large sizes; our own limits are asked before a dot is unpacked.
            warnings.simplefilter("ignore")
            # Only those that a signature tells: others would be looked for in hostile bytes.
            with Image.open(path, formats=_FORMATS) as file:
                if file.format in {"JPEG", "MPO"}:
                    _check_scans(path)
                yield file
    except Image.DecompressionBombError as error:
        raise DocumentError(
            "The picture is too large.", hint="Scan it with a lower resolution."
        ) from error
    except _BROKEN as error:
        raise DocumentError(_DAMAGED, hint=_AGAIN) from error


def _check_webp(picture: Path | BytesIO, limits: Limits) -> None:
    """Pillow takes the memory for all dots of a WEBP when it opens the file."""
    if isinstance(picture, BytesIO):
        head = picture.getvalue()[:30]
    else:
        with picture.open("rb") as file:
            head = file.read(30)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP" and len(head) == 30:
        width, height = _webp_size(head)
        limits.check_pixels(width * height, page=0)


def _webp_size(head: bytes) -> tuple[int, int]:
    """Return width and height as the first 30 bytes of a WEBP say them."""
    match head[12:16]:
        case b"VP8X":
            return _little(head[24:27]) + 1, _little(head[27:30]) + 1
        case b"VP8L":
            bits = _little(head[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _little(head[26:28]) & 0x3FFF, _little(head[28:30]) & 0x3FFF


def _little(number: bytes) -> int:
    return int.from_bytes(number, "little")


def _check_scans(jpeg: Path | BytesIO) -> None:
    """Each scan is drawn over the whole picture, and takes a few bytes."""
    whole = jpeg.getvalue() if isinstance(jpeg, BytesIO) else jpeg.read_bytes()
    scans = whole.count(_SCAN)  # which stands nowhere else in its dots
    if scans > _MOST_SCANS:
        raise DocumentError(f"The picture is drawn {scans} times over.", hint=_AGAIN)


def _upright(file: Image.Image) -> Image.Image:
    """As its EXIF says, where that can be read: a damaged tag spoils no dot of the picture."""
    file.load()  # a TIFF is turned by this
    try:
        turn = _TURNS.get(file.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # Pillow's parser raises a dozen kinds
        turn = None
    return file if turn is None else file.transpose(turn)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in {"I;16", "I;16B", "I;16L", "I"}:
        # By way of "I": of the others Pillow scales only one.
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return image.convert("RGB")


def _square(
    image: Image.Image, dpi: tuple[float | None, float | None]
) -> tuple[Image.Image, float | None]:
    """With dots as high as wide, which those of a fax are not, and the dots of an inch. A ratio
    that no fax has is a mistake in the file."""
    across, down = dpi
    if across and down and 1.1 < max(across / down, down / across) < 2.3:
        # The finer of both stays.
        most = max(across, down)
        size = round(image.width * most / across), round(image.height * most / down)
        return image.resize(size, Image.Resampling.BICUBIC), most
    return image, across


def _dpi(image: Image.Image) -> tuple[float | None, float | None]:
    """Across and down."""
    try:
        across, down = (float(one) for one in image.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        return None, None
    return (across if 70 <= across <= 2400 else None, down if 70 <= down <= 2400 else None)
