"""A home in which whatever stands and parses may be accepted, as if evidence had proven it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from appliance.judgement.policy import uniform_policy
from appliance.learning.models.registry import Registry
from appliance.promise import policies
from appliance.promise.guarantees import Guarantee
from appliance.promise.policies import CalibrationFile, DoctypeCalibration, fingerprint
from appliance.promise.threshold import ProvenThreshold
from appliance.records.store import Store
from appliance.service import wiring
from appliance.service.versions import answer_versions
from appliance.settings.config import Settings
from appliance.settings.home import Home


def accept_all(home: Home, settings: Settings) -> None:
    """Of every version; until a document is reviewed, when it is computed from the records."""
    registry = Registry(home.models)
    with closing(Store(home.database)) as store:
        promised = wiring.promised(home, settings, store)
        types = {}
        for kind, terms in promised:
            fields = tuple(uniform_policy(kind, 0.0).bounds)
            proven = ProvenThreshold(0.0, 1, 0, 1.0, 0.0)
            grant = Guarantee(fields, terms.accuracy, terms.assurance, 1, 1, proven, None, 0)
            grants = grant, replace(grant, known=False)
            types[kind.name] = DoctypeCalibration(terms, None, grants)
        versions = answer_versions(settings)
        made_of = fingerprint(store, promised, versions=versions)
        book = CalibrationFile(made_of=made_of, versions=versions, types=types)
    for name in registry.names():
        policies.keep(book, registry.folder / name)
