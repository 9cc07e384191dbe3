"""Accept or hold: a document is delivered only when nothing in it is unproven. Pure.

Accepted is a document whose required fields are all there and whose every value stands on the
page, parses, and reaches the score from which on its accuracy is promised. Everything else is
held, with blockers that a clerk can read; what a clerk decided is not doubted again. The line
items are judged row by row (``table_judgement``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, FieldSpec, FieldType, display_name
from appliance.domain.document import Document
from appliance.domain.prediction import Basis, FieldJudgement, Judgement, Prediction
from appliance.domain.rows import cells, header
from appliance.extraction.proven_cells import proven_cells
from appliance.fields.folding import fold_alnum
from appliance.fields.party import sender_of
from appliance.fields.style import WritingStyle
from appliance.judgement.assess import (
    NOTHING_SETTLED,
    SHORT,
    Assessment,
    ClerkTexts,
    FieldAssessment,
    assess,
    blocker,
    by_its_label,
    in_words,
)
from appliance.judgement.checks import CheckOutcome, CheckState
from appliance.judgement.policy import AcceptancePolicy
from appliance.judgement.said_values import others_said
from appliance.judgement.table_judgement import ProvesCells, judge_table
from appliance.senders.history import UNKNOWN, SenderHistory


def judge(
    document: Document,
    doctype: DocType,
    prediction: Prediction,
    *,
    policy: AcceptancePolicy,
    history: SenderHistory = UNKNOWN,
    extra_blockers: Sequence[Blocker] = (),
    settled: ClerkTexts = NOTHING_SETTLED,
    style: WritingStyle | None = None,
    prove: ProvesCells = proven_cells,
) -> Judgement:
    """``prediction`` as it was recalled with ``history``; ``extra_blockers`` hold the document for
    reasons that do not lie in the prediction; ``style`` is found from the document's words and the
    party's country when not given; ``prove`` finds the cells of rows that arithmetic proves."""
    policy = policy.toward(known=history.party is not None)
    about = assess(document, doctype, prediction, history=history, settled=settled, style=style)
    decided = [
        _decide(one, policy.weigh(one.field, found), about, document, doctype, policy)
        for one, found in zip(about.header, about.found, strict=True)
    ]
    name = doctype.items.name if doctype.items else ""
    doubted = any(not (cell.settled or cell.stated or cell.absent) for cell in about.cells)
    standing = [field for field in prediction.fields if field.lies_in(document)]
    proven = prove(document, doctype, standing) if doubted else frozenset()
    table = judge_table(
        name, about.cells, about.sums, proven, policy, settled=(name, None) in settled
    )
    said = [*document.blockers, *prediction.blockers, *extra_blockers]
    blockers = [
        *_open([*said, *_never_answered(doctype, about.header)], settled),
        *(found for one in decided for found in one.blockers),
        *table.faults,
        *([table.doubt] if name and table.doubt else []),
        *_still_failed(about.outcomes, doctype, settled),
    ]
    return Judgement(
        _in_order(prediction, [*decided, *table.cells]),
        tuple(sorted(dict.fromkeys(blockers), key=_is_no_doubt)),
        about.party,
        sender_of(doctype, decided),
    )


def unpromised(
    doctype: DocType, policy: AcceptancePolicy, prediction: Prediction | None = None
) -> tuple[Blocker, ...]:
    """Why a document of which all looks sure is held all the same: nothing proves it yet. What an
    e-invoice says in ``prediction`` needs no proof."""
    table = [doctype.items.name] if doctype.items else []
    said = prediction.fields if prediction else ()
    stated = {one.fieldtype for one in header(said) if one.einvoice}
    stated |= {name for name in table if any(one.einvoice for one in cells(said))}
    asked = (*(spec.name for spec in doctype.fields), *table)
    names = [name for name in asked if name not in stated]
    missing = [display_name(name) for name in names if not policy.promises(name)]
    if not missing:
        return ()
    of_what = "of anything in it" if missing == [*asked] else f"of {', '.join(missing)}"
    return (Blocker(BlockerCode.UNPROMISED, f"no accuracy can be promised yet {of_what}"),)


