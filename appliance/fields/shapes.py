"""What a value of each type may look like, before anybody parses it.

Pure. Regular expressions that Python's ``re`` and llguidance's engine read alike. They are wide:
a shape only has to keep a small model from answering a date with a phone number.
"""

from __future__ import annotations

import json
import re

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.fields.chunks import CURRENCIES

_LETTER = r"[^\W\d_]"
_YEAR = r"('?[0-9]{2}|(19|20)[0-9]{2})"
_DD = r"(0?[1-9]|[12][0-9]|3[01])"
_MM = r"(0?[1-9]|1[0-2])"
_DAY = rf"{_DD}(st|nd|rd|th|er|\.|º|ª)?"
_MONTH = rf"{_LETTER}{{3,12}}\.?"
_SEPARATOR = r"( ?[-/.,] ?| (of|de|del|d') ?| )"
_OF = f"{_SEPARATOR}?"


def _numbers(mark: str) -> str:
    between = rf" ?{mark} ?"
    orders = (_DD, _MM, _YEAR), (_MM, _DD, _YEAR), ("(19|20)[0-9]{2}", _MM, _DD)
    return "|".join(between.join(order) for order in orders)


# No month 15 and no day 0: a model that is lost among numbers is led to those that are a date.
_DATE = "|".join(
    (
        *map(_numbers, ("-", "/", r"\.")),
        rf"[0-9]{{4}} ?年 ?{_MM} ?月 ?{_DD} ?日?",
        rf"{_DAY}{_OF}{_MONTH}{_OF}{_YEAR}",
        rf"{_MONTH}{_OF}{_DAY}{_SEPARATOR}{_YEAR}",
        rf"(19|20)[0-9]{{2}}{_OF}{_MONTH}{_OF}{_DAY}",
        r"(19|20)?[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])",
        r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])(19|20)?[0-9]{2}",
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.Z+-]{5,24}",
    )
)

_CURRENCY = rf"[{CURRENCIES}]"
_SIGN = "-−–—‐‑"
_MARK = rf"({_LETTER}({_LETTER}|\.){{0,4}}{_CURRENCY}?|{_CURRENCY})"
_UNIT = rf"({_CURRENCY}|%|‰|{_LETTER}({_LETTER}|[./²³]){{0,11}}|[cdkm]?m[23])"
_DIGITS = r"[0-9]{1,3}( [0-9]{3})+([.,][0-9]{1,4})?|[0-9]([0-9.,'’`´]*[0-9])?"
_NUMBER = (
    rf"[{_SIGN}+(]?({_MARK} ?)?[{_SIGN}+(]?"
    rf"({_DIGITS}([.,][{_SIGN}]{{1,2}})?)"
    rf"( ?[{_SIGN})]( {_UNIT})?| ?{_UNIT}\)?)?"
)

SHAPES = {
    FieldType.TEXT: r".{1,400}",
    FieldType.CODE: r".{1,60}",
    FieldType.DATE: _DATE,
    FieldType.AMOUNT: _NUMBER,
    FieldType.QUANTITY: _NUMBER,
    FieldType.INTEGER: _NUMBER,
    FieldType.PERCENT: _NUMBER,
    FieldType.IBAN: r"[A-Z]{2}[0-9]{2}( ?[0-9A-Z]{4}){2,7}( ?[0-9A-Z]{1,4})?",
    FieldType.VAT_ID: (
        r"[A-Z]{0,4}[ -]?[0-9A-Z]?[0-9]([ ./-]?[0-9]){4,14}([ -]?[0-9A-Z]{1,3})?"
        r"( (MWST|TVA|IVA))?"
    ),
}
"""Of the values that are spans of the document; a whole value must match."""

LONGEST_CODE = 48
"""Characters of a code that has to match a pattern."""

_BEGINS = re.compile(r"[^ ,:;)\]}]")
_ENDS = re.compile(r".*[^ :;(\[{]", re.DOTALL)


def allowed(text: str, spec: FieldSpec) -> bool:
    """Whether the grammar lets a field of a verbatim type be ``text``, a run of chunks."""
    if spec.pattern is not None:
        return len(text) <= LONGEST_CODE and bool(re.fullmatch(spec.pattern, text))
    escaped = json.dumps(text, ensure_ascii=False)[1:-1]
    return (
        any(map(str.isalnum, text))
        and bool(_BEGINS.match(text) and _ENDS.fullmatch(text))
        and bool(re.fullmatch(SHAPES[spec.type], escaped))
    )


def folds(words: str) -> bool:
    """Whether they are known whatever their case. Short capitals are codes: TOP and ALL are
    currencies, top and all are not."""
    return len(words) > 3 or not words.isupper()
