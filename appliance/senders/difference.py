"""Why a document of a known sender is held although its values may be right. Pure.

Money that went to another's account does not come back: an account that no earlier page of the
sender names is never accepted without a clerk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import NUMBERS, DocType, FieldType, display_name
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction
from appliance.fields.accounts import valid_accounts
from appliance.fields.codes import iban, vat_id
from appliance.fields.folding import upper_alnum
from appliance.fields.numbers import written
from appliance.fields.types import normalise
from appliance.senders.history import SenderHistory, writing_style
from appliance.senders.memory import SenderMemory, reduced

_MANY = 10
"""Documents that say what a sender's amounts are like."""
_FAR = 5
"""Times the most, or of the least a fifth, beyond which an amount is unlike them."""
_TOLD = 3
"""Accounts of which a clerk is told."""


def differences(
    prediction: Prediction, document: Document, doctype: DocType, history: SenderHistory
) -> tuple[Blocker, ...]:
    """``prediction`` as it was recalled with ``history``. Of an unknown sender nothing but that its
    account is abroad, that there are several, that other sites paid to others, or that somebody
    else has the same name. Where an e-invoice says an account, that is paid to, whatever its page
    says."""
    on_page, stated = accounts(document), _accounts_stated(prediction)
    return (
        *_account_abroad(prediction, doctype, history),
        *_changed_accounts((*on_page, *stated), doctype, history),
        *_other_accounts(stated or on_page, doctype, history),
        *_several_accounts(document, doctype, history),
        *_same_names(prediction, doctype, history),
        *_unlike_before(prediction, doctype, history),
        *_unusual_amount(prediction, document, doctype, history),
    )


def _account_abroad(
    prediction: Prediction, doctype: DocType, history: SenderHistory
) -> Iterator[Blocker]:
    of_type = {spec.name: spec.type for spec in doctype.fields}
    texts = {one.fieldtype: one.text for one in prediction.header if one.text}
    parties = [vat_id(texts[name]) for name in doctype.party if name in texts]
    home = next((code.country for code in parties if code.valid and code.country), None)
    before = _accounts_before(_asked(doctype), history)
    for name, text in texts.items():
        account = iban(text) if home and of_type.get(name) is FieldType.IBAN else None
        if not account or not account.valid or account.bare in before or account.country == home:
            continue
        message = f"the account is in {account.country}, its sender in {home}"
        yield Blocker(BlockerCode.ACCOUNT_ABROAD, message, name)


def account_differences(
    said: Sequence[str], doctype: DocType, history: SenderHistory
) -> tuple[Blocker, ...]:
    """Of bare accounts that a clerk says, whatever stands on the page."""
    return (
        *_changed_accounts(said, doctype, history),
        *_other_accounts(said, doctype, history),
    )


def _changed_accounts(
    found: Sequence[str], doctype: DocType, history: SenderHistory
) -> Iterator[Blocker]:
    asked = _asked(doctype)
    before = _accounts_before(asked, history)
    if not before:
        return
    pages = [_letters(one.document) for one in history.earlier]
    for account in dict.fromkeys(found):
        if account not in before and not any(account in letters for letters in pages):
            old = ", ".join(before)
            message = f"the account {account} is new: on earlier documents it was {old}"
            yield Blocker(BlockerCode.ACCOUNT_CHANGED, message, asked[0])


def _other_accounts(
    found: Sequence[str], doctype: DocType, history: SenderHistory
) -> Iterator[Blocker]:
    """None of those that other sites paid to, nor of those that a clerk approved here: she gave her
    reason for that."""
    asked = _asked(doctype)
    told = history.told.accounts if history.told else ()
    if not (asked and told):
        return
    known = {*told, *_accounts_before(asked, history)}
    if found and known.isdisjoint(found):
        old = ", ".join(told[:_TOLD])
        message = f"the account {found[0]} is not one that other sites paid to: {old}"
        yield Blocker(BlockerCode.ACCOUNT_CHANGED, message, asked[0])


def _accounts_stated(prediction: Prediction) -> tuple[str, ...]:
    """By an e-invoice."""
    said = (iban(one.text) for one in prediction.header if one.einvoice and one.text)
    return tuple(code.bare for code in said if code.valid)


