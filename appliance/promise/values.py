"""Labelled answers as values with a score, of which it is known whether they are right. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from appliance.domain.blockers import CUT, BlockerCode
from appliance.domain.doctype import DocType, FieldType
from appliance.domain.labels import Labelled
from appliance.domain.prediction import Basis, Field, FieldJudgement, Judgement, Prediction
from appliance.domain.rows import cells, header, header_by_name, rows
from appliance.evaluation.correctness import RowCorrectness, field_correctness, row_correctness
from appliance.extraction.recall import recalled
from appliance.judgement.assess import assess
from appliance.judgement.features import AnswerFeatures
from appliance.judgement.judge import judge
from appliance.judgement.policy import ScoreFunction, least_certain, uniform_policy
from appliance.judgement.table_judgement import row_score
from appliance.promise.threshold import EvidenceValue
from appliance.senders.difference import differences
from appliance.senders.history import SenderHistory

ACCEPTED = frozenset({Basis.CHECK, Basis.PROBABILITY, Basis.SENDER, Basis.EINVOICE, Basis.ABSENT})
"""What carries a value that was accepted."""
UNREAD = CUT | {BlockerCode.NOTHING_TO_READ}
"""Blockers of a document some of whose rows, or all, were never read."""


@dataclass(frozen=True, slots=True)
class ScoreSample:
    """An answer from which a score may be fitted."""

    answer: Field
    found: AnswerFeatures
    label: str | None
    """What a clerk keyed; None when the document does not say it."""
    right: bool


def samples(
    labelled: Labelled, prediction: Prediction, doctype: DocType, history: SenderHistory
) -> Iterator[ScoreSample]:
    """``prediction`` is the model's answer."""
    prediction = recalled(prediction, labelled.document, doctype, history)
    about = assess(labelled.document, doctype, prediction, history=history)
    right = field_correctness(prediction, labelled, doctype)
    keyed = {one.fieldtype: one.text for one in header(labelled.labels)}
    days = _days(labelled, doctype)
    for one, found in zip(about.header, about.found, strict=True):
        name = one.field.fieldtype
        if name in right and one.field.einvoice is None:
            means_it = _means(one.value, days.get(name, ()))
            yield ScoreSample(one.field, found, keyed[name], right[name] and means_it)


def values(
    labelled: Labelled,
    prediction: Prediction,
    doctype: DocType,
    history: SenderHistory,
    weigh: ScoreFunction,
) -> dict[str, tuple[EvidenceValue, ...]]:
    """By fieldtype one of each field, and under the name of the table one of each known row. What
    is held whatever its score counts as the least sure. ``prediction`` is the model's answer."""
    policy, document = uniform_policy(doctype, 0.0, weigh), labelled.document
    prediction = recalled(prediction, document, doctype, history)
    judgement = judge(
        document,
        doctype,
        prediction,
        policy=policy,
        history=history,
        extra_blockers=differences(prediction, document, doctype, history),
    )
    value = partial(
        EvidenceValue,
        document=document.docid,
        party=labelled.party or document.docid,
        known=history.party is not None,
    )
    fitted = weigh is not least_certain
    found: dict[str, tuple[EvidenceValue, ...]] = {
        name: (value(score, right, foretells=fitted),)
        for name, right in header_correctness(prediction, labelled, judgement, doctype).items()
        if (score := _score(judgement, name)) is not None
    }
    known = _row_correctness(prediction, labelled, judgement, doctype)
    if doctype.items and known:
        scores = _row_scores(judgement, doctype.items.name)
        least = min(scores.values(), default=_of_table(judgement, doctype.items.name))
        found[doctype.items.name] = tuple(
            value(score, right, row=True, least=least)
            for score, right in _scored_rows(scores, least, known)
        )
    return found


def accepted(
    labelled: Labelled, prediction: Prediction, judgement: Judgement, doctype: DocType
) -> dict[str, tuple[bool, ...]]:
    """Of what was accepted in ``judgement``, as far as a clerk keyed it: is it right? By fieldtype,
    and under the name of the table row by row."""
    prediction = replace(prediction, fields=tuple(one.field for one in judgement.fields))
    found: dict[str, tuple[bool, ...]] = {
        name: (right,)
        for name, right in header_correctness(prediction, labelled, judgement, doctype).items()
        if _was_accepted(judgement, name)
    }
    known = _row_correctness(prediction, labelled, judgement, doctype)
    if doctype.items and known:
        rights = tuple(_accepted_rows(judgement, known, doctype.items.name))
        found |= {doctype.items.name: rights} if rights else {}
    return found


