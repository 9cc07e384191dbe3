"""A mail taken apart, whichever program wrote it.

Pure. Limits: so many parts, in so many others, with so many bytes; no part is opened here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from appliance.domain.errors import DocumentError
from appliance.domain.mail import MailOrigin

MOST_PARTS = 200
"""Of one mail, with those of its zips."""

OF_THE_TEXT = re.compile(r"ATT\d+\.(txt|html?)", re.IGNORECASE)
"""What Exchange calls a piece of text that stands behind an attachment, and attaches."""


@dataclass(frozen=True, slots=True)
class Part:
    """Whatever is not the text of a mail."""

    name: str
    """As the mail has it, with any folders; empty where it has none."""
    content: bytes
    is_mail: bool = False
    """The mail says so."""
    beside_text: bool = False
    """The text shows it, or it was sent along with the text to be shown."""


@dataclass(frozen=True, slots=True)
class Message:
    origin: MailOrigin
    sent: datetime | None
    """By the clock of its sender, with its offset from UTC; None where the origin says no time."""
    text: str = ""
    parts: tuple[Part, ...] = ()


def damaged() -> DocumentError:
    return DocumentError(
        "The e-mail is damaged, or made in a way that cannot be read.",
        hint="Open it in your mail program, save what is attached, and drop that.",
    )


def encrypted() -> DocumentError:
    return DocumentError(
        "The e-mail is encrypted, or signed in a way that hides what is in it.",
        hint="Open it in your mail program, save what is attached, and drop that.",
    )


def outlook_only() -> DocumentError:
    """Of a winmail.dat (TNEF), in which attachments may be."""
    return DocumentError(
        "What is attached to the e-mail is packed as winmail.dat, which only Outlook opens.",
        hint="Open it in Outlook and drop what is attached, or ask the sender to send it again as"
        " HTML or plain text instead of Rich Text.",
    )


def too_many() -> DocumentError:
    return DocumentError(
        f"The e-mail holds more than {MOST_PARTS} files.",
        hint="Save those that are documents, and drop them.",
    )
