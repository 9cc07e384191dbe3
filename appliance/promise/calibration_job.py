"""The calibration of one model version, put together from records and kept in its folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import chain
from pathlib import Path

from appliance.domain.doctype import DocType
from appliance.domain.errors import HomeError
from appliance.domain.labels import Labelled, TaughtPages
from appliance.domain.prediction import AnswerVersions, Prediction
from appliance.evaluation.fingerprints import Fingerprint, brought
from appliance.promise import evidence_answers, policies
from appliance.promise.calibration import PROVING, Calibration, calibrate
from appliance.promise.evidence_answers import EvidenceAnswers
from appliance.promise.policies import CalibrationFile, Promised, fingerprint
from appliance.records.labels import Labels
from appliance.records.proof import Proof
from appliance.records.replays import KeptReplays
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import MOST


def calibration_of(
    model: str,
    models: Path,
    store: Store,
    doctypes: Iterable[DocType],
    *,
    versions: AnswerVersions,
    taught: Collection[str] = (),
) -> Calibration:
    """Of the version ``model`` in the folder ``models``, as it answers on ``versions``; ``taught``:
    docids of what it learned from. Raises SealError."""
    kinds = {kind.name: kind for kind in doctypes}
    answers = EvidenceAnswers(model, models, store, versions)

    def answer(one: Labelled) -> Prediction | None:
        kind = kinds.get(one.doctype)
        return answers.of(one.document, kind) if kind else None

    kept = KeptReplays(store)
    return _calibration(
        *(model, store, answer, versions),
        learned=brought(models / model),
        taught=taught,
        kept=kept,
    )


def _calibration(
    model: str,
    store: Store,
    answer: Callable[[Labelled], Prediction | None],
    versions: AnswerVersions,
    *,
    learned: Iterable[Fingerprint] = (),
    taught: Collection[str] = (),
    kept: KeptReplays | None = None,
) -> Calibration:
    """``learned``: of what the model learned elsewhere; ``taught``: as in ``calibration_of``."""
    labels = Labels(store)
    evidence = [
        one
        for doctype in labels.doctypes()
        for known in (True, False)
        for one in labels.evidence(
            reading=versions.reading, doctype=doctype, newest=PROVING, known=known
        )
        if one.docid not in taught
    ]
    evidence.sort(key=lambda one: one.labelled_at)
    proof = Proof(store, kept=2 * MOST)
    copied: Iterable[TaughtPages | Fingerprint] = chain(labels.taught(), learned)
    return calibrate(model, proof, evidence, copied, answer, versions=versions, kept=kept)


def share(
    model: str,
    store: Store,
    promised: Iterable[Promised],
    answer: Callable[[Labelled], Prediction | None],
    *,
    versions: AnswerVersions,
    calibrations: CalibrationFile,
    now: float,
) -> float:
    """0-1: of the evidence's values, what may be accepted of a model's answers on ``versions``; the
    model serves with ``calibrations``, if it does. Evidence without an answer does not count."""
    whole = _calibration(model, store, answer, versions)
    types = whole.of_all(promised, before=calibrations.types, now=now)
    every = [grant for one in types.values() for grant in one.grants]
    # What is proven of known and unknown senders at once stands there for either.
    found = [grant for grant in every if grant.known or not grant.together]
    values = sum(grant.values for grant in found)
    return sum(grant.proven.n for grant in found if grant.proven) / max(values, 1)


def renew(
    model: str,
    models: Path,
    store: Store,
    promised: Iterable[Promised],
    *,
    versions: AnswerVersions,
    now: float,
    taught: Collection[str] = (),
    told: Callable[[str], None] = lambda name: None,
    whole: Callable[[], Calibration] | None = None,
) -> CalibrationFile:
    """The model's calibrations on ``versions``, made anew when records, terms or versions have
    changed, and kept; ``taught`` as in ``calibration_of``; ``told`` hears the name of each type as
    it is begun. ``whole`` gives it where the caller goes on with it. Raises HomeError where it
    cannot be written, or speaks of documents that are forgotten by now."""
    SenderDirectory(store).learn()
    every = list(promised)
    known = policies.read(models / model)
    backfilled_at = evidence_answers.progress(models / model).ended_at
    made_of = fingerprint(store, every, versions=versions, backfilled_at=backfilled_at)
    if known.made_of == made_of:
        return known
    kinds = [kind for kind, _ in every]
    made = (
        whole()
        if whole
        else calibration_of(model, models, store, kinds, versions=versions, taught=taught)
    )
    types = made.of_all(every, before=known.types, now=now, told=told)
    if made.kept:
        made.kept.finish()
    calibrations = CalibrationFile(made_of=made_of, versions=versions, types=types)
    try:
        with store.database.writing():  # nothing is forgotten between the look and the file
            if made.kept and made.kept.is_overtaken():
                raise HomeError(
                    "documents were forgotten while it was counted what may be accepted",
                    hint="run the command again",
                )
            policies.keep(calibrations, models / model)
    except OSError as error:
        raise HomeError(
            f"{models / model} cannot be written: {error.strerror}",
            hint="free some space, and let the appliance write there",
        ) from error
    return calibrations
