"""The documents that no night saw, and what is true of two models there."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from appliance.domain.doctype import DocType
from appliance.domain.errors import ModelError
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion
from appliance.evaluation.bootstrap import ratio_interval
from appliance.evaluation.gate import chance
from appliance.evaluation.scoring import CountedLabels, ExpectedValues, score
from appliance.fields.style import style_of
from bench.predictors import WORKERS, Predictors
from bench.studies import Case

DRAWS = 2000

Marks = Sequence[Sequence[bool]]
"""By document, then by labelled value: is it right, after normalisation?"""


@dataclass(frozen=True)
class Difference:
    """Of a candidate to the champion that it was compared with."""

    points: float
    """Of 100, in the share of values that are right."""
    low: float
    high: float
    """95 % interval, documents as the unit."""
    fixed: int
    broken: int
    """Documents with more and with fewer values right."""

    @property
    def worse(self) -> float:
        """0-1, the chance of so many breaks among these documents if the models were equal."""
        return chance([*[1] * self.broken, *[-1] * self.fixed])


def marks(
    model: ModelVersion, cases: Sequence[Case], kind: DocType, counted: CountedLabels
) -> Marks:
    """A model that does not load has nothing right. What is asked is kept."""
    predictors = Predictors(model)

    def of(case: Case) -> list[bool]:
        return right(case, predictors.extract(case.document, kind), kind, counted)

    try:
        first = of(cases[0])
        with ThreadPoolExecutor(WORKERS) as pool:
            return [first, *pool.map(of, cases[1:])]
    except ModelError:
        return [_nothing(case.truth) for case in cases]
    finally:
        predictors.stop()


def right(case: Case, prediction: Prediction, kind: DocType, counted: CountedLabels) -> list[bool]:
    """Each labelled value, after normalisation."""
    found = score(
        case.file,
        case.document,
        kind,
        prediction,
        case.truth,
        style=style_of(case.document),
        accepted=False,
        counted=counted,
    )
    return [value.normalised for value in found.values]


def _nothing(truth: ExpectedValues) -> list[bool]:
    return [False] * len(truth.values)


def difference(champion: Marks, candidate: Marks) -> Difference:
    pairs = list(zip(champion, candidate, strict=True))
    gains = [(sum(other) - sum(one), len(one)) for one, other in pairs]
    low, high = ratio_interval(gains, draws=DRAWS)
    return Difference(
        _points(gains),
        100 * low,
        100 * high,
        fixed=sum(gain > 0 for gain, _ in gains),
        broken=sum(gain < 0 for gain, _ in gains),
    )


def _points(gains: Sequence[tuple[int, int]]) -> float:
    return 100 * sum(gain for gain, _ in gains) / max(sum(n for _, n in gains), 1)
