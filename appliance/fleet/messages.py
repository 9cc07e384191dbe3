"""What goes over the link, as bytes. Pure."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from appliance.domain.errors import FleetError
from appliance.domain.fleet import SiteMessage

UP = "fleet.up"
"""Subjects of what sites tell begin so; the site's name and what it is about follow."""
DOWN = "fleet.down"
"""The same of what the hub tells."""
ASK = "fleet.ask"
"""The same of what a site asks."""
LARGEST = 64_000_000
"""Bytes of one message, unpacked."""

HEALTH = "health"
"""What a message is about that is about no link: how the site is."""
_MICRO = 1_000_000

_form: TypeAdapter[SiteMessage] = TypeAdapter(
    Annotated[SiteMessage, Field(discriminator="said")],
    # What is kept as JSON could not be read again with a number that is none.
    config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", allow_inf_nan=False),
)


@dataclass(frozen=True, slots=True)
class LinkName:
    """Of a link of a site's audit, as it ends the subject of the message about it."""

    number: int
    before: int
    """Number of the one that goes before it; 0 for the first."""
    at: float
    """When that was done, seconds since 1970, UTC."""
    hash: str

    def __str__(self) -> str:
        return f"{self.number}-{self.before}-{round(self.at * _MICRO)}-{self.hash}"

    @staticmethod
    def of(text: str) -> LinkName | None:
        """None for what is no such name."""
        found = re.fullmatch(r"(\d{1,18})-(\d{1,18})-(\d{1,18})-([0-9a-f]{64})", text)
        if not found:
            return None
        return LinkName(int(found[1]), int(found[2]), int(found[3]) / _MICRO, found[4])


def packed(message: SiteMessage) -> bytes:
    return zlib.compress(_form.dump_json(message), 9)


def unpacked(body: bytes) -> SiteMessage:
    """Raises FleetError when it is none, or too large."""
    try:
        return _form.validate_json(inflated(body))
    except ValidationError as error:
        raise FleetError(
            "a message of a site is of another form",
            hint="install the same version of the appliance at the hub and at its sites",
        ) from error


def inflated(body: bytes) -> bytes:
    """Raises FleetError when it is damaged or too large."""
    inflating = zlib.decompressobj()
    try:
        text = inflating.decompress(body, LARGEST)
    except zlib.error as error:
        raise FleetError("a message is damaged", hint="it is asked for again") from error
    if inflating.unconsumed_tail or not inflating.eof:
        raise FleetError("a message is cut, or too large", hint="it is asked for again")
    return text
