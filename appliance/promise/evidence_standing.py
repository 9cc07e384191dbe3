"""How much of what is set apart as evidence the serving model has answered.

Imported evidence has no answer until the model is asked about it, and proves nothing before that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.prediction import AnswerVersions
from appliance.promise.evidence_answers import BackfillProgress, progress
from appliance.promise.policies import DoctypeCalibration
from appliance.records.labels import Labels
from appliance.records.proof import Proof
from appliance.records.store import Store


@dataclass(frozen=True, slots=True)
class EvidenceStanding:
    """Of one document type."""

    doctype: str
    set_apart: int
    """Documents that are evidence."""
    answered: int
    """Of them those that count, since the model answered them."""
    was_asked: bool
    """The model was asked about all of them: more of the others will not count by waiting."""

    @property
    def others(self) -> int:
        return self.set_apart - self.answered


def count_set_apart(store: Store) -> Counter[str]:
    """Return by document type how many documents are evidence, however they were read."""
    return Counter(doctype for _, doctype in Labels(store).evidence_keys())


def list_unanswered(
    store: Store,
    models: Path,
    model: str,
    versions: AnswerVersions,
    types: Mapping[str, DoctypeCalibration],
) -> list[EvidenceStanding]:
    """Return the types of which some evidence does not count for the ``model`` yet; ``types`` are
    its calibrations on ``versions``, which may be some seconds behind."""
    keys, proof = Labels(store).evidence_keys(), Proof(store)
    set_apart = Counter(doctype for _, doctype in keys)
    # What was answered by day counts as soon as the calibration has caught up with its review.
    lacking = Counter(key[1] for key in keys if not proof.has_answer(model, *key, versions))
    asked = _was_asked(progress(models / model), versions, len(keys))
    found = (
        EvidenceStanding(name, number, _answered(types.get(name), number, lacking[name]), asked)
        for name, number in sorted(set_apart.items())
    )
    return [one for one in found if one.others]


def _answered(kept: DoctypeCalibration | None, set_apart: int, lacking: int) -> int:
    by_day = set_apart - lacking
    if kept is None:
        return by_day
    # An older version of the appliance did not write down how many were answered.
    return set_apart if kept.answered is None else max(by_day, min(kept.answered, set_apart))


def _was_asked(progress: BackfillProgress, versions: AnswerVersions, set_apart: int) -> bool:
    ended = progress.versions == versions and not progress.goes_on
    return ended and progress.documents >= set_apart
