"""What one model version answered about evidence, and how far its backfill is.

Both lie in the version's folder. A version that is asked about a document at night, or in idle time
after an upgrade, is asked once in its life on the same versions of reading and extraction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from appliance.domain.asked import asked_in_short
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import HomeError
from appliance.domain.json_form import JsonForm
from appliance.domain.prediction import AnswerVersions, Prediction
from appliance.evaluation.answers import ANSWERS, AnswerCache, CachedAnswer
from appliance.evaluation.examine import question_of
from appliance.records.proof import Proof
from appliance.records.store import Store
from appliance.system.files import write

FILE = "backfill.json"


class EvidenceAnswers:
    def __init__(self, model: str, models: Path, store: Store, versions: AnswerVersions) -> None:
        """Of the version ``model`` in the folder ``models``, on ``versions``."""
        self._model = model
        self._folder = models / model
        self._versions = versions
        self._proof = Proof(store)
        self._kept = AnswerCache(self._folder / ANSWERS, extraction=versions.extraction)

    def of(self, document: Document, doctype: DocType) -> Prediction | None:
        """As asked at night or in idle time, else by day; None when it was never asked, or the type
        asks for something else since. The document is as it is read on the same versions."""
        kept = self._kept.get(document.docid, doctype.name, question_of(document, doctype))
        if kept:
            return kept.prediction
        by_day = self._proof.answer(self._model, document, doctype.name, self._versions)
        return by_day if by_day and by_day.asked in ("", asked_in_short(doctype)) else None

    def keep(
        self, document: Document, doctype: DocType, prediction: Prediction, *, seconds: float
    ) -> None:
        """Raises HomeError where it cannot be written."""
        question = question_of(document, doctype)
        with _writing(self._folder):
            self._kept.keep(
                CachedAnswer(prediction, document.docid, doctype.name, question, seconds)
            )


@dataclass(frozen=True, slots=True)
class BackfillProgress:
    """How much of the evidence a model version has answered."""

    versions: AnswerVersions = AnswerVersions()
    """On which it is asked."""
    documents: int = 0
    """Of the evidence."""
    answered: int = 0
    skipped: int = 0
    """Their originals are gone, or they cannot be read or answered any more."""
    ended_at: float = 0.0
    """When one that brought answers last ended, seconds since 1970, UTC; 0 before the first."""

    @property
    def goes_on(self) -> bool:
        return self.answered + self.skipped < self.documents


_progress = JsonForm(BackfillProgress)


def progress(folder: Path) -> BackfillProgress:
    """Of the version in ``folder``; an empty one where there is none, or it is damaged."""
    try:
        return _progress.validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return BackfillProgress()


def note(progress: BackfillProgress, folder: Path) -> None:
    """Raises HomeError where it cannot be written."""
    with _writing(folder):
        write(folder / FILE, _progress.dump_json(progress, indent=2))


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise HomeError(
            f"{folder} cannot be written: {error.strerror}",
            hint="free some space, and let the appliance write there",
        ) from error
