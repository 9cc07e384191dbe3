"""Which home is hub and which a site, and who was admitted: files in a home's folder ``fleet/``.

At the hub ``hub.json`` holds its keys and the public keys of its sites. The seed of a site stands
in its invitation alone, and at the site ``site.json`` is that invitation.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from appliance.domain.errors import ConfigError, FleetError
from appliance.fleet.certificate import new_certificate
from appliance.fleet.keys import new_seed, public_key
from appliance.system import files

HUB = "hub.json"
SITE = "site.json"
CERTIFICATE = "certificate.pem"
CERTIFICATE_KEY = "certificate.key"

FOLDER_MODE = 0o700
FILE_MODE = 0o600

LISTEN = "127.0.0.1:4222"
"""Where a hub listens unless its owner says otherwise: the registered port of NATS."""

_NAME = re.compile(r"[a-z0-9-]{1,32}")
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Addresses that stand for all of a machine's, and where its own programs find it then."""


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """By which a home connects to its hub's server."""

    who: str
    address: Address
    seed: str
    hub: str
    """Name of the hub, as the certificate has it."""
    certificate: str
    """PEM."""
    at_hub: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """All that a home has to know to become a site. Whoever has it, is the site."""

    hub: str
    address: Address
    site: str
    seed: str
    certificate: str
    """PEM."""
    signing_key: str
    """Public; by it the hub signs versions."""

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.site, self.address, self.seed, self.hub, self.certificate)


@dataclass(frozen=True, slots=True)
class AdmittedSite:
    name: str
    key: str
    """Public."""
    admitted_at: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Hub:
    name: str
    listen: Address
    reached_at: Address
    """By sites."""
    seed: str
    """Of the hub's own process."""
    operator_seed: str
    """Of who has the server read its configuration anew, and sees no message."""
    signing_seed: str
    certificate: str
    sites: tuple[AdmittedSite, ...] = ()

    @property
    def credentials(self) -> Credentials:
        return self._own(self.seed)

    @property
    def operator_credentials(self) -> Credentials:
        return self._own(self.operator_seed)

    def _own(self, seed: str) -> Credentials:
        near = replace(self.listen, host=_EVERYWHERE.get(self.listen.host, self.listen.host))
        return Credentials(self.name, near, seed, self.name, self.certificate, at_hub=True)


Kept = TypeVar("Kept")

_HUB = TypeAdapter(Hub)
_INVITATION = TypeAdapter(Invitation)


def make_hub(
    folder: Path, name: str, *, listen: str | None, reached_at: str | None, now: float
) -> Hub:
    """Makes the home of ``folder`` a hub, or gives one that it is new addresses, each as HOST:PORT.

    What is there stays, but for the addresses that are said. Raises ConfigError, FleetError,
    OSError.
    """
    check_name(name)
    if is_site(folder):
        raise FleetError(
            f"this home is a site of {read_site(folder).hub} already",
            hint="choose another home for the hub",
        )
    known = read_hub(folder) if is_hub(folder) else None
    if known and known.name != name:
        raise FleetError(
            f"this home is the hub {known.name} already",
            hint=f"`appliance fleet init hub {known.name}` changes where it listens",
        )
    at = known.listen if known and not listen else address(listen or LISTEN)
    if reached_at:
        reached = address(reached_at)
    else:
        reached = known.reached_at if known and not listen else at
    if reached.host in _EVERYWHERE:
        raise ConfigError(
            f"{at} is no address at which a site finds the hub",
            hint=f"say which one is with --reached-at HOST:{at.port}",
        )
    _make_private(folder)
    certificate = _certificate(folder, name, now)
    if known:
        hub = replace(known, listen=at, reached_at=reached, certificate=certificate)
    else:
        seeds = new_seed(), new_seed(), new_seed()
        hub = Hub(name, at, reached, *seeds, certificate)
    write_hub(folder, hub)
    return hub


def admit(hub: Hub, site: str, *, now: float) -> tuple[Hub, Invitation]:
    """The hub with that site, and what the site has to be given. Raises ConfigError, FleetError."""
    check_name(site)
    if any(one.name == site for one in hub.sites):
        raise FleetError(
            f"{site} is admitted already",
            hint=f"if its invitation is lost, `appliance fleet expel {site}` and admit it again",
        )
    seed = new_seed()
    sites = (*hub.sites, AdmittedSite(site, public_key(seed), now))
    return replace(hub, sites=sites), Invitation(
        hub.name, hub.reached_at, site, seed, hub.certificate, public_key(hub.signing_seed)
    )


