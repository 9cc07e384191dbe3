"""The e-invoice that a file is, or that lies in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.einvoice import EInvoice
from appliance.domain.errors import DocumentError
from appliance.einvoice.parse import parsed, promises_einvoice
from appliance.einvoice.tree import check_size
from appliance.reading import pdf
from appliance.reading.signature import Signature, signature

_HEAD = 1_000_000
"""Bytes within which an XML names its root."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a file says to programs."""

    einvoice: EInvoice | None = None
    blockers: tuple[Blocker, ...] = ()


def spoken(path: Path) -> Spoken:
    """Raises DocumentError when the file is an e-invoice alone and is refused or damaged, OSError
    when it cannot be opened."""
    match signature(path):
        case Signature.PDF:
            return _embedded(path)
        case Signature.TEXT:
            return Spoken(_alone(path))
        case _:
            return Spoken()


def _embedded(path: Path) -> Spoken:
    """Its pages can be read without it."""
    try:
        data = pdf.attached_einvoice(path)
        if data is None:
            return Spoken()
        found = parsed(data)
        if found is None:
            raise DocumentError("What is attached to the PDF as an e-invoice is of no known kind.")
    except DocumentError as error:
        return Spoken(None, (Blocker(BlockerCode.EINVOICE_UNREADABLE, str(error)),))
    return Spoken(replace(found, embedded=True))


def _alone(path: Path) -> EInvoice | None:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not promises_einvoice(head):
        return None
    check_size(path.stat().st_size)
    return parsed(path.read_bytes())
