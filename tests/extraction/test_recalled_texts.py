"""What an OCR takes for another letter on every page is what a clerk wrote of it before."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.prediction import Field, Prediction
from appliance.extraction.recall import recalled
from appliance.extraction.recalled_texts import recalled_texts
from appliance.judgement.assess import grounded
from appliance.senders.history import UNKNOWN, ApprovedDocument, SenderHistory

KIND = DocType(
    "bill",
    "Bill",
    (FieldSpec("number", FieldType.CODE),),
    TableSpec("items", (FieldSpec("what"), FieldSpec("article", FieldType.CODE))),
)


def scanned(*lines: str, confidence: float | None = 0.99) -> Document:
    words = tuple(
        Word(
            text,
            BBox(0.1 * at, 0.1 * line, 0.1 * at + 0.05, 0.1 * line + 0.02),
            line,
            1,
            confidence,
        )
        for line, said in enumerate(lines)
        for at, text in enumerate(said.split())
    )
    return Document("0" * 64, (Page(600, 850, words, "ocr"),))


def answered(document: Document, *fieldtypes: str) -> Prediction:
    """Each line is a row of one cell."""
    words = list(enumerate(document.pages[0].words))
    lines = [[at for at, _ in line] for _, line in groupby(words, key=lambda one: one[1].line)]
    spans = [Span(0, line[0], line[-1] + 1) for line in lines]
    fields = tuple(
        Field(name, " ".join(word.text for word in span.words(document)), (span,), line_item_id=row)
        for row, (name, span) in enumerate(zip(fieldtypes, spans, strict=True))
    )
    return Prediction(document.docid, KIND.name, "m", fields)


def earlier(text: str, name: str = "what") -> ApprovedDocument:
    rows = ((Field(name, text, line_item_id=0),),)
    return ApprovedDocument(scanned(text), {}, {}, {}, rows=rows)


def known(*texts: str, name: str = "what") -> SenderHistory:
    """The newest first."""
    return SenderHistory("firm", tuple(earlier(text, name) for text in texts))


def of(document: Document, history: SenderHistory, name: str = "what") -> Field:
    (found,) = recalled(answered(document, name), document, KIND, history).fields
    return found


def test_letters_that_look_alike_are_those_that_a_clerk_wrote() -> None:
    document = scanned("Oil HV18, can 80 1")
    found = of(document, known("Oil HV18, can 80 l", "Oil HV18, can 80 l"))
    assert found.text == "Oil HV18, can 80 l" and found.words == "Oil HV18, can 80 1"
    assert found.from_memory and found.remembered
    assert (found.remembered.documents, found.remembered.share) == (2, 1.0)
    assert found.remembered.answered == "Oil HV18, can 80 1"
    assert grounded(found, document)


def test_the_newest_document_says_which_is_meant() -> None:
    found = of(scanned("can 80 1"), known("can 80 l", "can 80 I"))
    assert found.text == "can 80 l" and found.remembered
    assert (found.remembered.documents, found.remembered.share) == (1, 0.5)
    assert of(scanned("can 80 1"), known("can 80 1", "can 80 l")).text == "can 80 1"


def test_what_differs_by_more_was_typed_or_is_a_code_stays() -> None:
    history = known("can 80 l")
    for document in (scanned("can 90 1"), scanned("can 80 1", confidence=None), scanned("can 80")):
        (said,) = answered(document, "what").fields
        assert of(document, history) == said
    document = scanned("SL1")
    (said,) = answered(document, "article").fields
    assert of(document, known("SLI", name="article"), "article") == said


def test_of_an_unknown_sender_nothing_is_another() -> None:
    document = scanned("can 80 1")
    assert recalled(answered(document, "what"), document, KIND, UNKNOWN) == answered(
        document, "what"
    )


def test_a_type_without_rows_has_none() -> None:
    document, kind = scanned("can 80 1"), replace(KIND, items=None)
    said = replace(answered(document, "what"), fields=())
    assert recalled_texts(said, document, kind, known("can 80 l")) == said
