"""The night of a home, put together: its settings taken apart, its lock held, its end noted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

from appliance import wiring
from appliance.children import Predictor
from appliance.config import Settings
from appliance.domain.errors import ApplianceError
from appliance.domain.results import ModelVersion, State
from appliance.extraction.decode import Engine
from appliance.home import Home
from appliance.learning.night.choosing import Caps
from appliance.learning.night.news import News, note
from appliance.learning.night.night import Means, Night, Tools
from appliance.learning.registry import Registry
from appliance.learning.tuning import Progress
from appliance.records.labels import Labels
from appliance.records.store import Store

NICE = 19
"""Of the process and its children: documents and clerks go first."""
NOTED = 2.0
"""Seconds between two notes of the progress."""

GOING = (State.ARRIVED, State.READ, State.ACCEPTED)
"""Where documents are that the day still has to do something for."""


def run(
    home: Home,
    settings: Settings,
    *,
    stop: Event,
    until: float | None,
    tell: Callable[[Progress], None],
) -> ModelVersion:
    """A night from where the last one ended; its end is noted, however it comes.

    ``until``: seconds since 1970 when it has to be over; None for as long as it takes. Raises as
    ``Night.run`` does, and HomeError when another one works here.
    """
    with home.tuning():
        _step_back()
        with closing(Store(home.database)) as store:
            night = Night(
                _tools(home, settings, store, stop),
                _means(settings),
                waiting=lambda: _waiting(store),
                over=lambda: stop.is_set() or (until is not None and time.time() >= until),
                tell=_noting(home.models, tell),
            )
            try:
                version = night.run()
            except ApplianceError as error:
                note(home.models, News(time.time(), said=_in_words(error)))
                raise
        reason = version.verdict.reason if version.verdict else ""
        note(home.models, News(time.time(), said=reason, version=version.name))
        return version


def _tools(home: Home, settings: Settings, store: Store, stop: Event) -> Tools:
    @contextmanager
    def asks(version: ModelVersion) -> Iterator[Predictor]:
        child = Predictor(version, settings.extraction, threads=_threads(settings), leave=stop)
        try:
            yield child
        finally:
            child.stop()

    return Tools(
        Registry(home.models),
        Labels(store),
        lambda name: wiring.doctype(home, name),
        engine=_engine,
        asks=asks,
    )


@contextmanager
def _engine(path: Path) -> Iterator[Engine]:
    from appliance.extraction.engine import Engine as Gguf  # llama.cpp, which `status` does without

    with Gguf(path) as engine:
        yield engine


def _means(settings: Settings) -> Means:
    night = settings.night
    return Means(
        threads=_threads(settings),
        memory=int(night.gigabytes * 1e9),
        caps=Caps(night.party_documents, night.type_documents, night.documents),
        quantisation=night.quantisation,
        keep=night.keep,
    )


def _threads(settings: Settings) -> int:
    return settings.night.threads or os.cpu_count() or 1


def _waiting(store: Store) -> bool:
    counts = store.counts()
    return any(state in GOING and number for (_, state), number in counts.items())


def _noting(models: Path, tell: Callable[[Progress], None]) -> Callable[[Progress], None]:
    last = 0.0

    def told(progress: Progress) -> None:
        nonlocal last
        now = time.time()
        if now - last >= NOTED:
            last = now
            note(models, News(now, progress))
        tell(progress)

    return told


def _in_words(error: ApplianceError) -> str:
    return f"{error} ({error.hint})" if error.hint else str(error)


def _step_back() -> None:
    if hasattr(os, "nice"):
        os.nice(NICE - os.nice(0))
