"""Notes how a night ended, in the file that the day reads and in the records, and looks back."""

from __future__ import annotations

from appliance.domain.nights import EndedNight, NightEnd
from appliance.learning.night.standing import NightStanding, judge_nights
from appliance.learning.night.status import NightStatus, note, noted
from appliance.records.nights import Nights
from appliance.records.store import Store
from appliance.settings.home import Home

MAX_NIGHTS = 400
"""That are looked back on: more than a year."""


def note_end(home: Home, store: Store, night: EndedNight) -> NightStatus:
    """Raises OSError where the file cannot be written, and StoreError."""
    news = NightStatus(
        night.ended_at,
        said=night.said,
        version=night.version,
        end=night.end,
        received=night.received,
    )
    note(home.models, news)
    Nights(store.database).note(night)
    return news


def note_killed_night(home: Home, store: Store) -> None:
    """Keep the end of a night that was killed and could not say so. None goes on by now."""
    killed = _missing(home, [], goes_on=False)
    if killed and killed.end is NightEnd.FAILED and _is_unfinished(home):
        Nights(store.database).note(killed)


def list_nights(home: Home, store: Store) -> list[EndedNight]:
    """Return the nights that ended, the newest first. Raises StoreError."""
    nights = Nights(store.database).newest(MAX_NIGHTS)
    missing = _missing(home, nights, goes_on=home.tunes())
    return [missing, *nights] if missing else nights


def look_back(home: Home, store: Store) -> NightStanding:
    """Raises StoreError."""
    return judge_nights(list_nights(home, store))


def _missing(home: Home, nights: list[EndedNight], *, goes_on: bool) -> EndedNight | None:
    """Return the last night where the records do not hold it: it was killed, or is of before nights
    were recorded."""
    news = noted(home.models)
    if news is None or (nights and news.at <= nights[0].ended_at):
        return None
    if news.end is not None:
        return EndedNight(news.at, news.end, news.said, news.version, news.received)
    if goes_on:
        return None
    said = f"the night was cut by a kill{_phase(news)}; the next one goes on from there"
    return EndedNight(news.at, NightEnd.FAILED, said)


def _phase(news: NightStatus) -> str:
    """Return what it was doing, and how far it was."""
    if news.progress is None:
        return ""
    steps = f", {news.progress.done} of {news.progress.steps}" if news.progress.steps else ""
    return f" while {news.progress.phase}{steps}"


def _is_unfinished(home: Home) -> bool:
    news = noted(home.models)
    return news is not None and news.end is None
