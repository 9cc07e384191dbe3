"""A mail is opened: which of its parts are documents, or its text as one.

What a part is its bytes say, whatever the mail calls it. Pictures that the text shows are part of
the text, and so is what is too small to be a page. A zip is opened; what is in a zip within it, or
is no document, is named and not read. A mail within it is opened as any mail that arrives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.document import Document
from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits, megabytes
from appliance.domain.mail import Attachment, Mail, one_line
from appliance.mail import internet, outlook
from appliance.mail.message import MOST_PARTS, Message, Part, encrypted, outlook_only, too_many
from appliance.mail.zipped import files, is_zip
from appliance.reading.image import dots
from appliance.reading.signature import (
    HEAD,
    MAIL,
    Signature,
    foreign_in,
    picture_suffix,
    signature_of,
)
from appliance.reading.text import at_least, decoded, text_page, text_sheets, tricks
from appliance.system.files import of_no_device

_FEWEST_DOTS = 40_000
"""Of a picture: letters that can be read are some ten dots high, so fewer hold no document."""
_LONGEST_NAME = 150
"""Bytes; the docid and a suffix may be added to it."""
_WINMAIL = b"\x78\x9f\x3e\x22"
_PGP = b"-----BEGIN PGP "
_PGP_MESSAGE = b"-----BEGIN PGP MESSAGE"
_RECORDS = re.compile(rb"\s*BEGIN:V(CALENDAR|CARD)", re.IGNORECASE)
"""Text by its bytes, for a calendar or an address book."""
_NOT_IN_A_NAME = re.compile(r'[<>:"|?*\ufffd]')


def opened(path: Path, *, docid: str, limits: Limits) -> Mail | None:
    """None when the file is no mail. Raises DocumentError when it is at fault, and OSError when it
    cannot be opened."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not _is_mail(head):
        return None
    limits.check_bytes(path.stat().st_size)
    message = _parsed(path.read_bytes())
    return None if message is None else _mail(message, docid, limits)


def _is_mail(head: bytes) -> bool:
    """Or another compound file, which its bytes further on tell."""
    return head.startswith(outlook.BEGINNING) or _is_internet_mail(head)


def _is_internet_mail(head: bytes) -> bool:
    return signature_of(head) is Signature.TEXT and foreign_in(head) == MAIL


def _parsed(data: bytes) -> Message | None:
    if data.startswith(outlook.BEGINNING):
        return outlook.parsed(data)
    return internet.parsed(data)


def _mail(message: Message, docid: str, limits: Limits) -> Mail:
    found = _Enclosed(limits)
    for part in message.parts:
        found.sort(part)
    says_something = bool(message.text.strip())
    documents = found.documents or ([] if says_something else found.pictures)
    unread = tuple(dict.fromkeys(found.unread))
    if documents:
        return Mail(message.origin, tuple(dict.fromkeys(documents)), unread)
    if not says_something:
        raise _nothing(unread)
    if message.text.lstrip().encode(errors="replace").startswith(_PGP_MESSAGE):
        raise encrypted()
    return Mail(message.origin, (), unread, _text(message, docid, unread, limits))


@dataclass(slots=True)
class _Enclosed:
    """What comes with a mail, sorted."""

    limits: Limits
    documents: list[Attachment] = field(default_factory=list)
    pictures: list[Attachment] = field(default_factory=list)
    """That the text shows, and that are large enough to be pages."""
    unread: list[str] = field(default_factory=list)
    _count: int = 0
    _bytes: int = 0

    def sort(self, part: Part, *, zipped: bool = False) -> None:
        """Raises DocumentError for what no part may be, and for too many of them."""
        self._count += 1
        if self._count > MOST_PARTS:
            raise too_many()
        if part.content.startswith(_WINMAIL):
            raise outlook_only()
        if is_zip(part.content):
            self._unpack(part, zipped)
        else:
            self._sort_file(part)

    def _sort_file(self, part: Part) -> None:
        content, kind = part.content, signature_of(part.content)
        self._bytes += len(content)
        if self._bytes > self.limits.max_bytes:
            raise _too_large(self.limits)
        if kind is Signature.PICTURE:
            self._sort_picture(part)
        elif kind is Signature.PDF or _is_letter(content):
            self.documents.append(Attachment(_file_name(part), content))
        elif part.is_mail or _holds_mail(content):
            self.documents.append(Attachment(_file_name(part, ".eml"), content, is_mail=True))
        elif not part.beside_text and not _is_signature(content):
            self.unread.append(_told(part, "encrypted" if content.startswith(_PGP) else ""))

    def _unpack(self, part: Part, zipped: bool) -> None:
        if zipped:
            self.unread.append(_told(part, "a zip within a zip"))
            return
        for one in files(part.content, self.limits):
            inner = Part(one.name or part.name, one.content)
            if one.fault:
                self.unread.append(_told(inner, one.fault))
            elif one.content:
                self.sort(inner, zipped=True)

    def _sort_picture(self, part: Part) -> None:
        if not _is_too_small(part.content):
            kept = self.pictures if part.beside_text else self.documents
            kept.append(Attachment(_file_name(part), part.content))


