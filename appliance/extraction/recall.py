"""A model's answer with what is remembered of the sender, header and rows.

``recalled`` is pure. The same answer, page and history give the same, whenever it is asked: so it
is replayed when it is proven, and the model's answer is stored as it was.
"""

from __future__ import annotations

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.labels import Labelled
from appliance.domain.prediction import Prediction
from appliance.extraction.recalled_rows import recalled_rows
from appliance.extraction.recalled_texts import recalled_texts
from appliance.records.proof import Proof
from appliance.senders.history import SenderHistory, sender_history
from appliance.senders.recall import recalled_header


def recalled(
    prediction: Prediction, document: Document, doctype: DocType, history: SenderHistory
) -> Prediction:
    """What is remembered stands in place of the model's answer. The answers about an unknown sender
    stay as they are."""
    header = recalled_header(prediction, document, doctype, history)
    rows = recalled_rows(header, document, doctype, history)
    return recalled_texts(rows, document, doctype, history) if history.earlier else rows


def recalled_then(
    proof: Proof, labelled: Labelled, doctype: DocType, answer: Prediction
) -> Prediction:
    """An answer that a night asks for, with what was remembered when the document first came."""
    document = labelled.document
    history = sender_history(proof, document.docid, doctype.name, labelled.lookup)
    return recalled(answer, document, doctype, history)
