"""One site lies to the fleet: what does another one accept that it would not have accepted alone?

Two copies of an honest office decide on the same invoices; one of them has been told, over hub and
all, what clerks of a lying site said of the same senders and of new ones.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from appliance.domain.fleet import Sharing
from appliance.domain.prediction import ACCEPTED
from appliance.domain.sender_rulings import SenderTold
from appliance.fleet.gathering import Gathering
from appliance.fleet.messages import packed
from appliance.intake.archive import Archive
from appliance.records.fleet_hub import HubInbox, WaitingMessage
from appliance.records.fleet_hub_outbox import HubOutbox
from appliance.records.fleet_site import SiteOutbox
from appliance.records.store import Store
from appliance.senders import telling
from appliance.senders.directory import SenderDirectory
from bench import common
from bench.campaign.learning_lies import FIELDS, honest_town
from bench.campaign.learning_town import KIND, Decided, Sender, Town, town

NEW = 8
"""Senders of whom nothing but lies is known at the honest site."""
LIES = 40
"""Invoices of which the lying site tells."""
INVOICES = 20 if common.SMALL else 300


@dataclass(frozen=True, slots=True)
class Poisoning:
    told: int
    """Senders of whom something was told."""
    decided: int
    """Invoices."""
    accepted_alone: int
    """Values that the site accepts that was told nothing."""
    accepted_told: int
    """Values that the site accepts that was told lies."""
    promoted: int
    """Of these, values that the other site does not accept."""
    proposed: int
    """Lies that were shown to a clerk, who has to look at them."""


def measured() -> Poisoning:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with (
            honest_town(folder / "alone", "fleet") as (alone, known),
            honest_town(folder / "told", "fleet") as (here, _),
        ):
            senders = [*known, *(alone.sender() for _ in range(NEW))]
            told = _tell(folder, here, senders)
            return _compare(alone, here, senders, told)


def _tell(folder: Path, here: Town, senders: list[Sender]) -> int:
    """What a site says whose clerk keys other values of the page, or another sender's."""
    with town(folder / "liar", "liar") as liar, closing(Store(folder / "hub.db")) as hub:
        for number in range(LIES):
            sender = senders[number % len(senders)]
            other = liar.rng.choice(senders)
            invoice = liar.invoice(sender)
            lies = {name: invoice.beside[name] for name in FIELDS if liar.rng.random() < 0.7}
            lies |= {"supplier": other.name, "vat_id": other.vat_id} if number % 3 == 0 else {}
            liar.keys(liar.decides(invoice), **lies)
        inbox = HubInbox(hub)
        outbox = SiteOutbox(liar.store, lambda name: Sharing())
        inbox.admit("liar")
        outbox.join("hub")
        inbox.take(
            [
                WaitingMessage(
                    "liar", link.hash, link.number, link.before, link.at, packed(link.message)
                )
                for link in outbox.links(after=0, most=1000)
            ],
            now=2e6,
        )
        archive = Archive(folder / "archive")
        gathering = Gathering(inbox, lambda name: KIND, archive, clock=lambda: 2e6)
        while gathering.step():
            pass
        SenderDirectory(hub).learn()
        directory = SenderDirectory(here.store)
        told = 0
        for party in HubOutbox(hub.database).untold():
            said = telling.told(
                hub, party, hub="hub", doctype=lambda name: KIND, may_tell=lambda kind, name: True
            )
            if said is not None:
                directory.rule(SenderTold(said), who="hub", now=2e6)
                told += 1
        return told


def _compare(alone: Town, here: Town, senders: list[Sender], told: int) -> Poisoning:
    rng = Random("poison")
    accepted_alone = accepted_told = promoted = proposed = 0
    for _ in range(INVOICES):
        invoice = alone.invoice(rng.choice(senders))
        answer = alone.answer(invoice)
        one, other = alone.decides(invoice, answer), here.decides(invoice, answer)
        before, after = _accepted(one), _accepted(other)
        accepted_alone += len(before)
        accepted_told += len(after)
        promoted += len(after - before)
        proposed += sum(
            decided.field.remembered is not None and decided.field.remembered.told
            for decided in other.judgement.header
        )
    return Poisoning(told, INVOICES, accepted_alone, accepted_told, promoted, proposed)


def _accepted(one: Decided) -> set[tuple[str, str | None]]:
    """Without anybody who looks at it."""
    return {
        (said.fieldtype, said.field.text)
        for said in one.judgement.header
        if said.how in ACCEPTED and not said.blockers
    }
