"""The units of an appliance where systemd finds them: written, removed, looked up.

Only a file that is as it was written here is written over or removed unasked.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import appliance
from appliance.doctypes import catalogue
from appliance.domain.delivery import DeliveryPlan
from appliance.domain.errors import ConfigError, DoctypeError, HomeError, ToolError
from appliance.fleet import membership
from appliance.service.systemd_unit import (
    PLAIN_STEM,
    ServicePlan,
    UnitNames,
    Writer,
    daemon_unit,
    fleet_unit,
    home_of,
    memory_limit,
    own_stem,
    station_unit,
    unit_names,
    user_of,
    writer,
)
from appliance.settings.config import Settings
from appliance.settings.home import Home
from appliance.system import files

BOOTED = Path("/run/systemd/system")
"""There where systemd started the machine."""
SYSTEM = Path("/etc/systemd/system")
USER = "appliance"
"""As whom it runs, where nobody says another."""
READABLE = 0o644
"""Anybody may look up what runs on the machine."""
PATIENCE = 120.0
"""Seconds for an answer of systemd's, which waits up to 90 for a daemon to stop."""


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """How it stands with one unit."""

    name: str
    path: Path
    writer: Writer | None
    """None where there is no such file."""
    current: bool
    """Is it what would be written now?"""
    enabled: bool
    """Does it start with the machine, or with its user?"""
    active: str
    """As systemd says: active, activating, inactive, failed."""
    since: float | None
    """Seconds since 1970."""
    result: str
    """Why it ended, as systemd says; success where nothing is wrong."""
    user: str | None = None
    """As whom it runs; None where its unit does not say."""

    def next_step(self, *, user: bool) -> str:
        manager = "systemctl --user" if user else "systemctl"
        journal = "journalctl --user" if user else "journalctl"
        again = "appliance service install" + " --user" * user + " --station" * self._station
        again += f" --as {self.user}" if self.user not in (None, USER) else ""
        if self.writer is None:
            return f"`{again}`"
        if self.writer is Writer.OTHERS:
            return f"`{again} --force` replaces it"
        if self.writer is Writer.EDITED:
            return f"`{again} --force` replaces it; `{manager} edit {self.name}` is kept"
        if not self.current:
            return (
                f"settings or version have changed: `{again}`, then `{manager} restart {self.name}`"
            )
        if self.active != "active" and self.result != "success":
            return f"`{journal} -u {self.name} -n 30` says why, docs/how-to/service.md what to do"
        if self.active == "activating":
            return "it is starting: `appliance status` says what it does"
        if self.active != "active":
            return f"`{manager} start {self.name}`"
        if self._station:
            return f"`{journal} -u {self.name} -n 5` shows the address to open"
        tells = (
            "appliance fleet status" if self.name.endswith("-fleet.service") else "appliance status"
        )
        return f"`{journal} -u {self.name} -f` follows it, `{tells}` says what it does"

    @property
    def _station(self) -> bool:
        return self.name.endswith("-station.service")


def check_booted(*, booted: Path = BOOTED) -> None:
    """Raises ToolError where no systemd runs that a service could be given to."""
    if sys.platform == "win32":
        raise ToolError(
            "Windows has no systemd",
            hint="let the Task Scheduler start `appliance run` at the start of the machine: "
            "docs/how-to/service.md",
        )
    if not booted.is_dir():
        raise ToolError(
            "systemd does not run this machine",
            hint="have what starts services here start `appliance run`; "
            "`appliance service install --print` shows what systemd would be told",
        )


def unit_folder(environment: Mapping[str, str], *, user: bool) -> Path:
    if not user:
        return SYSTEM
    settings = environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(settings) / "systemd" / "user"


def choose_stem(folder: Path, home: Path) -> str:
    """Return with what the names of the units of ``home`` begin in ``folder``: the first home there
    has the plain name, another one a name of its own, and either keeps it."""
    plain, own = unit_names(PLAIN_STEM), own_stem(home)
    homes = [found for name in _each(plain) if (found := _home_in(folder / name)) is not None]
    if home in homes:
        return PLAIN_STEM
    if any((folder / name).exists() for name in _each(unit_names(own))):
        return own
    # Units of a home that was moved or removed are in the way: `install` says so.
    return own if any(other.is_dir() for other in homes) else PLAIN_STEM


def _home_in(path: Path) -> Path | None:
    """Return the home whose unit this is; None where it is none of the appliance's."""
    text = _text(path)
    return None if text is None or writer(text) is Writer.OTHERS else home_of(text)


def _each(names: UnitNames) -> tuple[str, str, str]:
    return names.daemon, names.station, names.fleet


def plan(
    home: Home, settings: Settings, *, user: str | None, stem: str = PLAIN_STEM
) -> ServicePlan:
    folder = home.folder.resolve()
    file = settings.metrics.file
    written = [*home.folders, *([(home.folder / file).parent] if file else [])]
    places = dict.fromkeys(place.resolve() for place in written)
    told = [one for one in _delivery_plans(home) if one.calls]
    hub = membership.read_hub(home.fleet) if membership.is_hub(home.fleet) else None
    return ServicePlan(
        folder,
        Path(sys.executable),
        user,
        code=(Path(sys.base_prefix).resolve(), Path(appliance.__file__).resolve().parent),
        called=tuple(
            (home.folder / file).resolve()
            for one in told
            for file in (*one.command[:1], one.secret_file)
        ),
        elsewhere=tuple(place for place in places if not place.is_relative_to(folder)),
        memory=memory_limit(settings),
        port=settings.review.port,
        calls=bool(told),
        fleet=hub is not None or membership.is_site(home.fleet),
        fleet_port=hub.listen.port if hub else None,
        stem=stem,
    )


