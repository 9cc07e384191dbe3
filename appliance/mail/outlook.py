"""A mail as Outlook saves it (``.msg``, MS-OXMSG), taken apart with python-oxmsg.

Pure. A mail within it is no file of its own there: it becomes one as it travels.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, replace
from datetime import datetime
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr

from olefile import OleFileIO
from oxmsg.domain import constants as c
from oxmsg.domain.encodings import encoding_from_codepage
from oxmsg.domain.model import UnrecognizedCodePageError, UnsupportedEncodingError
from oxmsg.properties import Properties
from oxmsg.storage import Storage

from appliance.domain.mail import MailOrigin
from appliance.mail import internet
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

BEGINNING = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Of every compound file, also of what older office programs save."""
_ENTRIES = "__properties_version1.0"
"""Only a mail has a stream of this name at its top."""
_DEEPEST = 5
"""Mails in each other."""
_HEADS = {True: 32, False: 24}
"""Bytes before the properties of the file's own mail, and of one within it (MS-OXMSG 2.4.1)."""
_PART_HEAD = 8
_INNER = f"__substg1.0_{c.PID_ATTACH_DATA_BINARY:04X}000D"
_IN_THE_TEXT = 4
"""Bit of the flags of an attachment that the HTML shows."""
_FAULTS = (
    OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, struct.error,
    AssertionError, RecursionError, UnrecognizedCodePageError, UnsupportedEncodingError,
)  # fmt: skip
"""Whatever a damaged one makes olefile and python-oxmsg raise."""


@dataclass(frozen=True, slots=True)
class _Entries:
    """The properties of a mail or an attachment; what cannot be decoded is as if it were not
    there."""

    storage: Storage
    properties: Properties

    def text(self, *pids: int) -> str:
        """Of the first that says anything."""
        return next(filter(None, map(self._text, pids)), "")

    def _text(self, pid: int) -> str:
        for kind, charset in ((c.PTYP_STRING, "utf-16-le"), (c.PTYP_STRING8, self._charset())):
            if data := self._stream(pid, kind):
                return internet.decoded(data, charset).rstrip("\0")
        return ""

    def data(self, pid: int) -> bytes:
        return self._stream(pid, c.PTYP_BINARY)

    def number(self, pid: int) -> int:
        value = self.properties.int_prop_value(pid)
        return int(value) if value is not None else 0

    def moment(self, *pids: int) -> datetime | None:
        """In UTC, whatever clock its sender had."""
        for pid in pids:
            try:
                if when := self.properties.date_prop_value(pid):
                    return when
            except (OverflowError, AttributeError):
                continue
        return None

    def _stream(self, pid: int, kind: int) -> bytes:
        name = f"__substg1.0_{pid:04X}{kind:04X}"
        return next((one.bytes_ for one in self.storage.streams if one.name == name), b"")

    def _charset(self) -> str:
        try:
            return encoding_from_codepage(self.number(c.PID_INTERNET_CODEPAGE))
        except (UnrecognizedCodePageError, UnsupportedEncodingError):
            return "cp1252"


def is_mail(data: bytes) -> bool:
    """And no other compound file, nor a damaged one."""
    try:
        with OleFileIO(data) as ole:
            return bool(ole.exists(_ENTRIES))
    except _FAULTS:
        return False


def parsed(data: bytes) -> Message | None:
    """None when it is another compound file. Raises DocumentError when it is encrypted,
    damaged, or has too many parts."""
    if not is_mail(data):
        return None
    try:
        with OleFileIO(data) as ole:
            # A stream may be named twice, and all of them are read.
            if sum(one.size for one in ole.direntries if one) > 2 * len(data):
                raise damaged()
            return _message(Storage.from_ole(ole), depth=0)
    except _FAULTS as error:
        raise damaged() from error


