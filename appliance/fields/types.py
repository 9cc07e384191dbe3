"""What a value of each field type looks like, and its normal form. Pure.

Shapes come before anybody parses a value: regular expressions that Python's ``re`` and
llguidance's engine read alike. They are wide: a shape only has to keep a small model from
answering a date with a phone number. Normal forms are ISO 8601 dates, decimals with a point, bare
codes. A day that may be two days and a number that may be two numbers stay unclear unless the
document's style decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from appliance.domain.blockers import BlockerCode
from appliance.domain.characters import UNKNOWN, unseen, visible
from appliance.domain.doctype import FieldSpec, FieldType, display_name
from appliance.fields import codes, dates, numbers
from appliance.fields.chunks import CURRENCIES
from appliance.fields.folding import collapse_spaces, mixes_alphabets, upper_alnum
from appliance.fields.style import WritingStyle
from appliance.fields.writing import written_day

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


@dataclass(frozen=True, slots=True)
class NormalForm:
    value: str | None
    """None when it is unclear; beside a problem: how it reads, although check digits do not fit."""
    problem: str | None = None
    """In words for a clerk."""
    code: BlockerCode = BlockerCode.DOES_NOT_PARSE
    """Of the blocker, where there is a problem."""


def normalise(text: str, spec: FieldSpec, style: WritingStyle) -> NormalForm:
    normal = _normal(visible(text), spec, style)
    if problem := not_seen(text):
        return NormalForm(normal.value, problem, BlockerCode.UNSEEN_CHARACTER)
    return normal


def not_seen(text: str) -> str | None:
    """What of ``text`` cannot be seen, by number, for there is nothing to show; None when all can
    be."""
    found = unseen(text)
    hidden = ", ".join(f"U+{ord(one):04X}" for one in found if one != UNKNOWN)
    if hidden:
        return f"holds a character that cannot be seen ({hidden})"
    return "holds a character that could not be read" if found else None


def _normal(text: str, spec: FieldSpec, style: WritingStyle) -> NormalForm:
    match spec.type:
        case FieldType.DATE:
            return _date(text, style)
        case FieldType.AMOUNT | FieldType.QUANTITY | FieldType.PERCENT | FieldType.INTEGER:
            return _number(text, spec.type, style)
        case FieldType.IBAN:
            return _checked(codes.iban(text), "IBAN")
        case FieldType.VAT_ID:
            return _checked(codes.vat_id(text, style.country), "VAT id")
        case FieldType.CODE:
            return _code(text, spec)
        case FieldType.TEXT:
            return _text(collapse_spaces(text))
        case _:
            known = text in spec.values
            return (
                NormalForm(text) if known else NormalForm(None, f'"{text}" is none of the values')
            )


def _date(text: str, style: WritingStyle) -> NormalForm:
    found = dates.readings(text)
    order = style.custom if style.day_first is None and not found.certain else style.day_first
    day = found.under(order)
    if day:
        return NormalForm(day.isoformat())
    if found.possible:
        said = " or ".join(_said(found.possible))
        count = "three" if len(found.possible) > 2 else "two"
        return NormalForm(None, f"{count} dates are possible: {said}", BlockerCode.AMBIGUOUS_DATE)
    return NormalForm(None, f'"{text}" is not a date')


def _said(days: Sequence[date]) -> Iterator[str]:
    """With the year where it tells them apart."""
    years = {day.year for day in days}
    for day in days:
        yield written_day(day) if len(years) > 1 else written_day(day).rpartition(" ")[0]


def _number(text: str, kind: FieldType, style: WritingStyle) -> NormalForm:
    units = kind in (FieldType.QUANTITY, FieldType.INTEGER)
    found = numbers.readings(text, units=units)
    if kind is FieldType.INTEGER:
        # 1.234 pieces: only one of the two ways to read it is a whole number.
        found = tuple(one for one in found if one == one.to_integral_value())
        if not found:
            return NormalForm(None, f'"{text}" is no whole number')
    one = len(found) == 1
    value = found[0] if one else numbers.number(text, style.decimal, units=units)
    if value is not None:
        return NormalForm(f"{value:.0f}" if kind is FieldType.INTEGER else numbers.written(value))
    if len(found) > 1:
        two = " or ".join(numbers.written(one) for one in found)
        return NormalForm(None, f"two numbers are possible: {two}", BlockerCode.AMBIGUOUS_NUMBER)
    return NormalForm(None, f'"{text}" is not a number')


def _checked(code: codes.Code, name: str) -> NormalForm:
    if code.valid:
        return NormalForm(code.bare)
    if code.country is None:
        return NormalForm(
            code.bare or None, f"this {name} does not begin with a country that we know"
        )
    return NormalForm(code.bare, f"the check digits of this {name} do not fit")


_MIXED = "holds letters of two alphabets that look alike"
_SYMBOL = 2
"""Letters of a word that may be of two alphabets: ρₑ."""


def _text(text: str) -> NormalForm:
    if not text:
        return NormalForm(None, "there is no text")
    if any(mixes_alphabets(word) and len(word) > _SYMBOL for word in text.split()):
        return NormalForm(text, _MIXED, BlockerCode.MIXED_ALPHABETS)
    return NormalForm(text)


def _code(text: str, spec: FieldSpec) -> NormalForm:
    whole = collapse_spaces(text)
    if spec.name == "eori" or spec.name.endswith("_eori"):
        return _checked(codes.eori(text), "EORI number")
    if not whole:
        return NormalForm(None, "there is no text")
    if mixes_alphabets(whole):
        return NormalForm(whole, _MIXED, BlockerCode.MIXED_ALPHABETS)
    if spec.pattern is None or re.fullmatch(spec.pattern, whole):
        return NormalForm(whole)
    if re.fullmatch(spec.pattern, upper_alnum(text)):
        return NormalForm(upper_alnum(text))
    return NormalForm(None, f'"{whole}" does not look like a {display_name(spec.name)}')
