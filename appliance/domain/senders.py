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
    told: str | None = None
    """Id of the sender that other sites tell of and whose page it looks like. It makes nobody
    known: where ``party`` is None, the sender is unknown all the same."""


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
class ToldValue:
    """Of one header field, as clerks of other sites approved it."""

    text: str
    documents: int
    """That say it, of the newest that were looked at; at least one."""
    approved_at: float
    """The last of them, in seconds since 1970, UTC."""

    def __post_init__(self) -> None:
        if self.documents < 1:
            raise ValueError("a value is told that no document says")


@dataclass(frozen=True)
class ToldSender:
    """What other sites know of a sender. It proposes and never accepts."""

    hub: str
    """Name of the home that tells it."""
    card: SenderCard
    values: Mapping[str, Mapping[str, tuple[ToldValue, ...]]] = field(default_factory=dict)
    """By document type and fieldtype, the newest first."""
    accounts: tuple[str, ...] = ()
    """Bare IBANs that were paid to, the newest first. None of them is ever proposed."""

    @property
    def party(self) -> str:
        """Its id at the hub."""
        return self.card.known.party


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
    told_by: str | None = None
    """Name of the hub, where nothing but that makes it known here."""

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