def _message(storage: Storage, *, depth: int) -> Message:
    if depth > _DEEPEST:
        raise damaged()
    said = _Entries(storage, Properties(storage, _HEADS[depth == 0]))
    kind = said.text(c.PID_MESSAGE_CLASS).upper()
    attached = [
        _Entries(one, Properties(one, _PART_HEAD)) for one in storage.iter_attachment_storages()
    ]
    if len(attached) > MOST_PARTS:
        raise too_many()
    if kind.startswith("IPM.NOTE.SMIME"):
        return _signed(kind, attached, _head(said))
    text, shown = said.text(c.PID_BODY), set[str]()
    if html := said.data(c.PID_HTML) or said.text(c.PID_BODY_HTML).encode():
        page, shown = page_text(internet.decoded(html, said._charset()))
        text = text if text.strip() else page
    parts = [part for one in attached if (part := _part(one, shown, depth))]
    behind = [part for part in parts if OF_THE_TEXT.fullmatch(part.name)]
    whole = "\n".join([text, *(_read(part, said._charset()) for part in behind)])
    left = tuple(part for part in parts if part not in behind)
    return replace(_head(said), text=whole, parts=left)


def _read(part: Part, charset: str) -> str:
    text = internet.decoded(part.content, charset)
    return text if part.name.lower().endswith(".txt") else page_text(text)[0]


def _signed(kind: str, attached: list[_Entries], head: Message) -> Message:
    """Outlook keeps a signed mail as one attachment, which is the mail as it travelled."""
    if not kind.endswith("MULTIPARTSIGNED") or len(attached) != 1:
        raise encrypted()
    travelled = internet.parsed(attached[0].data(c.PID_ATTACH_DATA_BINARY))
    return replace(travelled, origin=head.origin, sent=head.sent)


def _part(said: _Entries, shown: set[str], depth: int) -> Part | None:
    """None of one without a byte, such as a link."""
    name = said.text(c.PID_ATTACH_LONG_FILENAME, c.PID_ATTACH_FILENAME, c.PID_DISPLAY_NAME)
    inner = next((one for one in said.storage.storages if one.name == _INNER), None)
    if inner and any(stream.name == _ENTRIES for stream in inner.streams):
        return Part(name, _as_it_travels(_message(inner, depth=depth + 1)), is_mail=True)
    content = said.data(c.PID_ATTACH_DATA_BINARY)
    in_text = bool(said.number(c.PID_ATTACH_FLAGS) & _IN_THE_TEXT)
    beside = in_text or said.text(c.PID_ATTACH_CONTENT_ID).strip(" <>") in shown
    return Part(name, content, beside_text=beside) if content else None


def _as_it_travels(message: Message) -> bytes:
    """The same bytes whenever they are asked for."""
    told = [message.text, *(part.name for part in message.parts)]
    marks = hashlib.sha256("\0".join(told).encode(errors="replace")).hexdigest()
    whole = MIMEMultipart("related", boundary=f"={marks}")
    origin = message.origin
    address = origin.address.encode("ascii", "replace").decode()
    whole["From"] = formataddr((origin.name, address))
    whole["Subject"] = origin.subject
    if origin.message_id:
        whole["Message-ID"] = origin.message_id
    if message.sent:
        whole["Date"] = format_datetime(message.sent)
    whole.attach(MIMEText(message.text.encode(errors="replace").decode(), "plain", "utf-8"))
    for part in message.parts:
        enclosed = MIMEApplication(part.content)
        how = "inline" if part.beside_text else "attachment"
        enclosed.add_header("Content-Disposition", how, filename=("utf-8", "", part.name))
        whole.attach(enclosed)
    return whole.as_bytes()


def _head(said: _Entries) -> Message:
    """As its head said when it came, else as Outlook knows it; of one that was never sent there
    is no head."""
    came = internet.headed(said.text(c.PID_TRANSPORT_MESSAGE_HEADERS).encode(errors="replace"))
    head = came.origin
    sent = came.sent or said.moment(c.PID_CLIENT_SUBMIT_TIME, c.PID_MESSAGE_DELIVERY_TIME)
    address = said.text(c.PID_SENDER_SMTP_ADDRESS, c.PID_SENDER_EMAIL_ADDRESS)
    origin = MailOrigin(
        address=head.address or (address if "@" in address else ""),
        name=head.name or said.text(c.PID_SENDER_NAME, c.PID_SENT_REPRESENTING_NAME),
        subject=said.text(c.PID_SUBJECT) or head.subject,
        message_id=said.text(c.PID_INTERNET_MESSAGE_ID) or head.message_id,
        sent_at=sent.timestamp() if sent else None,
    )
    return Message(origin, sent if origin.sent_at is not None else None)
