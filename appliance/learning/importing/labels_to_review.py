"""Values from before the appliance came -> a review, as if a clerk had keyed them blind. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from appliance.domain.corrections import Correction, CorrectionKind, Review
from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import Document
from appliance.domain.prediction import Field, FieldJudgement, Judgement, Prediction
from appliance.fields.chunks import Chunks, chunks
from appliance.fields.folding import collapse_spaces, fold_alnum
from appliance.fields.occurrences import occurrences
from appliance.fields.party import country_of
from appliance.fields.style import WritingStyle, style_of
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy


@dataclass(frozen=True, slots=True)
class KeyedDocument:
    review: Review
    lost: tuple[str, ...]
    """Of each value that does not stand in the document as read, the field: it cannot be
    taught."""
    unlisted: tuple[str, ...]
    """Of each value that is none of those its field may have, the field: it was left out."""


def labels_to_review(
    document: Document,
    doctype: DocType,
    values: Mapping[str, str],
    rows: Sequence[Mapping[str, str]] = (),
    *,
    absent: Sequence[str] = (),
) -> KeyedDocument:
    """``values`` and the cells of ``rows`` by the names of the type, white space as single
    spaces; the document does not say the fields that are ``absent``. What is none of these is
    unknown."""
    said = list(_said(doctype, values, rows))
    fields = [field for field, _ in said]
    style = style_of(document, country=country_of(doctype, fields))
    pages = [chunks(page.words) for page in document.pages]
    found = [_placed(field, spec, pages, style) for field, spec in said if field.text is not None]
    judgement = vouched(document, doctype, [*found, *(Field(name, None) for name in absent)], style)
    return KeyedDocument(
        Review("", tuple(map(_correction, judgement.fields)), judgement, 0.0, blind=True),
        lost=tuple(field.fieldtype for field in found if not field.spans),
        unlisted=tuple(field.fieldtype for field in fields if field.text is None),
    )


def einvoice_to_review(doctype: DocType, judgement: Judgement) -> Review:
    """Of what an accepted e-invoice says: as the page writes it, where it does. What it does not
    say is unknown."""
    said = [one for one in judgement.fields if one.field.einvoice and one.field.text is not None]
    corrections = tuple(_correction(_printed(one, doctype)) for one in said)
    return Review("", corrections, judgement, 0.0, blind=True)


def _printed(decided: FieldJudgement, doctype: DocType) -> FieldJudgement:
    field = decided.field
    spec = doctype.spec(field.fieldtype, in_items=field.line_item_id is not None)
    if field.words is None or not spec.type.verbatim:
        return decided
    return replace(decided, field=replace(field, text=field.words))


def _said(
    doctype: DocType, values: Mapping[str, str], rows: Sequence[Mapping[str, str]]
) -> Iterator[tuple[Field, FieldSpec]]:
    """In the order of the type. A listed value has the word that says it; None when none does."""
    columns = doctype.items.fields if doctype.items else ()
    every = [(values, doctype.fields, None), *((row, columns, at) for at, row in enumerate(rows))]
    for texts, specs, row in every:
        for spec in specs:
            if spec.name in texts:
                text = texts[spec.name]
                value, words = (text, None) if spec.type.verbatim else _listed(text, spec)
                yield Field(spec.name, value, words=words, line_item_id=row), spec


def _listed(text: str, spec: FieldSpec) -> tuple[str | None, str | None]:
    """The value, and the word for it."""
    wanted = _reduced(text)
    for value, ways in spec.values.items():
        for way in (value, *ways):
            if _reduced(way) == wanted:
                return value, way
    return None, None


def _reduced(text: str) -> str:
    # A lone currency mark has neither letters nor digits.
    return fold_alnum(text) or collapse_spaces(text)


def _placed(field: Field, spec: FieldSpec, pages: Sequence[Chunks], style: WritingStyle) -> Field:
    """Found as it is when it is taught."""
    found = occurrences(field.text or "", spec, pages, style)
    spans = tuple(dict.fromkeys(place.span for place in found))
    words = field.words if spec.type.verbatim or not found else found[0].text
    return replace(field, spans=spans, words=words)


def vouched(
    document: Document, doctype: DocType, fields: Sequence[Field], style: WritingStyle
) -> Judgement:
    """Of values that somebody elsewhere decided: they are not doubted."""
    settled = {(field.fieldtype, field.line_item_id): None for field in fields}
    prediction = Prediction(document.docid, doctype.name, "", tuple(fields))
    return judge(
        document, doctype, prediction, policy=AcceptancePolicy(), settled=settled, style=style
    )


def _correction(decided: FieldJudgement) -> Correction:
    field = decided.field
    return Correction(
        field.fieldtype,
        field.line_item_id,
        before=None,
        after=field.text,
        kind=CorrectionKind.CONFIRMED if field.text is None else CorrectionKind.ADDED,
        seen=True,
        spans=field.spans,
        value=decided.value,
        wraps=field.wraps,
    )
