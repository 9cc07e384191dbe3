"""Which documents are evidence: an honest sample, drawn by a hash that nobody can steer. Pure.

What a document says, how sure the model was and who dropped it have no part in it. The same
document always draws the same lot, and whoever is in a smaller share is in every larger one.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One in so many documents of a type; 0 draws none."""

    first: int = 3
    until: int = 120
    """Drawn documents of the type from which on ``then`` holds."""
    then: int = 10

    def one_in(self, sofar: int) -> int:
        return self.first if sofar < self.until else self.then


def lot(docid: str, key: bytes) -> float:
    """Evenly spread over [0, 1)."""
    digest = hmac.digest(key, docid.encode(), "sha256")
    # A float holds 53 bits: more of them could round up to 1.
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


def is_drawn(docid: str, key: bytes, *, one_in: int) -> bool:
    return one_in > 0 and lot(docid, key) * one_in < 1
