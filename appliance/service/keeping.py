"""What its type keeps no longer is forgotten by the appliance itself, as is what a site forgot and
what was said of senders that were forgotten.

Only at a start, before anything reads what goes: no child, no thread and no cache knows a document
then. So a daemon that runs for long ends once a day, when it rests and something is due, and is
started anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from appliance.domain.errors import ApplianceError
from appliance.domain.plurals import counted
from appliance.learning.models.registry import Registry
from appliance.records.audit import APPLIANCE
from appliance.records.erasures import ErasureChoice, Erasures
from appliance.records.fleet_hub import HubInbox
from appliance.records.store import Store
from appliance.service import forgetting, model_files
from appliance.service.kept_years import in_months, months_ago, years_kept
from appliance.service.night_scheduler import waits
from appliance.settings.home import Home
from appliance.system.interval import Interval

DAY = 86400.0
BETWEEN = DAY
"""Seconds between two looks whether something is due."""
DAYS, LATELY = 10, 90
"""On so many of the last days documents came, or the clock is not believed: one that is years ahead
would have all forgotten at once."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptNoLonger:
    docids: frozenset[str]
    why: str
    """Which types keep theirs for how long."""


def kept_no_longer(home: Home, store: Store, *, now: float) -> KeptNoLonger:
    """``now`` is seconds since 1970. What a clerk has in hand waits."""
    years = years_kept(home)
    before = {name: months_ago(now, max(1, in_months(kept))) for name, kept in years.items()}
    erasures = Erasures(store)
    docids = erasures.kept_no_longer(before, now=now) if before else frozenset()
    names = sorted({job.doctype for job in erasures.jobs(docids)} & years.keys())
    why = "; ".join(f"kept for {years[name]:g} years by the type {name}" for name in names)
    return KeptNoLonger(docids, why)


def forget_due(home: Home, store: Store, *, threads: int, now: float) -> None:
    """At a start. Where it cannot be done, that is said, and the next start tries again. Raises
    ApplianceError where files or versions of what is forgotten are left."""
    elsewhere = HubInbox(store).to_forget()
    if elsewhere:
        gone = KeptNoLonger(elsewhere, "forgotten at a site of the fleet")
        _forget(home, store, gone, ErasureChoice.SITE, threads=threads, now=now)
    if Erasures(store).has_spent_rulings():
        said = KeptNoLonger(frozenset(), "what was said of forgotten senders")
        _forget(home, store, said, ErasureChoice.SENDER, threads=threads, now=now)
    due = kept_no_longer(home, store, now=now)
    if not due.docids:
        return
    if not _is_in_use(store, now):
        log.warning(
            "%s documents are due to be forgotten, but hardly any came lately: is the clock right?"
            " `appliance forget --due` forgets them",
            len(due.docids),
        )
        return
    _forget(home, store, due, ErasureChoice.TYPE, threads=threads, now=now)


def _forget(
    home: Home,
    store: Store,
    due: KeptNoLonger,
    chosen: ErasureChoice,
    *,
    threads: int,
    now: float,
) -> None:
    registry = Registry(home.models)
    try:
        with home.tuning(), home.copying():
            forgetting.forget(
                home,
                store,
                due.docids,
                chosen=chosen,
                results=False,
                who=APPLIANCE,
                why=due.why,
                make_whole=lambda version: model_files.make_whole(
                    registry, version, threads=threads
                ),
                now=now,
            )
    except ApplianceError as error:
        left = Erasures(store).unfinished()
        if left and left.docids:  # more than words in pages of the database, which nothing reads
            raise
        log.error("what is due to be forgotten is not, or not all of it: %s", error.in_words)
    else:
        log.warning("forgotten: %s, %s", counted(len(due.docids), "document"), due.why)


class Keeping:
    """Of a daemon that runs: when it is to be started anew."""

    def __init__(self, home: Home, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self._home = home
        self._store = store
        self._clock = clock
        self._rest = Interval(BETWEEN, clock=clock)
        self._rest.begin()

    def due(self) -> bool:
        """To be asked while there is nothing to do: it costs next to nothing but once a day.
        Raises HomeError, StoreError."""
        if not self._rest.is_over() or waits(self._store) or self._home.tunes():
            return False
        self._rest.begin()
        now = self._clock()
        if HubInbox(self._store).to_forget() or Erasures(self._store).has_spent_rulings():
            return True
        found = kept_no_longer(self._home, self._store, now=now)
        return bool(found.docids) and _is_in_use(self._store, now)


def _is_in_use(store: Store, now: float) -> bool:
    return Erasures(store).days_with_arrivals(now - LATELY * DAY, now) >= DAYS
