"""Mails made by chance of given documents, with all that mail programs do to them.

Written byte by byte, for the standard library would not write most of it: names in five ways,
wrong content types, folded heads, letters that are not declared, zips, mails in mails, pictures of
the text, logos, what nobody can read; some as Outlook saves them.
"""

from __future__ import annotations

import base64
import quopri
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from random import Random
from urllib.parse import quote

from PIL import Image

from bench.outlook import OutlookFile, OutlookMail

SENDERS = [
    ("Müller & Söhne GmbH", "rechnung@mueller.example"),
    ("Łódź Papier, Sp. z o.o.", "biuro@papier.example"),
    ("Accounts", "accounts@acme.example"),
    ("", "noreply@portal.example"),
]
SUBJECTS = [
    "Rechnung Nr. 2024-117",
    "Ihre Bestellung über 12 Stück – Bestätigung und Rechnung für den Monat März, bitte prüfen",
    "Facture n° 88 (échéance à 30 jours)",
    "Fwd: documents",
    "",
]
TYPES = ["application/pdf", "application/octet-stream", "application/x-download", "image/jpeg", ""]
EOL = b"\r\n"
MAIL = "message/rfc822"


@dataclass(frozen=True)
class Paper:
    """A document as it lies in a folder."""

    name: str
    content: bytes


@dataclass(frozen=True)
class MadeMail:
    name: str
    content: bytes
    papers: tuple[Paper, ...]
    """Of which each has to become a document, and nothing else."""
    inner: int = 0
    """Mails in it that are opened."""


def mails(papers: Sequence[Paper], number: int, rng: Random) -> list[MadeMail]:
    """``number`` mails with up to four ``papers`` each; some papers come more than once."""
    made = []
    for at in range(number):
        chosen = [rng.choice(papers) for _ in range(rng.randint(1, 4))]
        make = rng.choices([internet_mail, outlook_mail], [4, 1])[0]
        made.append(make(at, chosen, rng))
    return made


# As it travels


def internet_mail(at: int, papers: Sequence[Paper], rng: Random) -> MadeMail:
    inner, direct, zipped = _shares(papers, rng)
    parts = [_part(paper, rng) for paper in direct]
    if zipped:
        parts.append(_part(Paper("scans.zip", zipped_files(zipped)), rng))
    if inner:
        content = _whole(f"{at}.inner", [_part(paper, rng) for paper in inner], rng)
        parts.append(_inner_mail(content, rng))
    if rng.random() < 0.3:
        parts.append(_part(Paper("prices.xlsx", office_file()), rng))
    rng.shuffle(parts)
    return MadeMail(f"{at}.eml", _whole(str(at), parts, rng), tuple(papers), int(bool(inner)))


def whole_mail(mark: str, papers: Sequence[Paper], rng: Random) -> bytes:
    """The papers as they are, attached."""
    return _whole(mark, [_part(paper, rng) for paper in papers], rng)


def _shares(papers: Sequence[Paper], rng: Random) -> tuple[list[Paper], list[Paper], list[Paper]]:
    """Those in a mail within, those attached, and those in a zip."""
    shares: tuple[list[Paper], list[Paper], list[Paper]] = [], [], []
    for paper in papers:
        rng.choices(shares, [1, 4, 1])[0].append(paper)
    return shares


def _whole(mark: str, parts: Sequence[bytes], rng: Random) -> bytes:
    text = _text(rng)
    if rng.random() < 0.4:
        text = _with_pictures(text, mark, rng)
    return _head(mark, rng) + _multipart("mixed", [text, *parts], f"mixed-{mark}")


def _head(mark: str, rng: Random) -> bytes:
    name, address = rng.choice(SENDERS)
    subject = rng.choice(SUBJECTS)
    sent = datetime(2024, 3, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(10**5))
    spelled = rng.choice([_encoded_word, _quoted_word, _undeclared])
    lines = [
        b"Received: from mx.example (mx.example [192.0.2.1])\r\n\tby mail.example with ESMTPS",
        b"From: " + _named(name, spelled) + f"<{address}>".encode(),
        b"Subject: " + spelled(subject),
        f"Date: {format_datetime(sent)}".encode(),
        f"Message-ID: <{mark}.{rng.randrange(10**6)}@mail.example>".encode(),
        b"MIME-Version: 1.0",
    ]
    return b"".join(line + EOL for line in lines)


def _named(name: str, spelled: Callable[[str], bytes]) -> bytes:
    if not name:
        return b""
    return b'"' + name.encode() + b'" ' if spelled is _undeclared else spelled(name) + b" "


def _encoded_word(text: str) -> bytes:
    """RFC 2047, folded after every few letters."""
    words = [text[at : at + 12] for at in range(0, len(text), 12)]
    coded = (base64.b64encode(word.encode()).decode() for word in words)
    return "\r\n ".join(f"=?utf-8?B?{word}?=" for word in coded).encode()


def _quoted_word(text: str) -> bytes:
    charset = "iso-8859-2" if "Ł" in text else "windows-1252"
    coded = "".join(f"={byte:02X}" for byte in text.encode(charset))
    return f"=?{charset}?q?{coded}?=".encode()


def _undeclared(text: str) -> bytes:
    return text.encode()


def _text(rng: Random) -> bytes:
    charset = rng.choice(["utf-8", "windows-1252", "unknown-8bit"])
    data = "Guten Tag,\r\nanbei die Unterlagen für März.\r\n".encode(
        "utf-8" if charset == "utf-8" else "cp1252"
    )
    return _entity(f"text/plain; charset={charset}", data, how=_quoted_printable)


