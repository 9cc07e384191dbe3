"""Eight sites work while lines are cut and everybody is killed: what is at the hub afterwards?

Documents, model and clerks are made up; all else is as it is used: daemons, stations, couriers, a
real server, each a process. A minute here stands for an hour.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Timer

from appliance.domain.labels import Labelled
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.records.chain import FLEET
from appliance.records.labels import Labels
from appliance.records.store import Store
from bench.campaign import kills_clerk
from bench.campaign.kills_home import Outcomes
from bench.campaign.kills_watch import OutboxWatch
from bench.campaign.order import found_wrong
from bench.fleet.homes import Fleet, FleetHome, Lines, backlog, fleet, until
from bench.fleet.versions import publish

HOUR = 60.0
"""Seconds that stand for one."""
PATIENCE = 900.0
"""Seconds for all to come together at the end."""


@dataclass(frozen=True, slots=True)
class Survival:
    sites: int
    documents: int
    kills: int
    """Fewest of one home."""
    cuts: int
    setbacks: int
    """Times that the hub's store and records were put back to an earlier day."""
    corrections: int
    """Reviews of all sites."""
    lost: int
    """Documents of which the hub does not know what the site knows, or knows it otherwise."""
    twice: int
    """Reviews that are at the hub more than once."""
    deliveries_twice: int
    """Results that appeared twice, and all else that is wrong in a home at rest."""
    models_arrived: int
    """Sites that have the newest version."""
    together_s: float | None
    """Seconds until all had come together, after the last cut; None where they never did."""
    wrong: tuple[str, ...]


