"""What the owner asks of a delivery beside its JSON: other files, a program, a server.

The values are of a document type; where nothing is said, nothing but the JSON is delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class FileFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


class CallKind(StrEnum):
    """By what the owner's own software is told of a delivery."""

    COMMAND = "command"
    WEBHOOK = "webhook"


DecimalMark = Literal[".", ","]


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    files: tuple[FileFormat, ...] = ()
    """Beside the JSON."""
    decimal: DecimalMark = "."
    """Of numbers in a CSV; where it is a comma, semicolons stand between the columns."""
    command: tuple[str, ...] = ()
    """Program and arguments; empty for none."""
    url: str = ""
    """Of the webhook; empty for none."""
    secret_file: str = ""
    """That signs for the webhook; relative to the home."""
    timeout: float = 30.0
    """Seconds that a call may take."""

    @property
    def calls(self) -> tuple[CallKind, ...]:
        asked = {CallKind.COMMAND: self.command, CallKind.WEBHOOK: self.url}
        return tuple(kind for kind, how in asked.items() if how)


NO_PLAN = DeliveryPlan()
