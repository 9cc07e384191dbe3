"""What approved documents have shown of those who sent them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class KnownSender:
    """One identity: it may have several names, and several codes."""

    party: str
    """Its id: the normal form under which it was first approved."""
    documents: int
    """Approved ones, at least one."""
    named: int = 0
    """Those of them on whose pages one of its names stood."""
    names: frozenset[str] = frozenset()
    """As clerks wrote them."""
    marks: Mapping[str, int] = field(default_factory=dict)
    """Its own, which stand on no page of others, with the number of its documents."""
