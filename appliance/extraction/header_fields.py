"""What windows answered about the header: fields that know where they stand and how sure they are.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType
from appliance.domain.document import Document, Span
from appliance.domain.errors import WorkerError
from appliance.domain.prediction import Field
from appliance.extraction.asking import WindowAnswer
from appliance.extraction.header_answer import AnsweredValue
from appliance.fields import grounding
from appliance.fields.chunks import Chunks


def header_fields(
    document: Document, doctype: DocType, whole: Sequence[Chunks], readings: Sequence[WindowAnswer]
) -> Iterator[tuple[Field, ...]]:
    """One a window; ``whole`` are the chunks of the document's pages. Raises WorkerError."""
    for reading in readings:
        said = {value.spec.name: value for value in reading.header.values}
        yield tuple(
            _field(document, whole, reading, said[spec.name])
            if spec.name in said
            else Field(spec.name, None)
            for spec in doctype.fields
        )


def cuts(doctype: DocType, reading: WindowAnswer) -> Iterator[Blocker]:
    """Why an answer is not whole."""
    said = reading.header.values
    if len(said) < len(doctype.fields):
        missing = doctype.fields[len(said)].name
        yield Blocker(
            BlockerCode.ANSWER_CUT, f"the answer was cut before {missing.replace('_', ' ')}"
        )


def _field(
    document: Document, whole: Sequence[Chunks], reading: WindowAnswer, value: AnsweredValue
) -> Field:
    spans = grounding.by_label(document, _spans(whole, reading, value), value.spec)
    tokens = tuple(token.score for token in reading.chosen(value))
    return Field(value.spec.name, value.text, spans, words=value.words, tokens=tokens)


def _spans(
    whole: Sequence[Chunks], reading: WindowAnswer, value: AnsweredValue
) -> tuple[Span, ...]:
    """Every place of the value, those that the window showed first."""
    said = value.text if value.spec.type.verbatim else value.words
    if said is None:
        return ()
    found = grounding.spans(said, whole)
    if not found:
        raise WorkerError(f"bug: {said!r} for {value.spec.name} does not stand in the document")
    return tuple(sorted(found, key=lambda span: not _shown(reading, span)))


def _shown(reading: WindowAnswer, span: Span) -> bool:
    return any(
        part.page == span.page and part.start <= span.start and span.end <= part.end
        for part in reading.window
    )
