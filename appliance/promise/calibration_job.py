"""The calibration of one model version, put together from records and kept in its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from appliance.domain.doctype import DocType
from appliance.domain.errors import HomeError
from appliance.domain.labels import Labelled
from appliance.domain.prediction import Prediction
from appliance.evaluation.answers import ANSWERS, AnswerCache
from appliance.evaluation.examine import question_of
from appliance.promise import policies
from appliance.promise.calibration import Calibration, calibrate
from appliance.promise.policies import CalibrationFile, Promised, fingerprint
from appliance.records.labels import Labels
from appliance.records.proof import Proof
from appliance.records.store import Store


def calibration_of(
    model: str, models: Path, store: Store, doctypes: Iterable[DocType], *, manner: str = ""
) -> Calibration:
    """Of the version ``model`` in the folder ``models``; ``manner`` names the settings by which
    documents are asked about."""
    labels, proof = Labels(store), Proof(store)
    kinds = {kind.name: kind for kind in doctypes}
    in_the_night = AnswerCache(models / model / ANSWERS, manner=manner)

    def answer(one: Labelled) -> Prediction | None:
        kind = kinds.get(one.doctype)
        docid = one.document.docid
        asked = kind and in_the_night.get(docid, one.doctype, question_of(one.document, kind))
        return (asked and asked.prediction) or proof.answer(model, one.document, one.doctype)

    return calibrate(model, proof, list(labels.evidence()), list(labels.training()), answer)


def share(
    model: str,
    store: Store,
    promised: Iterable[Promised],
    answer: Callable[[Labelled], Prediction | None],
    *,
    calibrations: CalibrationFile,
    now: float,
) -> float:
    """0-1: of the evidence's values, what may be accepted of a version's answers; the version
    serves with ``calibrations``, if it does."""
    labels = Labels(store)
    whole = calibrate(model, Proof(store), list(labels.evidence()), list(labels.training()), answer)
    found = [
        grant
        for kind, terms in promised
        for grant in whole.of(kind, terms, before=calibrations.types.get(kind.name), now=now).grants
    ]
    values = sum(grant.values for grant in found)
    return sum(grant.proven.n for grant in found if grant.proven) / max(values, 1)


def renew(
    model: str,
    models: Path,
    store: Store,
    promised: Iterable[Promised],
    *,
    now: float,
    manner: str = "",
    told: Callable[[str], None] = lambda name: None,
) -> CalibrationFile:
    """The version's calibrations, made anew when records or terms have changed, and kept; ``told``
    hears the name of each type as it is begun. Raises HomeError where it cannot be written."""
    every = list(promised)
    known = policies.read(models / model)
    made_of = fingerprint(store, every, manner=manner)
    if known.made_of == made_of:
        return known
    whole = calibration_of(model, models, store, [kind for kind, _ in every], manner=manner)
    types = {}
    for kind, terms in every:
        told(kind.name)
        types[kind.name] = whole.of(kind, terms, before=known.types.get(kind.name), now=now)
    calibrations = CalibrationFile(made_of=made_of, types=types)
    try:
        policies.keep(calibrations, models / model)
    except OSError as error:
        raise HomeError(
            f"{models / model} cannot be written: {error.strerror}",
            hint="free some space, and let the appliance write there",
        ) from error
    return calibrations
