"""Labelled answers as values with a score, of which it is known whether they are right. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from appliance.domain.blockers import CUT, BlockerCode
from appliance.domain.doctype import DocType
from appliance.domain.labels import Labelled
from appliance.domain.prediction import Basis, Field, FieldJudgement, Judgement, Prediction
from appliance.domain.rows import cells, header
from appliance.evaluation.correctness import field_correctness
from appliance.judgement.assess import PartyHistory, assess
from appliance.judgement.features import Features
from appliance.judgement.judge import judge
from appliance.judgement.policy import ScoreFunction, uniform_policy
from appliance.promise.threshold import EvidenceValue

ACCEPTED = frozenset({Basis.CHECK, Basis.PROBABILITY, Basis.ABSENT})
"""What carries a value that was accepted."""
UNREAD = CUT | {BlockerCode.NOTHING_TO_READ}
"""Blockers of a document some of whose rows, or all, were never read."""


@dataclass(frozen=True, slots=True)
class ScoreSample:
    """An answer from which a score may be fitted."""

    answer: Field
    found: Features
    label: str | None
    """What a clerk keyed; None when the document does not say it."""
    right: bool


def samples(
    labelled: Labelled, prediction: Prediction, doctype: DocType, history: PartyHistory
) -> Iterator[ScoreSample]:
    about = assess(labelled.document, doctype, prediction, history=history)
    right = field_correctness(prediction, labelled, doctype)
    keyed = {one.fieldtype: one.text for one in header(labelled.labels)}
    for one, found in zip(about.header, about.found, strict=True):
        name = one.field.fieldtype
        if name in right:
            yield ScoreSample(one.field, found, keyed[name], right[name])


def values(
    labelled: Labelled,
    prediction: Prediction,
    doctype: DocType,
    history: PartyHistory,
    weigh: ScoreFunction,
) -> dict[str, EvidenceValue]:
    """By fieldtype, the line items under the name of their table. What is held whatever its score
    counts as the least sure."""
    policy = uniform_policy(doctype, 0.0, weigh)
    judgement = judge(labelled.document, doctype, prediction, policy=policy, history=history)
    docid = labelled.document.docid
    return {
        name: EvidenceValue(score, right, docid, labelled.party or docid)
        for name, right in field_correctness(prediction, labelled, doctype).items()
        if (score := _score(judgement, name, doctype)) is not None
    }


def accepted(
    labelled: Labelled, prediction: Prediction, judgement: Judgement, doctype: DocType
) -> dict[str, bool]:
    """Of what was accepted in ``judgement``, as far as a clerk keyed it: is it right?"""
    right = field_correctness(prediction, labelled, doctype)
    return {name: right[name] for name in right if _was_accepted(judgement, name, doctype)}


def _score(judgement: Judgement, name: str, doctype: DocType) -> float | None:
    """None of what no model chose."""
    decided = _decided(judgement, name, doctype)
    if _is_held(judgement, name, doctype):
        return 0.0
    scores = [one.score for one in decided if one.score is not None]
    if _is_table(name, doctype):
        # One whose sums do not add up has cells that no score supports.
        failed = any(one.how == Basis.UNSUPPORTED for one in decided)
        return 0.0 if failed else min(scores, default=1.0)
    return scores[0] if scores else None


def _was_accepted(judgement: Judgement, name: str, doctype: DocType) -> bool:
    """Nothing is decided on a table without rows: it was accepted if the document was."""
    decided = _decided(judgement, name, doctype)
    if _is_held(judgement, name, doctype) or not all(one.how in ACCEPTED for one in decided):
        return False
    if _is_table(name, doctype):
        return bool(decided) or judgement.accepted
    return any(one.score is not None for one in decided)


def _is_held(judgement: Judgement, name: str, doctype: DocType) -> bool:
    """Whatever its score."""
    cut = _is_table(name, doctype) and any(one.code in UNREAD for one in judgement.blockers)
    named = any(one.fieldtype == name for one in judgement.blockers)
    return cut or named or any(one.blockers for one in _decided(judgement, name, doctype))


def _is_table(name: str, doctype: DocType) -> bool:
    return doctype.items is not None and name == doctype.items.name


def _decided(judgement: Judgement, name: str, doctype: DocType) -> Sequence[FieldJudgement]:
    """The field, or every cell of the table of that name."""
    if _is_table(name, doctype):
        return cells(judgement.fields)
    return [one for one in judgement.header if one.fieldtype == name]
