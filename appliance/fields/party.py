"""Who sent a document, in which country, and by what another scan of it is recognised."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from appliance.domain.doctype import CODES, NUMBERS, DocType, FieldType
from appliance.domain.prediction import Field, FieldJudgement, Judgement
from appliance.domain.rows import InTable, header_by_name
from appliance.domain.rows import header as header_of
from appliance.fields.codes import iban, vat_id
from appliance.fields.folding import alike, fold_alnum, upper_alnum
from appliance.fields.numbers import written
from appliance.fields.twins import find_day


class NormalisedField(InTable, Protocol):
    """A field with its normal form."""

    @property
    def field(self) -> Field: ...

    @property
    def value(self) -> str | None: ...


def party_of(doctype: DocType, known: Iterable[NormalisedField]) -> str | None:
    """The surest party field that has a value, reduced so that two spellings meet."""
    header = header_by_name(known)
    for name in doctype.party:
        found = header.get(name)
        if found is not None and found.value:
            reduce = upper_alnum if doctype.spec(name).type in CODES else fold_alnum
            return reduce(found.value) or None
    return None


def sender_of(doctype: DocType, decided: Iterable[FieldJudgement]) -> str | None:
    """The party's name as it stands on the document; its number only where the type asks for no
    name."""
    header = header_by_name(decided)
    names = [name for name in doctype.party if _is(doctype, name, FieldType.TEXT)]
    texts = (header[name].field.text for name in names or doctype.party if name in header)
    return next((text for text in texts if text), None)


def country_of(doctype: DocType, fields: Iterable[Field]) -> str | None:
    """From the prefix of the party's VAT id, else of an IBAN, whose check digits fit."""
    header = {field.fieldtype: field.text for field in header_of(fields)}
    of_party = [header.get(name) for name in doctype.party if _is(doctype, name, FieldType.VAT_ID)]
    ibans = [header.get(spec.name) for spec in doctype.fields if spec.type is FieldType.IBAN]
    codes = [*(vat_id(text) for text in of_party if text), *(iban(text) for text in ibans if text)]
    return next((code.country for code in codes if code.valid and code.country), None)


def twin_key(doctype: DocType, judgement: Judgement) -> str | None:
    """The same for every scan of one document, and for one that only looks the same; None when
    party or number is missing, or both gross and date. ``is_another`` tells more of those without
    a gross."""
    header = header_by_name(judgement.fields)
    number = header.get(doctype.number or "")
    gross = header.get(doctype.gross or "")
    if not (judgement.party and number and number.value):
        return None
    if gross and gross.value:
        mark: str | None = _amount(doctype, gross.value)
    else:
        mark = find_day(doctype, header)
    if mark is None:
        return None
    return alike("|".join((judgement.party, upper_alnum(number.value), mark)))


def _amount(doctype: DocType, value: str) -> str:
    is_number = _is(doctype, doctype.gross or "", *NUMBERS)
    return written(Decimal(value).normalize()) if is_number else value


def _is(doctype: DocType, name: str, *kinds: FieldType) -> bool:
    return doctype.spec(name).type in kinds
