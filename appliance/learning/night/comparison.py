"""A candidate and the champion before the same evidence, and what the gate says: whoever tuned it.

What either of them may have learned from is no evidence between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from appliance.domain.errors import DoctypeError
from appliance.domain.labels import Labelled
from appliance.domain.prediction import Prediction
from appliance.domain.results import GateOutcome, ModelVersion, Verdict
from appliance.evaluation.answers import ANSWERS, AnswerCache
from appliance.evaluation.examine import CachedModel, Examined, examine, question_of
from appliance.evaluation.fingerprints import Fingerprint, brought
from appliance.evaluation.gate import decide, last_word
from appliance.evaluation.near_duplicates import without_near_duplicates
from appliance.learning.models.versions import MODEL
from appliance.learning.night.dependencies import NightDependencies, NightPace


@dataclass(frozen=True)
class Comparison:
    dependencies: NightDependencies
    pace: NightPace
    candidate: Path
    """Folder of its file and its answers."""
    docids: frozenset[str]
    """That the candidate was taught."""
    names_columns: bool
    """As in ``ModelVersion``."""
    learned: Sequence[Fingerprint] = ()
    """Of what the candidate or its base learned in another home."""

    @cached_property
    def champion(self) -> ModelVersion:
        return self.dependencies.registry.champion()

    @cached_property
    def evidence(self) -> list[Labelled]:
        """Of the types that there still are, and nothing that was taught under another type."""
        labels, reading = self.dependencies.labels, self.dependencies.versions.reading
        elsewhere = chain(self.learned, brought(self._folder(self.champion)))
        evidence = without_near_duplicates(
            labels.evidence(reading=reading), chain(labels.taught(), elsewhere)
        )
        taught = self.docids | set(self.champion.taught)
        return [one for one in evidence if one.docid not in taught and self._is_known(one.doctype)]

    def verdict(self) -> Verdict:
        """Raises as ``examine`` does."""
        kept = self._folder(self.champion) / ANSWERS
        found = self.examined(self.champion, kept)
        verdict = decide(
            found.cases,
            served=found.served,
            slower=found.slower,
            larger=found.larger,
            failed=found.failed,
        )
        if verdict.outcome is not GateOutcome.PROMOTED:
            return verdict
        before = self._accepted(self.champion.name, kept)
        return last_word(verdict, before, self._accepted("", self.candidate / ANSWERS))

    def examined(self, other: ModelVersion, answers: Path) -> Examined:
        """The candidate beside ``other``, whose answers are kept at ``answers``."""
        candidate = self.unpublished("candidate", self.candidate / MODEL)
        with self.dependencies.asks(other) as old, self.dependencies.asks(candidate) as new:
            return examine(
                CachedModel(old, self._kept(answers)),
                CachedModel(new, self._kept(self.candidate / ANSWERS)),
                self.evidence,
                self.dependencies.doctype,
                rest=lambda done: self.pace.step("comparing", done, len(self.evidence)),
                remembers=self.dependencies.remembers,
            )

    def unpublished(self, name: str, model: Path) -> ModelVersion:
        """Of the candidate's lesson."""
        return ModelVersion(name, str(model), "", names_columns=self.names_columns)

    def _accepted(self, name: str, path: Path) -> float:
        """Share of the evidence's values."""
        said = self._kept(path)
        judged = {(one.docid, one.doctype) for one in self.evidence}

        def answer(one: Labelled) -> Prediction | None:
            if (one.docid, one.doctype) not in judged:
                return None
            question = question_of(one.document, self.dependencies.doctype(one.doctype))
            found = said.get(one.docid, one.doctype, question)
            return found.prediction if found else None

        return self.dependencies.accepts(name, answer)

    def _is_known(self, doctype: str) -> bool:
        try:
            self.dependencies.doctype(doctype)
        except DoctypeError:
            return False
        return True

    def _folder(self, version: ModelVersion) -> Path:
        return self.dependencies.registry.folder / version.name

    def _kept(self, answers: Path) -> AnswerCache:
        return AnswerCache(answers, extraction=self.dependencies.versions.extraction)
