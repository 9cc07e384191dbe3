"""Why a document of the replayed office did not go straight through."""

from decimal import Decimal

import pytest
from paper import DOUBTFUL, answer, document, prediction

from appliance.doctypes.expressions import parse
from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.judgement.judge import judge
from appliance.judgement.policy import uniform_policy
from bench.office.reasons import Reason, last, reasons

ROWS = TableSpec("rows", (FieldSpec("what"), FieldSpec("amount", FieldType.AMOUNT)))
NOTE = DocType(
    "note",
    "Note",
    (
        FieldSpec("sender"),
        FieldSpec("place"),
        FieldSpec("net", FieldType.AMOUNT),
        FieldSpec("tax", FieldType.AMOUNT),
        FieldSpec("gross", FieldType.AMOUNT),
    ),
    items=ROWS,
    checks=tuple(
        parse(text, ROWS, Decimal("0.02"))
        for text in ("net + tax == gross", "sum(rows.amount) == net")
    ),
)
PAPER = document("ACME Leeds", "Bolts 60.00", "Nuts 40.00", "net 100.00 tax 19.00 gross 119.00")
RIGHT = {"sender": "ACME", "place": "Leeds", "net": "100.00", "tax": "19.00", "gross": "119.00"}


def held_by(*, doubted=(), amounts=("60.00", "40.00"), extra=(), hidden=None, **changes):
    said = {**RIGHT, **changes}
    header = [
        answer(PAPER, name, text, **({"tokens": DOUBTFUL} if name in doubted else {}))
        for name, text in said.items()
    ]
    rows = [
        answer(PAPER, name, text, row=row)
        for row, cells in enumerate(zip(("Bolts", "Nuts"), amounts, strict=True))
        for name, text in zip(("what", "amount"), cells, strict=True)
    ]
    answered = prediction(*header, *rows)
    policy = uniform_policy(NOTE, 0.9)
    judgement = judge(PAPER, NOTE, answered, policy=policy, extra_blockers=extra)
    beside = {"unproven": False, "new": False, "evidence": False} | (hidden or {})
    return reasons(PAPER, NOTE, answered, judgement, **beside)


def test_nothing_holds_a_document_of_which_all_is_sure():
    assert held_by() == set()


def test_one_unsure_field_is_told_from_several():
    assert held_by(doubted=["sender"]) == {Reason.FIELD}
    assert held_by(doubted=["sender", "place"]) == {Reason.FIELDS}


def test_rows_that_do_not_add_up_are_the_table_s_fault():
    assert held_by(amounts=("60.00", "19.00")) == {Reason.TABLE}


def test_a_header_that_does_not_add_up_is_a_check_that_fails():
    assert Reason.CHECK in held_by(gross="60.00")
    assert Reason.TABLE not in held_by(gross="60.00")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (BlockerCode.SEEN_BEFORE, Reason.SEEN_BEFORE),
        (BlockerCode.NEW_SENDER, Reason.NEW_SENDER),
        (BlockerCode.UNPROMISED, Reason.UNPROVEN),
        (BlockerCode.DECIDES, Reason.UNPROVEN),
        (BlockerCode.TABLE_CUT, Reason.TABLE),
        (BlockerCode.HIDDEN_TEXT, Reason.DOCUMENT),
    ],
)
def test_what_holds_the_document_as_a_whole(code, reason):
    assert held_by(extra=[Blocker(code, "said")]) == {reason}


def test_what_the_appliance_did_not_come_to_is_said_beside_its_doubts():
    hidden = {"unproven": True, "new": True, "evidence": True}
    found = held_by(doubted=["sender"], hidden=hidden)
    assert found == {Reason.FIELD, Reason.UNPROVEN, Reason.NEW_SENDER, Reason.EVIDENCE}


def test_the_reason_that_held_a_document_last_is_left_when_those_before_it_are_gone():
    assert last({Reason.UNPROVEN, Reason.TABLE, Reason.NEW_SENDER}) is Reason.TABLE
    assert last({Reason.UNPROVEN, Reason.FIELD}) is Reason.FIELD
    assert last({Reason.EVIDENCE, Reason.FIELD}) is Reason.EVIDENCE
