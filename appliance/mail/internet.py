"""A mail as it travels (``.eml``, RFC 5322 and MIME), taken apart by the standard library.

Pure. Headers are decoded here and not by the library's modern policy, which raises on some that
mail programs write, and takes time without bound for others.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header
from email.message import Message as MimePart
from email.parser import BytesParser
from email.policy import Compat32
from email.utils import parseaddr, parsedate_to_datetime

from appliance.domain.mail import MailOrigin
from appliance.mail.html import page_text
from appliance.mail.message import (
    MOST_PARTS,
    OF_THE_TEXT,
    Message,
    Part,
    damaged,
    encrypted,
    too_many,
)

DEEPEST = 20
"""Parts in each other; what mail programs make has four."""
_LONGEST = 20_000
"""Characters of one header that are looked at; parsers of addresses and parameters take time by
the square of them."""
_FOLDED = re.compile(r"\r?\n(?=[ \t])")
_TEXTS = {"text/plain", "text/html"}
_MAILS = {"message/rfc822", "message/global"}
_ENVELOPED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
"""A whole mail in one part, or a file that somebody signed."""
_ATTACHED = "attachment"


class _Policy(Compat32):
    """Gives a header as text, unfolded, whatever bytes are in it."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        whole = value[:_LONGEST].encode("ascii", "surrogateescape")
        return _FOLDED.sub("", decoded(whole, "utf-8"))


_POLICY = _Policy(mangle_from_=False)


def parsed(data: bytes) -> Message:
    """Raises DocumentError when it is encrypted, damaged, or has too many parts."""
    try:
        whole = BytesParser(policy=_POLICY).parsebytes(data)
        parts = list(_leaves(whole))
        text, shown = _text(whole)
        found = [_part(part, inside, shown) for part, inside in parts if not _is_text(part, inside)]
    except (MessageError, RecursionError, ValueError, LookupError, TypeError) as error:
        raise damaged() from error
    return replace(_head(whole), text=text, parts=tuple(part for part in found if part))


def _leaves(whole: MimePart) -> Iterator[tuple[MimePart, MimePart]]:
    """Each with the part that it lies in, which is itself where that is the whole."""
    for number, leaf in enumerate(_walk(whole, whole, 0)):
        if number == MOST_PARTS:
            raise too_many()
        yield leaf


def _walk(part: MimePart, inside: MimePart, depth: int) -> Iterator[tuple[MimePart, MimePart]]:
    if depth > DEEPEST:
        raise damaged()
    kind = part.get_content_type()
    hides_all = part is inside or _name(part).lower() == "smime.p7m"
    if kind == "multipart/encrypted" or (kind in _ENVELOPED and hides_all):
        raise encrypted()
    if not _is_multipart(part):
        yield part, inside
        return
    for at, inner in enumerate(_inner(part)):
        signature = kind == "multipart/signed" and at > 0
        if not signature:
            yield from _walk(inner, part, depth + 1)


def _is_multipart(part: MimePart) -> bool:
    return part.is_multipart() and part.get_content_maintype() == "multipart"


def _inner(part: MimePart) -> list[MimePart]:
    return [one for one in part.get_payload() if isinstance(one, MimePart)]


def _is_text(part: MimePart, inside: MimePart) -> bool:
    """It is read in the mail, and is nothing that came with it."""
    kind, name = part.get_content_type(), _name(part)
    if kind in _TEXTS and OF_THE_TEXT.fullmatch(name):
        return True
    if kind in _MAILS or part.get_content_disposition() == _ATTACHED:
        return False
    if part.get_content_maintype() == "message":
        return True  # what a mail server reports of another mail
    if part.get_content_maintype() != "text":
        return kind == "application/applefile"
    if inside.get_content_type() == "multipart/alternative" and not name:
        return True
    return kind in _TEXTS and not name


def _part(part: MimePart, inside: MimePart, shown: set[str]) -> Part | None:
    """None of one without a byte."""
    content = _mail(part) if part.get_content_type() in _MAILS else _bytes(part)
    content_id = str(part.get("content-id", "")).strip(" <>")
    related = inside.get_content_type() == "multipart/related"
    beside = content_id in shown or (related and part.get_content_disposition() != _ATTACHED)
    is_mail = part.get_content_type() in _MAILS
    return Part(_name(part), content, is_mail, beside) if content else None


def _mail(part: MimePart) -> bytes:
    """The bytes of a mail in a mail: the same whenever they are asked for."""
    (inner, *_) = _inner(part) if part.is_multipart() else [part]
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        # Against the standard, so that the parser took its letters for a mail.
        return binascii.a2b_base64(str(inner.get_payload()))
    return inner.as_bytes(policy=_POLICY)


def _bytes(part: MimePart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: MimePart, inside: MimePart | None = None) -> tuple[str, set[str]]:
    """What a person reads, and the Content-IDs of what it shows. Of alternatives the plainest
    that says anything counts, but pictures are shown by any."""
    kind = part.get_content_type()
    if _is_multipart(part):
        found = [_text(inner, part) for inner in _inner(part)]
        shown = set[str]().union(*(ids for _, ids in found))
        texts = [text for text, _ in found if text.strip()]
        if kind == "multipart/alternative":
            texts = texts[:1]
        return "\n".join(texts), shown
    if part.get_content_maintype() != "text" or not _is_text(part, inside or part):
        return "", set()
    text = decoded(_bytes(part), part.get_content_charset() or "utf-8")
    if kind == "text/html":
        return page_text(text)
    return (text, set()) if kind == "text/plain" else ("", set())


def decoded(data: bytes, charset: str) -> str:
    """As it says, else as most do; a letter that is none becomes an unknown one."""
    for encoding in (charset, "utf-8"):
        try:
            return data.decode(encoding)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", errors="replace")


def _name(part: MimePart) -> str:
    try:
        return _words(part.get_filename() or "")
    except (LookupError, ValueError, TypeError, AttributeError):
        return ""


def _words(header: str) -> str:
    """With encoded words (RFC 2047) decoded, as far as they can be."""
    try:
        pieces = decode_header(header)
    except (MessageError, ValueError):
        return header
    return "".join(
        piece if isinstance(piece, str) else decoded(piece, charset or "utf-8")
        for piece, charset in pieces
    )


def headed(head: bytes) -> Message:
    """What it says, as far as it is one, of a mail without text."""
    return _head(BytesParser(policy=_POLICY).parsebytes(head, headersonly=True))


def _head(whole: MimePart) -> Message:
    name, address = _sender(_header(whole, "from") or _header(whole, "sender"))
    sent = _sent(_header(whole, "date"))
    origin = MailOrigin(
        address=_words(address),
        name=_words(name),
        subject=_words(_header(whole, "subject")),
        message_id=_header(whole, "message-id"),
        sent_at=sent.timestamp() if sent else None,
    )
    return Message(origin, sent if origin.sent_at is not None else None)


def _sender(header: str) -> tuple[str, str]:
    try:
        return parseaddr(header)
    except (RecursionError, ValueError, LookupError):  # brackets in brackets
        return "", ""


def _header(whole: MimePart, name: str) -> str:
    return str(whole.get(name, ""))


def _sent(date: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)  # -0000: where, is not told
