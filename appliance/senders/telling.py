"""What a hub tells of a sender, and when it is worth telling again.

Of a home's own directory and of what was approved there. ``told`` reads the records; all else is
pure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from math import ceil
from typing import Any

from pydantic import ValidationError

from appliance.domain.doctype import DocType, FieldType
from appliance.domain.errors import ConfigError, DoctypeError
from appliance.domain.json_form import JsonForm
from appliance.domain.prediction import TRUSTED
from appliance.domain.senders import (
    KnownSender,
    SenderCard,
    SenderLookup,
    ToldSender,
    ToldValue,
)
from appliance.fields.codes import iban
from appliance.fields.folding import fold_alnum
from appliance.records.proof import Proof
from appliance.records.sender_list import SenderList
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import ApprovedDocument, sender_history
from appliance.senders.identity import lasting
from appliance.senders.marks import is_account
from appliance.senders.memory import RememberedValue, SenderMemory

LARGEST = 4096
"""Bytes of one sender as it is sent."""
_VALUES = 3
"""Of one field, the newest."""
_CODES, _ACCOUNTS, _NAMES, _MARKS = 8, 8, 8, 40
_TELLING_MARKS = 8
"""Of the marks, those that go before any value."""
_LONGEST = 300
"""Characters of a text that is told."""
_STEPS = sorted({3, *(step * 10**power for power in range(9) for step in (1, 2, 5))})
"""Numbers of documents that are worth telling: 1, 2, 3, 5, 10, 20, 50, 100 ..."""

MayTell = Callable[[str, str], bool]
"""Whether the owner lets other sites know of a field; by its document type and its fieldtype."""
_Adds = Callable[[ToldSender], ToldSender]

_form = JsonForm(ToldSender)


def told(
    store: Store, party: str, *, hub: str, doctype: Callable[[str], DocType], may_tell: MayTell
) -> ToldSender | None:
    """What the home that is called ``hub`` knows of a sender. None where there is nothing that it
    may tell. ``doctype`` raises DoctypeError where a type cannot be used: nothing is told of it."""
    lookup = SenderLookup(party, SenderDirectory(store).learn())
    known = SenderList(store)
    approved: list[tuple[DocType, Sequence[ApprovedDocument]]] = []
    for name in known.doctypes(party):
        with suppress(DoctypeError):
            kind = _shared(doctype(name), may_tell)
            if kind.fields:
                history = sender_history(Proof(store), "", name, lookup)
                approved.append((kind, history.earlier))
    cards = list(known.cards(party))
    return composed(hub, cards, approved) if cards and approved else None


def _shared(doctype: DocType, may_tell: MayTell) -> DocType:
    fields = tuple(one for one in doctype.fields if may_tell(doctype.name, one.name))
    return replace(doctype, fields=fields)


def composed(
    hub: str,
    cards: Sequence[SenderCard],
    approved: Iterable[tuple[DocType, Sequence[ApprovedDocument]]],
) -> ToldSender | None:
    """Of the ``cards`` of one sender, at least one, and of what was ``approved`` of it, by type
    and the newest first; only fields that may be told are in the types. What tells least is left
    out where it would be too long; None where its id alone is."""
    values: dict[tuple[str, str], Sequence[RememberedValue]] = {}
    paid: dict[str, float] = {}
    accounts_asked = False
    for doctype, earlier in approved:
        memory = SenderMemory(doctype, earlier)
        for spec in doctype.fields:
            if spec.type is FieldType.IBAN:
                accounts_asked = True
                for account, when in _accounts(spec.name, earlier):
                    paid[account] = max(when, paid.get(account, when))
            elif found := memory.values(spec):
                values[doctype.name, spec.name] = found
    accounts = sorted(paid, key=lambda account: (-paid[account], account))[:_ACCOUNTS]
    known = _joined(cards)
    marks = [
        _with_mark(mark, on)
        for mark, on in sorted(known.marks.items(), key=lambda one: (-one[1], one[0]))[:_MARKS]
        if accounts_asked or not is_account(mark)
    ]
    newest, *older = (_with_values(values, rank) for rank in range(_VALUES))
    return _cut(
        ToldSender(hub, SenderCard(replace(known, names=frozenset(), marks={}))),
        (
            *map(_with_code, _texts(code for card in cards for code in card.codes)[:_CODES]),
            *map(_with_account, accounts),
            *map(_with_name, _texts(known.names)[:_NAMES]),
            *marks[:_TELLING_MARKS],
            *newest,
            *marks[_TELLING_MARKS:],
            *(one for every in older for one in every),
        ),
    )


def _cut(bare: ToldSender, parts: Iterable[_Adds]) -> ToldSender | None:
    """With as many of ``parts`` as may be sent, those that tell most first: by what it is found,
    what warns, then what is proposed."""
    if len(written(bare)) > LARGEST:
        return None
    whole = bare
    for adds in parts:
        more = adds(whole)
        if len(written(more)) > LARGEST:
            break
        whole = more
    return whole


def _with_code(code: str) -> _Adds:
    return lambda told: replace(told, card=replace(told.card, codes=(*told.card.codes, code)))


def _with_account(account: str) -> _Adds:
    return lambda told: replace(told, accounts=(*told.accounts, account))


def _with_name(name: str) -> _Adds:
    return lambda told: _known_by(told, names=told.card.known.names | {name})


def _with_mark(mark: str, on: int) -> _Adds:
    return lambda told: _known_by(told, marks={**told.card.known.marks, mark: on})


def _known_by(told: ToldSender, **changes: Any) -> ToldSender:
    return replace(told, card=replace(told.card, known=replace(told.card.known, **changes)))


def _with_values(
    values: Mapping[tuple[str, str], Sequence[RememberedValue]], rank: int
) -> list[_Adds]:
    """Of each field the value that is ``rank`` places behind the newest; those first that most
    documents say."""
    found = [
        (*key, ToldValue(one.text, one.documents, one.approved_at))
        for key, every in values.items()
        for one in [one for one in every if len(one.text) <= _LONGEST][rank : rank + 1]
    ]
    found.sort(key=lambda one: (-one[2].documents, one[0], one[1]))
    return [_with_value(*one) for one in found]


def _with_value(doctype: str, name: str, value: ToldValue) -> _Adds:
    def adds(told: ToldSender) -> ToldSender:
        fields = told.values.get(doctype, {})
        fields = {**fields, name: (*fields.get(name, ()), value)}
        return replace(told, values={**told.values, doctype: fields})

    return adds


def _accounts(name: str, earlier: Iterable[ApprovedDocument]) -> Iterator[tuple[str, float]]:
    for one in earlier:
        code = iban(one.values.get(name) or "")
        if code.valid:
            yield code.bare, one.approved_at


def _joined(cards: Sequence[SenderCard]) -> KnownSender:
    """One of those that were merged. A mark of one of them stays one that nearly always stands
    there: its number is that of all documents, by its share of that one's."""
    every = [card.known for card in cards]
    documents = sum(one.documents for one in every)
    marks: dict[str, int] = {}
    for one in every:
        for mark, on in lasting(one).items():
            marks[mark] = max(ceil(on / one.documents * documents), marks.get(mark, 0))
    names = frozenset(name for one in every for name in one.names)
    named = sum(one.named for one in every)
    return KnownSender(every[0].party, documents, named, names, marks)


