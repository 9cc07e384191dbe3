"""An XML or a mail becomes another by chance, as their grammars allow. Pure."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from random import Random

Mutation = Callable[[bytes, Random, bytes], bytes]

# XML

_TAG = re.compile(rb"<[A-Za-z][^<>]*>")
_SAID = re.compile(rb">([^<>]+)<")
_ELEMENT = re.compile(rb"<([\w:]+)[^<>]*>[^<>]*</\1>")
_ATTRIBUTE = re.compile(rb'[\w:]+="[^"]*"')
_VALUES = (
    *(
        b"",
        b"-1",
        b"1e309",
        b"NaN",
        b"9" * 5000,
        b"0.0000000001",
        b"=1+1",
        b"\xc2\xa0",
        b"20261399",
    ),
    *(b"&amp;" * 50, b"&#0;", b"&#x110000;", b"&unknown;", b"<![CDATA[<a>]]>", b"\xff\xfe", b"\0"),
    *(b"<!-- -- -->", b"<?php ?>", "\u202e1,00".encode(), b"]]>", b"a" * 100_000),
)
_DOCTYPES = (
    b'<!DOCTYPE a [<!ENTITY b "c">]>',
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
    b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:9/b"> %b;]>',
)
_ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "latin-1", "cp037", "utf-7", "utf-8-sig")


def _xml_value(content: bytes, rng: Random, other: bytes) -> bytes:
    return _within(content, _SAID, rng.choice(_VALUES), rng, group=1)


def _xml_attribute(content: bytes, rng: Random, other: bytes) -> bytes:
    names = (b"xmlns", b"xmlns:a", b"schemeID", b"xml:base", b"xsi:schemaLocation", b"a" * 70_000)
    made = rng.choice(names) + b'="' + rng.choice(_VALUES).replace(b'"', b"") + b'"'
    if rng.random() < 0.5:
        return _within(content, _ATTRIBUTE, made, rng)
    return _within(content, _TAG, b"<a " + made * rng.choice((1, 2, 3000)) + b">", rng)


def _xml_element(content: bytes, rng: Random, other: bytes) -> bytes:
    """Left out, said often, or one of the other file's."""
    found = [one[0] for one in _ELEMENT.finditer(content + other)]
    one = rng.choice(found) if found else b"<a/>"
    return _within(content, _ELEMENT, one * rng.choice((0, 1, 2, 400)), rng)


def _xml_depth(content: bytes, rng: Random, other: bytes) -> bytes:
    depth = rng.choice((10, 200, 300, 5000))
    return _within(content, _TAG, b"<a>" * depth + b"</a>" * rng.choice((0, depth)), rng)


def _xml_head(content: bytes, rng: Random, other: bytes) -> bytes:
    body = content.partition(b"?>")[2] if content.lstrip().startswith(b"<?xml") else content
    claimed = rng.choice((b"utf-8", b"utf-16", b"ebcdic-cp-us", b"unknown", b"iso-8859-1"))
    head = b'<?xml version="%s" encoding="%s"?>' % (rng.choice((b"1.0", b"1.1", b"9")), claimed)
    return head + rng.choice((b"", b"", *_DOCTYPES)) + body


def _xml_encoding(content: bytes, rng: Random, other: bytes) -> bytes:
    """Other bytes for the same letters, whatever its head says."""
    return content.decode("utf-8", "replace").encode(rng.choice(_ENCODINGS), "replace")


XML: Sequence[Mutation] = (
    *(_xml_value, _xml_value, _xml_attribute, _xml_element, _xml_depth, _xml_head, _xml_encoding),
)

# Mails

