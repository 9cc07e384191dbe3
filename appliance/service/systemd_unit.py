"""What systemd is told of an appliance: the text of its units, and whose text that is.

docs/how-to/service.md says in one line what each hardening means.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from appliance.domain.errors import ConfigError
from appliance.settings.config import Settings
from appliance.system.watchdog import WITHIN

PLAIN_STEM = "appliance"
"""With it begin the names of the units of the first home that is installed on a machine."""
DAEMON = f"{PLAIN_STEM}.service"
STATION = f"{PLAIN_STEM}-station.service"
FLEET = f"{PLAIN_STEM}-fleet.service"
SLUG_LETTERS = 32
"""Of the name of a home's folder, in the names of its units."""

DAY = 1_500_000_000
"""Bytes that daemon and extractor take beside the reader, with a model of 1 GB."""
NIGHT = 1_000_000_000
"""Bytes that the night's own process takes beside its training."""

Line = tuple[str, str | int]
"""Key and value."""


@dataclass(frozen=True, slots=True)
class ServicePlan:
    home: Path
    python: Path
    """Of the environment in which the appliance is installed."""
    user: str | None
    """None for units of whoever is logged in."""
    code: tuple[Path, ...] = ()
    """Folders in which Python and the appliance are installed."""
    called: tuple[Path, ...] = ()
    """Programs that are told of deliveries, and secrets by which servers are."""
    elsewhere: tuple[Path, ...] = ()
    """Folders of the home that links lead out of it."""
    memory: int = 0
    """Bytes for the daemon with all its children."""
    port: int = 8765
    """Of the station."""
    calls: bool = False
    """Some document type has the owner's own program or server told of its deliveries."""
    fleet: bool = False
    """The home is the hub of a fleet, or a site."""
    fleet_port: int | None = None
    """At which a hub listens; None for a site, at which nothing does."""
    stem: str = PLAIN_STEM
    """With it begin the names of its units."""

    @property
    def names(self) -> UnitNames:
        return unit_names(self.stem)


@dataclass(frozen=True, slots=True)
class UnitNames:
    daemon: str
    station: str
    fleet: str


def unit_names(stem: str) -> UnitNames:
    """Return the names of a home's units, which begin with ``stem``."""
    return UnitNames(f"{stem}.service", f"{stem}-station.service", f"{stem}-fleet.service")


def own_stem(home: Path) -> str:
    """Return the stem for a home beside another one: no two folders of a machine share it."""
    slug = re.sub(r"[^A-Za-z0-9]+", "-", home.name).strip("-")[:SLUG_LETTERS]
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:8]
    return "-".join(filter(None, (PLAIN_STEM, slug, digest)))


class Writer(StrEnum):
    US = "as it was installed"
    EDITED = "edited since it was installed"
    OTHERS = "not installed by the appliance"


def memory_limit(settings: Settings) -> int:
    """Bytes: a night may take what it is granted while the day goes on beside it."""
    return int((settings.night.gigabytes + settings.reading.gigabytes) * 1e9) + DAY + NIGHT


