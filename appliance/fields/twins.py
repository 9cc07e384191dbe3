"""What tells two scans of one paper without a total from two papers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from appliance.domain.doctype import NUMBERS, DocType, FieldType
from appliance.domain.prediction import FieldJudgement, Judgement
from appliance.domain.rows import cells as cells_of
from appliance.domain.rows import header_by_name
from appliance.fields.folding import alike, fold_alnum

MIN_SHARED_VALUES = 0.5
"""Share of the values of two scans that are the same. OCR misreads some, and a row may be lost."""


def find_day(doctype: DocType, header: Mapping[str, FieldJudgement]) -> str | None:
    """Return the first date of the document, "" if its type has no dates, None if none was read.

    The same number comes again in another year, so a document whose date nobody read is not
    known again.
    """
    names = [spec.name for spec in doctype.fields if spec.type is FieldType.DATE]
    days = (header[name].value for name in names if name in header)
    return next((day for day in days if day), None) if names else ""


def is_another(doctype: DocType, judgement: Judgement, earlier: Judgement) -> bool:
    """Return whether two documents with one ``twin_key`` are two papers all the same.

    A total tells enough. Without one the rows have to agree, and without a date the other values
    of the header as well.
    """
    header, before = header_by_name(judgement.fields), header_by_name(earlier.fields)
    if _value(header, doctype.gross) and _value(before, doctype.gross):
        return False
    rows = _rows_agree(doctype, judgement, earlier)
    if rows is False or find_day(doctype, header):
        return rows is False
    known = {doctype.number, *doctype.party}
    names = [spec.name for spec in doctype.fields if spec.name not in known]
    pairs = [(_value(header, name), _value(before, name)) for name in names]
    both = [alike(one) == alike(other) for one, other in pairs if one and other]
    if not both:
        return rows is None
    return sum(both) < MIN_SHARED_VALUES * len(both)


def _rows_agree(doctype: DocType, judgement: Judgement, earlier: Judgement) -> bool | None:
    """Return None if one of them has no rows. Numbers are compared where both have some: OCR
    writes words in more ways."""
    if doctype.items is None:
        return None
    numbers = {spec.name for spec in doctype.items.fields if spec.type in NUMBERS}
    cells, before = cells_of(judgement.fields), cells_of(earlier.fields)
    for names in (numbers, {spec.name for spec in doctype.items.fields}):
        one, other = _count_values(cells, names), _count_values(before, names)
        if one and other:
            shared = (one & other).total()
            return shared >= MIN_SHARED_VALUES * max(one.total(), other.total())
    return None


def _count_values(cells: Iterable[FieldJudgement], names: set[str]) -> Counter[tuple[str, str]]:
    values = ((cell.fieldtype, cell.value or cell.field.text) for cell in cells)
    return Counter(
        (name, alike(fold_alnum(value))) for name, value in values if name in names and value
    )


def _value(header: Mapping[str, FieldJudgement], name: str | None) -> str | None:
    judged = header.get(name or "")
    return judged.value if judged else None
