"""At a site: what the hub tells becomes proposals, and never more.

What other sites know of a sender is offered to a clerk. A version is a candidate, which the site's
own evidence judges. A document type is taken where the owner of the site has none of that name, and
kept as the hub has it until he changes it.
"""

from __future__ import annotations

import logging
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO

from appliance.doctypes import definition
from appliance.doctypes.shape import DoctypeFault
from appliance.domain.doctype import DocType
from appliance.domain.errors import ConfigError, DoctypeError, ModelError
from appliance.domain.sender_rulings import SenderTold, SenderUntold
from appliance.fleet import published
from appliance.fleet.courier import HubMessage
from appliance.fleet.published import VERSION
from appliance.fleet.spreading import DOCTYPE, about_sender
from appliance.learning.models.received import ReceivedVersions
from appliance.records.fleet_site import SiteOutbox
from appliance.records.sender_rows import SENDER
from appliance.records.store import Store
from appliance.records.told_senders import ToldSenders
from appliance.senders import telling
from appliance.senders.directory import SenderDirectory
from appliance.system import files

log = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z][a-z0-9_]*")

Fetch = Callable[[str, IO[bytes]], Awaitable[bool]]
"""Writes the model bundle of that name; whether the hub has it."""


class Following:
    def __init__(
        self,
        hub: str,
        signing_key: str,
        *,
        outbox: SiteOutbox,
        store: Store,
        doctypes: Path,
        received: ReceivedVersions,
        fetch: Fetch,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``signing_key`` is public; ``doctypes`` is the folder of the owner's types."""
        self._hub = hub
        self._key = signing_key
        self._outbox = outbox
        self._directory = SenderDirectory(store)
        self._told = ToldSenders(store.database)
        self._doctypes = doctypes
        self._received = received
        self._fetch = fetch
        self._clock = clock

    async def follow(self, message: HubMessage) -> None:
        """What cannot be followed is said, and does not stop what comes after it. Raises
        FleetError where the link fails, StoreError, OSError of a full disk."""
        try:
            if message.about.startswith(SENDER):
                self._hear_of_sender(message)
            elif message.about.startswith(DOCTYPE):
                self._take_type(message.about.removeprefix(DOCTYPE), message.body)
            elif message.about == VERSION:
                await self._take_version(message.body)
        except (ConfigError, ModelError) as error:
            log.warning("what the hub tells is not followed: %s", error.in_words)

    def _hear_of_sender(self, message: HubMessage) -> None:
        now = self._clock()
        if message.body:
            told = telling.read(message.body)
            if self._told.told(told.party) == told:
                return
            self._directory.rule(SenderTold(told), who=self._hub, now=now)
            return
        for told in list(self._told.senders()):
            if about_sender(told.party) == message.about:
                self._directory.rule(SenderUntold(told.party), who=self._hub, now=now)

    def _take_type(self, name: str, body: bytes) -> None:
        if not body:
            return  # the hub has no such type any more, and documents here are still of it
        _check_type(name, body)
        path, about = self._doctypes / f"{name}.toml", DOCTYPE + name
        taken, new = self._outbox.taken(about), sha256(body).hexdigest()
        if path.exists() and sha256(path.read_bytes()).hexdigest() not in (taken, new):
            log.info("%s.toml is the owner's own here and stays as it is", name)
            return
        files.write(path, body)
        self._outbox.note_taken(about, new)

    async def _take_version(self, body: bytes) -> None:
        notice = published.read(body)
        notice.check(self._key)
        if self._outbox.taken(VERSION) == notice.name:
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bundle"
            with path.open("wb") as file:
                if not await self._fetch(notice.name, file):
                    raise ConfigError(
                        f"the hub does not have {notice.name}, of which it tells",
                        hint="promote it at the hub once more",
                    )
            if path.stat().st_size != notice.size or _digest_of(path) != notice.sha256:
                raise ConfigError(
                    f"{notice.name} is not what the hub signed",
                    hint="nothing of it is taken; who else can write at the hub?",
                )
            self._received.add(path, now=self._clock())
        self._outbox.note_taken(VERSION, notice.name)
        log.info("%s has come from the hub: the next night judges it", notice.name)


def _check_type(name: str, body: bytes) -> None:
    """Raises DoctypeError. What it asks to be called is for the owner of the site to say: a type
    from elsewhere starts no program here and sends nothing away."""
    found = _read_type(name, body)
    if not isinstance(found, DocType):
        raise DoctypeError(f"{name}.toml of the hub, {found[0]}", hint="mend it at the hub")
    if definition.read_plan(body.decode()).calls:
        raise DoctypeError(
            f"{name}.toml of the hub asks for a program or a server",
            hint="leave `command` and `url` out of it there, and write them into the file here",
        )
    if definition.read_sharing(body.decode()).documents:
        raise DoctypeError(
            f"{name}.toml of the hub asks for the files of documents",
            hint="leave `share_documents` out of it there, and write it into the file here",
        )


def _read_type(name: str, body: bytes) -> DocType | list[DoctypeFault]:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise DoctypeError(f"{name}.toml of the hub is no text", hint="mend it there") from error
    if not _NAME.fullmatch(name):
        raise DoctypeError(f"{name!r} is no name of a document type", hint="rename it at the hub")
    return definition.read(name, text)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
