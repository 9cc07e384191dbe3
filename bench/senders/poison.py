"""A wrong value that was keyed once for a sender: what it does to the documents that come after.

All of many other senders was approved before. The wrong value is keyed on the first paper of a
sender, or on its second; whatever comes later is keyed rightly, so the next paper corrects it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from random import Random

from appliance.domain.prediction import Prediction
from appliance.fields.comparison import normalised
from appliance.fields.style import style_of
from appliance.judgement.policy import AcceptancePolicy
from appliance.samples import codes
from bench.office.senders import OFFICE
from bench.senders.background import Background
from bench.senders.made import MadeInvoice
from bench.senders.office import Decided, Office
from bench.senders.promised import taken

PLACES = (0, 1)
"""Papers of a sender on which it is keyed, each in records of their own."""


@dataclass(frozen=True, slots=True)
class Poison:
    name: str
    field: str
    of: Callable[[MadeInvoice], str]
    """Empty where there is none."""


def _another_account(one: MadeInvoice) -> str:
    return codes.iban(Random(f"poison/{one.rank}"), one.made.paper.sender.language.country)


POISONS = (
    Poison("another's account, which is not on the page", "iban", _another_account),
    Poison("the buyer's name as the supplier's", "supplier_name", lambda one: OFFICE.name),
    Poison("account of a bank that bought the claims", "iban", lambda one: one.made.bought_by),
)


@dataclass(frozen=True, slots=True)
class Harm:
    """Documents, counted by what the wrong value does to them."""

    keyed: int = 0
    """On which it was keyed."""
    next: int = 0
    """The one after each."""
    shown: int = 0
    """Of these, where memory says it."""
    accepted: int = 0
    """Of these, where a wrong value is accepted in that field."""
    after: int = 0
    """All that came after the correction."""
    shown_after: int = 0
    accepted_after: int = 0
    others: int = 0
    """Of other senders, asked about again once it was keyed."""
    shown_to_others: int = 0
    lost: int = 0
    """Of others, not known any more."""

    def __add__(self, other: Harm) -> Harm:
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Harm(*(one + more for one, more in pairs))

    @property
    def wrong(self) -> int:
        """What no clerk would have to see, or would see again although she corrected it."""
        return self.accepted + self.shown_after + self.accepted_after + self.shown_to_others


def harm(
    poison: Poison,
    before: Background,
    senders: Sequence[Sequence[tuple[MadeInvoice, Prediction]]],
) -> Harm:
    """``senders``: of each its first papers, with the model's answers."""
    found = Harm()
    for papers in senders:
        if poison.of(papers[0][0]):
            for place in PLACES:
                with before.copy() as office:
                    found = sum(_of_one(poison, before, office, papers, place), found)
    return found


def _of_one(
    poison: Poison,
    before: Background,
    office: Office,
    papers: Sequence[tuple[MadeInvoice, Prediction]],
    place: int,
) -> Iterator[Harm]:
    for at, (invoice, answer) in enumerate(papers):
        text = poison.of(invoice)
        one = office.decide(invoice.asked, answer)
        if at > place:
            shown = _is_shown(one, poison.field, text)
            accepted = _is_accepted_wrong(office, one, poison.field, before.policy)
            if at == place + 1:
                yield Harm(next=1, shown=shown, accepted=accepted)
            else:
                yield Harm(after=1, shown_after=shown, accepted_after=accepted)
        office.approve(one, {poison.field: text} if at == place else None)
        if at == place:
            yield Harm(keyed=1)
            yield from _others(poison.field, text, before, office)


def _others(field: str, text: str, before: Background, office: Office) -> Iterator[Harm]:
    """The last document of each."""
    last = {one.party: one for one in before.decided if one.lookup.party}
    for known in last.values():
        one = office.decide(known.asked, known.answer)
        shown = _is_shown(one, field, text)
        yield Harm(others=1, shown_to_others=shown, lost=one.lookup.party != known.lookup.party)


def _is_shown(one: Decided, name: str, text: str) -> bool:
    """Memory says it, and it is wrong."""
    field = next(field for field in one.recalled.header if field.fieldtype == name)
    right = one.asked.case.truth.values.get(name)
    kind, style = one.asked.doctype.spec(name).type, style_of(one.document)
    if not field.from_memory or (right and normalised(field.text, right, kind, style)):
        return False
    return normalised(field.text, text, kind, style)


def _is_accepted_wrong(office: Office, one: Decided, name: str, policy: AcceptancePolicy) -> bool:
    found = taken(office, one, policy).get(name)
    return found is not None and not found.right
