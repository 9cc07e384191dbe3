"""A document as somebody mails it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_SENT = datetime(2026, 7, 6, 7, 52, tzinfo=UTC)


def mailed(name: str, content: bytes) -> bytes:
    """A mail with a PDF attached, the same whenever it is made."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Ben Carver <ben.carver@westerdale.example>"
    mail["To"] = "Office <office@westerdale.example>"
    mail["Subject"] = "Receipt from my trip to Leeds"
    mail["Date"] = format_datetime(_SENT)
    mail["Message-ID"] = "<receipt-1@westerdale.example>"
    mail.set_content("Hello,\n\nhere is the receipt for the spare parts.\n\nBen\n")
    mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    mail.set_boundary("=_receipt")
    return mail.as_bytes()
