"""What the owner promises of a type of document. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Terms:
    accuracy: float = 0.95
    """Share of the accepted values that is right, at least."""
    assurance: float = 0.95
    """With which that holds: of so many such promises one is broken at most, as 19 of 20 hold."""
    fields: Mapping[str, float] = field(default_factory=dict)
    """Fields with an accuracy of their own."""

    def of(self, name: str) -> float:
        return self.fields.get(name, self.accuracy)
