"""Compares answers with labels and adds the comparisons up. Pure.

What counts as a match is defined in ``fields.comparison``; labels are scored when they are not null
and, where the label line says what stands on the page, when they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import Document, page_text
from appliance.domain.prediction import Field, Prediction
from appliance.domain.results import EvaluationResult, FieldResult, Share
from appliance.evaluation.bootstrap import ratio_interval
from appliance.evaluation.labels_file import header, line_items, on_page
from appliance.fields.comparison import RowCounts, RowTexts, exact, normalised, rows_f1
from appliance.fields.folding import collapse_spaces, fold_alnum
from appliance.fields.style import WritingStyle

Z = 1.959964
"""Of a two-sided 95 % interval."""
DRAWS = 1000
"""Bootstrap samples."""


@dataclass(frozen=True, slots=True)
class ExpectedValues:
    """What a person says of one document."""

    values: Mapping[str, str]
    """Scored header fields."""
    rows: Sequence[RowTexts]
    """Scored cells of the rows that have one."""
    party: str | None
    """In the normal form of training lists."""


@dataclass(frozen=True, slots=True)
class CountedLabels:
    """Which labels count; None counts all."""

    fields: frozenset[str] | None = None
    columns: frozenset[str] | None = None
    fold_case: bool = False
    """For exact match, where labels are upper case and the reading is not."""


@dataclass(frozen=True, slots=True)
class ScoredValue:
    fieldtype: str
    exact: bool
    normalised: bool


@dataclass(frozen=True, slots=True)
class ScoredDocument:
    """One document compared with its labels."""

    name: str
    values: tuple[ScoredValue, ...] = ()
    rows: RowCounts = RowCounts()
    grounded: int = 0
    verbatim: int = 0
    """Non-null answers of verbatim types; ``grounded`` of them stand in the text."""
    accepted: bool = False
    party: str | None = None
    error: str = ""
    crashed: bool = False
    """The error is not the document's."""


def truth(line: Mapping[str, Any], doctype: DocType, counted: CountedLabels) -> ExpectedValues:
    """From one line of a ``labels.jsonl``."""
    every = header(line, doctype)
    values = {
        spec.name: text
        for spec in doctype.fields
        if (text := every[spec.name]) is not None
        and (counted.fields is None or spec.name in counted.fields)
        and on_page(line, spec)
    }
    parties = (every[name] for name in doctype.party)
    party = next((fold_alnum(party) for party in parties if party), None)
    return ExpectedValues(values, line_items(line, doctype, _columns(doctype, counted)), party)


def _columns(doctype: DocType, counted: CountedLabels) -> list[FieldSpec]:
    """Of the line items, those that count."""
    return [
        spec
        for spec in (doctype.items.fields if doctype.items else ())
        if counted.columns is None or spec.name in counted.columns
    ]


def score(
    name: str,
    document: Document,
    doctype: DocType,
    prediction: Prediction,
    truth: ExpectedValues,
    *,
    style: WritingStyle,
    accepted: bool,
    counted: CountedLabels,
) -> ScoredDocument:
    header = {field.fieldtype: field for field in prediction.header}
    values = tuple(
        _value(header.get(fieldtype), wanted, doctype.spec(fieldtype), style, counted)
        for fieldtype, wanted in truth.values.items()
    )
    verbatim = [field.text for field in _verbatim(prediction, doctype) if field.text is not None]
    text = " ".join(collapse_spaces(page_text(page)) for page in document.pages)
    return ScoredDocument(
        name,
        values,
        _score_rows(prediction, doctype, truth, style, counted),
        grounded=sum(collapse_spaces(value) in text for value in verbatim),
        verbatim=len(verbatim),
        accepted=accepted,
        party=truth.party,
    )


