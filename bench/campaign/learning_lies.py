"""What memory makes of lies: a clerk's, a sender's, an import's.

A lie may be proposed on the sender's next invoice and is not accepted there, unless it was told so
often in a row that memory is trusted: nobody could know better then. One correction ends it,
however often it was told. Nobody else's invoices change.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from appliance.domain.blockers import BlockerCode
from appliance.domain.prediction import TRUSTED, Prediction, TokenScore
from appliance.samples import codes
from bench.campaign.learning_town import KIND, Decided, Invoice, Sender, Town, town
from bench.campaign.trial import Breach, Found, Outcome

FIELDS = tuple(spec.name for spec in KIND.fields)
AFTER = 4
"""Honest invoices of the sender that come after the lies."""
_SENDERS, _PAPERS = 12, 160


@cache
def _before() -> tuple[tempfile.TemporaryDirectory[str], tuple[Sender, ...]]:
    """A town in which all was honest, and much is accepted: the same for every trial."""
    folder = tempfile.TemporaryDirectory()
    with town(Path(folder.name), "an honest town") as found:
        senders = tuple(found.sender() for _ in range(_SENDERS))
        found.works(senders, _PAPERS)
        found.calibrates()
        assert found.accepts, "where nothing is accepted, no lie could be"
    return folder, senders


@contextmanager
def honest_town(folder: Path, seed: str) -> Iterator[tuple[Town, tuple[Sender, ...]]]:
    """A copy of it, and its senders."""
    before, senders = _before()
    shutil.copytree(before.name, folder, dirs_exist_ok=True)
    with town(folder, seed) as found:
        found.now = 2e6
        yield found, senders


def _a_lie(town: Town, invoice: Invoice, name: str) -> str:
    """A value that is none of the invoice's: another one of its page, or one that it does not
    name."""
    elsewhere: Mapping[str, Callable[[], str]] = {
        "supplier": lambda: town.sender().name,
        "vat_id": lambda: codes.vat_id(town.rng, "DE"),
        "iban": lambda: codes.iban(town.rng, "DE"),
    }
    if name in elsewhere and town.rng.random() < 0.3:
        return elsewhere[name]()
    return invoice.beside[name]


def _answers(town: Town, invoice: Invoice, name: str, lie: str) -> Prediction:
    """Rightly; or it takes the lie for the value itself, unsure; or as it comes."""
    way = town.rng.randrange(3)
    if way == 0:
        return town.answer(invoice)
    right = town.answer(invoice, right=True)
    if way == 1 or lie not in invoice.beside.values():
        return right
    lying = replace(invoice, truth={**invoice.truth, name: lie})
    said = {one.fieldtype: one for one in town.answer(lying, right=True).fields}
    doubt = (TokenScore(-0.6, -0.6, margin=0.2, entropy=0.7),)
    fields = [
        replace(said[name], tokens=doubt) if one.fieldtype == name else one for one in right.fields
    ]
    return replace(right, fields=tuple(fields))


@dataclass
class _Watched:
    """One field of one sender, of which a lie was told."""

    town: Town
    sender: Sender
    name: str
    found: list[Found]
    counts: Counter[str]

    def lie_on(self, invoice: Invoice, text: str, *, imported: bool = False) -> None:
        if imported:
            self.town.imports(invoice, **{self.name: text})
        else:
            self.town.keys(self.town.decides(invoice), **{self.name: text})

    def honest_ones(self, lie: str, *, times: int) -> None:
        """They come, and each is keyed rightly. ``times`` that the lie was told before."""
        for at in range(AFTER):
            invoice = self.town.invoice(self.sender)
            one = self.town.decides(invoice, _answers(self.town, invoice, self.name, lie))
            self._look(one, lie, corrected=at, times=times)
            self.town.keys(one)

    def _look(self, one: Decided, lie: str, *, corrected: int, times: int) -> None:
        told = f"{self.name}: {lie!r}, told {times} times and corrected {corrected} times"
        chosen = one.answer_of(self.name) == lie
        if one.believes(self.name, lie):
            if times < TRUSTED or corrected:
                self._breach(f"{told}, is accepted ({one.of(self.name).how})")
            else:
                self.counts["lies accepted that were told often and not corrected"] += 1
        if one.recalls(self.name, lie):
            self.counts["lies shown"] += 1
            if corrected:
                self._breach(f"{told}, is recalled")
        if not (corrected or chosen or one.recalls(self.name, lie)):
            self.counts["lies passed over"] += 1

    def _breach(self, told: str) -> None:
        self.found.append(Found(Breach.BELIEVED, told))

    def outcome(self, faults: int) -> Outcome:
        return Outcome(faults=faults, found=tuple(self.found), counts=dict(self.counts))


def _watched(town: Town, sender: Sender, name: str) -> _Watched:
    return _Watched(town, sender, name, [], Counter())


def clerk(seed: int, folder: Path, *, times: int) -> Outcome:
    """A clerk keys a wrong value for one field of a sender, ``times`` in a row."""
    with honest_town(folder, f"clerk {times} {seed}") as (here, senders):
        sender = here.rng.choice([*senders, *[here.sender()] * len(senders)])
        watched = _watched(here, sender, here.rng.choice(FIELDS))
        for _ in range(here.rng.randrange(3)):
            here.keys(here.decides(here.invoice(sender)))
        invoice = here.invoice(sender)
        lie = _a_lie(here, invoice, watched.name)
        watched.lie_on(invoice, lie)
        for _ in range(times - 1):
            watched.lie_on(here.invoice(sender), lie)
        _look_at_others(watched, senders, lie)
        watched.honest_ones(lie, times=times)
        return watched.outcome(times)


def _look_at_others(watched: _Watched, senders: Sequence[Sender], lie: str) -> None:
    for other in (one for one in senders if one != watched.sender):
        one = watched.town.decides(watched.town.invoice(other))
        if one.recalls(watched.name, lie) and lie != one.invoice.truth[watched.name]:
            watched._breach(f"{watched.name}: {lie!r} is recalled of another sender")


def imported(seed: int, folder: Path) -> Outcome:
    """An import that lies about one field of a sender, on every document of it."""
    with honest_town(folder, f"import {seed}") as (here, senders):
        sender = here.rng.choice([*senders, *[here.sender()] * len(senders)])
        watched = _watched(here, sender, here.rng.choice(FIELDS))
        invoice = here.invoice(sender)
        lie, times = _a_lie(here, invoice, watched.name), here.rng.randrange(1, 9)
        watched.lie_on(invoice, lie, imported=True)
        for _ in range(times - 1):
            watched.lie_on(here.invoice(sender), lie, imported=True)
        _look_at_others(watched, senders, lie)
        watched.honest_ones(lie, times=times)
        return watched.outcome(times)


def sender(seed: int, folder: Path) -> Outcome:
    """Somebody sends invoices as if they were a known sender's, with an account of his own."""
    with honest_town(folder, f"sender {seed}") as (here, senders):
        rng = here.rng
        victim, number = rng.choice(senders), rng.randrange(1, 6)
        watched = _watched(here, victim, "iban")
        account = codes.iban(rng, rng.choice(("DE", "FR", "PL")))
        ways: Mapping[str, Mapping[str, str]] = {
            "only the account": {},
            "another VAT id too": {"vat_id": codes.vat_id(rng, "DE")},
            "another name too": {"supplier": f"{victim.name} Factoring"},
        }
        way = rng.choice(sorted(ways))
        for _ in range(number):
            false = here.invoice(victim, iban=account, **ways[way])
            one = here.decides(false, here.answer(false, right=True))
            if one.judgement.accepted:
                watched._breach(f"an invoice with another account, {way}, is accepted")
            elif BlockerCode.ACCOUNT_CHANGED in {b.code for b in one.judgement.blockers}:
                watched.counts["false accounts told of"] += 1
        watched.honest_ones(account, times=number)
        return watched.outcome(number)