_NO_NETWORK: tuple[Line, ...] = (
    ("PrivateNetwork", "yes"),
    ("RestrictAddressFamilies", "AF_UNIX"),
    ("IPAddressDeny", "any"),
)
_NETWORK: tuple[Line, ...] = (("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),)


def daemon_unit(plan: ServicePlan) -> str:
    return _written(
        plan,
        unit=[
            ("Description", "Edge document appliance"),
            # What is full, away or broken may be mended at any time.
            ("StartLimitIntervalSec", 0),
        ],
        service=[
            ("Type", "notify"),
            ("NotifyAccess", "main"),
            ("ExecStart", _command(plan, "run")),
            ("WatchdogSec", f"{WITHIN:.0f}"),
            # Of a kill for want of memory a child dies, and costs one attempt of one document.
            ("OOMPolicy", "continue"),
            ("MemoryMax", plan.memory),
            # The daemon asks its children to leave, and a night keeps its checkpoint.
            ("KillMode", "mixed"),
            ("TimeoutStopSec", 90),
            *_kept_running(plan),
            *(_NETWORK if plan.calls else _NO_NETWORK),
        ],
    )


def station_unit(plan: ServicePlan) -> str:
    return _written(
        plan,
        unit=[
            ("Description", "Clerks' station of the edge document appliance, in a browser"),
            ("After", plan.names.daemon),
            ("StartLimitIntervalSec", 0),
        ],
        service=[
            ("Type", "exec"),
            ("ExecStart", _command(plan, "review", "--serve", "--port", str(plan.port))),
            ("TimeoutStopSec", 15),
            *_kept_running(plan),
            ("RestrictAddressFamilies", "AF_UNIX AF_INET"),
            ("IPAddressAllow", "localhost"),
            ("IPAddressDeny", "any"),
            ("SocketBindAllow", f"ipv4:tcp:{plan.port}"),
            ("SocketBindDeny", "any"),
        ],
    )


def fleet_unit(plan: ServicePlan) -> str:
    listens: list[Line] = []
    if plan.fleet_port is not None:
        listens.append(("SocketBindAllow", f"tcp:{plan.fleet_port}"))
    return _written(
        plan,
        unit=[
            ("Description", "Fleet of the edge document appliance"),
            ("Wants", "network-online.target"),
            ("After", f"network-online.target {plan.names.daemon}"),
            ("StartLimitIntervalSec", 0),
        ],
        service=[
            ("Type", "exec"),
            ("ExecStart", _command(plan, "fleet", "run")),
            # It stops a hub's server itself, once nothing is under way any more.
            ("KillMode", "mixed"),
            ("TimeoutStopSec", 30),
            *_kept_running(plan),
            *_NETWORK,
            *listens,
            ("SocketBindDeny", "any"),
        ],
    )


def _kept_running(plan: ServicePlan) -> Iterator[Line]:
    if plan.user:
        yield "User", plan.user
    yield "Restart", "on-failure"
    yield "RestartSec", 30
    yield "RestartPreventExitStatus", ConfigError.exit_code  # only its owner can mend that
    yield "SyslogIdentifier", plan.stem
    # What libraries compile, cache or unpack is gone with the service.
    yield "WorkingDirectory", "/tmp"
    yield "Environment", "XDG_CACHE_HOME=/tmp"
    yield from _hardening(plan)


def _hardening(plan: ServicePlan) -> Iterator[Line]:
    yield "UMask", "0027"
    yield "LimitCORE", 0
    yield "NoNewPrivileges", "yes"
    yield "CapabilityBoundingSet", ""
    yield "AmbientCapabilities", ""
    yield "ProtectSystem", "strict"
    yield "ReadWritePaths", " ".join(_places(plan))
    yield "ProtectHome", "read-only" if _in_a_home(plan) else "yes"
    yield "PrivateTmp", "yes"
    yield "PrivateDevices", "yes"
    yield "DevicePolicy", "closed"
    yield "PrivateUsers", "yes"
    yield "PrivateIPC", "yes"
    yield "ProtectProc", "invisible"
    yield "ProtectKernelTunables", "yes"
    yield "ProtectKernelModules", "yes"
    yield "ProtectKernelLogs", "yes"
    yield "ProtectControlGroups", "yes"
    yield "ProtectClock", "yes"
    yield "ProtectHostname", "yes"
    yield "RestrictNamespaces", "yes"
    yield "RestrictRealtime", "yes"
    yield "LockPersonality", "yes"
    yield "RemoveIPC", "yes"
    yield "KeyringMode", "private"
    yield "SystemCallArchitectures", "native"
    yield "SystemCallFilter", "@system-service"
    # For the reader's cage: older versions of systemd have them in no group.
    yield "SystemCallFilter", "landlock_create_ruleset landlock_add_rule landlock_restrict_self"
    yield "SystemCallFilter", "seccomp"
    yield "SystemCallFilter", "~@privileged @obsolete"
    yield "SystemCallErrorNumber", "EPERM"


def _in_a_home(plan: ServicePlan) -> bool:
    """Whether something of it lies where ``ProtectHome`` would hide it; systemd's own socket for
    units of a user does."""
    needed = [plan.home, plan.python, *plan.code, *plan.called, *plan.elsewhere]
    hidden = (Path("/home"), Path("/root"), Path("/run/user"))
    return not plan.user or any(place.is_relative_to(one) for place in needed for one in hidden)


def _written(plan: ServicePlan, *, unit: list[Line], service: list[Line]) -> str:
    target = "multi-user.target" if plan.user else "default.target"
    sections: list[tuple[str, list[Line]]] = [
        ("Unit", [*unit, ("RequiresMountsFor", _quoted(plan.home))]),
        ("Service", service),
        ("Install", [("WantedBy", target)]),
    ]
    body = "\n".join(
        f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in lines)
        for name, lines in sections
    )
    said = f"# Of the appliance in {plan.home}\n# To change something, `systemctl edit` it.\n{body}"
    return f"# Written by `appliance service install` {_digest(said)}\n{said}"


_HEAD = re.compile(r"# Written by `appliance service install` ([0-9a-f]{64})\n(.*)", re.DOTALL)
_HOME = re.compile(r"^# Of the appliance in (.*)$", re.MULTILINE)
_USER = re.compile(r"^User=(.*)$", re.MULTILINE)


def writer(text: str) -> Writer:
    """Who wrote a unit as it is found."""
    match = _HEAD.fullmatch(text)
    if not match:
        return Writer.OTHERS
    return Writer.US if match[1] == _digest(match[2]) else Writer.EDITED


def home_of(text: str) -> Path | None:
    """Of the appliance whose unit it is; None where it does not say."""
    match = _HOME.search(text)
    return Path(match[1]) if match else None


def user_of(text: str) -> str | None:
    """As whom it runs; None where it does not say."""
    match = _USER.search(text)
    return match[1] if match else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _command(plan: ServicePlan, *words: str) -> str:
    """With -P nothing is imported out of the folder in which it starts."""
    said = [str(plan.python), "-P", "-m", "appliance", "--home", str(plan.home), *words]
    return " ".join(_quoted(word).replace("$", "$$") for word in said)


def _places(plan: ServicePlan) -> Iterator[str]:
    """What is elsewhere may be away, which the daemon tells and bears."""
    yield _quoted(plan.home)
    yield from (_quoted(place, before="-") for place in plan.elsewhere)


def _quoted(word: object, *, before: str = "") -> str:
    """As one word of a unit. Raises ConfigError where no unit can say it."""
    said = str(word)
    if not said.isprintable():
        raise ConfigError(
            f"{said!r} cannot be said to systemd", hint="give the folder another name"
        )
    said = before + said.replace("%", "%%")
    if re.fullmatch(r"[\w/.:@%+=,-]+", said):
        return said
    escaped = said.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
