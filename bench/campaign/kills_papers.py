"""Small documents of every kind that a day has, each another one: made from a chance."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path, PurePosixPath
from random import Random

from appliance.samples import einvoice
from appliance.samples.drafts import supplier_invoice
from appliance.samples.languages import LANGUAGES
from bench.campaign.order import JobKey
from bench.drops import pdf

INVOICE, NOTE = "supplier_invoice", "note"
NOTE_TYPE = """\
title = "Delivery note"
description = "A delivery note."
party = ["sender"]
number = "number"

[fields.sender]
required = true

[fields.number]
type = "code"
required = true
"""
TOLD = """

[deliver]
files = ["csv"]
command = ["/bin/true"]
"""
"""What the type of invoices asks for beside the JSON."""
KINDS = {
    "xml": 4,
    "pair": 2,
    "hybrid": 1,
    "note": 2,
    "pdf": 1,
    "mail": 2,
    "letter": 1,
    "broken": 2,
    "what": 1,
    "again": 2,
}
"""How often each comes: e-invoices alone, with their page beside and around them, notes as text,
PDF and attached to a mail, a mail that is one, broken files, files of unknown kind, and what was
there before under another name."""
SENDERS = ("ACME Tools Ltd", "Meyer und Sohn", "Blue River Farms", "Papelera Sol")


@dataclass(frozen=True, slots=True)
class Paper:
    """A file to drop."""

    path: PurePosixPath
    """Below the inbox."""
    content: bytes
    enclosed: tuple[bytes, ...] = ()
    """What is attached to it and becomes documents."""

    @property
    def jobs(self) -> frozenset[JobKey]:
        """What has to be known of it at the end."""
        folder = self.path.parent.as_posix()
        doctype = "" if folder == "." else folder
        return frozenset((docid(one), doctype) for one in (self.content, *self.enclosed))


def docid(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Papers:
    """Without end, each another one."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._made: list[Paper] = []
        self._number = 0

    def some(self, kind: str = "") -> list[Paper]:
        """One, or the two of a pair; of any kind unless one is asked for."""
        self._number += 1
        kind = kind or self._rng.choices(list(KINDS), weights=list(KINDS.values()))[0]
        if kind == "again" and self._made:
            paper = self._rng.choice(self._made)
            name = f"{self._number:05}-again{paper.path.suffix}"
            return [Paper(paper.path.with_name(name), paper.content, paper.enclosed)]
        found = _made("note" if kind == "again" else kind, self._number, self._rng)
        self._made += found
        return found


def note(number: int, rng: Random) -> bytes:
    sender, code = rng.choice(SENDERS), f"LS-{number}-{rng.randint(1000, 9999)}"
    return f"Delivery note\n{sender}\nNumber {code}\nDate 2026-03-{number % 28 + 1:02}\n".encode()


def said_in(text: str) -> dict[str, str | None]:
    """What a note says, by fieldtype."""
    number = re.search(r"LS-\d+-\d+", text)
    sender = next((one for one in SENDERS if one in text), None)
    return {"sender": sender, "number": number.group() if number else None}


def _made(kind: str, number: int, rng: Random) -> list[Paper]:
    name = f"{number:05}-{kind}"
    if kind == "note":
        return [Paper(PurePosixPath(NOTE, f"{name}.txt"), note(number, rng))]
    if kind == "pdf":
        return [Paper(PurePosixPath(NOTE, f"{name}.pdf"), pdf(note(number, rng)))]
    if kind == "what":
        return [Paper(PurePosixPath(f"{name}.txt"), note(number, rng))]
    if kind == "broken":
        return [Paper(PurePosixPath(NOTE, f"{name}.pdf"), b"%PDF-1.4 " + rng.randbytes(300))]
    if kind == "letter":
        return [Paper(PurePosixPath(NOTE, f"{name}.eml"), _mail(number, note(number, rng), []))]
    if kind == "mail":
        attached = [note(1000 * number + at, rng) for at in range(rng.randint(1, 3))]
        content = _mail(number, b"As attached.", attached)
        return [Paper(PurePosixPath(NOTE, f"{name}.eml"), content, tuple(attached))]
    return _invoice(kind, name, rng)


def _invoice(kind: str, name: str, rng: Random) -> list[Paper]:
    draft = supplier_invoice(rng, "de", rows=rng.randint(1, 3))
    assert draft.invoice
    language = LANGUAGES[draft.lang]
    if kind == "hybrid":
        content = einvoice.hybrid(draft.pdf, einvoice.xml(draft.invoice, language))
        return [Paper(PurePosixPath(INVOICE, f"{name}.pdf"), content)]
    alone = einvoice.xml(draft.invoice, language, profile=einvoice.XRECHNUNG)
    found = [Paper(PurePosixPath(INVOICE, f"{name}.xml"), alone)]
    if kind == "pair":
        found.append(Paper(PurePosixPath(INVOICE, f"{name}.pdf"), draft.pdf))
        rng.shuffle(found)
    return found


def _mail(number: int, text: bytes, attached: list[bytes]) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Clerk {number} <clerk{number}@supplier.example>"
    mail["To"] = "office@home.example"
    mail["Subject"] = f"Papers {number}"
    mail["Date"] = "Mon, 06 Jul 2026 07:52:00 +0000"
    mail["Message-ID"] = f"<{number}@supplier.example>"
    mail.set_content(text.decode())
    for at, content in enumerate(attached):
        mail.add_attachment(
            content, maintype="text", subtype="plain", filename=f"{number}-{at}.txt"
        )
    if attached:
        mail.set_boundary("=_papers")
    return mail.as_bytes()


def drop(paper: Paper, inbox: Path) -> None:
    """Whole at once, as a scanner does that renames."""
    path = inbox / paper.path
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}")
    hidden.write_bytes(paper.content)
    hidden.rename(path)