def _texts(texts: Iterable[str]) -> list[str]:
    return sorted({text for text in texts if len(text) <= _LONGEST})


def differs(before: ToldSender | None, now: ToldSender) -> bool:
    """Whether it is worth telling again: an account is new or gone, a value is new, the newest of
    a field is gone or clearly overtaken, or a number of documents has passed a step. A sender with
    two branches, one by turns, is told of both once."""
    if before is None or set(now.accounts) != set(before.accounts):
        return True
    if _step(now.card.known.documents) > _step(before.card.known.documents):
        return True
    old, new = _by_field(before), _by_field(now)
    return any(_values_differ(old.get(key, {}), new.get(key, {})) for key in old.keys() | new)


_OfField = Mapping[str, ToldValue]
"""By what tells a value from another one, the newest first."""


def _by_field(told: ToldSender) -> dict[tuple[str, str], _OfField]:
    return {
        (doctype, name): {fold_alnum(one.text) or one.text: one for one in values}
        for doctype, fields in told.values.items()
        for name, values in fields.items()
    }


def _values_differ(old: _OfField, new: _OfField) -> bool:
    if not new.keys() <= old.keys():
        return True
    if any(_step(one.documents) > _step(old[text].documents) for text, one in new.items()):
        return True
    before, newest = next(iter(old), None), next(iter(new), None)
    if before is None or newest is None or before not in new:
        return before != newest
    return new[newest].documents >= new[before].documents + TRUSTED


def _step(documents: int) -> int:
    return bisect_right(_STEPS, documents)


def written(told: ToldSender) -> bytes:
    """As it is sent: JSON."""
    return _form.dump_json(told)


def read(data: bytes) -> ToldSender:
    """What was sent. Raises ConfigError for what no hub writes."""
    if len(data) > LARGEST:
        raise ConfigError(
            f"what is told of a sender has {len(data)} bytes, of {LARGEST} at most", hint=_ASK
        )
    try:
        return _form.validate_json(data)
    except ValidationError as error:
        raise ConfigError("what is told of a sender cannot be read", hint=_ASK) from error


_ASK = "run the same version of the appliance at the hub and here"
