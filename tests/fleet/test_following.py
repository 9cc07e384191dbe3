from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

pytest.importorskip("nats", reason="the extra [fleet] is not installed")

from appliance.domain.fleet import Sharing
from appliance.fleet import published
from appliance.fleet.courier import HubMessage
from appliance.fleet.following import Following
from appliance.fleet.keys import new_seed, public_key
from appliance.fleet.published import VersionNotice
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.records.fleet_site import SiteOutbox
from appliance.records.store import Store

TYPE = b'title = "Receipt"\n[fields.total]\ntype = "amount"\n'


async def nothing(name: str, into: IO[bytes]) -> bool:
    raise AssertionError("nothing is fetched that the hub did not sign")


@pytest.mark.parametrize(
    "body",
    [
        b"no notice",
        published.written(VersionNotice("night-2026-01-01-12345678", "ab" * 32, 9, "AAAA")),
        published.written(VersionNotice("v", "ab" * 32, 9).signed(new_seed())),
    ],
)
def test_what_the_hub_did_not_sign_is_not_taken_and_stops_nothing_behind_it(
    tmp_path: Path, body: bytes
) -> None:
    with closing(Store(tmp_path / "a.db")) as store:
        outbox = SiteOutbox(store, lambda name: Sharing())
        following = Following(
            "hq",
            public_key(new_seed()),
            outbox=outbox,
            store=store,
            doctypes=tmp_path,
            received=ReceivedVersions(Registry(tmp_path / "models")),
            fetch=nothing,
        )
        asyncio.run(following.follow(HubMessage(1, "version", body)))
        asyncio.run(following.follow(HubMessage(2, "doctype.receipt", TYPE)))
    assert (tmp_path / "receipt.toml").read_bytes() == TYPE


@pytest.mark.parametrize(
    "more",
    [
        b'[deliver]\ncommand = ["rm"]\n',
        b'[deliver]\nurl = "http://a"\n',
        b"[fleet]\nshare_documents = true\n",
    ],
)
def test_a_type_of_the_hub_starts_no_program_and_sends_nothing_away(
    tmp_path: Path, more: bytes
) -> None:
    with closing(Store(tmp_path / "a.db")) as store:
        following = Following(
            "hq",
            public_key(new_seed()),
            outbox=SiteOutbox(store, lambda name: Sharing()),
            store=store,
            doctypes=tmp_path,
            received=ReceivedVersions(Registry(tmp_path / "models")),
            fetch=nothing,
        )
        for name in ("receipt", "../receipt"):
            message = HubMessage(1, f"doctype.{name}", TYPE + (more if name == "receipt" else b""))
            asyncio.run(following.follow(message))
    assert not list(tmp_path.rglob("*.toml")) and not (tmp_path.parent / "receipt.toml").exists()
