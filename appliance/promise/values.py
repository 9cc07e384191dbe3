"""Labelled answers as values with a score, of which it is known whether they are right. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from appliance.domain.blockers import CUT, BlockerCode
from appliance.domain.doctype import DocType, FieldType
from appliance.domain.labels import Labelled
from appliance.domain.prediction import (
    ACCEPTED,
    Basis,
    Field,
    FieldJudgement,
    Judgement,
    Prediction,
)
from appliance.domain.rows import cells, header, header_by_name, rows
from appliance.evaluation.correctness import RowCorrectness, field_correctness, row_correctness
from appliance.extraction.recall import recalled
from appliance.judgement.features import AnswerFeatures
from appliance.judgement.judge import judge
from appliance.judgement.policy import ScoreFunction, least_certain, uniform_policy
from appliance.judgement.table_judgement import row_score
from appliance.promise.threshold import EvidenceValue
from appliance.senders.difference import differences
from appliance.senders.history import SenderHistory

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


@dataclass(frozen=True, slots=True)
class ReplayedField:
    """One field of the header, before any score."""

    fieldtype: str
    right: bool
    held: bool
    """Whatever its score."""
    chosen: ScoreSample | None
    """None where no model chose anything."""

    def score(self, weigh: ScoreFunction) -> float | None:
        """0-1; what is held counts as the least sure. None of what no model chose."""
        if self.held:
            return 0.0
        if self.chosen is None:
            return None
        found = weigh(self.chosen.answer, self.chosen.found)
        if found is None and self.chosen.answer.text is None:
            return None
        return found if found is not None and found >= 0 else 0.0


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer with what was remembered when its document came, compared with what was keyed:
    all that does not depend on a score."""

    document: str
    party: str
    known: bool
    """Its sender was."""
    header: tuple[ReplayedField, ...]
    table: str
    """Name of the line items; empty where nothing is known of them."""
    rows: tuple[EvidenceValue, ...]

    @property
    def samples(self) -> list[ScoreSample]:
        return [one.chosen for one in self.header if one.chosen]

    def values(self, weigh: ScoreFunction) -> dict[str, tuple[EvidenceValue, ...]]:
        """By fieldtype one of each field, and under the name of the table one of each known row."""
        found: dict[str, tuple[EvidenceValue, ...]] = {
            one.fieldtype: (self._value(one, score, foretells=weigh is not least_certain),)
            for one in self.header
            if (score := one.score(weigh)) is not None
        }
        return {**found, self.table: self.rows} if self.table else found

    def _value(self, one: ReplayedField, score: float, *, foretells: bool) -> EvidenceValue:
        whose = self.document, self.party
        return EvidenceValue(score, one.right, *whose, known=self.known, foretells=foretells)


def replayed(
    labelled: Labelled, prediction: Prediction, doctype: DocType, history: SenderHistory
) -> Replay:
    """``prediction`` is the model's answer."""
    document = labelled.document
    prediction = recalled(prediction, document, doctype, history)
    seen: dict[str, AnswerFeatures] = {}
    judgement = judge(
        document,
        doctype,
        prediction,
        policy=uniform_policy(doctype, 0.0, partial(_noting, seen)),
        history=history,
        extra_blockers=differences(prediction, document, doctype, history),
    )
    rights = header_correctness(prediction, labelled, judgement, doctype)
    of_whom = labelled.docid, labelled.party or labelled.docid
    is_known = history.party is not None
    compared = _row_correctness(prediction, labelled, judgement, doctype)
    return Replay(
        *of_whom,
        is_known,
        tuple(_fields(labelled, judgement, rights, seen)),
        doctype.items.name if doctype.items and compared else "",
        tuple(
            EvidenceValue(score, right, *of_whom, row=True, known=is_known, least=least)
            for score, right, least in _scored_rows(judgement, compared, doctype)
        ),
    )


def _noting(seen: dict[str, AnswerFeatures], answer: Field, found: AnswerFeatures) -> float:
    """Holds no value of the header for its score."""
    seen[answer.fieldtype] = found
    return 1.0


def _fields(
    labelled: Labelled,
    judgement: Judgement,
    rights: Mapping[str, bool],
    seen: Mapping[str, AnswerFeatures],
) -> Iterator[ReplayedField]:
    """In the order in which they were answered; what was not, at the end."""
    keyed = {one.fieldtype: one.text for one in header(labelled.labels)}
    answers = {one.fieldtype: one.field for one in judgement.header}
    for name in dict.fromkeys((*answers, *rights)):
        if name in rights:
            answer, right = answers.get(name), rights[name]
            chosen = (
                ScoreSample(answer, seen[name], keyed[name], right)
                if answer and answer.einvoice is None
                else None
            )
            yield ReplayedField(name, right, _is_held(judgement, name), chosen)


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


def _scored_rows(
    judgement: Judgement, known: RowCorrectness | None, doctype: DocType
) -> Iterator[tuple[float, bool, float]]:
    """Of each row that is known its score, whether it is right, and the least score of its table.
    One that was missed is as sure as the table, which is as sure as its least certain row. That
    there is no row is one thing to be right in."""
    if known is None or not doctype.items:
        return
    read = _is_read(judgement, doctype.items.name)
    scores = {at: _row_score(row) if read else 0.0 for at, row in rows(judgement.fields).items()}
    least = min(scores.values(), default=1.0 if read else 0.0)
    for at, score in scores.items():
        if at in known.rights:
            yield score, known.rights[at], least
    for right in _of_none(known):
        yield least, right, least


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
