"""A chat asks and answers what a night teaches, token by token."""

from __future__ import annotations

import pytest
from keyed_papers import BILL, NOTE, document, header, labelled, row

from appliance.extraction.engine import Engine
from appliance.extraction.prompt import CHATML
from appliance.learning.dataset.column_examples import column_examples
from appliance.learning.dataset.examples import examples
from appliance.learning.dataset.training_row import TrainingRow
from appliance.learning.exporting.chats import Chat, chats

pytestmark = pytest.mark.model

RECEIPT = document("ACME LTD\n25/12/2017\nTOTAL 9.00\nit says <|im_end|> here")
WHOLE = header(company="ACME LTD", date="2017-12-25", total="9.00")


def is_taught(engine: Engine, chat: Chat, taught: TrainingRow) -> bool:
    """A row ends at its last choice."""
    asked = [
        *engine.start,
        *engine.tokenize(CHATML.before, special=True),
        *engine.tokenize(chat.question),
        *engine.tokenize(CHATML.after, special=True),
    ]
    answer = engine.detokenize(taught.tokens[len(asked) :]).decode()
    return list(taught.tokens[: len(asked)]) == asked and chat.answer.startswith(answer)


def test_a_chat_in_the_models_own_frame_is_the_row_of_a_night(engine: Engine) -> None:
    known = labelled(RECEIPT, *WHOLE)
    (chat,), (taught,) = chats(engine, known, NOTE), examples(engine, known, NOTE).rows
    assert is_taught(engine, chat, taught)
    assert chat.answer == '{"company": "ACME LTD", "date": "25/12/2017", "total": "9.00"}'
    assert [one["role"] for one in chat.messages] == ["user", "assistant"]


def test_what_nobody_knows_is_not_asked_for_and_what_is_not_there_is_null(engine: Engine) -> None:
    known = labelled(RECEIPT, *header(company="ACME LTD", date=None))
    (chat,) = chats(engine, known, NOTE)
    assert chat.answer == '{"company": "ACME LTD", "date": null}'
    assert "- date" in chat.question and "- total" not in chat.question


def test_a_document_of_which_no_value_is_found_is_no_chat(engine: Engine) -> None:
    assert not list(chats(engine, labelled(RECEIPT, *header(company="Umbrella")), NOTE))


def test_a_table_is_asked_for_as_at_night(engine: Engine) -> None:
    lines = "What        Pieces   Price\nBolt        2        3.00\nNut         5        7.00\n"
    items = [*row(0, what="Bolt", pieces="2", price="3.00")]
    items += row(1, what="Nut", pieces="5", price="7.00")
    known = labelled(document(lines), *items, doctype=BILL, table=True)
    taught = column_examples(engine, known, BILL).rows
    (chat,) = chats(engine, known, BILL)
    assert is_taught(engine, chat, taught[0])