def _delivery_plans(home: Home) -> Iterator[DeliveryPlan]:
    """Of each type; `doctypes check` tells of those that are broken."""
    for name in catalogue.names(home.doctypes):
        with suppress(DoctypeError):
            yield catalogue.delivery_plan(name, folder=home.doctypes)


def check_user(home: Home, name: str) -> None:
    """Raises ConfigError where nobody is called so, and HomeError where the home is not his."""
    import pwd  # which Windows lacks

    owned = f"`chown -R {name}: {home.folder}`"
    try:
        known = pwd.getpwnam(name)
    except KeyError as error:
        made = f"useradd --system --user-group --no-create-home --shell /usr/sbin/nologin {name}"
        raise ConfigError(
            f"this machine has no user {name}", hint=f"`{made}`, then {owned}; or --as another"
        ) from error
    if home.folder.stat().st_uid != known.pw_uid:
        raise HomeError(f"{home.folder} does not belong to {name}", hint=owned)


def units(plan: ServicePlan, *, station: bool) -> dict[str, str]:
    """By name the text of each: of the daemon, of the fleet's process where the home is in one, and
    of the ``station`` if wanted."""
    names = plan.names
    texts = {names.daemon: daemon_unit(plan)}
    texts |= {names.station: station_unit(plan)} if station else {}
    texts |= {names.fleet: fleet_unit(plan)} if plan.fleet else {}
    return texts


def install(folder: Path, texts: Mapping[str, str], *, home: Path, force: bool) -> list[Path]:
    """Writes them. Raises ConfigError before the first where one would replace what is not its own,
    unless with ``force``, or what is of another home that is there, and HomeError."""
    for name in texts:
        _check_ours(folder / name, home, force=force)
    try:
        for name, text in texts.items():
            files.write(folder / name, text.encode(), mode=READABLE)
    except OSError as error:
        raise _refused(folder, error) from error
    return [folder / name for name in texts]


def installed(folder: Path, *, home: Path, force: bool) -> list[Path]:
    """What ``install`` wrote for ``home``; with ``force``, what lies there under its names. Raises
    as ``install`` does."""
    names = _each(unit_names(choose_stem(folder, home)))
    there = [path for path in (folder / name for name in names) if path.exists()]
    for path in there:
        _check_ours(path, home, force=force)
    return there


def remove(paths: Iterable[Path]) -> None:
    """Raises HomeError."""
    for path in paths:
        try:
            files.remove(path)
        except OSError as error:
            raise _refused(path.parent, error) from error


def _check_ours(path: Path, home: Path, *, force: bool) -> None:
    text = _text(path)
    if text is None:
        return
    found, other = writer(text), home_of(text)
    if found is not Writer.OTHERS and other and other != home:
        uninstall = f"`appliance --home {other} service uninstall` first"
        if other.is_dir():
            raise ConfigError(f"{path} is of the appliance in {other}", hint=uninstall)
        if not force:
            raise ConfigError(
                f"{path} is of an appliance in {other}, which is not there",
                hint="mount it if it is only away; --force goes over it",
            )
    elif found is not Writer.US and not force:
        raise ConfigError(f"{path} was {found.value}", hint="look at it; --force goes over it")


def _refused(folder: Path, error: OSError) -> HomeError:
    return HomeError(
        f"{folder} cannot be written: {error.strerror}",
        hint="do it as root, with sudo; or with --user, for a service of your own",
    )


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HomeError(
            f"{path} cannot be read: {error.strerror}", hint="do it as root, with sudo"
        ) from error


def statuses(folder: Path, plan: ServicePlan, *, user: bool) -> Iterator[UnitStatus]:
    """Of what has to run, and of what is installed beside it. Raises HomeError, ToolError."""
    needed = units(plan, station=False)
    for name in _each(plan.names):
        text = _text(folder / name)
        if text is None and name not in needed:
            continue
        wanted = replace(plan, user=user_of(text), fleet=True) if text else plan
        current = text == units(wanted, station=True).get(name)
        by = None if text is None else writer(text)
        found = _status(folder / name, by, systemctl_facts(name, user=user), current=current)
        yield replace(found, user=None if text is None else user_of(text))


def _status(
    path: Path, by: Writer | None, facts: Mapping[str, str], *, current: bool
) -> UnitStatus:
    since = facts.get("StateChangeTimestamp", "").removeprefix("@")
    return UnitStatus(
        path.name,
        path,
        by,
        current,
        enabled=facts.get("UnitFileState") == "enabled",
        active=facts.get("ActiveState", "inactive"),
        since=float(since) if since.isdecimal() and int(since) else None,
        result=facts.get("Result", ""),
    )


_FACTS = ("ActiveState", "UnitFileState", "StateChangeTimestamp", "Result")


def systemctl_facts(unit: str, *, user: bool) -> dict[str, str]:
    """Raises ToolError."""
    said = systemctl("show", unit, "--timestamp=unix", f"--property={','.join(_FACTS)}", user=user)
    return dict(line.split("=", 1) for line in said.splitlines() if "=" in line)


def systemctl(*words: str, user: bool) -> str:
    """What it says. Raises ToolError."""
    command = ["systemctl", *["--user"] * user, *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError(
            f"systemctl does not answer: {error}", hint="`systemctl is-system-running` says more"
        ) from error
    if done.returncode:
        raise ToolError(
            f"`{' '.join(command)}` failed: {done.stderr.strip()}",
            hint="log in as that user, for a service of your own" if user else "do it as root",
        )
    return done.stdout
