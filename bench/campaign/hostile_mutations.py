"""One file becomes another by chance: bytes of any file, and what the grammar of each kind allows.

Pure: everything comes from the ``Random`` that is handed in.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from random import Random

from bench.campaign import hostile_markup

Mutation = Callable[[bytes, Random, bytes], bytes]
"""Of a file, by chance, perhaps with pieces of another one of its kind."""
_EDGES = (0, 1, -1, 2, 127, 128, 255, 256, 32767, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**63)
_MOST = 2_000_000
"""Bytes of a mutant: it grows by no more."""


def mutant(kind: str, seeds: Sequence[bytes], rng: Random) -> bytes:
    """By one to three mutations, mostly those of its ``kind``."""
    content = rng.choice(seeds)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        ways = GRAMMARS[kind] if rng.random() < 0.65 else BYTES
        content = rng.choice(ways)(content, rng, rng.choice(seeds))[:_MOST]
    return content


def _flipped(content: bytes, rng: Random, other: bytes) -> bytes:
    found = bytearray(content)
    for _ in range(rng.randint(1, 20) if found else 0):
        found[rng.randrange(len(found))] ^= 1 << rng.randrange(8)
    return bytes(found)


def _overwritten(content: bytes, rng: Random, other: bytes) -> bytes:
    start, end = _run(content, rng)
    run = rng.choice((bytes(end - start), b"\xff" * (end - start), rng.randbytes(end - start)))
    return content[:start] + run + content[end:]


def _removed(content: bytes, rng: Random, other: bytes) -> bytes:
    start, end = _run(content, rng)
    return content[:start] + content[end:]


def _repeated(content: bytes, rng: Random, other: bytes) -> bytes:
    start, end = _run(content, rng)
    return content[:end] + content[start:end] * rng.choice((1, 2, 50)) + content[end:]


def _cut(content: bytes, rng: Random, other: bytes) -> bytes:
    return content[: rng.randint(1, max(len(content) - 1, 1))]


def _spliced(content: bytes, rng: Random, other: bytes) -> bytes:
    """The beginning of the one, the end of the other."""
    return content[: rng.randint(1, max(len(content), 1))] + other[rng.randint(0, len(other)) :]


def _number(content: bytes, rng: Random, other: bytes) -> bytes:
    """A binary number at the edge of what it can be."""
    form = rng.choice(("<H", ">H", "<I", ">I", "<Q", ">Q", "B"))
    size = struct.calcsize(form)
    at = rng.randint(0, max(len(content) - size, 0))
    value = rng.choice(_EDGES) % (1 << 8 * size)
    return content[:at] + struct.pack(form, value) + content[at + size :]


def _run(content: bytes, rng: Random) -> tuple[int, int]:
    start = rng.randint(0, len(content))
    return start, min(len(content), start + rng.choice((1, 4, 30, 500, 5000)))


BYTES: Sequence[Mutation] = (
    *(_flipped, _flipped, _overwritten, _removed, _repeated, _cut, _spliced, _number),
)

# PDF

_PDF_NUMBER = re.compile(rb"(?<![\w.#])-?\d+(?:\.\d+)?(?![\w.])")
_REFERENCE = re.compile(rb"\b\d+ \d+ R\b")
_NAME = re.compile(rb"/[A-Za-z][A-Za-z0-9]*")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_OBJECT = re.compile(rb"\d+ \d+ obj\b.*?endobj", re.DOTALL)
_NUMBERS = (
    *(
        b"0",
        b"-1",
        b"1",
        b"2147483647",
        b"-2147483648",
        b"4294967296",
        b"65535",
        b"1e9",
        b"0.00001",
    ),
    *(b"99999999999999999999", b"-0.5", b"nan", b"256"),
)
_NAMES = (
    *(b"/FlateDecode", b"/LZWDecode", b"/ASCII85Decode", b"/DCTDecode", b"/JPXDecode"),
    *(b"/JBIG2Decode", b"/CCITTFaxDecode", b"/RunLengthDecode", b"/Crypt", b"/Type0", b"/Type1"),
    *(b"/Type3", b"/TrueType", b"/CIDFontType2", b"/Identity-H", b"/Form", b"/Image", b"/Page"),
    *(
        b"/Pages",
        b"/Kids",
        b"/Parent",
        b"/Length",
        b"/SMask",
        b"/Mask",
        b"/Indexed",
        b"/Separation",
    ),
    *(b"/ICCBased", b"/DeviceN", b"/Lab", b"/Pattern", b"/ObjStm", b"/XRef", b"/Prev", b"/Encrypt"),
    *(b"/Rotate", b"/UserUnit", b"/CropBox", b"/Annots", b"/OCProperties", b"/AcroForm", b"/XFA"),
)


def _pdf_number(content: bytes, rng: Random, other: bytes) -> bytes:
    return _replaced(content, _PDF_NUMBER, rng.choice(_NUMBERS), rng)


def _pdf_reference(content: bytes, rng: Random, other: bytes) -> bytes:
    """To another object, or to one that there is not."""
    return _replaced(content, _REFERENCE, f"{rng.randint(0, 30)} 0 R".encode(), rng)


def _pdf_name(content: bytes, rng: Random, other: bytes) -> bytes:
    names = _NAME.findall(content)
    return _replaced(content, _NAME, rng.choice([*_NAMES, *names[:200]]), rng)


def _pdf_value(content: bytes, rng: Random, other: bytes) -> bytes:
    """Of another type."""
    values = (b"null", b"[]", b"<<>>", b"(text)", b"<41>", b"true", b"[" * 600 + b"]" * 600)
    pattern = rng.choice((_PDF_NUMBER, _REFERENCE))
    return _replaced(content, pattern, rng.choice(values), rng)


def _pdf_object(content: bytes, rng: Random, other: bytes) -> bytes:
    """In place of one stands another of the two files."""
    objects = _OBJECT.findall(content) + _OBJECT.findall(other)
    return _replaced(content, _OBJECT, rng.choice(objects), rng) if objects else content


def _pdf_stream(content: bytes, rng: Random, other: bytes) -> bytes:
    """Mutated as it is unpacked, and packed again; its length may be wrong then."""
    found = list(_STREAM.finditer(content))
    if not found:
        return content
    one = rng.choice(found)
    try:
        plain, packed = zlib.decompress(one[1]), True
    except zlib.error:
        plain, packed = one[1], False
    ways = (_operands, _operands, _operators, *BYTES)
    changed = rng.choice(ways)(plain, rng, plain)
    made = zlib.compress(changed) if packed else changed
    if rng.random() < 0.7:
        made = made.ljust(len(one[1]))
    return content[: one.start(1)] + made + content[one.end(1) :]


def _operands(plain: bytes, rng: Random, other: bytes) -> bytes:
    for _ in range(rng.randint(1, 5)):
        plain = _replaced(plain, _PDF_NUMBER, rng.choice(_NUMBERS), rng)
    return plain


def _operators(plain: bytes, rng: Random, other: bytes) -> bytes:
    words = plain.split(b" ")
    for _ in range(rng.randint(1, 8)):
        words.insert(rng.randint(0, len(words)), rng.choice(_OPERATORS))
    return b" ".join(words)


_OPERATORS = (
    *(b"q", b"Q", b"BT", b"ET", b"W n", b"f", b"S", b"Do", b"Tj", b"[(a) -9e9 (b)] TJ", b"3 Tr"),
    *(
        b"7 Tr",
        b"0 0 0 0 0 0 cm",
        b"1e9 0 0 1e9 0 0 cm",
        b"0 Tz",
        b"BI",
        b"EI",
        b"sh",
        b"/F1 1e9 Tf",
    ),
    *(
        b"[1 0] 0 d",
        b"-1 w",
        b"beginbfrange <00> <ff> <0000> endbfrange",
        b"<<",
        b"]",
        b"BDC",
        b"EMC",
    ),
    *(b"1 begincodespacerange <00> <ffffffff> endcodespacerange", b"q " * 5000, b"EMC " * 5000),
)


def _pdf_table(content: bytes, rng: Random, other: bytes) -> bytes:
    """The cross-references, or where they are said to be."""
    at = content.rfind(rng.choice((b"xref", b"trailer", b"startxref", b"/Prev", b"/Root")))
    if at < 0:
        return content + b"trailer << /Root 1 0 R /Prev 9 >> startxref 9 %%EOF"
    tail = rng.choice(
        (
            b"startxref\n%d\n%%%%EOF" % rng.choice((0, 1, len(content), 10**12, at)),
            b"trailer << /Root %d 0 R /Size 99999999 /Prev %d >>" % (rng.randint(0, 9), at),
            b"trailer << /Root 1 0 R /Encrypt << /Filter /Standard /V 4 /R 4 /O () >> >>",
            _number(content[at:], rng, other),
        )
    )
    return content[:at] + tail


def _replaced(content: bytes, pattern: re.Pattern[bytes], new: bytes, rng: Random) -> bytes:
    found = list(pattern.finditer(content))
    if not found:
        return content
    one = rng.choice(found)
    return content[: one.start()] + new + content[one.end() :]


# Pictures


def _png_chunk(content: bytes, rng: Random, other: bytes) -> bytes:
    """One is changed, repeated, moved or left out, with a checksum that holds."""
    chunks = _png_chunks(content)
    if not chunks:
        return _jpeg_segment(content, rng, other)
    at = rng.randrange(len(chunks))
    kind, data = chunks[at]
    donors = _png_chunks(other) or chunks
    changes: Sequence[list[tuple[bytes, bytes]]] = (
        [(kind, rng.choice(BYTES)(data, rng, data))],
        [(kind, _number(data, rng, data))],
        [(kind, data)] * rng.choice((2, 300)),
        [],
        [rng.choice(donors), (kind, data)],
        [
            (
                rng.choice(
                    (b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"acTL", b"fcTL", b"fdAT", b"eXIf")
                ),
                data,
            )
        ],
        [(b"IDAT", zlib.compress(rng.randbytes(200)))],
    )
    chunks[at : at + 1] = rng.choice(changes)
    return content[:8] + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _png_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while content.startswith(b"\x89PNG") and at + 12 <= len(content):
        size = int.from_bytes(content[at : at + 4])
        found.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + size]))
        at += 12 + size
    return found


_MARKER = re.compile(rb"\xff[\xc0-\xfe]")


def _jpeg_segment(content: bytes, rng: Random, other: bytes) -> bytes:
    """A marker, or what follows it, is another; for other pictures numbers of their head are."""
    found = list(_MARKER.finditer(content[:4000]))
    if not content.startswith(b"\xff\xd8") or not found:
        return _number(content[:64], rng, other) + content[64:]
    one = rng.choice(found)
    if rng.random() < 0.4:
        return content[: one.start() + 1] + bytes([rng.randint(0xC0, 0xFE)]) + content[one.end() :]
    end = one.end() + 24
    return content[: one.end()] + _number(content[one.end() : end], rng, other) + content[end:]


_TYPES = (1, 2, 3, 4, 5, 7, 11, 12, 13, 16, 99)
_TAGS = (
    *range(254, 300),
    301,
    305,
    317,
    318,
    320,
    322,
    323,
    324,
    325,
    330,
    338,
    339,
    347,
    34665,
    34675,
)


def _tiff_tag(content: bytes, rng: Random, other: bytes) -> bytes:
    """An entry of the directory says something else, or the next directory lies elsewhere."""
    order = "<" if content[:2] == b"II" else ">"
    if len(content) < 16 or content[2:4] in (b"+\0", b"\0+"):
        return _number(content[:200], rng, other) + content[200:]
    at = int(struct.unpack(f"{order}I", content[4:8])[0])
    if at + 2 > len(content):
        return _number(content, rng, other)
    count = int(struct.unpack(f"{order}H", content[at : at + 2])[0])
    if rng.random() < 0.15:
        place, new = (
            at + 2 + 12 * count,
            struct.pack(f"{order}I", rng.choice((0, 8, at, 2**32 - 1))),
        )
    else:
        place = at + 2 + 12 * rng.randrange(max(count, 1)) + rng.choice((0, 2, 4, 8))
        low, high = rng.choice(_TAGS), rng.choice(_TYPES)
        number = struct.pack(f"{order}I", rng.choice(_EDGES) % 2**32)
        new = rng.choice((struct.pack(f"{order}H", low), struct.pack(f"{order}H", high), number))
    return content[:place] + new + content[place + len(new) :]


GRAMMARS: Mapping[str, Sequence[Mutation]] = {
    "pdf": (
        *(_pdf_number, _pdf_number, _pdf_reference, _pdf_name, _pdf_value, _pdf_object),
        *(_pdf_stream, _pdf_stream, _pdf_stream, _pdf_table),
    ),
    "picture": (_png_chunk,),
    "tiff": (_tiff_tag,),
    "xml": hostile_markup.XML,
    "mail": hostile_markup.MAIL,
    "outlook": (_number,),
}
"""By the kind of the seeds."""