def _several_accounts(
    document: Document, doctype: DocType, history: SenderHistory
) -> Iterator[Blocker]:
    """Once a clerk has approved one of them, the others are known from its page."""
    asked = _asked(doctype)
    if not asked or _accounts_before(asked, history):
        return
    found = accounts(document)
    if len(found) > 1:
        message = f"{len(found)} accounts are named: {', '.join(found[:_TOLD])}"
        yield Blocker(BlockerCode.WHICH_ACCOUNT, message, asked[0])


def accounts(document: Document) -> tuple[str, ...]:
    """Return bare IBANs whose check digits fit, as they stand on its pages."""
    return valid_accounts(document)


def _asked(doctype: DocType) -> list[str]:
    """Fields that name an account."""
    return [spec.name for spec in doctype.fields if spec.type is FieldType.IBAN]


def _accounts_before(asked: list[str], history: SenderHistory) -> dict[str, None]:
    """That clerks approved, the newest first."""
    return {
        account: None
        for one in history.earlier
        for name in asked
        if (account := one.values.get(name))
    }


def _letters(document: Document) -> str:
    return upper_alnum("".join(word.text for page in document.pages for word in page.words))


def _same_names(
    prediction: Prediction, doctype: DocType, history: SenderHistory
) -> Iterator[Blocker]:
    """A model, or a clerk on an earlier page, takes the buyer's name for the supplier's. That both
    are one is believed once the last documents all say so. All fields of the ``party`` may name it.
    """
    of_text = [spec for spec in doctype.fields if spec.type is FieldType.TEXT]
    memory = SenderMemory(doctype, history.earlier)
    texts = {one.fieldtype: one.text for one in prediction.header if one.text}
    specs = [spec for spec in of_text if spec.name in texts]
    for party in (spec for spec in specs if spec.name in doctype.party):
        name = reduced(texts[party.name], party)
        for other in (spec for spec in specs if spec.name not in doctype.party):
            same = reduced(texts[other.name], other) == name
            known = (memory.constant(spec) for spec in (party, other))
            if same and any(reduced(said or "", party) != name for said in known):
                for one, beside in ((party, other), (other, party)):
                    message = f"{display_name(one.name)}: {display_name(beside.name)} says the same"
                    yield Blocker(BlockerCode.SAME_NAME, message, one.name)


def _unlike_before(
    prediction: Prediction, doctype: DocType, history: SenderHistory
) -> Iterator[Blocker]:
    memory = SenderMemory(doctype, history.earlier)
    specs = {spec.name: spec for spec in doctype.fields}
    for field in prediction.header:
        spec = specs.get(field.fieldtype)
        is_known = field.remembered is not None and not field.remembered.placed
        if spec is None or field.text is None or is_known:
            continue
        if field.einvoice and spec.type is FieldType.TEXT:
            continue  # programs spell names as they were entered, not as the page has them
        before = memory.constant(spec)
        if before is not None and reduced(field.text, spec) != reduced(before, spec):
            name = display_name(spec.name)
            message = f'{name} is "{field.text}": on the last documents it was "{before}"'
            yield Blocker(BlockerCode.UNLIKE_BEFORE, message, spec.name)


def _unusual_amount(
    prediction: Prediction, document: Document, doctype: DocType, history: SenderHistory
) -> Iterator[Blocker]:
    spec = next((spec for spec in doctype.fields if spec.name == doctype.gross), None)
    if spec is None or spec.type not in NUMBERS:
        return
    before = [
        abs(amount) for one in history.earlier if (amount := _number(one.values.get(spec.name)))
    ]
    text = next((one.text for one in prediction.header if one.fieldtype == spec.name), None)
    if text is None or len(before) < _MANY:
        return
    style = writing_style(document, doctype, prediction.fields, history)
    now = _number(normalise(text, spec, style).value)
    if now is None:
        return
    least, most = min(before), max(before)
    if not least / _FAR <= abs(now) <= most * _FAR:
        said = f"{display_name(spec.name)} is {text}: the last {len(before)} documents"
        message = f"{said} had {written(least)} to {written(most)}"
        yield Blocker(BlockerCode.UNLIKE_BEFORE, message, spec.name)


def _number(value: str | None) -> Decimal | None:
    """None also of 0, which is far from nothing."""
    try:
        return Decimal(value or 0) or None
    except InvalidOperation:
        return None
