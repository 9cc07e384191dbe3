"""What the children in the cage answer, as data that their parent checks.

A file may have taken such a child over, and unpickling what it says would run what the file wants.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field, TypeAdapter

from appliance.domain.document import Document
from appliance.domain.mail import Mail
from appliance.system.workers import Form

if TYPE_CHECKING:
    from PIL.Image import Image

PartTexts = tuple[str | None, ...]
"""What stands on the parts of pages that were asked for, as ``reading.eye.part_texts`` says it."""

_READ: TypeAdapter[Document | Mail | PartTexts] = TypeAdapter(
    Document | Mail | Annotated[PartTexts, Field(min_length=1)],
    config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64"),
)
_SIZE = Struct("<II")


def _read_as_json(found: Document | Mail | PartTexts) -> bytes:
    return _READ.dump_json(found)


def _read_of_json(text: bytes) -> Document | Mail | PartTexts:
    return _READ.validate_json(text)


def _picture_as_dots(image: Image | None) -> bytes:
    return b"" if image is None else _SIZE.pack(*image.size) + image.tobytes()


def _picture_of_dots(dots: bytes) -> Image | None:
    from PIL.Image import frombytes  # a station without pictures does without

    if not dots:
        return None
    size, dots = dots[: _SIZE.size], dots[_SIZE.size :]
    width, height = _SIZE.unpack(size.ljust(_SIZE.size, b"\0"))
    if len(dots) != len("RGB") * width * height:  # or room would be made for what is said
        raise ValueError("a picture of another size")
    return frombytes("RGB", (width, height), dots)


READ = Form(_read_as_json, _read_of_json)
"""Of a file, or of parts of its pages."""
PICTURE = Form(_picture_as_dots, _picture_of_dots)
"""RGB, or none."""