def _decide(
    assessed: FieldAssessment,
    score: float | None,
    about: Assessment,
    document: Document,
    doctype: DocType,
    policy: AcceptancePolicy,
) -> FieldJudgement:
    if assessed.settled:
        return FieldJudgement(assessed.field, assessed.value, None, Basis.CLERK)
    if assessed.stated:
        how = Basis.ABSENT if assessed.absent else Basis.EINVOICE
        return FieldJudgement(assessed.field, assessed.value, None, how, assessed.blockers)
    involved = about.speaks_of(assessed.field.fieldtype)
    proven = any(outcome.proves for outcome in involved)
    how = _how(assessed, score, policy, proven=proven)
    blockers = [*assessed.blockers]
    if how == Basis.UNSUPPORTED:
        blockers.append(
            blocker(BlockerCode.UNSURE, f" is unsure: {in_words(assessed.field)}", assessed.field)
        )
    if not (assessed.absent or assessed.blockers or proven) and _stands_anywhere(
        assessed, document
    ):
        message = f': "{assessed.field.text}" is short and does not stand beside its label'
        blockers.append(blocker(BlockerCode.NOT_ON_THE_PAGE, message, assessed.field))
    read = assessed.field.instead_of
    if read is not None and assessed.field.fieldtype not in about.confirmed:
        was = f"Read was {read}." if read else "Nothing was read."
        days = assessed.spec.type is FieldType.DATE
        why = "the days are in order" if days else "the sums are right"
        message = f": suggested because {why} with it. {was}"
        blockers.append(blocker(BlockerCode.CHECK_FAILED, message, assessed.field))
    blockers += [_failed(one) for one in involved if one.state is CheckState.FAILED]
    if assessed.field.fieldtype in doctype.decides and not blockers:
        value = assessed.field.text
        others = others_said(document, assessed.spec, value) if value else ()
        if others or how == Basis.UNPROMISED:
            blockers.append(_decides(assessed, others))
    return FieldJudgement(assessed.field, assessed.value, score, how, tuple(blockers))


def _is_no_doubt(blocker: Blocker) -> bool:
    """What speaks against a document is said first."""
    return blocker.code == BlockerCode.DECIDES


def _decides(assessed: FieldAssessment, others: Sequence[str]) -> Blocker:
    """``others``: words of the page that say another value."""
    text = assessed.field.text
    also = "".join(f'the page also says "{words}". ' for words in others[:1])
    said = "nothing was found." if text is None else f"is {display_name(text)!r} right?"
    if also:
        said = f"{also}{said[:1].upper()}{said[1:]}"
    message = f": {said} It decides what the document is"
    return blocker(BlockerCode.DECIDES, message, assessed.field)


def _how(
    assessed: FieldAssessment, score: float | None, policy: AcceptancePolicy, *, proven: bool
) -> Basis:
    name = assessed.field.fieldtype
    remembered = assessed.field.remembered if assessed.field.from_memory else None
    never_asked = assessed.absent and score is None and not remembered
    if not (policy.reached(name, score) or never_asked):
        return Basis.ABSENT if assessed.absent and assessed.blockers else Basis.UNSUPPORTED
    if not policy.promises(name):
        return Basis.UNPROMISED
    if remembered and not (proven or remembered.trusted):
        return Basis.UNSUPPORTED
    if assessed.absent:
        return Basis.ABSENT
    if remembered:
        return Basis.SENDER
    return Basis.CHECK if proven else Basis.PROBABILITY


def _stands_anywhere(assessed: FieldAssessment, document: Document) -> bool:
    """So short that it stands on the page by chance, and not beside its label."""
    # Marks and codes of these stand at amounts, in addresses, in boxes.
    if assessed.spec.type in (FieldType.CURRENCY, FieldType.COUNTRY):
        return False
    said = fold_alnum(assessed.field.words or assessed.field.text or "")
    return (
        (assessed.spec.type.verbatim or bool(said))  # a tick has no letters
        and len(said) <= SHORT
        and not by_its_label(assessed.field, assessed.spec, document)
    )


def _open(blockers: Sequence[Blocker], settled: ClerkTexts) -> list[Blocker]:
    """Those that no clerk has decided on."""
    return [one for one in blockers if (one.fieldtype or "", one.line_item_id) not in settled]


def _still_failed(
    outcomes: Sequence[CheckOutcome], doctype: DocType, settled: ClerkTexts
) -> Iterator[Blocker]:
    """The failed checks of which a part is not settled; said of the table when only that is."""
    table = doctype.items.name if doctype.items else ""
    for outcome in outcomes:
        if outcome.state is not CheckState.FAILED:
            continue
        header = {term.name for term in outcome.check.terms if not term.column}
        if any((name, None) not in settled for name in header):
            yield _failed(outcome)
        elif outcome.sums_rows and (table, None) not in settled:
            yield Blocker(BlockerCode.CHECK_FAILED, outcome.message, table)


def _failed(outcome: CheckOutcome) -> Blocker:
    return Blocker(BlockerCode.CHECK_FAILED, outcome.message)


def _never_answered(doctype: DocType, header: Sequence[FieldAssessment]) -> list[Blocker]:
    """Required fields that the prediction does not even speak of."""
    answered = {one.field.fieldtype for one in header}
    missing: list[FieldSpec] = [
        spec for spec in doctype.fields if spec.required and spec.name not in answered
    ]
    return [
        Blocker(BlockerCode.MISSING_REQUIRED, f"{display_name(spec.name)} is missing", spec.name)
        for spec in missing
    ]


def _in_order(
    prediction: Prediction, decided: Sequence[FieldJudgement]
) -> tuple[FieldJudgement, ...]:
    """Header and cells were decided apart; the judgement keeps the prediction's order."""
    of_header, of_rows = iter(header(decided)), iter(cells(decided))
    return tuple(
        next(of_header if field.line_item_id is None else of_rows) for field in prediction.fields
    )
