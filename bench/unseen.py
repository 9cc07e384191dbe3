"""What models answered about documents that they had not learned from, as it happens to a site.

An earlier model answered what a later one was then taught: from those answers, which clerks
corrected, a score is fitted. What the later one says of documents that none of them saw is evidence
or test. Models and readings are those of the learning bench, each answer is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from appliance.domain.fields import Prediction
from appliance.learning.night.marks import marks
from bench import learning
from bench.predictors import WORKERS, Predictors
from bench.studies import Case, Study, doctype, sides, studies


@dataclass(frozen=True, slots=True)
class Answered:
    """One document under a model."""

    folder: str
    model: str
    """Name of the study that made it."""
    case: Case
    prediction: Prediction

    @property
    def right(self) -> dict[str, bool]:
        """By fieldtype."""
        kind = doctype(self.folder)
        return marks(self.prediction, self.case.labelled(self.folder), kind)


@dataclass(frozen=True, slots=True)
class Asked:
    """The model of ``study`` about the documents ``begin`` to ``end`` of those that teach, or
    about those that test too."""

    study: str
    begin: int
    end: int | None
    tests: bool = False


EARLIER = (
    Asked("sroie.0", 0, 100),
    Asked("sroie.100", 100, 200),
    Asked("ad_orders.0", 0, 50),
)
"""What clerks corrected before the last night."""
LATER = (Asked("sroie.200", 200, None, tests=True), Asked("ad_orders.50", 50, None, tests=True))
"""What the last night's models say."""


def answered(asked: Sequence[Asked]) -> Iterator[Answered]:
    for one in asked:
        yield from _answered(one)


def _answered(asked: Asked) -> Iterator[Answered]:
    study = next(study for study in studies() if study.name == asked.study)
    teach, test = sides(study.folder, by_party=study.by_party, lines=study.lines)
    cases = [*teach[asked.begin : asked.end], *(test if asked.tests else [])]
    predictors = Predictors(_model(study, teach))
    kind = doctype(study.folder)
    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            said = pool.map(lambda case: predictors.extract(case.document, kind), cases)
            for case, prediction in zip(cases, said, strict=True):
                yield Answered(study.folder, study.name, case, prediction)
    finally:
        predictors.stop()


def _model(study: Study, teach: Sequence[Case]) -> learning.ModelVersion:
    if not study.size:
        return learning.base(study)
    return learning.tuned(study, teach[: study.size])[0]


def main() -> None:
    """Asks, so that a bench finds the answers; ``python -m bench.unseen STUDY...``."""
    for one in (*EARLIER, *LATER):
        if one.study in sys.argv[1:]:
            found = list(_answered(one))
            right = [mark for answer in found for mark in answer.right.values()]
            print(f"{one}: {len(found)} documents, {sum(right)} of {len(right)} values right")


if __name__ == "__main__":
    main()
