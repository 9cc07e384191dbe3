"""The daemon's part of the night: begins one in time as a process of its own, hears how it ended.

Nothing that a night works with is loaded here: no torch, no llama.cpp.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path

from appliance.domain.errors import ToolError
from appliance.domain.nights import EndedNight, NightEnd
from appliance.domain.results import JobState
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.learning.night.due import MANY, NightDue, NightFacts, NightHours, due
from appliance.learning.night.standing import NightStanding
from appliance.learning.night.status import NightStatus, is_begun, noted
from appliance.learning.trainer import tuning
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.service.kept_years import too_old
from appliance.service.night_history import look_back, note_end
from appliance.settings import config
from appliance.settings.home import Home
from appliance.system.interval import Interval

LOG = "night.log"
"""In the home: what the night's process said."""
LONGEST = 1_000_000
"""Bytes of a log that is written on; a longer one is put aside, the one put aside before goes."""

BETWEEN = 30.0
"""Seconds between two looks whether one is due."""
GRACE = 60.0
"""Seconds that a night has to keep its checkpoint when we leave; systemd kills after 90."""

GOING = (JobState.ARRIVED, JobState.READ, JobState.ACCEPTED)
"""Where documents are that the day still has to do something for."""


@dataclass(frozen=True, slots=True)
class NightBegun:
    why: str
    until: float
    """Seconds since 1970, UTC."""


@dataclass(frozen=True, slots=True)
class NightEnded:
    news: NightStatus


@dataclass(frozen=True, slots=True)
class NightOutlook:
    """How it stands with the nights of a home."""

    goes_on: bool
    """One does, at this moment."""
    news: NightStatus | None
    """Of it, or of the last one; None before the first."""
    next: NightDue
    standing: NightStanding = NightStanding()


def outlook(home: Home, settings: config.NightSettings, store: Store, now: float) -> NightOutlook:
    """Raises HomeError, StoreError, ModelError."""
    news = noted(home.models)
    found = _due(home, settings, store, now, _end(news))
    return NightOutlook(home.tunes(), news, found, look_back(home, store))


def waits(store: Store) -> bool:
    """Is there a document for which the day has to do something?"""
    return store.has(GOING)


class NightScheduler:
    """``start`` gives the process of a night that has to be over at a time."""

    def __init__(
        self,
        home: Home,
        settings: config.NightSettings,
        store: Store,
        *,
        start: Callable[[float], subprocess.Popen[bytes]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._home = home
        self._settings = settings
        self._store = store
        self._start = start or (lambda until: _start(home, until))
        self._clock = clock
        self._child: subprocess.Popen[bytes] | None = None
        self._ended_at: float | None = None
        self._before: NightStatus | None = None
        """What was noted when the one that goes on began."""
        self._rest = Interval(BETWEEN, clock=clock)

    def look(self) -> NightBegun | NightEnded | None:
        """To be called often: it costs next to nothing but twice a minute.

        Raises ToolError when one is due and does not start, HomeError, StoreError and ModelError.
        """
        if self._child:
            return self._heard(self._child)
        if not self._rest.is_over():
            return None
        self._rest.begin()
        now = self._clock()
        found = _due(self._home, self._settings, self._store, now, self._last_end(now))
        if found.until is None or self._home.tunes():
            return None
        self._before = noted(self._home.models)
        self._ended_at = now  # if it does not even start, it is tried at the next window
        try:
            self._child = self._start(found.until)
        except ToolError as error:
            self._note(EndedNight(now, NightEnd.FAILED, error.in_words))
            raise
        self._ended_at = None
        return NightBegun(found.why, found.until)

    def stop(self) -> None:
        """A night that goes on keeps its checkpoint and ends."""
        if self._child and self._child.stdin:
            self._child.stdin.close()
            try:
                self._child.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
            self._child = None

    def _heard(self, child: subprocess.Popen[bytes]) -> NightEnded | None:
        if child.poll() is None:
            return None
        self._child = None
        if child.stdin:
            child.stdin.close()
        news = noted(self._home.models)
        if news is None or news.end is None or news == self._before:
            self._ended_at = self._clock()
            news = self._died(child.returncode)
        return NightEnded(news)

    def _died(self, code: int) -> NightStatus:
        """It could not say itself how it ended."""
        cause = "by a kill, perhaps for want of memory" if code < 0 else f"with code {code}"
        said = f"the night ended {cause} (see {self._home.folder / LOG}; the next one goes on)"
        return self._note(EndedNight(self._clock(), NightEnd.FAILED, said))

    def _note(self, night: EndedNight) -> NightStatus:
        try:
            return note_end(self._home, self._store, night)
        except OSError as error:
            raise ToolError(
                f"{night.said}, and cannot be noted: {error.strerror}",
                hint="free some space on the disk of the models",
            ) from error

    def _last_end(self, now: float) -> float | None:
        ends = [self._ended_at, _end(noted(self._home.models))]
        return max((end for end in ends if end is not None and end <= now), default=None)


def _end(news: NightStatus | None) -> float | None:
    """When a night ended after which none is begun in the same window."""
    ended = news and news.end not in (None, NightEnd.CUT) and not news.received
    return news.at if news and ended else None


def _due(
    home: Home, settings: config.NightSettings, store: Store, now: float, ended_at: float | None
) -> NightDue:
    registry = Registry(home.models)
    received = next(iter(ReceivedVersions(registry).waiting()), None)
    facts = NightFacts(
        labels=Labels(store).labelled_since(
            _learned(registry, now),
            now=now,
            most=max(settings.labels, MANY),
            too_old=too_old(home, now=now),
        ),
        wanted=settings.labels,
        begun=is_begun(home.models),
        ended_at=ended_at,
        waiting=waits(store),
        lacking=tuple(tuning.missing()),
        received=received.name if received else "",
    )
    return due(datetime.fromtimestamp(now, UTC), NightHours(settings.begin, settings.end), facts)


def _learned(registry: Registry, now: float) -> float:
    """When the newest document of this home was labelled that any version has learned from; when
    the version was made, if that was earlier. What a clock said that was ahead tells nothing: it
    would hide each label until that date."""
    trained = (
        min(version.training.labelled_at, version.made_at or inf)
        for version in registry.readable()
        if version.training and not version.origin
    )
    return max((when for when in trained if when <= now), default=0.0)


def _start(home: Home, until: float) -> subprocess.Popen[bytes]:
    """Holds the process' standard input: closed, it makes the night leave. Raises ToolError."""
    command = [sys.executable, "-m", "appliance", "--home", str(home.folder)]
    try:
        with _log(home.folder / LOG).open("ab") as log:
            return subprocess.Popen(
                [*command, "tune", "--until", str(until)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the daemon, who then asks it to leave
            )
    except OSError as error:
        raise ToolError(
            f"the night does not start: {error.strerror or error}",
            hint="free some memory and disk space; it is tried again in the next night",
        ) from error


def _log(path: Path) -> Path:
    if path.exists() and path.stat().st_size > LONGEST:
        path.replace(path.with_suffix(".old.log"))
    return path
