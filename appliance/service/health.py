"""Whether somebody has to look after the appliance, in one line, for a monitor.

No model is asked. What is said leaves the machine with the monitor: numbers, and no name of a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from enum import IntEnum
from math import inf

from appliance.domain.errors import ApplianceError, ModelError, StoreError
from appliance.domain.fleet import Sharing
from appliance.domain.plurals import counted
from appliance.domain.results import JobState, ServingStatus
from appliance.learning.models.registry import Registry
from appliance.learning.night.standing import NightStanding, describe_end, describe_unlearned
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.fleet_hub import HubInbox
from appliance.records.fleet_site import SiteOutbox
from appliance.records.store import Store
from appliance.service.doctor import LEAST_DISK, free_space
from appliance.service.night_history import look_back
from appliance.settings.home import Home

LATELY = 24 * 3600.0
"""Seconds; a document that came earlier and failed alarms nobody any more."""
NIGHT_LATELY = 7 * 24 * 3600.0
"""Seconds; a failure longer ago, with no night since, alarms nobody: nights may be switched off."""
LEAST_ROOM = 200_000_000
"""Bytes without which not even a day's documents fit in."""


class HealthLevel(IntEnum):
    """Exit codes by the convention of Nagios."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class HealthLimits:
    """In seconds."""

    warning: float
    """That a document may wait for its next step."""
    critical: float
    backup: float = inf
    """Since the last backup."""


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """Times in seconds since 1970."""

    daemon: int | None
    """Number of its process, 0 while it waits for room on its disk; None when there is none."""
    expected_by: float | None
    """When a sign of life of it was due; None when nobody knows."""
    free: int
    """Bytes, on the fullest disk of the home."""
    serving: ServingStatus | None
    """None before the first start."""
    flaws: int
    """Files of models that are not as they were sealed."""
    waiting: int = 0
    """Documents of which a step is to be done."""
    oldest_at: float | None = None
    """When the first of them came to that: it arrived, or a clerk approved it, or it is retried."""
    held: int = 0
    failed: int = 0
    """Of those that came lately; what a clerk refused is none."""
    hub_silent_since: float | None = None
    """Since when the hub of its fleet has not heard what it should have; None where all is well,
    and where this home is no site."""
    silent_sites: int = 0
    """Of its fleet, where this home is the hub."""
    backed_up_at: float | None = None
    """None where no backup was ever made."""
    nights: NightStanding = NightStanding()
    """How it stands with what is learned."""


@dataclass(frozen=True, slots=True)
class Health:
    level: HealthLevel
    words: str
    figures: str = ""
    """For a monitor's curves."""

    def __str__(self) -> str:
        words = " ".join(self.words.replace("|", "/").split())  # one line; figures follow a stroke
        return f"{self.level.name} - {words}" + f" | {self.figures}" * bool(self.figures)


def health(home: Home, limits: HealthLimits, *, now: float) -> Health:
    try:
        return judged(_facts(home, now), limits, now=now)
    except (ModelError, StoreError) as error:
        return Health(HealthLevel.CRITICAL, error.in_words)
    except ApplianceError as error:
        return Health(HealthLevel.UNKNOWN, error.in_words)


def judged(facts: HealthFacts, limits: HealthLimits, *, now: float) -> Health:
    """The worst of what is found; all of it in words, the worst first."""
    found = sorted(_findings(facts, limits, now), key=lambda one: -one[0])
    level = max((level for level, _ in found), default=HealthLevel.OK)
    fine = f"running, {counted(facts.waiting, 'document')} in work, {facts.held} held for a clerk"
    return Health(level, "; ".join(words for _, words in found) or fine, _figures(facts, now))


