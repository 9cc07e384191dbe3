"""Small documents and answers made of lines of text, for the tests of this room."""

from __future__ import annotations

from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.prediction import Field, Prediction, TokenScore

DOCID = "a" * 64
SURE = (TokenScore(-0.01, -0.001),)
DOUBTFUL = (TokenScore(-0.01, -0.001), TokenScore(-3.0, -2.0))


def document(*lines: str) -> Document:
    words = tuple(
        Word(text, BBox(0.1 * at, 0.03 * line, 0.1 * at + 0.09, 0.03 * line + 0.02), line)
        for line, said in enumerate(lines)
        for at, text in enumerate(said.split())
    )
    return Document(DOCID, (Page(595, 842, words, "text"),))


def answer(
    document: Document,
    fieldtype: str,
    text: str | None,
    *,
    row: int | None = None,
    words: str | None = None,
    tokens: tuple[TokenScore, ...] = SURE,
) -> Field:
    """With the spans at which the document says it."""
    spans = _spans(document, words or text)
    return Field(fieldtype, text, spans, words=words, line_item_id=row, tokens=tokens)


def prediction(*fields: Field) -> Prediction:
    return Prediction(DOCID, "note", "test", fields)


def _spans(document: Document, said: str | None) -> tuple[Span, ...]:
    wanted = (said or "").split()
    words = [word.text for word in document.pages[0].words]
    starts = range(len(words) - len(wanted) + 1) if wanted else ()
    return tuple(
        Span(0, start, start + len(wanted))
        for start in starts
        if words[start : start + len(wanted)] == wanted
    )
