"""What approved documents have shown of those who sent them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class KnownSender:
    """One identity: it may have several names, and several codes. Two of one party were merged, and
    each is recognised as it was."""

    party: str
    """Its id: the normal form under which it was first approved."""
    documents: int
    """On which it was seen, at least one: approved here, or where it was imported from."""
    named: int = 0
    """Those of them on whose pages one of its names stood."""
    names: frozenset[str] = frozenset()
    """As clerks wrote them."""
    marks: Mapping[str, int] = field(default_factory=dict)
    """Its own, which stand on no page of others, with the number of its documents."""
    shared: Mapping[str, int] = field(default_factory=dict)
    """Likewise those that stand on pages of others too; no card tells them."""


@dataclass(frozen=True, slots=True)
class SenderLookup:
    """What the directory said of a document, and how much it knew then."""

    party: str | None = None
    """Id of the sender; None where nobody is known, or several fit."""
    reviews: int = -1
    """Number of the last review that it knew of, -1 where it was not asked. Nothing later counts
    for what rests on it."""


NOBODY = SenderLookup()


@dataclass(frozen=True)
class SenderCard:
    """What one home tells another of a sender."""

    known: KnownSender
    codes: tuple[str, ...] = ()
    """Folded, as it is found by them."""
    called: str | None = None
    """By the owner; None where nobody renamed it."""


@dataclass(frozen=True, slots=True)
class SenderEntry:
    """A sender in a list."""

    party: str
    called: str | None
    names: tuple[str, ...]
    documents: int
    """Approved here."""
    doctypes: tuple[str, ...]
    approved_at: float | None
    """The last of them, in seconds since 1970, UTC; None without any."""

    @property
    def known_as(self) -> tuple[str, ...]:
        """Its names, the owner's first."""
        return tuple(dict.fromkeys([self.called, *self.names] if self.called else self.names))

    @property
    def title(self) -> str:
        """In a sentence: a name, its id where it has none."""
        return next(iter(self.known_as), self.party)


@dataclass(frozen=True, slots=True)
class ListedSenders:
    entries: Sequence[SenderEntry]
    """Those with the newest documents first."""
    sent: str | None = None
    """Id of who sent the document that was asked about; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class SenderDocument:
    docid: str
    doctype: str
    source: str
    approved_at: float
    """Seconds since 1970, UTC."""
