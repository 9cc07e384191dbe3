"""One trial of the campaign: what was done to a home or a reader, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Breach(StrEnum):
    """What must never happen; its value is the name of its figure."""

    LOST = "lost"
    DUPLICATED = "duplicated"
    HALF_WRITTEN = "half_written"
    DAEMON_DEATH = "daemon_deaths"
    HANG = "hangs"
    """Over three times the time that is granted."""
    MOVED_ACCEPTED = "injected_moved_accepted"
    ESCAPE = "escapes"
    """Out of the cage, of a folder, of a terminal; a token that another may use."""
    BELIEVED = "believed"
    """Something changed, sealed or said by a liar that was taken for true."""


@dataclass(frozen=True, slots=True)
class Found:
    """One breach, and in words what was done and what was seen."""

    breach: Breach
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of one trial. ``faults`` and ``hostile_files`` count what was done; ``counts`` what else the
    part wants added up over its trials."""

    faults: int = 0
    hostile_files: int = 0
    found: tuple[Found, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


class Part(Protocol):
    """A part of the campaign. Its trials depend on nothing but their kind and seed."""

    @property
    def name(self) -> str: ...

    @property
    def kinds(self) -> Sequence[str]: ...

    def trials(self, *, small: bool) -> int:
        """How many of each kind are enough; a small campaign takes minutes over all its parts."""
        ...

    def run(self, kind: str, seed: int, folder: Path) -> Outcome:
        """``folder`` is empty and the trial's own; it is removed afterwards. Whatever the trial
        started has ended when this returns. Raises only where the campaign itself is broken."""
        ...
