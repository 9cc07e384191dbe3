"""What people are shown of one sender: by the command, and at the station."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from appliance.domain.doctype import DocType
from appliance.domain.errors import DoctypeError
from appliance.domain.senders import SenderDocument, SenderEntry, SenderLookup, ToldSender
from appliance.records.proof import Proof
from appliance.records.sender_list import SenderList
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import sender_history
from appliance.senders.identity import lasting
from appliance.senders.memory import RememberedValue, SenderMemory

MOST = 20
"""Documents of one sender that are listed, the newest."""


@dataclass(frozen=True, slots=True)
class RememberedField:
    doctype: str
    name: str
    value: RememberedValue


@dataclass(frozen=True, slots=True)
class SenderProfile:
    entry: SenderEntry
    codes: tuple[str, ...]
    marks: tuple[str, ...]
    """By which its pages are recognised."""
    documents: tuple[SenderDocument, ...]
    """The newest first."""
    earlier: int
    """How many documents it has besides."""
    remembered: tuple[RememberedField, ...]
    """As of now, for a document that none of its earlier ones is; of a sender that is only told,
    what other sites say."""
    accounts: tuple[str, ...] = ()
    """That other sites paid to."""


def sender_profile(
    store: Store, entry: SenderEntry, *, doctype: Callable[[str], DocType]
) -> SenderProfile:
    """``doctype`` raises DoctypeError where a type cannot be used: nothing is remembered of it."""
    lookup = SenderLookup(entry.party, SenderDirectory(store).learn())
    known = SenderList(store)
    cards, documents = list(known.cards(entry.party)), known.documents(entry.party)
    return SenderProfile(
        entry,
        tuple(sorted({code.upper() for card in cards for code in card.codes})),
        tuple(sorted({mark for card in cards for mark in lasting(card.known)})),
        tuple(documents[:MOST]),
        len(documents[MOST:]),
        tuple(_remembered(store, lookup, entry.doctypes, doctype)),
    )


def told_profile(told: ToldSender, entry: SenderEntry) -> SenderProfile:
    """Of a sender that other sites alone know."""
    values = (
        RememberedField(doctype, name, RememberedValue(one.text, one.documents, 1.0))
        for doctype, fields in told.values.items()
        for name, every in fields.items()
        for one in every
    )
    codes = tuple(sorted(code.upper() for code in told.card.codes))
    marks = tuple(sorted(told.card.known.marks))
    return SenderProfile(entry, codes, marks, (), 0, tuple(values), told.accounts)


def _remembered(
    store: Store,
    lookup: SenderLookup,
    doctypes: tuple[str, ...],
    doctype: Callable[[str], DocType],
) -> Iterator[RememberedField]:
    for name in doctypes:
        with suppress(DoctypeError):
            kind = doctype(name)
            history = sender_history(Proof(store), "", name, lookup)
            memory = SenderMemory(kind, history.earlier)
            for spec in kind.fields:
                for value in memory.values(spec):
                    yield RememberedField(name, spec.name, value)
