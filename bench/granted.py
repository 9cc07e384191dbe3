"""A home in which whatever stands and parses may be accepted, as if evidence had proven it."""

from __future__ import annotations

from contextlib import closing

from appliance.judgement.policy import level
from appliance.learning.models.registry import Registry
from appliance.promise import policies
from appliance.promise.grants import Grant
from appliance.promise.policies import Book, Kept, mark
from appliance.promise.threshold import Proven
from appliance.records.store import Store
from appliance.service import wiring
from appliance.settings.config import Settings
from appliance.settings.home import Home


def accept_all(home: Home, settings: Settings) -> None:
    """Of every version; until a document is reviewed, when it is computed from the records."""
    registry = Registry(home.models)
    with closing(Store(home.database)) as store:
        promised = wiring.promised(home, settings, store)
        types = {}
        for kind, terms in promised:
            fields = tuple(level(kind, 0.0).bounds)
            proven = Proven(0.0, 1, 0, 1.0, 0.0)
            grant = Grant(fields, terms.accuracy, terms.assurance, 1, 1, proven, None, 0)
            types[kind.name] = Kept(terms, None, (grant,))
        made_of = mark(store, promised, manner=settings.extraction.manner)
        book = Book(made_of=made_of, types=types)
    for name in registry.names():
        policies.keep(book, registry.folder / name)
