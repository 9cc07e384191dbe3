"""What models answered about documents that they had not learned from, as it happens to a site.

The model as it comes answered what a later one was then taught, and the later one the first
documents after its night: from those answers, which clerks corrected, a score is fitted. What the
later one says of the documents after them, which none of them saw, is evidence or test. Models and
readings are those of the learning bench, each answer is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from appliance.domain.labels import Labelled
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion
from appliance.fields.folding import collapse_spaces
from appliance.judgement.policy import ScoreFunction
from appliance.learning.importing.labels_to_review import labels_to_review
from appliance.promise.threshold import EvidenceValue
from appliance.promise.values import Replay, ScoreSample, replayed
from appliance.senders.history import (
    MOST,
    UNKNOWN,
    ApprovedDocument,
    SenderHistory,
    approved_document,
)
from bench import learning
from bench.predictors import WORKERS, Predictors
from bench.studies import Case, Study, doctype, sides, studies


@dataclass(frozen=True, slots=True)
class Answered:
    """One document under a model."""

    folder: str
    labelled: Labelled
    prediction: Prediction
    history: SenderHistory
    """Of its sender, those that were labelled before."""

    @property
    def docid(self) -> str:
        return self.labelled.document.docid

    @property
    def party(self) -> str:
        """The document itself where nobody knows who sent it."""
        return self.labelled.party or self.docid

    def samples(self) -> list[ScoreSample]:
        return self._replayed().samples

    def values(self, weigh: ScoreFunction) -> dict[str, EvidenceValue]:
        """By fieldtype: no document of these folders has rows."""
        return {name: value for name, (value,) in self._replayed().values(weigh).items()}

    def _replayed(self) -> Replay:
        return replayed(self.labelled, self.prediction, doctype(self.folder), self.history)


@dataclass(frozen=True, slots=True)
class Asked:
    """The model of ``study`` about the documents ``begin`` to ``end`` of those that teach, or
    about those that test too."""

    study: str
    begin: int
    end: int | None
    tests: bool = False
    twice: bool = False
    """With a second reading."""

    @property
    def folder(self) -> str:
        return study(self.study).folder


EARLIER = (
    *(Asked("sroie.0", 0, 100), Asked("sroie.200", 200, 240)),
    *(Asked("ad_orders.0", 0, 25), Asked("ad_orders.100", 100, 140)),
)
"""What clerks corrected: some of it before the first night, and the first forty documents after
it."""
LATER = (Asked("sroie.200", 240, None, tests=True), Asked("ad_orders.100", 140, None, tests=True))
"""What that night's models say from then on."""
TWICE = (Asked("sroie.200", 240, 290, twice=True),)
"""Asked once more, in another order."""
CHANGED = (Asked("sroie.0", 240, 340),)
"""What answers are like after a change for the worse, no model was tuned: about other documents
than those from whose answers the score was fitted."""


def answered(asked: Sequence[Asked]) -> Iterator[Answered]:
    for one in asked:
        yield from _answered(one)


def _answered(asked: Asked) -> Iterator[Answered]:
    known = study(asked.study)
    teach, test = sides(known.folder, by_party=known.by_party, lines=known.lines)
    cases = [*teach[asked.begin : asked.end], *(test if asked.tests else [])]
    senders = _Senders(known.folder, teach)
    predictors = Predictors(_model(known, teach), twice=asked.twice)
    kind = doctype(known.folder)
    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            said = pool.map(lambda case: predictors.extract(case.document, kind), cases)
            for case, prediction in zip(cases, said, strict=True):
                history = senders.before(case, until=asked.begin)
                yield Answered(known.folder, case.labelled(known.folder), prediction, history)
    finally:
        predictors.stop()


class _Senders:
    """Approved documents of each sender, in the order in which they teach."""

    def __init__(self, folder: str, teach: Sequence[Case]) -> None:
        self._kind = doctype(folder)
        self._teach = teach
        self._history: dict[str, ApprovedDocument] = {}

    def before(self, case: Case, *, until: int) -> SenderHistory:
        """Those before ``case``, or before ``until`` where that is earlier. Whose page it is, the
        labels say: ``bench.senders`` measures how often the directory does."""
        at = next((at for at, one in enumerate(self._teach) if one is case), len(self._teach))
        known = self._teach[: min(at, until) if until else at]
        party = case.truth.party
        earlier = [one for one in known if party and one.truth.party == party]
        if not earlier:
            return UNKNOWN
        return SenderHistory(party, tuple(map(self._paper, earlier[: -MOST - 1 : -1])))

    def _paper(self, case: Case) -> ApprovedDocument:
        docid = case.document.docid
        if docid not in self._history:
            truth = {name: collapse_spaces(text) for name, text in case.truth.values.items()}
            keyed = labels_to_review(case.document, self._kind, truth)
            self._history[docid] = approved_document(keyed.review.judgement, case.document)
        return self._history[docid]


def study(name: str) -> Study:
    return next(one for one in studies() if one.name == name)


def model(name: str) -> ModelVersion:
    """Of the study of that name."""
    known = study(name)
    teach, _ = sides(known.folder, by_party=known.by_party, lines=known.lines)
    return _model(known, teach)


def _model(study: Study, teach: Sequence[Case]) -> ModelVersion:
    if not study.size:
        return learning.base(study)
    return learning.tuned(study, teach[: study.size])[0]


def main() -> None:
    """Asks, so that a bench finds the answers; ``python -m bench.unseen STUDY...``."""
    for one in (*EARLIER, *LATER, *TWICE):
        if one.study in sys.argv[1:]:
            found = list(_answered(one))
            right = [sample.right for answer in found for sample in answer.samples()]
            print(f"{one}: {len(found)} documents, {sum(right)} of {len(right)} values right")


if __name__ == "__main__":
    main()
