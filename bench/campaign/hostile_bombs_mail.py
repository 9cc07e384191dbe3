"""Mails that are small and want everything."""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO

from bench.outlook import OutlookFile, OutlookMail

_HEAD = b"MIME-Version: 1.0\r\nFrom: a@b.example\r\n"
_MIXED = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
_PART = b"--a\r\nContent-Type: text/plain; name=a.txt\r\n\r\nInvoice 4711\r\n"


def _attached(content: bytes, name: str = "a.zip") -> bytes:
    head = f"--a\r\nContent-Type: application/zip; name={name}\r\n".encode()
    head += b"Content-Transfer-Encoding: base64\r\n\r\n"
    return _HEAD + _MIXED + head + base64.encodebytes(content) + b"--a--\r\n"


def _zip(files: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def _zipped(large: int, *, how: int) -> bytes:
    return _attached(
        _zip({f"{at}.txt": bytes(50_000_000) for at in range(max(large // 4, 3))}, how)
    )


def _zip_in_zip(large: int) -> bytes:
    inner = _zip({"a.txt": bytes(10_000_000)})
    for _ in range(large * 10):
        inner = _zip({"a.zip": inner, "b.zip": inner}) if len(inner) < 10**6 else inner
    return _attached(inner)


def _entries(large: int) -> bytes:
    return _attached(_zip({f"{at}": b"" for at in range(large * 3000)}, zipfile.ZIP_STORED))


def _overlapping(large: int) -> bytes:
    """All entries of its list are the same one, larger than a file may be in sum."""
    one = _zip({"a.txt": b"1" * 50_000_000})
    begin = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    entry, many = one[begin:end], large * 9
    tail = bytearray(one[end:])
    tail[8:12] = many.to_bytes(2, "little") * 2
    tail[12:16] = (len(entry) * many).to_bytes(4, "little")
    return _attached(one[:begin] + entry * many + bytes(tail))


def _parts_in_parts(large: int) -> bytes:
    marks = [f"m{at}".encode() for at in range(large * 500)]
    begin = b"".join(
        b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n" % (m, m) for m in marks
    )
    return _HEAD + begin + b"\r\nInvoice\r\n"


def _mails_in_mails(large: int) -> bytes:
    return _HEAD + b"Content-Type: message/rfc822\r\n\r\n" * (large * 500) + b"\r\nInvoice"


def _piece(
    piece: bytes, many: int, *, before: bytes = b"", after: bytes = b""
) -> Callable[[int], bytes]:
    return lambda large: _HEAD + before + piece * (many * large) + after


def _html(piece: bytes) -> Callable[[int], bytes]:
    return _piece(piece, 50_000, before=b"Content-Type: text/html\r\n\r\n<p>Invoice 4711</p>")


def _outlook(large: int) -> bytes:
    mail = OutlookMail("Ann", "ann@acme.example", "Invoice", "Hello")
    for _ in range(10):  # of eleven the table of sectors would not fit in the head
        mail = OutlookMail("Ann", "a@b.example", "", "", files=(OutlookFile("a.msg", mail),) * 2)
    return mail.saved()


def _outlook_circle(large: int) -> bytes:
    """Its directory, and the chain of its sectors, go in circles."""
    whole = bytearray(OutlookMail("Ann", "a@b.example", "Invoice", "Hello" * 2000).saved())
    start = (int.from_bytes(whole[48:52], "little") + 1) * 512
    for at in range(4):
        for link in (68, 72, 76):
            whole[start + 128 * at + link : start + 128 * at + link + 4] = (at % 2).to_bytes(
                4, "little"
            )
    return bytes(whole)


BOMBS: Mapping[str, Callable[[int], bytes]] = {
    "mail: a zip of zeros": partial(_zipped, how=zipfile.ZIP_DEFLATED),
    "mail: a zip of zeros, LZMA": partial(_zipped, how=zipfile.ZIP_LZMA),
    "mail: a zip of zeros, bzip2": partial(_zipped, how=zipfile.ZIP_BZIP2),
    "mail: zips in zips": _zip_in_zip,
    "mail: a zip of sixty thousand": _entries,
    "mail: a zip whose files are one": _overlapping,
    "mail: parts in parts": _parts_in_parts,
    "mail: mails in mails": _mails_in_mails,
    "mail: parts without end": _piece(_PART, 5000, before=_MIXED),
    "mail: heads without end": _piece(b"X-A: b\r\n", 50_000, after=b"\r\nInvoice"),
    "mail: a head without end": _piece(b"a" * 70 + b"\r\n ", 20_000, before=b"Subject: "),
    "mail: addresses in brackets": _piece(b"(<", 50_000, before=b"From: "),
    "mail: encoded words": _piece(b"=?utf-8?q?a?= ", 50_000, before=b"Subject: "),
    "mail: parameters": _piece(b"; a*%d*=b" % 7, 50_000, before=b"Content-Type: text/plain"),
    "mail: HTML in HTML": _html(b"<div><b>"),
    "mail: HTML that begins": _html(b"<!-- <a <"),
    "mail: HTML of attributes": _html(b"<p a=b style='c"),
    "mail: Base64 that is none": _piece(
        b"=A\r\n", 50_000, before=b"Content-Transfer-Encoding: base64\r\n\r\n"
    ),
    "mail: lines between parts": _piece(b"--a\r\n", 50_000, before=_MIXED),
    "mail: of Outlook, in mails": _outlook,
    "mail: of Outlook, in circles": _outlook_circle,
}
