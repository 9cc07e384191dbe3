"""Pictures that are small and want everything."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from PIL import Image

from bench.campaign.hostile_bombs_pdf import zeros

_SIDE = 8900
"""Dots: a square of it is just below what is read."""

Chunk = tuple[bytes, bytes]


def _png(width: int, height: int, *chunks: Chunk, depth: int = 8, colours: int = 0) -> bytes:
    """Grey (0), RGB (2) or RGBA (6); without dots of its own where ``chunks`` have none."""
    head = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, [(b"IHDR", head), *chunks, (b"IEND", b"")]))


def _chunk(one: Chunk) -> bytes:
    kind, data = one
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


_DOTS: Chunk = (b"IDAT", zlib.compress(b"\0" * 110 * 100))
"""Of a grey picture of 100 by 100, and some to spare."""


def _packed_text(kind: bytes, head: bytes) -> Callable[[int], bytes]:
    return lambda large: _png(100, 100, (kind, head + zeros(large * 20_000_000)), _DOTS)


def _texts(large: int) -> bytes:
    return _png(100, 100, *[(b"tEXt", b"a\0" + b"b" * 200)] * (large * 10_000), _DOTS)


def _animated(large: int) -> bytes:
    frames: list[Chunk] = [(b"acTL", struct.pack(">II", large * 10_000, 0)), _DOTS]
    for at in range(large * 2500):
        frames.append((b"fcTL", struct.pack(">IIIIIHHBB", at, 100, 100, 0, 0, 1, 1, 0, 0)))
        frames.append((b"fdAT", struct.pack(">I", at) + _DOTS[1]))
    return _png(100, 100, *frames)


def _wide(depth: int, colours: int, each: int) -> Callable[[int], bytes]:
    """As large as is read, with as many bytes a dot as there can be."""
    size = (_SIDE * each + 1) * _SIDE
    return lambda large: _png(
        _SIDE, _SIDE, (b"IDAT", zeros(size, of=b"\0")), depth=depth, colours=colours
    )


def _jpeg(picture: Image.Image, **more: object) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", **more)
    return file.getvalue()


def _scans(large: int) -> bytes:
    """A progressive picture whose last scan comes again and again."""
    whole = _jpeg(Image.new("L", (4000, 4000), 255), progressive=True)
    begin = whole.rindex(b"\xff\xda")
    return whole[:begin] + whole[begin:-2] * (large * 5000) + b"\xff\xd9"


def _segments(large: int) -> bytes:
    whole = _jpeg(Image.new("L", (100, 100), 255))
    profile = b"\xff\xe2" + struct.pack(">H", 60_000) + b"ICC_PROFILE\0\x01\xff" + bytes(59_984)
    return whole[:2] + profile * (large * 50) + whole[2:]


def _exif(large: int) -> bytes:
    """Directories that lead to each other."""
    tags = b"".join(struct.pack("<HHII", tag, 4, 1, 8) for tag in (0x8769, 0x8825, 0xA005, 0x014A))
    data = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 4) + tags + struct.pack("<I", 8)
    whole = _jpeg(Image.new("L", (100, 100), 255))
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data + whole[2:]


Tag = tuple[int, int, int, int]
"""Number, type, how many, and the value or where it stands."""


def _tiff(frames: Sequence[Sequence[Tag]], *, back: bool = False, data: bytes = b"") -> bytes:
    """The directories of ``frames``, each behind the other; ``data`` lies at byte 8. With ``back``
    the last leads to the first."""
    out = BytesIO()
    start = 8 + len(data)
    out.write(b"II*\0" + struct.pack("<I", start) + data)
    for number, tags in enumerate(frames):
        after = start + 2 + 12 * len(tags) + 4
        last = number + 1 == len(frames)
        out.write(
            struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
        )
        out.write(struct.pack("<I", after if not last else 8 + len(data) if back else 0))
        start = after
    return out.getvalue()


def _grey(width: int, height: int, *, coded: int = 1, size: int = 100) -> list[Tag]:
    return [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, coded),
        (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, size),
    ]  # fmt: skip


def _frames(large: int) -> bytes:
    return _tiff([_grey(10, 10)] * (large * 5000), data=bytes(100))


def _large_frames(large: int) -> bytes:
    """As many as are read, each as large as is read."""
    packed = zeros(_SIDE * _SIDE, of=b"\xff")
    return _tiff([_grey(_SIDE, _SIDE, coded=8, size=len(packed))] * (large * 10), data=packed)


def _strips(large: int) -> bytes:
    many = large * 1_000_000
    tags = [tag for tag in _grey(1000, 1000) if tag[0] not in (273, 278, 279)]
    tags += [(273, 4, many, 8), (278, 4, 1, 1), (279, 4, many, 8)]
    return _tiff([sorted(tags)], data=bytes(4 * many))


def _tags(large: int) -> bytes:
    return _tiff(
        [[(700 + at % 300, 1, 4_000_000, 8) for at in range(65_000)]], data=bytes(4_000_000)
    )


BOMBS: Mapping[str, Callable[[int], bytes]] = {
    "PNG: 3,600 million dots": lambda large: _png(60_000, 60_000, _DOTS),
    "PNG: 2^62 dots": lambda large: _png(2**31 - 1, 2**31 - 1, _DOTS, depth=16, colours=6),
    "PNG: a packed text": _packed_text(b"zTXt", b"a\0\0"),
    "PNG: a packed text of the world": _packed_text(b"iTXt", b"a\0\1\0\0\0"),
    "PNG: a packed profile": _packed_text(b"iCCP", b"a\0\0"),
    "PNG: texts without end": _texts,
    "PNG: a film": _animated,
    "PNG: 79 million dots of 8 bytes": _wide(16, 6, 8),
    "PNG: 79 million dots of 4 bytes": _wide(8, 6, 4),
    "PNG: 79 million grey dots": _wide(8, 0, 1),
    "JPEG: a hundred thousand scans": _scans,
    "JPEG: profiles without end": _segments,
    "JPEG: directories in circles": _exif,
    "JPEG: 79 million dots in four colours": lambda large: _jpeg(
        Image.new("CMYK", (_SIDE, _SIDE)), quality=30
    ),
    "TIFF: a hundred thousand frames": _frames,
    "TIFF: frames in a circle": lambda large: _tiff(
        [_grey(10, 10)] * 3, back=True, data=bytes(100)
    ),
    "TIFF: two hundred large frames": _large_frames,
    "TIFF: strips without end": _strips,
    "TIFF: tags without end": _tags,
    "TIFF: 2^62 dots": lambda large: _tiff([_grey(2**31 - 1, 2**31 - 1)], data=bytes(100)),
    "TIFF: unpacks to everything": lambda large: _tiff(
        [_grey(_SIDE, _SIDE, coded=8, size=10**6)], data=zeros(large * 40_000_000, of=b"\0")
    ),
}
