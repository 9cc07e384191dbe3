"""Two stations in two processes empty one queue: is a document lost, or approved twice?"""

from __future__ import annotations

import asyncio
import multiprocessing
from contextlib import closing

from textual.pilot import Pilot

from appliance.domain.results import Job
from appliance.records.reviews import Reviews
from appliance.records.store import Store
from appliance.review.app import StationApp
from appliance.review.draft.places import DOCUMENT
from appliance.review.editor.editor import EditorState
from appliance.review.editor.shortest import Keys
from appliance.review.screens.review import ReviewScreen
from appliance.review.scripted import ANYWAY
from appliance.service import wiring
from appliance.settings.home import Home
from bench import common
from bench.keystrokes import Ticking, calm


def two_stations(home: Home) -> tuple[int, int]:
    """How many of its documents were lost, and how many approved twice."""
    spawn = multiprocessing.get_context("spawn")
    stations = [spawn.Process(target=_empty, args=(home, name)) for name in ("one", "two")]
    for station in stations:
        station.start()
    for station in stations:
        station.join()
        if station.exitcode:
            raise SystemExit("a station ended in an error")
    with closing(Store(home.database)) as store:
        approved = [_approvals(Reviews(store), job) for job in store.jobs()]
    return sum(count == 0 for count in approved), sum(count > 1 for count in approved)


def _approvals(reviews: Reviews, job: Job) -> int:
    return sum(review.outcome == "approved" for review in reviews.reviews(job))


def _empty(home: Home, name: str) -> None:
    asyncio.run(_accept_all(home, name))


async def _accept_all(home: Home, name: str) -> None:
    with wiring.desk(home, common.settings(), station=name, clerk=name) as desk:
        station = StationApp(desk, clock=Ticking(), pressed_at=Ticking())
        async with station.run_test(size=(120, 40)) as pilot:
            while await _more(station, pilot):
                screen = station.screen
                if isinstance(screen, ReviewScreen):
                    await pilot.press(*_keys(screen.editor))
                    await calm(station, pilot)


def _keys(state: EditorState) -> Keys:
    """All is right, whatever it says."""
    if state.approving:
        return ANYWAY if state.draft.failing else ("enter",)
    entry = state.entry
    missing = entry.value is None and entry.needs and entry.place != DOCUMENT
    return ("f4",) if missing else ("enter",)


async def _more(station: StationApp, pilot: Pilot[None]) -> bool:
    await station.tasks.settled()
    await pilot.pause()
    return bool(station.session.in_hand or station.session.next(now=0.0) or station.desk.queue())
