"""What nats-server is told of a hub: who may say and hear what. Pure: a hub in, a text out.

Each site is an account of its own, and so is the hub. Nothing goes from one account to another but
what is listed here. Permissions within one account would not do: what is published may name any
subject for its answer, and the server answers there whatever the sender may do. So a site could
have an acknowledgement land among another's messages, or in place of what the hub tells all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from appliance.fleet.keys import public_key
from appliance.fleet.membership import CERTIFICATE, CERTIFICATE_KEY, AdmittedSite, Hub

CONFIG = "nats.conf"
LOG = "nats.log"
STORE = "store"

UP = "FLEET_UP"
DOWN = "FLEET_DOWN"
VERSIONS = "FLEET_VERSIONS"
VERSIONS_STREAM = f"OBJ_{VERSIONS}"
NEWS = "fleet.news"

PING = 600
"""Seconds between two signs of life on a wire at which nothing is said."""
LARGEST = 8 << 20
"""Bytes of a message; the reading of a document of hundreds of pages."""
HEADERS = 1000
"""Bytes that go with a message, at most."""
ROOM = 16 << 30
"""Bytes of all that is stored for the fleet."""

_READ = "$JS.API.DIRECT.GET"
"""Asks for messages of a stream one by one. Consumers are not for sites: a consumer has the server
deliver to whatever subject it names."""
_FOR_EACH_SITE = (
    f"{_READ}.{DOWN}",
    f"{_READ}.{VERSIONS_STREAM}",
    f"{_READ}.{VERSIONS_STREAM}.>",
)


def server_config(hub: Hub, folder: Path) -> str:
    """The file of nats-server. Raises FleetError."""
    return "\n".join(_lines(hub, folder.absolute())) + "\n"


def _lines(hub: Hub, folder: Path) -> Iterator[str]:
    yield "# Written by the appliance whenever the hub or its sites change."
    yield f"server_name: {_quoted(hub.name)}"
    yield f"listen: {_quoted(str(hub.listen))}"
    yield f"log_file: {_quoted(str(folder / LOG))}"
    yield f"ports_file_dir: {_quoted(str(folder))}"
    yield "logfile_size_limit: 1000000"
    yield "logfile_max_num: 3"
    yield f"max_payload: {LARGEST + HEADERS}"
    yield "max_connections: 1000"
    yield "max_subscriptions: 100"
    yield 'write_deadline: "60s"'  # a piece of a version, over a slow line
    yield f'ping_interval: "{PING}s"'
    # Before TLS stands nothing is said, so nobody between the two can talk a site out of it.
    yield (
        f"tls {{ cert_file: {_quoted(str(folder / CERTIFICATE))},"
        f" key_file: {_quoted(str(folder / CERTIFICATE_KEY))},"
        ' handshake_first: true, min_version: "1.3", timeout: 20 }'
    )
    # What is acknowledged is on the disk; the other choice of nats-server is every two minutes.
    yield (
        f"jetstream {{ store_dir: {_quoted(str(folder / STORE))}, sync_interval: always,"
        f" max_memory_store: 0, max_file_store: {ROOM} }}"
    )
    yield "system_account: OPERATOR"
    yield "accounts {"
    yield f"  OPERATOR {{ {_user(public_key(hub.operator_seed))} }}"
    yield f"  HUB {{ jetstream: enabled, {_user(public_key(hub.seed))}"
    given = ["fleet.up.*.*", "fleet.ask.*", *_FOR_EACH_SITE]
    exports = [*(f"{{ service: {_quoted(one)} }}" for one in given), f"{{ stream: {NEWS} }}"]
    yield f"    exports: [ {', '.join(exports)} ] }}"
    for site in hub.sites:
        yield from _account(site)
    yield "}"


def _account(site: AdmittedSite) -> Iterator[str]:
    yield f"  site-{site.name} {{ {_user(site.key)}"
    asked = [f"fleet.up.{site.name}.*", f"fleet.ask.{site.name}", *_FOR_EACH_SITE]
    imports = [
        *(f"{{ service: {{ account: HUB, subject: {_quoted(one)} }} }}" for one in asked),
        f"{{ stream: {{ account: HUB, subject: {NEWS} }} }}",
    ]
    yield f"    imports: [ {', '.join(imports)} ] }}"


def _user(key: str) -> str:
    return f"users: [ {{ nkey: {key} }} ]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