def expel(hub: Hub, site: str) -> Hub:
    """The hub without that site. Raises FleetError."""
    left = tuple(one for one in hub.sites if one.name != site)
    if len(left) == len(hub.sites):
        there = ", ".join(one.name for one in hub.sites) or "none"
        raise FleetError(f"no site is called {site}", hint=f"the sites of this hub: {there}")
    return replace(hub, sites=left)


def join(folder: Path, invitation: Invitation) -> None:
    """Makes the home of ``folder`` a site. The same invitation may come twice, and another of the
    same hub takes the place of the first. Raises FleetError, OSError."""
    if is_hub(folder):
        raise FleetError(
            f"this home is the hub {read_hub(folder).name}",
            hint="a site is another home; name it with --home",
        )
    if is_site(folder) and (known := read_site(folder)).hub != invitation.hub:
        raise FleetError(
            f"this home is a site of {known.hub} already",
            hint=f"remove {folder / SITE} if it is to leave that hub",
        )
    _make_private(folder)
    write_private(folder / SITE, _INVITATION.dump_json(invitation, indent=2) + b"\n")


def write_invitation(file: Path, invitation: Invitation) -> None:
    """Raises OSError."""
    write_private(file, _INVITATION.dump_json(invitation, indent=2) + b"\n")


def read_invitation(file: Path) -> Invitation:
    """Raises FleetError."""
    return _read(file, _INVITATION, "ask the hub's owner for another: `appliance fleet admit`")


def is_hub(folder: Path) -> bool:
    return (folder / HUB).exists()


def is_site(folder: Path) -> bool:
    return (folder / SITE).exists()


def read_hub(folder: Path) -> Hub:
    """Raises FleetError."""
    if not is_hub(folder):
        raise FleetError("this home is no hub", hint="`appliance fleet init hub NAME` makes it one")
    return _read(folder / HUB, _HUB, "put it back from a backup")


def write_hub(folder: Path, hub: Hub) -> None:
    """Raises OSError."""
    write_private(folder / HUB, _HUB.dump_json(hub, indent=2) + b"\n")


def read_site(folder: Path) -> Invitation:
    """Raises FleetError."""
    if not is_site(folder):
        raise FleetError(
            "this home is no site of a fleet", hint="`appliance fleet init site FILE` makes it one"
        )
    return _read(folder / SITE, _INVITATION, "`appliance fleet init site FILE` writes it anew")


def credentials(folder: Path) -> Credentials:
    """Of the home, whichever of the two it is. Raises FleetError."""
    return read_hub(folder).credentials if is_hub(folder) else read_site(folder).credentials


def check_name(name: str) -> None:
    """Raises ConfigError."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name} is no name in a fleet",
            hint="lower-case letters, digits and hyphens, 32 at most",
        )


def address(text: str) -> Address:
    """Of HOST:PORT. Raises ConfigError."""
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.netloc != text or "@" in text:
        raise ConfigError(f"{text} is no HOST:PORT", hint="such as 192.168.1.10:4222")
    return Address(host, port)


def copy(folder: Path, to: Path) -> None:
    """Of what the fleet keeps, all that cannot be made again. Raises OSError."""
    for name in (CERTIFICATE_KEY, CERTIFICATE, HUB, SITE):
        if (folder / name).exists():
            _make_private(to)
            write_private(to / name, (folder / name).read_bytes())


def open_to_others(folder: Path) -> list[Path]:
    """Of the folder and what is secret in it, what others than its owner may read; Windows does
    not say."""
    if os.name != "posix":
        return []
    kept = (folder, *(folder / name for name in (HUB, SITE, CERTIFICATE_KEY)))
    return [path for path in kept if path.exists() and path.stat().st_mode & 0o077]


def write_private(path: Path, data: bytes) -> None:
    """Raises OSError."""
    files.write(path, data, mode=FILE_MODE)


def _make_private(folder: Path) -> None:
    files.make_folder(folder)
    folder.chmod(FOLDER_MODE)


def _certificate(folder: Path, name: str, now: float) -> str:
    """PEM; made where none is."""
    there = folder / CERTIFICATE
    if not there.exists():
        made, key = new_certificate(name, now=now)
        write_private(folder / CERTIFICATE_KEY, key)
        write_private(there, made)
    return there.read_text()


def _read(file: Path, form: TypeAdapter[Kept], hint: str) -> Kept:
    try:
        return form.validate_json(file.read_bytes())
    except OSError as error:
        raise FleetError(f"{file} cannot be read: {error.strerror}", hint=hint) from error
    except ValidationError as error:
        raise FleetError(f"{file} is not what the appliance wrote", hint=hint) from error