def _too_large(limits: Limits) -> DocumentError:
    return DocumentError(
        f"What is attached to the e-mail is too large: the limit is {megabytes(limits.max_bytes)}.",
        hint="Save what is attached, and drop those files that are documents.",
    )


def _is_letter(content: bytes) -> bool:
    """Plain text that a person reads as it is."""
    head = content[:HEAD]
    if foreign_in(head) or _RECORDS.match(head) or content.startswith(_PGP):
        return False
    try:
        return bool(decoded(content).strip())
    except DocumentError:
        return False


def _holds_mail(content: bytes) -> bool:
    if content.startswith(outlook.BEGINNING):
        return outlook.is_mail(content)
    return _is_internet_mail(content[:HEAD])


def _is_signature(content: bytes) -> bool:
    return content.startswith(_PGP) and not content.startswith(_PGP_MESSAGE)


def _is_too_small(picture: bytes) -> bool:
    """Not of one that cannot be opened: its own step tells of it."""
    try:
        return dots(picture) < _FEWEST_DOTS
    except DocumentError:
        return False


def _file_name(part: Part, suffix: str = "") -> str:
    """As the mail calls it, without folders and what no file's name holds."""
    name = _NOT_IN_A_NAME.sub("_", _bare(part.name))
    if not name.strip(". _"):
        known = ".pdf" if part.content.startswith(b"%PDF") else picture_suffix(part.content)
        name = "attachment" + (suffix or known or ".txt")
    path = PurePath(name)
    end = path.suffix[:20]
    stem = name.removesuffix(end).encode()[: _LONGEST_NAME - len(end.encode())]
    return of_no_device(stem.decode(errors="ignore") + end)


def _bare(name: str) -> str:
    return one_line(re.split(r"[/\\]", name)[-1]).lstrip(". ")


def _told(part: Part, why: str) -> str:
    name = _bare(part.name) or "something without a name"
    return f"{name} ({why})" if why else name


def _nothing(unread: Iterable[str]) -> DocumentError:
    if names := ", ".join(unread):
        return DocumentError(
            f"Nothing in this e-mail can be read: it has no text, and attached is {names}.",
            hint="Print what is attached to a PDF and drop that, or ask the sender for one.",
        )
    return DocumentError(
        "The e-mail is empty: it has neither text nor attachments.",
        hint="Ask the sender to send it again.",
    )


def _text(message: Message, docid: str, unread: tuple[str, ...], limits: Limits) -> Document:
    """Typed below what its head says, as a mail program prints it."""
    whole = "\n".join([*_head(message), "", message.text])
    limits.check_pages(at_least(whole))
    pages = tuple(map(text_page, text_sheets(whole)))
    limits.check_pages(len(pages))
    told = Blocker(
        BlockerCode.ATTACHMENT_UNREAD,
        f"came with the e-mail and cannot be read: {', '.join(unread)}",
    )
    return Document(docid, pages, tricks(whole) + ((told,) if unread else ()))


def _head(message: Message) -> list[str]:
    lines = [f"From: {message.origin.sender}", f"Subject: {message.origin.subject}"]
    if message.sent:
        lines.append(f"Date: {message.sent:%Y-%m-%d}")
    return lines
