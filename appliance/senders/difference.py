"""Why a document of a known sender is held although its values may be right. Pure.

Money that went to another's account does not come back: an account that no earlier page of the
sender names is never accepted without a clerk.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, FieldSpec, FieldType, display_name
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction
from appliance.fields.candidates import shaped
from appliance.fields.codes import iban
from appliance.fields.folding import upper_alnum
from appliance.fields.style import PLAIN
from appliance.senders.history import SenderHistory
from appliance.senders.memory import SenderMemory

_ACCOUNT = FieldSpec("iban", FieldType.IBAN)


def differences(
    prediction: Prediction, document: Document, doctype: DocType, history: SenderHistory
) -> tuple[Blocker, ...]:
    """``prediction`` as it was recalled with ``history``; none of an unknown sender."""
    if not history.earlier:
        return ()
    return (
        *_changed_accounts(document, doctype, history),
        *_unlike_before(prediction, doctype, history),
    )


def _changed_accounts(
    document: Document, doctype: DocType, history: SenderHistory
) -> Iterator[Blocker]:
    asked = [spec.name for spec in doctype.fields if spec.type is FieldType.IBAN]
    before = _accounts_before(asked, history)
    if not before:
        return
    pages = [_letters(one.document) for one in history.earlier]
    for account in accounts(document):
        if account not in before and not any(account in letters for letters in pages):
            old = ", ".join(before)
            message = f"the account {account} is new: on earlier documents it was {old}"
            yield Blocker(BlockerCode.ACCOUNT_CHANGED, message, asked[0])


def accounts(document: Document) -> tuple[str, ...]:
    """Bare IBANs whose check digits fit, as they stand on its pages."""
    found = (
        iban(one.text)
        for number, page in enumerate(document.pages)
        for one in shaped(page, number, _ACCOUNT, PLAIN)
    )
    return tuple(dict.fromkeys(code.bare for code in found if code.valid))


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


def _unlike_before(
    prediction: Prediction, doctype: DocType, history: SenderHistory
) -> Iterator[Blocker]:
    memory = SenderMemory(doctype, history.earlier)
    specs = {spec.name: spec for spec in doctype.fields}
    for field in prediction.header:
        spec = specs.get(field.fieldtype)
        if spec is None or field.text is None or field.remembered:
            continue
        before = memory.constant(spec)
        if before is not None:
            name = display_name(spec.name)
            message = f'{name} is "{field.text}": on the last documents it was "{before}"'
            yield Blocker(BlockerCode.UNLIKE_BEFORE, message, spec.name)