def _findings(
    facts: HealthFacts, limits: HealthLimits, now: float
) -> Iterator[tuple[HealthLevel, str]]:
    yield from _of_the_daemon(facts, now)
    if facts.flaws:
        yield HealthLevel.WARNING, f"not as sealed: {counted(facts.flaws, 'model file')}"
    waited = _waited(facts, now)
    if waited >= limits.warning:
        level = HealthLevel.CRITICAL if waited >= limits.critical else HealthLevel.WARNING
        yield level, f"{counted(facts.waiting, 'document')} waiting, the oldest for {_span(waited)}"
    if facts.failed:
        yield HealthLevel.WARNING, f"{counted(facts.failed, 'document')} failed in the last 24 h"
    yield from _of_the_fleet(facts, now)
    yield from _of_nights(facts.nights, now)
    yield from _of_backups(facts, limits, now)
    if facts.free < LEAST_DISK:
        level = HealthLevel.CRITICAL if facts.free < LEAST_ROOM else HealthLevel.WARNING
        yield level, f"{facts.free / 1e9:.1f} GB are free on the disk"


def _of_the_daemon(facts: HealthFacts, now: float) -> Iterator[tuple[HealthLevel, str]]:
    late = now - facts.expected_by if facts.expected_by is not None else 0.0
    if facts.daemon is None:
        yield HealthLevel.CRITICAL, "no daemon is running"
    elif not facts.daemon:
        yield HealthLevel.CRITICAL, "the daemon waits for room on its disk"
    elif late > 0:
        yield HealthLevel.CRITICAL, f"the daemon hangs: a sign of life is overdue by {_span(late)}"
    elif facts.serving and not facts.serving.name:
        yield HealthLevel.CRITICAL, "no model answers"
    if facts.serving and facts.serving.name and facts.serving.refused:
        yield HealthLevel.WARNING, "the model that was to serve does not, an earlier one does"


def _of_the_fleet(facts: HealthFacts, now: float) -> Iterator[tuple[HealthLevel, str]]:
    if facts.hub_silent_since is not None:
        span = _span(now - facts.hub_silent_since)
        yield HealthLevel.WARNING, f"the hub of the fleet has heard nothing for {span}"
    if facts.silent_sites:
        yield HealthLevel.WARNING, f"silent sites of the fleet: {facts.silent_sites}"


def _of_backups(
    facts: HealthFacts, limits: HealthLimits, now: float
) -> Iterator[tuple[HealthLevel, str]]:
    if facts.backed_up_at is None:
        if limits.backup < inf:
            yield HealthLevel.WARNING, "no backup was ever made"
    elif now - facts.backed_up_at > limits.backup:
        yield HealthLevel.WARNING, f"the last backup was made {_span(now - facts.backed_up_at)} ago"


def _of_nights(standing: NightStanding, now: float) -> Iterator[tuple[HealthLevel, str]]:
    """A warning at once: the day goes on, and each further night would fail alike."""
    if standing.tried and standing.is_troubled and now - standing.tried.ended_at < NIGHT_LATELY:
        what = f"the last night {describe_end(standing.tried)}, {describe_unlearned(standing)}"
        yield HealthLevel.WARNING, f"{what} (`appliance status` says why)"


def _waited(facts: HealthFacts, now: float) -> float:
    return 0.0 if facts.oldest_at is None else max(0.0, now - facts.oldest_at)


def _figures(facts: HealthFacts, now: float) -> str:
    oldest = f"oldest={_waited(facts, now):.0f}s"
    counts = f"waiting={facts.waiting} {oldest} held={facts.held} failed={facts.failed}"
    return f"{counts} free={facts.free}B"


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


def _facts(home: Home, now: float) -> HealthFacts:
    """Raises ApplianceError."""
    registry = Registry(home.models)
    found = HealthFacts(
        daemon=home.daemon(),
        expected_by=home.expected_by(),
        free=free_space(home),
        serving=registry.service(),
        flaws=len(list(registry.flaws(quick=True))),
    )
    if not home.database.exists():
        return found  # nor is it made: whoever asks may be somebody else
    with closing(Store(home.database)) as store:
        going = store.under_way_since()
        hub = SiteOutbox(store, lambda name: Sharing()).hub()
        return replace(
            found,
            waiting=len(going),
            oldest_at=min(going, default=None),
            held=sum(n for (_, state), n in store.counts().items() if state is JobState.HELD),
            failed=store.failed(since=now - LATELY),
            hub_silent_since=hub.silent_since(now=now) if hub else None,
            silent_sites=sum(one.is_silent(now=now) for one in HubInbox(store).sites()),
            nights=look_back(home, store),
            backed_up_at=Audit(store.database).last(LinkKind.BACKED_UP),
        )