def _with_pictures(text: bytes, mark: str, rng: Random) -> bytes:
    """HTML that shows a photograph by its Content-ID, and a logo beside it."""
    html = b'<p>Guten Tag,</p><img src="cid:photo%40' + mark.encode() + b'">'
    shown = _entity("text/html; charset=utf-8", html)
    photo = _entity(
        'image/png; name="image001.png"',
        picture(400, 300, rng),
        f"Content-ID: <photo@{mark}>",
        rng.choice(["Content-Disposition: inline", "Content-Disposition: attachment"]),
    )
    logo = _entity("image/png", picture(60, 40, rng), "Content-Disposition: inline")
    related = _multipart("related", [shown, photo, logo], f"related-{mark}")
    return _multipart("alternative", [text, related], f"alternative-{mark}")


def _multipart(kind: str, parts: Sequence[bytes], mark: str) -> bytes:
    between = b"--" + mark.encode()
    body = b"".join(between + EOL + part + EOL for part in parts)
    head = f'Content-Type: multipart/{kind};\r\n\tboundary="{mark}"'.encode()
    return head + EOL + EOL + body + between + b"--" + EOL


def _entity(
    kind: str, content: bytes, *heads: str, how: Callable[[bytes], tuple[str, bytes]] | None = None
) -> bytes:
    coding, body = (how or _base64)(content)
    lines = [f"Content-Type: {kind}"] if kind else []
    lines += [f"Content-Transfer-Encoding: {coding}", *heads]
    return b"".join(line.encode() + EOL for line in lines) + EOL + body


def _base64(content: bytes) -> tuple[str, bytes]:
    return "base64", base64.encodebytes(content).replace(b"\n", EOL)


def _quoted_printable(content: bytes) -> tuple[str, bytes]:
    return "quoted-printable", quopri.encodestring(content).replace(b"\n", EOL)


def _part(paper: Paper, rng: Random) -> bytes:
    kind, name = rng.choice(TYPES), paper.name
    disposition = rng.choice(["attachment", "attachment", "inline"])
    if not kind:
        kind = "application/octet-stream"
    match rng.randrange(6):
        case 0:  # RFC 2231
            heads = [f"Content-Disposition: {disposition};\r\n filename*=UTF-8''{quote(name)}"]
        case 1:  # in pieces
            begin, end = quote(name[:4]), quote(name[4:])
            heads = [
                f"Content-Disposition: {disposition};\r\n filename*0*=utf-8''{begin};"
                f"\r\n filename*1*={end}"
            ]
        case 2:  # RFC 2047, which is wrong there and common
            kind += f'; name="{_encoded_word(name).decode()}"'
            heads = [f"Content-Disposition: {disposition}"]
        case 3:  # with folders
            heads = [f'Content-Disposition: {disposition}; filename="C:\\\\scans\\\\{name}"']
        case 4:  # letters that are not declared
            heads = [f'Content-Disposition: {disposition}; filename="{name}"']
        case _:  # without a name
            heads = ["Content-Disposition: attachment"]
    return _entity(kind, paper.content, *heads)


def _inner_mail(content: bytes, rng: Random) -> bytes:
    """As a part of its kind, or as any file."""
    if rng.random() < 0.5:
        return _entity(MAIL, content, how=lambda data: ("8bit", data))
    return _part(Paper("forwarded.eml", content), rng)


# As Outlook saves it


def outlook_mail(at: int, papers: Sequence[Paper], rng: Random) -> MadeMail:
    inner, direct, zipped = _shares(papers, rng)
    name, address = rng.choice(SENDERS)
    files = [OutlookFile(paper.name, paper.content) for paper in direct]
    if zipped:
        files.append(OutlookFile("scans.zip", zipped_files(zipped)))
    if inner:
        files.append(
            OutlookFile(
                "forwarded",
                OutlookMail(
                    "Clerk",
                    "clerk@home.example",
                    f"Fwd {at}",
                    "",
                    files=tuple(OutlookFile(one.name, one.content) for one in inner),
                ),
            )
        )
    html = ""
    if rng.random() < 0.4:
        html = "<p>Guten Tag</p><img src='cid:photo@1'>"
        files.append(OutlookFile("image001.png", picture(400, 300, rng), "photo@1"))
    mail = OutlookMail(
        name,
        address,
        rng.choice(SUBJECTS),
        "Anbei die Unterlagen für März.",
        html,
        f"<{at}.{rng.randrange(10**6)}@outlook.example>",
        datetime(2024, 3, 1, tzinfo=UTC),
        tuple(files),
    )
    return MadeMail(f"{at}.msg", mail.saved(), tuple(papers), int(bool(inner)))


# What is in it


def zipped_files(papers: Sequence[Paper]) -> bytes:
    """In folders, with what a Mac adds."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("__MACOSX/._scan"), b"\0\5\x16\7")
        for at, paper in enumerate(papers):
            entry = zipfile.ZipInfo(f"scans/{at}/{paper.name}")  # of the same time whenever made
            archive.writestr(entry, paper.content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def office_file() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        archive.writestr(zipfile.ZipInfo("xl/workbook.xml"), "<workbook/>")
    return stream.getvalue()


def picture(width: int, height: int, rng: Random) -> bytes:
    stream = BytesIO()
    color = rng.randrange(256), rng.randrange(256), rng.randrange(256)
    Image.new("RGB", (width, height), color).save(stream, "PNG")
    return stream.getvalue()
