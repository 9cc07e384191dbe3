"""What changes beside the database, and so is not recorded there: who serves, types, settings.

What it says of them is compared with what is so: a command notes what it did, and the daemon what
somebody did by hand, or what a kill kept a command from noting.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from appliance.doctypes import catalogue
from appliance.domain.errors import DoctypeError, ModelError
from appliance.learning.models.registry import Registry
from appliance.records.audit import APPLIANCE, Audit
from appliance.records.chain import LinkKind
from appliance.records.store import Store
from appliance.settings.config import Settings
from appliance.settings.home import Home
from appliance.system.interval import Interval

BETWEEN = 60.0
"""Seconds between two looks."""
REMOVED = "removed"

Standing = Mapping[tuple[LinkKind, str], str]
"""By kind and name how it is."""


@contextmanager
def promoting(home: Home, store: Store, *, who: str) -> Iterator[None]:
    """Another version may serve at the end; ``who`` let it. Nobody else writes meanwhile."""
    with store.database.writing():
        note_champion(home, store, who="")
        yield
        note_champion(home, store, who=who)


def note_champion(home: Home, store: Store, *, who: str) -> None:
    """Where another version serves than the chain says: ``who`` let it; empty where nobody knows.
    Raises StoreError."""
    _note(store, _champion(home), who=who, now=time.time())


class Changes:
    """What somebody did by hand, as the daemon finds it."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        store: Store,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._home = home
        self._settings = settings
        self._store = store
        self._clock = clock
        self._rest = Interval(BETWEEN, clock=clock)

    def look(self) -> None:
        """To be called often: it costs next to nothing but once a minute. Raises HomeError,
        StoreError."""
        if not self._rest.is_over():
            return
        self._rest.begin()
        found = dict(_settings(self._settings))
        known = Audit(self._store.database).standing()
        found |= _doctypes(self._home, known)
        if not self._home.tunes():  # which notes itself what it promotes
            found |= _champion(self._home)
        if any(known.get(name) != state for name, state in found.items()):
            # That it is so from the beginning is nobody's doing.
            begins = not any(kind is LinkKind.SETTING for kind, _ in known)
            _note(self._store, found, who=APPLIANCE if begins else "", now=self._clock())


def _note(store: Store, found: Standing, *, who: str, now: float) -> None:
    with store.database.writing():
        audit = Audit(store.database)
        known = audit.standing()
        for (kind, name), state in found.items():
            if known.get((kind, name)) != state:
                about = f"{name} = {state}" if name else state
                audit.note(kind, who=who, about=about, now=now)


def _champion(home: Home) -> Standing:
    """Nothing where nobody can tell."""
    with suppress(ModelError):
        return {(LinkKind.SERVES, ""): Registry(home.models).pointer().name}
    return {}


def _doctypes(home: Home, known: Standing) -> Standing:
    """Of each the SHA-256 of its file, the first of it; of one that was there, that it is not."""
    names = catalogue.names(home.doctypes)
    found = {one: REMOVED for one in known if one[0] is LinkKind.DOCTYPE and one[1] not in names}
    for name in names:
        with suppress(DoctypeError, OSError):  # it went just now, or nobody may read it
            file = catalogue.path_of(name, folder=home.doctypes).read_bytes()
            found[LinkKind.DOCTYPE, name] = hashlib.sha256(file).hexdigest()[:12]
    return found


def _settings(settings: Settings) -> Standing:
    """What may be accepted without a clerk."""
    said = {
        "promise.accuracy": settings.promise.accuracy,
        "promise.assurance": settings.promise.assurance,
        "promise.new_sender": settings.promise.new_sender,
        "senders.four_eyes": settings.senders.four_eyes,
        "einvoice.use": settings.einvoice.use,
    }
    return {(LinkKind.SETTING, name): str(value) for name, value in said.items()}
