"""What `appliance doctor` looks at in a home that is hub or site; in any other there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from appliance.domain.errors import FleetError
from appliance.fleet import extra, server
from appliance.fleet.certificate import valid_until
from appliance.fleet.membership import (
    CERTIFICATE,
    is_hub,
    is_site,
    open_to_others,
    read_hub,
    read_site,
)

SOON = 30 * 86400.0
"""Seconds; until a certificate is at an end there is time to carry invitations around."""


def inspections(folder: Path, *, now: float) -> Iterator[tuple[str, Callable[[], str]]]:
    """By its name what to try: it says what it found, or raises FleetError."""
    if is_hub(folder) or is_site(folder):
        yield "fleet", partial(_standing, folder)
        yield "fleet's files", partial(_private, folder)
        yield "fleet's certificate", partial(_certificate, folder, now)
    if is_hub(folder):
        yield "nats-server", _server


def _standing(folder: Path) -> str:
    extra.check()
    if is_hub(folder):
        hub = read_hub(folder)
        sites = ", ".join(one.name for one in hub.sites) or "none yet"
        return f"the hub {hub.name}, reached at {hub.reached_at}; sites: {sites}"
    site = read_site(folder)
    return f"the site {site.site} of {site.hub}, which is at {site.address}"


def _private(folder: Path) -> str:
    if found := open_to_others(folder):
        raise FleetError(
            f"others may read {', '.join(map(str, found))}",
            hint=f"chmod -R go= {folder}; if somebody did, expel the sites and admit them again",
        )
    return "its keys are its owner's alone"


def _certificate(folder: Path, now: float) -> str:
    if is_hub(folder):
        hub = read_hub(folder)
        certificate = hub.certificate
        hint = (
            f"remove {folder / CERTIFICATE}, `appliance fleet init hub {hub.name}`, and expel and"
            " admit each site"
        )
    else:
        certificate = read_site(folder).certificate
        hint = "ask the hub's owner for a new invitation"
    try:
        end = valid_until(certificate.encode())
    except ValueError as error:
        raise FleetError("the hub's certificate is none", hint=hint) from error
    day = f"{datetime.fromtimestamp(end, UTC):%Y-%m-%d}"
    if end < now + SOON:
        raise FleetError(f"the hub's certificate is valid until {day}", hint=hint)
    return f"valid until {day}"


def _server() -> str:
    return server.check(server.find())
