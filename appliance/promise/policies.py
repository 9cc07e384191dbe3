"""What each model version may accept of each document type, kept in the version's folder.

A policy goes where its version goes: one that is promoted, or rolled back to, brings its own. It
speaks only of answers on the versions of reading and extraction on which it was proven.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from appliance.domain.doctype import AccuracyTarget, DocType
from appliance.domain.errors import SealError
from appliance.domain.json_form import JsonForm
from appliance.domain.prediction import AnswerVersions
from appliance.domain.sections import WHOLE, EvidenceNeed, Section
from appliance.judgement.policy import AcceptancePolicy, least_certain
from appliance.judgement.score import ScoreModel
from appliance.promise.guarantees import Guarantee
from appliance.records.proof import Proof
from appliance.records.store import Store
from appliance.system.sealing import Seals

FILE = "promise.json"
FORM = 14
"""Goes up when features change their meaning, or what evidence is counted by: an older file is
worth nothing then. In form 2 a table was one value, in form 3 each of its rows is one.
In form 4 a sender is the directory's, and what is remembered of it counts, in form 5 also of its
tables; in form 6 a row has a score also where the model did not name its columns. In form 7 there
may be enough evidence of one section alone; in form 8 the scores foretell which threshold is tried
first, and cells that an OCR read rank behind those that were typed into their file. In form 9 a
date may be read by custom, and is right if it means the day that a clerk chose; in form 10 the
words beside a value count; in form 11 the texts of rows are remembered; in form 12
types may prove something together; in form 13 what a clerk left empty is remembered; in form 14
the model's word for a remembered value does not stand beside one that a clerk preferred since."""
CHANGED = "nothing is accepted by it; `appliance promise` computes it anew from the records"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DoctypeCalibration:
    """Of one document type."""

    terms: AccuracyTarget
    weights: ScoreModel | None
    """None while too little is labelled to fit a score."""
    grants: tuple[Guarantee, ...]
    drifted: tuple[str, ...] = ()
    """In words, how the documents of late differ from those that prove it."""
    enough: frozenset[tuple[bool, Section]] = frozenset()
    """Of whom and of what more evidence is not worth its price: True of known senders, False of
    unknown ones."""
    answered: int | None = None
    """Documents of evidence that the model had answered; None where nobody wrote that down. The
    others prove nothing of it yet."""

    @property
    def policy(self) -> AcceptancePolicy:
        weigh = self.weights.weigh if self.weights else least_certain
        return AcceptancePolicy(weigh, self._bounds(known=True), self._bounds(known=False))

    def need(self, *, known: bool) -> EvidenceNeed:
        """Of documents of ``known`` senders, or of unknown ones."""
        enough = frozenset(section for whose, section in self.enough if whose is known)
        theirs = [grant for grant in self.grants if grant.known is known]
        lacking = {grant.section for grant in theirs if not grant.proven}
        promised = {grant.section for grant in theirs} - lacking
        return EvidenceNeed(enough, WHOLE - promised)

    def _bounds(self, *, known: bool) -> dict[str, float]:
        return {
            name: grant.proven.score
            for grant in self.grants
            if grant.proven and grant.known is known
            for name in grant.fields
        }


@dataclass(frozen=True, slots=True)
class CalibrationFile:
    """Of one model version."""

    form: int = FORM
    made_of: str = ""
    """What it was computed from; it is computed again when that has changed."""
    versions: AnswerVersions = AnswerVersions()
    """Of the answers that prove it."""
    types: Mapping[str, DoctypeCalibration] = field(default_factory=dict)

    def of(self, versions: AnswerVersions) -> Mapping[str, DoctypeCalibration]:
        """What holds of answers on ``versions``, by type."""
        return self.types if versions == self.versions else {}


_json = JsonForm(CalibrationFile)


def read(folder: Path) -> CalibrationFile:
    """Of the version in ``folder``; one that promises nothing where there is none, or where it is
    changed, damaged or of another form: it can be made again."""
    try:
        calibrations = _json.validate_json(sealed(folder))
    except SealError as error:
        log.warning("%s", error.in_words)
        return CalibrationFile()
    except (OSError, ValidationError):
        return CalibrationFile()
    return calibrations if calibrations.form == FORM else CalibrationFile()


def sealed(folder: Path) -> bytes:
    """The file of the version in ``folder``. Raises SealError when it is not as it was kept, and
    OSError."""
    return Seals(folder.parent).read(folder / FILE, of=folder.name, hint=CHANGED)


def keep(calibrations: CalibrationFile, folder: Path) -> None:
    data = _json.dump_json(calibrations, indent=2)
    Seals(folder.parent).write(folder / FILE, data, of=folder.name)


def withdraw(folder: Path) -> None:
    """Nothing is accepted by the file in ``folder`` until it is computed anew, and no value that it
    was computed from stays in it; from when on its terms hold it keeps. Raises OSError."""
    if (folder / FILE).exists():
        known = read(folder)
        types = {name: _withdrawn(one) for name, one in known.types.items()}
        keep(CalibrationFile(versions=known.versions, types=types), folder)


def _withdrawn(kept: DoctypeCalibration) -> DoctypeCalibration:
    grants = tuple(replace(grant, proven=None, today=None, missing=None) for grant in kept.grants)
    return DoctypeCalibration(kept.terms, None, grants)


Promised = tuple[DocType, AccuracyTarget]


class PolicyStore:
    def __init__(self, models: Path) -> None:
        """``models``: the folder with a folder a version."""
        self._models = models
        self._read: dict[str, tuple[int, CalibrationFile]] = {}

    def __call__(self, model: str, doctype: str, versions: AnswerVersions) -> AcceptancePolicy:
        """Of what ``model`` answers on ``versions``. Nothing is promised of a model or a type that
        is not there, or on other versions. Costs the look at a file."""
        kept = self.calibrations(model).of(versions).get(doctype)
        return kept.policy if kept else AcceptancePolicy()

    def need(
        self, model: str, doctype: str, versions: AnswerVersions, *, known: bool
    ) -> EvidenceNeed:
        """Of what ``model`` answers about documents of ``known`` senders, or of unknown ones."""
        kept = self.calibrations(model).of(versions).get(doctype)
        return kept.need(known=known) if kept else EvidenceNeed(unpromised=WHOLE)

    def calibrations(self, model: str) -> CalibrationFile:
        folder = self._models / model
        try:
            changed = (folder / FILE).stat().st_mtime_ns
        except OSError:
            return CalibrationFile()
        known = self._read.get(model)
        if known is None or known[0] != changed:
            known = changed, read(folder)
            self._read[model] = known
        return known[1]


def fingerprint(
    store: Store,
    promised: Iterable[Promised],
    *,
    versions: AnswerVersions,
    backfilled_at: float = 0.0,
) -> str:
    """Changes whenever a calibration on ``versions`` would come out otherwise; the last backfill of
    the model ended at ``backfilled_at``."""
    said = [Proof(store).mark(), repr(versions), repr(backfilled_at), *map(repr, promised)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
