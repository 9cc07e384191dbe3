"""A hub and three sites at work, told as it happens: ``python -m bench.fleet.demo``, some minutes.

Each home is what its owner would have, with processes of its own; lines lead over relays that are
cut. What clerks say of notes is made up. The versions are real ones of the shipped model's base,
and judged by real answers on printed invoices.
"""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path
from random import Random

from appliance.domain.results import GateOutcome, ModelVersion
from appliance.learning.models.packages import shipped
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import ADAPTER
from appliance.records.labels import Labels
from appliance.records.told_senders import ToldSenders
from appliance.samples.drafts import supplier_invoice
from bench import common
from bench.campaign.kills_home import Outcomes
from bench.campaign.kills_papers import INVOICE
from bench.chance_adapter import chance_adapter
from bench.fleet.costs import approve
from bench.fleet.homes import Fleet, FleetHome, Lines, fleet, until, wait_for_sites
from bench.fleet.networks import LOOPBACK, networks
from bench.fleet.survival import has_version
from bench.fleet.versions import version

SITES = ("lyon", "oslo", "porto")
PROVING = 10 if common.SMALL else 16
"""Invoices of evidence at the sites that have some."""
PATIENCE = 120.0


def main() -> None:
    lines, folder = Lines(), common.CACHE / "fleet-demo"
    with (
        networks(SITES) as apart,
        fleet(folder, list(SITES), Outcomes(), lines, apart=apart) as made,
    ):
        lyon, oslo, porto = made.sites
        wait_for_sites(made)
        print("a hub and three sites are at work: lyon, oslo and porto")
        print(
            "all over the loopback address: this machine lets us make no network"
            if LOOPBACK in apart.values()
            else "each site is in a network of its own, with a line to the hub and nothing else"
        )
        _corrects(lyon, 1, "Meyer und Sohn", known_at=(oslo, porto))
        _corrects(oslo, 2, "Blue River Farms", known_at=(lyon, porto))
        print("the line to porto is cut")
        lines.call(made.relays["porto"].cut)
        _corrects(lyon, 3, "Papelera Sol", known_at=(oslo,))
        print(f"  porto knows nothing of it: {not _knows(porto, 'Papelera Sol')}")
        lines.call(made.relays["porto"].mend)
        begun = time.monotonic()
        _expect(until(lambda: _knows(porto, "Papelera Sol"), seconds=PATIENCE), made)
        print(f"the line is whole again: porto knows it after {time.monotonic() - begun:.1f} s")
        _versions(made)


def _corrects(
    site: FleetHome, number: int, sender: str, *, known_at: tuple[FleetHome, ...]
) -> None:
    print(f"a clerk in {site.name} approves a note of {sender}")
    with site.opened() as store:
        approve(store, number, sender)
    begun = time.monotonic()
    for other in known_at:
        found = until(partial(_knows, other, sender), seconds=PATIENCE, every=0.02)
        if found is None:
            raise SystemExit(f"{other.name} never heard of it: {other.last_words()}")
        print(f"  {other.name} knows it after {time.monotonic() - begun:.2f} s")


def _knows(site: FleetHome, sender: str) -> bool:
    with site.opened() as store:
        return bool(ToldSenders(store.database).called([sender]))


def _versions(made: Fleet) -> None:
    """One that is better, and one that chance made."""
    lyon, oslo, porto = made.sites
    print(f"lyon and oslo key {PROVING} invoices blind, porto none; all are served by a model that")
    print("was never tuned")
    for home in made.homes:
        _serve_untuned(home)
    for site in (lyon, oslo):
        _keyed_blind(site)
    for told, adapter in (("tuned", shipped().adapter), ("made by chance", None)):
        name = _published(made.hub, adapter)
        print(f"at the hub a version serves from now on that was {told}: {name}")
        arrived = until(partial(_arrived, made, name), seconds=PATIENCE)
        _expect(arrived, made)
        for site in made.sites:
            site.live("tune")
            print(f"  {site.name}: {_verdict(site, name)}")


def _arrived(made: Fleet, name: str) -> bool:
    return all(has_version(site, name) for site in made.sites)


def _serve_untuned(home: FleetHome) -> None:
    registry = Registry(home.home.models)
    registry.promote(_base(registry))


def _base(registry: Registry) -> ModelVersion:
    return registry.add_packaged(shipped().base)


def _keyed_blind(site: FleetHome) -> None:
    folder = site.home.folder.with_name("known")
    folder.mkdir()
    rng, lines = Random(site.name), []
    for number in range(PROVING):
        draft = supplier_invoice(rng, "en", rows=2)
        (folder / f"{number}.pdf").write_bytes(draft.pdf)
        lines.append(json.dumps({"file": f"{number}.pdf", "labels": draft.truth.labels()}))
    (folder / "labels.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    life = site.live(
        *("import", str(folder), "-t", INVOICE), environment={"APPLIANCE_EVIDENCE_FIRST": "1"}
    )
    if life.code:
        raise SystemExit(f"the import ended with {life.code}: {site.last_words()}")


def _published(hub: FleetHome, adapter: Path | None) -> str:
    registry = Registry(hub.home.models)
    base = _base(registry)
    if adapter is None:
        adapter = hub.home.models / ".chance" / ADAPTER
        chance_adapter(Path(base.path), adapter, seed=7)
    with hub.opened() as store:
        docids = [one.docid for one in Labels(store).training_keys()]
    made = version(registry, base, docids, adapter)
    registry.promote(made)
    return made.name


def _verdict(site: FleetHome, name: str) -> str:
    registry = Registry(site.home.models)
    if name not in registry.names():
        return f"{name} was not judged: {site.last_words()}"
    verdict = registry.version(name).verdict
    assert verdict
    serves = "serves from now on" if verdict.outcome is GateOutcome.PROMOTED else "does not serve"
    return f"{verdict.outcome.value}, {serves}: {verdict.reason}"


def _expect(found: float | None, made: Fleet) -> None:
    if found is None:
        said = "; ".join(f"{home.name}: {home.last_words()}" for home in made.homes)
        raise SystemExit(f"it never came: {said}")


if __name__ == "__main__":
    main()
