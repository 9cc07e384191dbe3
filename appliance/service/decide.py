"""One document asked about and judged: accepted, or held with what its clerk will need."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Protocol

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import NO_MODEL, Judgement, Prediction
from appliance.domain.rows import header_by_name
from appliance.extraction.einvoice_answer import answered, completed, unanswered
from appliance.extraction.proven_cells import proven_cells
from appliance.extraction.recall import recalled
from appliance.fields.party import twin_key
from appliance.fields.twins import is_another
from appliance.fields.writing import written_day
from appliance.judgement.eyesight import Look, nobody_looks, seen_otherwise
from appliance.judgement.judge import judge, unpromised
from appliance.judgement.policy import AcceptancePolicy
from appliance.judgement.second_document import second_document
from appliance.judgement.suspicious_text import suspicious_text
from appliance.judgement.table_judgement import remembering
from appliance.judgement.told import with_told
from appliance.records.store import SeenBefore
from appliance.senders.difference import differences
from appliance.senders.history import UNKNOWN, SenderHistory, writing_style
from appliance.senders.recall import told_header


class AnsweringModel(Protocol):
    def extract(self, document: Document, doctype: DocType) -> Prediction: ...

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: tuple[str, ...],
    ) -> Prediction: ...


class EarlierDocuments(Protocol):
    def __call__(
        self, twin: str, is_another: Callable[[Judgement], bool], /
    ) -> SeenBefore | None: ...


def nobody_came_before(twin: str, is_another: Callable[[Judgement], bool]) -> SeenBefore | None:
    return None


def decide_on(
    document: Document,
    doctype: DocType,
    predictor: AnsweringModel,
    *,
    policy: Callable[[str], AcceptancePolicy],
    history: SenderHistory = UNKNOWN,
    new_sender: int = 0,
    approved: Callable[[str], int] = lambda party: 0,
    seen_before: EarlierDocuments = nobody_came_before,
    keyed: Collection[str] = (),
    look: Look = nobody_looks,
) -> tuple[Prediction, Judgement, str | None]:
    """What the model answered, what is thought of it with what is remembered of the sender and
    what other sites told of it, and the key that its other scans share.

    ``policy`` says, by the name of the model that answered, what may be accepted.
    It is held while fewer than ``new_sender`` documents of its party are ``approved``.
    ``seen_before`` names the earlier document with such a key that is not another paper. A held
    document also gets the runners-up of the fields that a clerk has to look at, but for those of
    the header that she will have ``keyed`` blind: for an invoice the model writes longer on them
    than on its answer. By ``look`` what is accepted of a typed page is seen there as well.
    """
    prediction = _answer(document, doctype, predictor)
    promised = policy(prediction.model)
    acceptance = promised.toward(known=history.party is not None)
    prove = remembering(proven_cells)
    suspicious = suspicious_text(document)

    def judged(answer: Prediction, extra_blockers: Sequence[Blocker] = ()) -> Judgement:
        answer = recalled(answer, document, doctype, history)
        style = writing_style(document, doctype, answer.fields, history)
        judgement = judge(
            document,
            doctype,
            answer,
            policy=acceptance,
            history=history,
            extra_blockers=[
                *suspicious,
                *second_document(document, doctype, answer, style),
                *differences(answer, document, doctype, history),
                *extra_blockers,
            ],
            style=style,
            prove=prove,
        )
        if keyed:
            return judgement  # what is proven and watched knows nothing of what is told
        told = told_header(answer, document, doctype, history)
        return with_told(judgement, told, document, doctype, style)

    judgement = judged(prediction)
    twin = twin_key(doctype, judgement)
    earlier = seen_before(twin, partial(is_another, doctype, judgement)) if twin else None
    extra_blockers = _seen(earlier, doctype, judgement) if earlier else ()
    extra_blockers += seen_otherwise(judgement, document, look, keyed=keyed)
    if not (extra_blockers or any(map(_doubts, judgement.blockers))):
        extra_blockers = (
            unpromised(doctype, promised.toward(known=True), prediction)
            or _unknown(doctype, judgement, acceptance, prediction)
            or _new(doctype, judgement, approved, new_sender)
        )
        if not extra_blockers:
            return prediction, judgement, twin
    if prediction.model != NO_MODEL:
        unsure = tuple(name for name in _unsure(judgement) if name not in keyed)
        prediction = predictor.runners_up(document, doctype, prediction, unsure)
    return prediction, judged(prediction, extra_blockers), twin


def _answer(document: Document, doctype: DocType, predictor: AnsweringModel) -> Prediction:
    """The e-invoice's, and a model's of what it cannot say."""
    said = answered(document, doctype)
    if said is None:
        return predictor.extract(document, doctype)
    if not unanswered(doctype, said):
        return said
    return completed(said, predictor.extract(document, doctype), doctype)


def _doubts(blocker: Blocker) -> bool:
    """False where a clerk is asked although nothing speaks against the value."""
    return blocker.code != BlockerCode.DECIDES


def _unsure(judgement: Judgement) -> tuple[str, ...]:
    """Header fields that are in doubt, about which a clerk will be asked; no model has another
    answer to what an e-invoice says."""
    asked = (one for one in judgement.header if one.field.einvoice is None)
    return tuple(one.fieldtype for one in asked if any(map(_doubts, one.blockers)))


def _seen(earlier: SeenBefore, doctype: DocType, judgement: Judgement) -> tuple[Blocker, ...]:
    came = written_day(date.fromtimestamp(earlier.arrived_at))
    became = "It is not delivered yet"
    if earlier.delivered_at is not None:
        day = written_day(date.fromtimestamp(earlier.delivered_at))
        became = f"It was delivered on {day} as {earlier.path}"
    gross = header_by_name(judgement.fields).get(doctype.gross or "")
    why = "sender, number and amount" if gross and gross.value else "sender, number and date"
    message = (
        f"The same document came as {earlier.source} on {came}, with the same {why}. {became}."
    )
    return (Blocker(BlockerCode.SEEN_BEFORE, message),)


def _unknown(
    doctype: DocType, judgement: Judgement, acceptance: AcceptancePolicy, prediction: Prediction
) -> tuple[Blocker, ...]:
    """Where all is promised of documents of known senders alone."""
    if not unpromised(doctype, acceptance, prediction):
        return ()
    who = judgement.sender or "somebody"
    message = f"sent by {who}, a sender that is not known yet"
    return (Blocker(BlockerCode.NEW_SENDER, message),)


def _new(
    doctype: DocType, judgement: Judgement, approved: Callable[[str], int], wanted: int
) -> tuple[Blocker, ...]:
    known = approved(judgement.party) if judgement.party else 0
    if known >= wanted or not doctype.party:
        return ()
    who = judgement.sender or "somebody"
    return (
        Blocker(
            BlockerCode.NEW_SENDER, f"sent by {who}, document {known + 1} of the first {wanted}"
        ),
    )
