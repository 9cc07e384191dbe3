"""Texts of rows with what earlier rows of the sender say. Pure.

An OCR takes the l of litres for a 1 whenever that article comes. What a clerk wrote of it before
stands in its place, where the two differ by letters alone that look alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from appliance.domain.doctype import DocType, FieldType
from appliance.domain.document import Document
from appliance.domain.prediction import Field, Prediction, Remembered
from appliance.fields.folding import alike, fold_alnum
from appliance.senders.history import ApprovedDocument, SenderHistory


def recalled_texts(
    prediction: Prediction, document: Document, doctype: DocType, history: SenderHistory
) -> Prediction:
    """A text that an OCR read gets the letters of the newest document that says one like it. Cells
    that were typed into their file stay as they are, and so does what is no text: of two codes that
    look alike each may be right."""
    texts = {
        spec.name
        for spec in (doctype.items.fields if doctype.items else ())
        if spec.type is FieldType.TEXT
    }
    known = {name: _known(history.earlier, name) for name in texts}

    def as_known(field: Field) -> Field:
        if field.fieldtype not in texts or not field.text or field.einvoice:
            return field
        said = known[field.fieldtype].get(_looks(field.text), [])
        if not said or fold_alnum(said[0]) == fold_alnum(field.text):
            return field
        if not _is_recognised(field, document):
            return field
        same = [fold_alnum(one) for one in said].count(fold_alnum(said[0]))
        answered = field.remembered.answered if field.remembered else field.text
        remembered = Remembered(same, same / len(said), 1.0, answered)
        return replace(field, text=said[0], words=field.text, remembered=remembered)

    rows = (as_known(cell) for row in prediction.rows for cell in row)
    return replace(prediction, fields=(*prediction.header, *rows))


def _known(earlier: Sequence[ApprovedDocument], name: str) -> dict[str, list[str]]:
    """By how it looks what a field of the rows said, once for each document, the newest first."""
    found: dict[str, list[str]] = {}
    for one in earlier:
        said = {
            _looks(cell.text): cell.text
            for row in one.rows
            for cell in row
            if cell.fieldtype == name and cell.text
        }
        for looks, text in said.items():
            found.setdefault(looks, []).append(text)
    return found


def _looks(text: str) -> str:
    """The same for texts that differ by letters alone that look alike."""
    return alike(fold_alnum(text))


def _is_recognised(field: Field, document: Document) -> bool:
    """An OCR read it."""
    lines = (line for line in field.place if line.lies_in(document))
    return any(word.confidence is not None for line in lines for word in line.words(document))
