"""A hub that loses what it told, in every way, against a site that hears it."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from appliance.domain.fleet import HubStream, Sharing, SiteStanding
from appliance.records.fleet_hub_outbox import HubOutbox
from appliance.records.fleet_site import SiteOutbox
from appliance.records.sender_rows import SENDER
from appliance.records.store import Store

ABOUT = [f"{SENDER}{number}" for number in range(4)]


@dataclass(frozen=True)
class Stored:
    """Of what the hub told, what its server has."""

    made: str
    last: int
    messages: dict[int, tuple[str, str]]
    """About what, and what was said of it."""


class LosingHub:
    def __init__(self, folder: Path, chance: Random, *, killed: float = 0.1) -> None:
        """``killed`` is how often it tells something and is killed before it can note that."""
        self.folder = folder
        self.chance = chance
        self.records = folder / "hub.db"
        self.said = 0
        self.killed = killed
        self.stored = Stored("1", 0, {})
        self.copies: list[tuple[Path, Stored]] = []
        self.begin()

    def begin(self) -> None:
        with closing(Store(self.records)) as store:
            outbox = HubOutbox(store.database)
            known = outbox.last()
            messages = self.stored.messages
            unknown = tuple(about for number, (about, _) in messages.items() if number > known)
            self.said += 1
            stream = HubStream(self.stored.made, self.stored.last, unknown)
            outbox.begin_run(f"run {self.said}", stream)
            for about in outbox.tell_all_again():
                self.tell(outbox, about)

    def tell(self, outbox: HubOutbox, about: str) -> None:
        self.said += 1
        said = f"said {self.said}"
        number = self.stored.last + 1
        kept = {n: one for n, one in self.stored.messages.items() if one[0] != about}
        self.stored = Stored(self.stored.made, number, {**kept, number: (about, said)})
        if self.chance.random() >= self.killed:
            outbox.note_told(about, said, number=number)

    def work(self) -> None:
        with closing(Store(self.records)) as store:
            for _ in range(self.chance.randrange(1, 5)):
                self.tell(HubOutbox(store.database), self.chance.choice(ABOUT))

    def copy(self) -> None:
        path = self.folder / f"copy {len(self.copies)}"
        shutil.copy(self.records, path)
        self.copies.append((path, self.stored))

    def put_back(self) -> None:
        """The records as a backup has them, or all as an image of the disk has it."""
        if self.copies:
            self.copies = self.copies[: self.chance.randrange(len(self.copies)) + 1]
            path, stored = self.copies[-1]
            for left in self.folder.glob("hub.db*"):
                left.unlink()
            shutil.copy(path, self.records)
            if self.chance.random() < 0.5:
                self.stored = stored
        self.begin()

    def lose_what_the_server_stores(self) -> None:
        self.said += 1
        self.stored = Stored(f"{self.said}", 0, {})
        self.begin()

    def told(self) -> dict[str, str]:
        with closing(Store(self.records)) as store:
            outbox = HubOutbox(store.database)
            return {about: said for about in ABOUT if (said := outbox.told(about))}


class HearingSite:
    def __init__(self, store: Store) -> None:
        self.outbox = SiteOutbox(store, lambda name: Sharing())
        self.outbox.join("hq")
        self.heard: dict[str, str] = {}

    def agree(self, hub: LosingHub) -> None:
        own = self.outbox.hub()
        assert own
        with closing(Store(hub.records)) as store:
            self.outbox.hear_on(HubOutbox(store.database).standing(own.standing))

    def hear(self, hub: LosingHub) -> None:
        own = self.outbox.hub()
        assert own
        for number in sorted(hub.stored.messages):
            if number > own.standing.heard:
                about, said = hub.stored.messages[number]
                self.heard[about] = said
                self.outbox.hear(number)


@pytest.mark.parametrize("seed", range(10))
def test_whatever_a_hub_loses_a_site_knows_in_the_end_what_it_told_last(tmp_path: Path, seed: int):
    chance = Random(seed)
    with closing(Store(tmp_path / "a.db")) as store:
        site = HearingSite(store)
        hub = LosingHub(tmp_path, chance)
        for _ in range(40):
            chance.choice(
                [
                    hub.work,
                    hub.begin,
                    hub.copy,
                    hub.put_back,
                    hub.lose_what_the_server_stores,
                    lambda: site.agree(hub),
                    lambda: site.hear(hub),  # also over a new connection, before both agreed
                ]
            )()
        hub.killed = 0.0
        hub.work()
        hub.begin()
        site.agree(hub)
        site.hear(hub)
        assert {} != hub.told().items() <= site.heard.items()


def test_a_run_in_which_nothing_went_wrong_is_not_heard_again(tmp_path: Path):
    with closing(Store(tmp_path / "a.db")) as store:
        site = HearingSite(store)
        hub = LosingHub(tmp_path, Random(1), killed=0.0)
        for _ in range(3):
            hub.work()
            site.agree(hub)
            site.hear(hub)
            hub.begin()
        before = site.outbox.hub()
        site.agree(hub)
        after = site.outbox.hub()
        assert before and after and before.standing.heard == after.standing.heard == hub.stored.last
        assert before.standing.run != after.standing.run


def test_a_site_may_say_a_number_beyond_all(tmp_path: Path):
    hub = LosingHub(tmp_path, Random(1))
    with closing(Store(hub.records)) as store:
        outbox = HubOutbox(store.database)
        assert outbox.standing(SiteStanding("of nobody", 2**70)) == SiteStanding("run 1", 0)
        assert outbox.standing(SiteStanding("run 1", 2**70)).run == "run 1"
