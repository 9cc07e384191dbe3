"""All figures of the report, as they were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from appliance.domain.fleet import FleetSite, SiteAccuracy
from appliance.domain.nights import EndedNight
from appliance.domain.results import ModelVersion
from appliance.learning.night.standing import NightStanding
from appliance.promise.evidence_answers import BackfillProgress
from appliance.promise.evidence_standing import EvidenceStanding
from appliance.promise.learning_curve import LabelForecast, Stretch
from appliance.promise.policies import DoctypeCalibration
from appliance.records.statistics import (
    ClerkTime,
    FieldCorrections,
    Night,
    ReasonCount,
    SenderCorrections,
    SlowDocument,
    StepTime,
    WayCount,
)


@dataclass(frozen=True, slots=True)
class Folder:
    name: str
    files: int
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Promised:
    """What the serving model may accept of each type, and how far its evidence is."""

    model: str
    """Empty where nothing says which one serves."""
    types: Mapping[str, DoctypeCalibration]
    backfill: BackfillProgress
    unanswered: Sequence[EvidenceStanding] = ()
    """Of the evidence of a type, what does not count yet."""


@dataclass(frozen=True, slots=True)
class Learning:
    nights: Sequence[Night]
    """The newest first."""
    versions: Mapping[str, ModelVersion]
    """What came of them, as far as it is still there, by name."""
    ended: Sequence[EndedNight]
    """All that ended, the newest first, also those that came to no verdict."""
    standing: NightStanding
    sources: Mapping[str, str]
    """File names of the documents that nights left out, by docid."""
    labels: int
    """Documents that were ever approved."""
    keyed: int
    """Of them evidence."""
    stretches: Sequence[Stretch]
    forecast: LabelForecast | None


@dataclass(frozen=True, slots=True)
class Fleet:
    """Of a hub; of another home there is none of it."""

    sites: Sequence[FleetSite]
    evidence: Sequence[SiteAccuracy]


@dataclass(frozen=True, slots=True)
class HomeReport:
    home: str
    """Name of its folder."""
    begin: date
    end: date
    """The last day, which may not be over."""
    made_at: datetime
    names: bool
    """Whether senders and files are named."""
    waiting: int
    """Documents held for a clerk now, whenever they came."""
    ways: Sequence[WayCount]
    reasons: Sequence[ReasonCount]
    clerk_time: Sequence[ClerkTime]
    """Without what programs approved."""
    by_programs: int
    """Documents that programs approved."""
    fields: Sequence[FieldCorrections]
    senders: Sequence[SenderCorrections]
    promised: Promised
    learning: Learning
    fleet: Fleet
    steps: Sequence[StepTime]
    slowest: Sequence[SlowDocument]
    folders: Sequence[Folder]
    free: int
    """Bytes of the home's disk."""
