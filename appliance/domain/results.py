"""What becomes of a document, and which model did it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a job stands; the order is the day's."""

    ARRIVED = "arrived"
    READ = "read"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One document under one document type."""

    docid: str
    doctype: str
    """Empty while nobody knows which kind of document it is."""
    state: State
    source: str
    """File name under which it was dropped."""
    arrived_at: float
    """Seconds since 1970, UTC."""
    attempts: int = 0
    reason: str = ""
    """Why it failed or was held, in words; empty otherwise."""


@dataclass(frozen=True, slots=True)
class ModelVersion:
    name: str
    path: str
    """Of the GGUF; relative to the models folder where it is stored."""
    sha256: str