def measured(folder: Path, *, sites: int, documents: int, cuts: int, kills: int) -> Survival:
    names = [f"site{number}" for number in range(1, sites + 1)]
    book, lines, rng = Outcomes(), Lines(), Random("bench fleet")
    with fleet(folder, names, book, lines) as made:
        watches = [
            OutboxWatch(one.home.outbox, one.collected / "seen", Random(one.name))
            for one in made.sites
        ]
        for watch in watches:
            watch.__enter__()
        course = _Course(made, lines, rng, folder / "earlier")
        for turn in range(kills):
            course.turn(
                turn,
                documents=_share(documents // sites, turn, kills),
                cuts=_share(cuts, turn, kills),
                of=kills,
            )
        newest = publish(made.hub, seed=99)
        together = course.come_together(newest)
        for watch in watches:
            watch.__exit__(None, None, None)
        for one in made.sites:
            one.rest()
        together = together if course.come_together(newest) is not None else None
        for home in made.homes:
            home.leave()
        return _account(made, course, book, watches, newest, together)


def _share(many: int, at: int, parts: int) -> int:
    return many * (at + 1) // parts - many * at // parts


class _Course:
    def __init__(self, made: Fleet, lines: Lines, rng: Random, earlier: Path) -> None:
        self._fleet = made
        self._lines = lines
        self._rng = rng
        self._earlier = earlier
        self.cuts = self.setbacks = 0

    def turn(self, number: int, *, documents: int, cuts: int, of: int) -> None:
        """All homes are killed once, and some lines cut."""
        for _ in range(cuts):
            self._cut(self._rng.choice(list(self._fleet.relays)))
        self._kill_hub(back=number in (of // 3, 2 * of // 3), keep=number in (of // 6, of // 2))
        for site in self._rng.sample(self._fleet.sites, len(self._fleet.sites)):
            self._work(site, number, documents)
        if number % 5 == 2:
            publish(self._fleet.hub, seed=number + 1)

    def come_together(self, version: str) -> float | None:
        """Seconds until every site has told all and has the version."""
        for one in self._fleet.relays.values():
            self._lines.call(one.mend)
        for home in self._fleet.homes:
            if home.fleet is None:
                home.join_in()
        hub = self._fleet.hub
        return until(
            lambda: all(
                backlog(site, hub) == 0 and has_version(site, version) for site in self._fleet.sites
            ),
            seconds=PATIENCE,
        )

    def _work(self, site: FleetHome, turn: int, documents: int) -> None:
        """It is killed once: its courier, its day or its clerk."""
        dies, kills = self._rng.choice(("courier", "day", "clerk")), site.kills
        site.drop(documents)
        self._day(site, killed=dies == "day")
        self._clerk(site, turn, killed=dies == "clerk")
        if site.kills == kills:  # also where the others were done before they were to die
            site.kill_fleet()
            site.join_in()
        self._day(site, killed=False)

    def _day(self, site: FleetHome, *, killed: bool) -> None:
        if killed:
            self._killed(site, site.begin("run", "--once"))
        else:
            site.day()

    def _clerk(self, site: FleetHome, turn: int, *, killed: bool) -> None:
        notes = site.home.folder.with_name("notes")
        words = str(site.home.folder), str(notes), f"{site.name} {turn}"
        if killed:
            self._killed(site, site.begin(*words, program=kills_clerk.PROGRAM))
        site.live(*words, program=kills_clerk.PROGRAM)

    def _killed(self, site: FleetHome, pid: int) -> None:
        site.die(pid, after=self._rng.uniform(0.2, 3.0))

    def _cut(self, name: str) -> None:
        relay, rng = self._fleet.relays[name], self._rng
        self.cuts += 1
        if rng.random() < 0.3:  # it flaps
            for at in range(8):
                Timer(at * 0.8, self._lines.call, [relay.cut]).start()
                Timer(at * 0.8 + 0.4, self._lines.call, [relay.mend]).start()
            return
        silent = rng.random() < 0.3
        self._lines.call(lambda: relay.cut(silent=silent))
        Timer(HOUR * rng.random() ** 3, self._lines.call, [relay.mend]).start()

    def _kill_hub(self, *, keep: bool, back: bool) -> None:
        """And perhaps puts its store and its records back to what they were once."""
        hub = self._fleet.hub
        hub.kill_fleet()
        if keep:
            shutil.rmtree(self._earlier, ignore_errors=True)
            shutil.copytree(hub.home.folder, self._earlier)
        if back and self._earlier.exists():
            self.setbacks += 1
            shutil.rmtree(hub.home.folder)
            shutil.copytree(self._earlier, hub.home.folder)
        hub.join_in()


def has_version(site: FleetHome, name: str) -> bool:
    """It waits to be judged there, or was."""
    registry = Registry(site.home.models)
    waiting = {one.name for one in ReceivedVersions(registry).every()}
    return name in waiting | set(registry.names())


def _account(
    made: Fleet,
    course: _Course,
    book: Outcomes,
    watches: list[OutboxWatch],
    newest: str,
    together: float | None,
) -> Survival:
    wrong = [
        found.told
        for site in made.sites
        for found in found_wrong(site.home, site.dropped, collected=site.collected / "seen")
    ]
    wrong += [found.told for watch in watches for found in watch.found]
    wrong += [found.told for found in book.found]
    documents = corrections = lost = twice = 0
    with made.hub.opened() as hub:
        known = _labels(Labels(hub))
        for site in made.sites:
            with site.opened() as there:
                documents += sum(1 for _ in there.jobs())
                (said,) = there.database.rows(
                    "select count(*) n from reviews where outcome = 'approved'"
                )
                corrections += int(said["n"])
                own = _labels(Labels(there))
                lost += sum(known.get(key) != one for key, one in own.items())
            twice += _twice(hub, site.name)
    return Survival(
        sites=len(made.sites),
        documents=documents,
        kills=min(one.kills for one in made.homes),
        cuts=course.cuts,
        setbacks=course.setbacks,
        corrections=corrections,
        lost=lost,
        twice=twice,
        deliveries_twice=len(wrong),
        models_arrived=sum(has_version(site, newest) for site in made.sites),
        together_s=together,
        wrong=tuple(wrong),
    )


def _twice(hub: Store, site: str) -> int:
    (row,) = hub.database.rows(
        """
        select (select count(*) from reviews where station = :station)
             - (select count(review) from fleet_inbox where site = :site) n
        """,
        {"station": FLEET + site, "site": site},
    )
    return int(row["n"])


def _labels(labels: Labels) -> dict[tuple[str, str], object]:
    every = [*labels.training(), *labels.evidence(reading=None)]
    return {(one.docid, one.doctype): _said(one) for one in every}


def _said(one: Labelled) -> object:
    return one.labels, one.table
