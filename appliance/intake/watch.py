"""Wakes the loop when something happens in the inbox. A hint only: a watcher can die in silence,
and a network share tells nothing of what is done on its far side, so whoever waits looks anyway.
"""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Event

from watchdog.events import (
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from appliance.intake.claim import FOLDER

log = logging.getLogger(__name__)

_TELLING = {EVENT_TYPE_CLOSED, EVENT_TYPE_CREATED, EVENT_TYPE_MODIFIED, EVENT_TYPE_MOVED}
"""Not opened and closed unwritten: our own looks at a file would wake us for ever."""

_NONE = (0, 0)
"""No folder's identity."""


class InboxWatcher:
    """``events=False`` only waits, as is right for network shares."""

    def __init__(self, inbox: Path, *, events: bool = True) -> None:
        self._inbox = inbox
        self._events = events
        self._woken = Event()
        self._observer: BaseObserver | None = None
        self._watched: tuple[int, int] | None = None
        self._refused: tuple[int, int] | None = _NONE
        """The inbox that could not be watched: each attempt costs open files for good."""
        self._complained = False

    @property
    def alive(self) -> bool:
        """The watcher lives and watches the folder that is there now."""
        observer = self._observer
        if observer is None or self._watched != _identity(self._inbox):
            return False
        return observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)

    def wake(self) -> None:
        self._woken.set()

    def woken(self) -> bool:
        """Did something happen since the last time this was asked?"""
        woken = self._woken.is_set()
        self._woken.clear()
        return woken

    def wait(self, seconds: float) -> None:
        """Until something happens, at most ``seconds``; a dead watcher is replaced before."""
        if self._events and not self.alive and self._refused != _identity(self._inbox):
            self._restart()
        self._woken.wait(seconds)

    def close(self) -> None:
        observer, self._observer = self._observer, None
        if observer is not None and observer.is_alive():
            observer.stop()
            observer.join(timeout=5)

    def _restart(self) -> None:
        self.close()
        observer = Observer()
        try:
            observer.schedule(_Handler(self._inbox, self._woken), str(self._inbox), recursive=True)
            observer.start()
        except (OSError, RecursionError) as error:
            # No inbox now, the system's watches are used up, or folders are too deep for it.
            if not self._complained:
                why = error if isinstance(error, OSError) else "its folders lie too deep"
                log.warning("the inbox is looked at from time to time only: %s", why)
            self._complained = True
            self._refused = _identity(self._inbox)
            return
        self._observer, self._watched = observer, _identity(self._inbox)
        self._refused = _NONE
        self._complained = False
        self._woken.set()  # what happened while nobody watched


class _Handler(FileSystemEventHandler):
    """Raises nothing: an exception here would end the watcher's thread."""

    def __init__(self, inbox: Path, woken: Event) -> None:
        self._taken = str(inbox / FOLDER)
        self._woken = woken

    def on_any_event(self, event: FileSystemEvent) -> None:
        # Our own moving away tells nothing new.
        paths = str(event.src_path) + str(event.dest_path)
        if event.event_type in _TELLING and self._taken not in paths:
            self._woken.set()


def _identity(folder: Path) -> tuple[int, int] | None:
    """Tells a share that was mounted again from the one before."""
    try:
        seen = folder.stat()
    except OSError:
        return None
    return seen.st_dev, seen.st_ino