def header_correctness(
    prediction: Prediction, labelled: Labelled, judgement: Judgement, doctype: DocType
) -> dict[str, bool]:
    """By fieldtype of what somebody keyed, whether it says the same and means the same day."""
    decided, days = header_by_name(judgement.fields), _days(labelled, doctype)
    return {
        name: right and (name not in decided or _means(decided[name].value, days.get(name, ())))
        for name, right in field_correctness(prediction, labelled, doctype).items()
        if name != (doctype.items.name if doctype.items else None)
    }


def _row_correctness(
    prediction: Prediction, labelled: Labelled, judgement: Judgement, doctype: DocType
) -> RowCorrectness | None:
    """Likewise of rows, whose dates are as good as one that was keyed in their column."""
    known = row_correctness(prediction, labelled, doctype)
    if known is None or not known.rights:
        return known
    decided, days = rows(judgement.fields), _days(labelled, doctype, of_rows=True)
    return replace(
        known,
        rights={
            at: right
            and all(_means(one.value, days.get(one.fieldtype, ())) for one in decided.get(at, ()))
            for at, right in known.rights.items()
        },
    )


def _days(
    labelled: Labelled, doctype: DocType, *, of_rows: bool = False
) -> dict[str, frozenset[str]]:
    """By fieldtype the days that clerks said the dates mean: the same letters may mean another."""
    specs = doctype.items.fields if doctype.items and of_rows else doctype.fields
    labels = (cells if of_rows else header)(labelled.labels)
    dates = {spec.name for spec in specs if spec.type is FieldType.DATE}
    return {
        name: frozenset(one.value for one in labels if one.fieldtype == name and one.value)
        for name in dates
    }


def _means(value: str | None, days: Collection[str]) -> bool:
    """False where it means another day; not where nobody knows."""
    return value is None or not days or value in days


def _score(judgement: Judgement, name: str) -> float | None:
    """None of what no model chose."""
    decided = header_by_name(judgement.fields).get(name)
    if _is_held(judgement, name):
        return 0.0
    return decided.score if decided else None


def _was_accepted(judgement: Judgement, name: str) -> bool:
    decided = header_by_name(judgement.fields).get(name)
    if decided is None or decided.how not in ACCEPTED or _is_held(judgement, name):
        return False
    return decided.score is not None or decided.field.einvoice is not None


def _is_held(judgement: Judgement, name: str) -> bool:
    """Whatever its score."""
    decided = [one for one in judgement.header if one.fieldtype == name]
    return _is_named(judgement, name) or any(one.blockers for one in decided)


def _is_named(judgement: Judgement, name: str) -> bool:
    return any(one.fieldtype == name for one in judgement.blockers)


def _row_scores(judgement: Judgement, table: str) -> dict[int, float]:
    read = _is_read(judgement, table)
    return {at: _row_score(row) if read else 0.0 for at, row in rows(judgement.fields).items()}


def _of_table(judgement: Judgement, table: str) -> float:
    """How sure it is that there is no row."""
    return 1.0 if _is_read(judgement, table) else 0.0


def _scored_rows(
    scores: Mapping[int, float], least: float, known: RowCorrectness
) -> Iterator[tuple[float, bool]]:
    """Of each row that is known its score, and whether it is right. One that was missed is as sure
    as the table, which is as sure as its ``least`` certain row. That there is no row is one thing
    to be right in."""
    yield from ((score, known.rights[at]) for at, score in scores.items() if at in known.rights)
    yield from ((least, right) for right in _of_none(known))


def _accepted_rows(judgement: Judgement, known: RowCorrectness, table: str) -> Iterator[bool]:
    """Nothing is decided on a table without rows: it was accepted if the document was."""
    read = _is_read(judgement, table)
    taken = {at: read and _row_accepted(row) for at, row in rows(judgement.fields).items()}
    yield from (known.rights[at] for at, was in taken.items() if was and at in known.rights)
    if all(taken.values()) if taken else judgement.accepted:
        yield from _of_none(known)


def _of_none(known: RowCorrectness) -> list[bool]:
    """That there is no other row, and no row at all: wrong of each that was missed."""
    return [False] * known.missed or [True] * known.none


def _row_score(row: Sequence[FieldJudgement]) -> float:
    # No score is too low here: what is unsupported all the same is held by a sum.
    held = any(one.blockers or one.how == Basis.UNSUPPORTED for one in row)
    return 0.0 if held else row_score(row) or 0.0


def _row_accepted(row: Sequence[FieldJudgement]) -> bool:
    return all(one.how in ACCEPTED and not one.blockers for one in row)


def _is_read(judgement: Judgement, table: str) -> bool:
    """To its end, and nothing says that there are rows where none was found."""
    cut = any(one.code in UNREAD for one in judgement.blockers)
    return not cut and (bool(judgement.rows) or not _is_named(judgement, table))