def missed(name: str, truth: ExpectedValues, *, error: str, crashed: bool) -> ScoredDocument:
    """A document that says nothing: all its values and rows are wrong."""
    values = tuple(ScoredValue(fieldtype, False, False) for fieldtype in truth.values)
    rows = RowCounts(0, 0, len(truth.rows))
    return ScoredDocument(name, values, rows, party=truth.party, error=error, crashed=crashed)


def _value(
    field: Field | None, wanted: str, spec: FieldSpec, style: WritingStyle, counted: CountedLabels
) -> ScoredValue:
    text = field.text if field else None
    return ScoredValue(
        spec.name,
        exact(text, wanted, fold_case=counted.fold_case),
        normalised(text, wanted, spec.type, style),
    )


def _score_rows(
    prediction: Prediction,
    doctype: DocType,
    truth: ExpectedValues,
    style: WritingStyle,
    counted: CountedLabels,
) -> RowCounts:
    if not truth.rows:
        return RowCounts()
    rows = [{cell.fieldtype: cell.text for cell in row} for row in prediction.rows]
    return rows_f1(rows, truth.rows, _columns(doctype, counted), style)


def _verbatim(prediction: Prediction, doctype: DocType) -> Iterable[Field]:
    for field in prediction.fields:
        spec = doctype.spec(field.fieldtype, in_items=field.line_item_id is not None)
        if spec.type.verbatim:
            yield field


def summarise(
    scores: Sequence[ScoredDocument], doctype: DocType, *, model: str, parties: frozenset[str]
) -> EvaluationResult:
    """``parties``: whom the model was trained on; empty when that is not known."""
    rows = sum((scored.rows for scored in scores), RowCounts())
    done = [scored for scored in scores if not scored.error]
    known = [scored for scored in scores if scored.party in parties]
    unknown = [scored for scored in scores if scored.party not in parties]
    names = [
        spec.name
        for spec in doctype.fields
        if any(value.fieldtype == spec.name for scored in scores for value in scored.values)
    ]
    return EvaluationResult(
        doctype=doctype.name,
        model=model,
        documents=len(scores),
        fields=tuple(_field_result(name, scores) for name in names),
        overall=_over_all("overall", scores),
        known=_over_all("known parties", known) if parties else None,
        unknown=_over_all("unknown parties", unknown) if parties else None,
        rows_matched=rows.matched,
        rows_predicted=rows.predicted,
        rows_true=rows.true,
        rows_f1=rows.f1,
        grounded=wilson(
            sum(scored.grounded for scored in scores), sum(scored.verbatim for scored in scores)
        ),
        accepted=wilson(sum(scored.accepted for scored in done), len(done)),
        crashed=sum(scored.crashed for scored in scores),
        refused=sum(bool(scored.error) and not scored.crashed for scored in scores),
    )


def _field_result(name: str, scores: Iterable[ScoredDocument]) -> FieldResult:
    values = [value for scored in scores for value in scored.values if value.fieldtype == name]
    return FieldResult(
        name,
        wilson(sum(value.exact for value in values), len(values)),
        wilson(sum(value.normalised for value in values), len(values)),
    )


def _over_all(name: str, scores: Sequence[ScoredDocument]) -> FieldResult:
    return FieldResult(
        name,
        clustered([[value.exact for value in scored.values] for scored in scores]),
        clustered([[value.normalised for value in scored.values] for scored in scores]),
    )


def wilson(right: int, n: int) -> Share:
    """Interval of Wilson (1927) for independent values."""
    if not n:
        return Share(0, 0, 0.0, 1.0)
    share = right / n
    middle = share + Z * Z / (2 * n)
    reach = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    whole = 1 + Z * Z / n
    return Share(right, n, max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole))


def clustered(documents: Sequence[Sequence[bool]]) -> Share:
    """Of all values, whether each is right; the interval takes whole documents as the unit."""
    pairs = [(sum(values), len(values)) for values in documents if values]
    right, n = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    if not n:
        return Share(0, 0, 0.0, 1.0)
    return Share(right, n, *ratio_interval(pairs, draws=DRAWS))
