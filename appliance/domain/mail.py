"""A document that came by mail, and the mail that it came in.

What a mail says of itself anybody can write: it helps to find a document and proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from appliance.domain.characters import shown, visible
from appliance.domain.document import Document
from appliance.domain.errors import DocumentError

LONGEST = 500
"""Characters of what is kept of one line of a mail's head."""
_YEAR_10000 = 253402300800.0
"""Begins so many seconds after 1970, UTC; no ``datetime`` goes so far."""


@dataclass(frozen=True, slots=True)
class MailOrigin:
    """What the head of a mail says; texts are one line each, and empty where it says nothing."""

    address: str
    name: str
    """Of the sender."""
    subject: str
    message_id: str
    sent_at: float | None = None
    """Seconds since 1970, UTC; None where it says no time that there is."""

    def __post_init__(self) -> None:
        for text in fields(self):
            value = getattr(self, text.name)
            if isinstance(value, str):
                object.__setattr__(self, text.name, one_line(value)[:LONGEST])
        if self.sent_at is not None and not 0 <= self.sent_at < _YEAR_10000:
            object.__setattr__(self, "sent_at", None)

    @property
    def sender(self) -> str:
        """``Name <address>``, as far as it is known."""
        address = f"<{self.address}>" if self.name and self.address else self.address
        return " ".join(filter(None, (self.name, address)))


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    """Without folders, fit for a file."""
    content: bytes
    is_mail: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", shown(self.name))


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it was opened: its attachments are the documents, or its text is one."""

    origin: MailOrigin
    attachments: tuple[Attachment, ...] = ()
    """Those that can be read."""
    unread: tuple[str, ...] = ()
    """What else is attached, in a clerk's words."""
    text: Document | None = None
    """None exactly where there are attachments."""


def one_line(text: str) -> str:
    """Fit for a screen: without what cannot be seen, such as marks that turn the direction."""
    return shown(visible(" ".join(text.split())))


def document_of(found: Document | Mail) -> Document:
    """For whoever takes in no attachments. Raises DocumentError."""
    document = found.text if isinstance(found, Mail) else found
    if document is None:
        raise DocumentError(
            "This is an e-mail with attachments.",
            hint="Drop it into the inbox, where each of them becomes a document.",
        )
    return document