_LINE = re.compile(rb"[^\r\n]+\r?\n")
_HEADS = (
    *(b"Content-Type: multipart/mixed; boundary=a\r\n", b"Content-Type: multipart/mixed\r\n"),
    *(b"Content-Type: message/rfc822\r\n", b"Content-Type: message/partial; id=1; number=1\r\n"),
    *(b"Content-Type: text/html; charset=utf-7\r\n", b"Content-Type: text/plain; charset=\0\r\n"),
    *(b"Content-Type: application/pkcs7-mime\r\n", b"Content-Type: text/calendar\r\n"),
    *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n"),
    *(b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Transfer-Encoding: 9bit\r\n"),
    b"Content-Disposition: attachment; filename=../../etc/passwd\r\n",
    b"Content-Disposition: attachment; filename*=utf-16''%ff; filename*99999999*=a\r\n",
    b"Content-Disposition: attachment; filename=" + b"a" * 5000 + b".pdf\r\n",
    *(b"From: " + b"(" * 3000 + b"\r\n", b"From: =?utf-16?b?AAA?= <<>@[>\r\n"),
    *(b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n", b"Subject: =?x-none?q?=ZZ=?=\r\n"),
    *(b"X-A: " + b"b" * 200_000 + b"\r\n", b"\xff\xfe: \0\r\n", b"no head at all\r\n"),
)
_BOUNDARY = re.compile(rb'boundary="?([^"\r\n;]+)')
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{40,}={0,2}\r?\n)+")


def _mail_head(content: bytes, rng: Random, other: bytes) -> bytes:
    """Instead of a line of a head, or above it."""
    found = [one for one in _LINE.finditer(content) if b": " in one[0]]
    if not found:
        return rng.choice(_HEADS) + content
    one = rng.choice(found)
    keeps = one[0] if rng.random() < 0.5 else b""
    return content[: one.start()] + rng.choice(_HEADS) + keeps + content[one.end() :]


def _mail_boundary(content: bytes, rng: Random, other: bytes) -> bytes:
    """Between its parts stands another, one stands often, or two are the same."""
    found = _BOUNDARY.findall(content)
    if not found:
        return content
    one: bytes = rng.choice(found)
    if rng.random() < 0.5:
        new = rng.choice((b"", b"-" * 3000, rng.choice(found), b"\0", one + b"--"))
        return content.replace(one, new, rng.choice((1, 2, -1)))
    line = b"\r\n--" + one + rng.choice((b"--", b"")) + b"\r\n"
    at = rng.randint(0, len(content))
    return content[:at] + line * rng.choice((1, 3, 400)) + content[at:]


def _mail_nested(content: bytes, rng: Random, other: bytes) -> bytes:
    """In mails that hold nothing else."""
    for level in range(rng.choice((1, 3, 25, 150))):
        mark = f"nested-{level}".encode()
        kind = rng.choice((b"message/rfc822", b"multipart/mixed; boundary=a", b"text/plain"))
        content = (
            b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--"
            + mark + b"\r\nContent-Type: " + kind + b"\r\n\r\n" + content + b"\r\n--" + mark + b"--"
        )  # fmt: skip
    return content


def _mail_enclosed(content: bytes, rng: Random, other: bytes) -> bytes:
    """A file within it is mutated, or another stands in its place."""
    found = list(_BASE64.finditer(content))
    if not found:
        return content
    one = rng.choice(found)
    letters = re.sub(rb"[\r\n=]", b"", one[0])
    inner = base64.b64decode(letters[: len(letters) // 4 * 4])
    made = rng.choice((_zipped(inner, rng), _zipped(other, rng), other, _hurt(inner, rng)))
    return content[: one.start()] + base64.encodebytes(made) + content[one.end() :]


def _zipped(inner: bytes, rng: Random) -> bytes:
    """With names, kinds and sizes that a zip can claim, sound or hurt."""
    file = BytesIO()
    how = rng.choice(
        (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    )
    with zipfile.ZipFile(file, "w", how) as archive:
        for at in range(rng.choice((1, 2, 5))):
            name = rng.choice(
                ("a.pdf", "../../a.pdf", "/etc/a.pdf", "a/" * 50 + "a", "\u202efdp.exe")
            )
            said = zipfile.ZipInfo(f"{at}{name}")  # whose time is always the same
            archive.writestr(said, inner if at < 2 else bytes(100_000), how)
    made = file.getvalue()
    return made if rng.random() < 0.4 else _hurt(made, rng)


def _hurt(content: bytes, rng: Random) -> bytes:
    found = bytearray(content)
    for _ in range(rng.randint(1, 12) if found else 0):
        # Most of what a zip says of its files stands at its end.
        near = rng.choice((len(found), min(len(found), 150)))
        found[-rng.randint(1, near)] = rng.choice((0, 255, rng.randrange(256)))
    return bytes(found)


MAIL: Sequence[Mutation] = (
    *(_mail_head, _mail_head, _mail_head, _mail_boundary, _mail_nested, _mail_enclosed),
    _mail_enclosed,
)


def _within(
    content: bytes, pattern: re.Pattern[bytes], new: bytes, rng: Random, *, group: int = 0
) -> bytes:
    """In place of one that the ``pattern`` finds."""
    found = list(pattern.finditer(content))
    if not found:
        return content
    one = rng.choice(found)
    return content[: one.start(group)] + new + content[one.end(group) :]
