"""What the homes of a fleet tell each other: sites what their clerks did, the hub what follows.

A message says nothing about who a clerk is, and no file's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from appliance.domain.corrections import Correction
from appliance.domain.document import Document, is_docid
from appliance.domain.sections import named

SHORTEST, LONGEST = 1, 32
"""Letters of a site's name."""
SILENT = 3600.0
"""Seconds without a word of a site, or of its hub, after which somebody has to look: a site says
each quarter of an hour how it is, and a link that is dead can look alive for half an hour."""


LARGEST_FILE = 4_000_000
"""Bytes of a document whose file goes to the hub: beside what was read of it, in one message."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """What of a document type the owner lets go to the hub."""

    whole: bool = True
    """False where nothing of such documents goes."""
    kept: frozenset[str] = frozenset()
    """Fields and columns that stay at the site, with the words they were read from."""
    documents: bool = False
    """Whether the file goes too."""


@dataclass(frozen=True, slots=True)
class DocumentApproved:
    """What stands on a document, as a clerk of the site left it."""

    docid: str
    doctype: str
    corrections: tuple[Correction, ...]
    model: str
    """The version whose answer lay before her; empty for none."""
    blind: bool
    """Keyed without the model's values."""
    evidence: str
    """Sections that are evidence at the site, as ``domain.sections`` writes them; empty for none.
    Nobody learns from it."""
    at: float
    """Seconds since 1970, UTC."""
    reading: str
    """Version of the reading of which the corrections speak."""
    document: Document | None
    """As it was read; None where the hub has that reading."""
    file: bytes | None = None
    """The file, with what was read of it, where the owner shares it."""
    said: Literal["approved"] = "approved"

    def __post_init__(self) -> None:
        """What another home says is as it should be, or is nothing: ValueError."""
        named(self.evidence)
        if not is_docid(self.docid) or self.document and self.document.docid != self.docid:
            raise ValueError("it names no document, or speaks of another one")


@dataclass(frozen=True, slots=True)
class DocumentWithdrawn:
    """What was approved of it is no longer so: it was refused, or is of another kind."""

    docid: str
    doctype: str
    outcome: Literal["rejected", "retyped"]
    at: float
    """Seconds since 1970, UTC."""
    said: Literal["withdrawn"] = "withdrawn"

    def __post_init__(self) -> None:
        """As of ``DocumentApproved``."""
        if not is_docid(self.docid):
            raise ValueError("it names no document")


@dataclass(frozen=True, slots=True)
class DocumentsForgotten:
    """What these links told of is to be forgotten."""

    hashes: tuple[str, ...]
    """Of links of the site's audit."""
    said: Literal["forgotten"] = "forgotten"


@dataclass(frozen=True, slots=True)
class VersionJudged:
    """What the site's own evidence said of a version."""

    candidate: str
    outcome: str
    reason: str
    at: float
    """Seconds since 1970, UTC."""
    said: Literal["judged"] = "judged"


@dataclass(frozen=True, slots=True)
class NothingToTell:
    """What the link is about was forgotten, or stays at the site: the hub misses nothing."""

    said: Literal["nothing"] = "nothing"


SiteMessage = (
    DocumentApproved | DocumentWithdrawn | DocumentsForgotten | VersionJudged | NothingToTell
)
"""Each is about one link of the site's audit, which numbers it."""


@dataclass(frozen=True, slots=True)
class HubStream:
    """The messages that sites can hear, as the hub's server stores them when a run of the hub
    begins."""

    made: str
    """When it was made, which names it: a server that lost it makes another, which begins at 1."""
    last: int
    """Number of its last message; 0 for none."""
    unknown: tuple[str, ...] = ()
    """What those messages are about of which the hub does not know that it told them."""


@dataclass(frozen=True, slots=True)
class SiteStanding:
    """How far a site is with what its hub tells."""

    run: str = ""
    """The run of the hub's process in which it heard that; empty before the first."""
    heard: int = 0
    """The hub's last message that was followed at the site; 0 for none."""


@dataclass(frozen=True, slots=True)
class HubStanding:
    """How far a hub is with a site, and how far the site really is with what the hub tells."""

    last: int
    """Number of the last link that it keeps; 0 before the first."""
    lacks: int | None = None
    """The first link that it does not have although it has a later one, or that it cannot follow,
    since it does not have what was read of the document; None where there is none."""
    site: SiteStanding = SiteStanding()
    """From there on the site hears the present run."""

    @property
    def sound(self) -> int:
        """Up to this link the hub lacks nothing."""
        return self.last if self.lacks is None else min(self.last, self.lacks - 1)


@dataclass(frozen=True, slots=True)
class SiteHealth:
    """How a site is, told now and then; only the last one counts."""

    at: float
    """Seconds since 1970, UTC."""
    model: str
    """The version that serves."""
    waiting: int
    """Documents that wait for a clerk."""
    backlog: int
    """Links that the hub had not acknowledged then."""

    def __post_init__(self) -> None:
        """As of ``DocumentApproved``."""
        if not isfinite(self.at):
            raise ValueError("it says no moment")


@dataclass(frozen=True, slots=True)
class SiteAccuracy:
    """What the evidence of a site says of the models that served there."""

    site: str
    doctype: str
    documents: int
    values: int
    right: int
    """Of the values."""


@dataclass(frozen=True, slots=True)
class FleetSite:
    """A site as its hub sees it."""

    name: str
    link: int
    """The last that came; 0 before the first."""
    heard_at: float | None
    """When anything came from it, seconds since 1970, UTC; None before the first."""
    waiting: int
    """Messages that came and could not be kept yet."""
    problem: str
    """Why the first of them could not, in words; empty without one."""
    health: SiteHealth | None
    expelled_at: float | None
    """Seconds since 1970, UTC; None while it belongs to the fleet."""

    def is_silent(self, *, now: float) -> bool:
        """It belongs to the fleet, and spoke once."""
        belongs = self.expelled_at is None and self.heard_at is not None
        return belongs and now - (self.heard_at or 0.0) > SILENT
