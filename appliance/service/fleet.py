"""The fleet's part of a home, put together: a site's courier, or a hub's server and collector.

It is a process of its own beside the daemon, which needs it for nothing: while the hub is away, or
this process is, a site does all it did before.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from pathlib import Path
from uuid import uuid4

from appliance.doctypes import catalogue, definition
from appliance.domain.doctype import DocType
from appliance.domain.errors import (
    DoctypeError,
    DocumentError,
    FleetError,
    HomeError,
    ModelError,
)
from appliance.domain.fleet import LARGEST_FILE, Sharing, SiteHealth
from appliance.domain.results import JobState, ModelVersion
from appliance.domain.senders import ToldSender
from appliance.fleet import membership, published, server
from appliance.fleet.collector import Collector
from appliance.fleet.courier import Courier
from appliance.fleet.following import Following
from appliance.fleet.gathering import Gathering
from appliance.fleet.links import HubWire, SiteWire
from appliance.fleet.membership import Hub, Invitation
from appliance.fleet.published import VERSION, VersionNotice
from appliance.fleet.spreading import Spreading
from appliance.fleet.together import together
from appliance.fleet.wire import wire
from appliance.intake.archive import Archive, check_bytes
from appliance.learning.models import bundles
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.records.erasures import Erasures
from appliance.records.fleet_hub import HubInbox
from appliance.records.fleet_hub_outbox import HubOutbox
from appliance.records.fleet_site import SiteOutbox
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.senders import telling
from appliance.senders.directory import SenderDirectory
from appliance.service import wiring
from appliance.service.keeping import forget_due
from appliance.settings.config import Settings
from appliance.settings.home import Home

log = logging.getLogger(__name__)

LOOK = 10.0
"""Seconds between two looks whether another version serves at the hub, or something is to be
forgotten there."""
AGAIN = 900.0
"""Seconds after something was forgotten, or could not be, until the next is: each time all of the
database is written anew."""


def sharing(home: Home, name: str) -> Sharing:
    """What of a document type goes to the hub; nothing of one that is there no more. Raises
    FleetError for one with a mistake in it: it may be the one that keeps something here, and what
    is left out now the hub never hears."""
    try:
        catalogue.path_of(name, folder=home.doctypes)
    except DoctypeError:
        return Sharing(whole=False)
    try:
        return catalogue.sharing(name, folder=home.doctypes)
    except DoctypeError as error:
        raise FleetError(error.in_words) from error


def original(home: Home, docid: str) -> bytes | None:
    """As it goes to the hub; None of one that is too large for it, or damaged, or gone."""
    path = Archive(home.archive).path(docid)
    try:
        if path.stat().st_size > LARGEST_FILE:
            return None
        check_bytes(path, docid)
        return path.read_bytes()
    except (DocumentError, OSError):
        return None


def site_outbox(home: Home, store: Store) -> SiteOutbox:
    return SiteOutbox(store, partial(sharing, home), partial(original, home))


async def run(home: Home, settings: Settings) -> None:
    """Until it is cancelled. Raises HomeError where another is at work here, FleetError where the
    home is neither hub nor site, where the hub refuses the site, or where the hub's server ends;
    StoreError, OSError."""
    with home.in_touch(), closing(Store(home.database)) as store:
        if membership.is_hub(home.fleet):
            await _hub(home, settings, store, membership.read_hub(home.fleet))
        else:
            await _site(home, settings, store, membership.read_site(home.fleet))


async def _site(home: Home, settings: Settings, store: Store, invitation: Invitation) -> None:
    said = site_outbox(home, store)
    known = said.hub()
    if known is None or known.name != invitation.hub:
        said.join(invitation.hub)
    async with wire(invitation.credentials) as line:
        link = SiteWire(line)
        following = Following(
            invitation.hub,
            invitation.signing_key,
            outbox=said,
            store=store,
            doctypes=home.doctypes,
            received=ReceivedVersions(Registry(home.models)),
            fetch=link.fetch,
        )
        courier = Courier(
            invitation.site,
            said,
            link,
            follow=following.follow,
            health=partial(_health, home, store, said),
        )
        await together(courier.run(), _forgetting(home, settings, store), line.ended())


def _health(home: Home, store: Store, said: SiteOutbox) -> SiteHealth:
    held = sum(n for (_, state), n in store.counts().items() if state is JobState.HELD)
    serves = ""
    with suppress(ModelError):  # none yet, or its file is damaged: `doctor` says it there
        serves = Registry(home.models).pointer().name
    return SiteHealth(time.time(), serves, held, said.backlog())


async def _hub(home: Home, settings: Settings, store: Store, hub: Hub) -> None:
    inbox, outbox = HubInbox(store), HubOutbox(store.database)
    async with server.serving(home.fleet, hub) as serving:
        link = HubWire(serving.wire)
        outbox.begin_run(uuid4().hex, await link.stream(outbox.last()))
        collector = Collector(
            inbox,
            outbox,
            Gathering(inbox, partial(wiring.doctype, home), Archive(home.archive)),
            Spreading(
                outbox,
                SenderDirectory(store),
                sender=partial(told_sender, home, store, hub.name),
                doctypes=partial(shared_types, home),
            ),
            link,
        )
        publisher = VersionPublisher(home, store, hub, link)
        await together(
            collector.run(),
            publisher.run(),
            _forgetting(home, settings, store),
            serving.ended(),
            serving.wire.ended(),
        )


def told_sender(home: Home, store: Store, hub: str, party: str) -> ToldSender | None:
    """What there is to tell of it."""

    def may_tell(doctype: str, field: str) -> bool:
        shared = sharing(home, doctype)
        return shared.whole and field not in shared.kept

    return telling.told(
        store, party, hub=hub, doctype=partial(wiring.doctype, home), may_tell=may_tell
    )


def shared_types(home: Home) -> Mapping[str, str]:
    """Text by name: the owner's own types that can be used and stay within the appliance. What
    they ask of deliveries concerns this home alone."""
    found: dict[str, str] = {}
    for path in sorted(home.doctypes.glob("*.toml")):
        with suppress(DoctypeError, OSError):
            text = catalogue.source(path.stem, folder=home.doctypes)
            is_sound = isinstance(definition.read(path.stem, text), DocType)
            if is_sound and not definition.read_plan(text).calls:
                found[path.stem] = text
    return found


@dataclass(frozen=True)
class VersionPublisher:
    """What serves at the hub and was tuned there goes to all sites, as a candidate."""

    home: Home
    store: Store
    hub: Hub
    link: HubWire

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        registry, outbox = Registry(self.home.models), HubOutbox(self.store.database)
        try:
            version = registry.version(registry.pointer().name)
        except ModelError:
            return  # none serves yet, or its file is damaged: `doctor` says it
        try:
            told = version.training is None or outbox.told(VERSION) == version.name
            if told or version.origin:
                return
            number = await self.publish(registry, version)
        except (FleetError, ModelError) as error:
            log.warning("the version that serves is not told to the sites: %s", error.in_words)
        else:
            outbox.note_told(VERSION, version.name, number=number)

    async def publish(self, registry: Registry, version: ModelVersion) -> int:
        """Number of the message that tells of it. Raises FleetError, ModelError, OSError."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bundle"
            labels = Labels(self.store)
            bundles.write(registry, labels, version, path, origin=self.hub.name)
            with path.open("rb") as bundle:
                sha256 = file_digest(bundle, "sha256").hexdigest()
                bundle.seek(0)
                await self.link.store(version.name, bundle)
            notice = VersionNotice(version.name, sha256, path.stat().st_size)
            signed = notice.signed(self.hub.signing_seed)
            return await self.link.tell(VERSION, published.written(signed))


async def _forgetting(home: Home, settings: Settings, store: Store) -> None:
    """While no daemon works here, which does it at its next start."""
    while True:
        pause = LOOK
        if HubInbox(store).to_forget() or Erasures(store).has_spent_rulings():
            with suppress(HomeError), home.locked():
                pause = AGAIN
                threads = wiring.threads(settings)
                forget_due(home, store, threads=threads, now=time.time())
        await asyncio.sleep(pause)
