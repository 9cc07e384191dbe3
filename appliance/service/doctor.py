"""Looks the appliance over and says what to do about what is wrong. Changes nothing."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from appliance.delivery.webhook import read_secret
from appliance.doctypes import catalogue
from appliance.domain.document import UNNAMED
from appliance.domain.errors import ApplianceError, ConfigError, DocumentError, ToolError
from appliance.domain.results import ModelVersion
from appliance.fleet.inspection import inspections
from appliance.learning.models.registry import Registry
from appliance.learning.night.standing import NEXT_STEP, describe_end, describe_unlearned
from appliance.learning.trainer import tuning
from appliance.records.store import Store
from appliance.service.child_processes import Predictor, Reader, gaps
from appliance.service.kept_years import LEARNABLE, in_months, years_kept
from appliance.service.night_history import look_back
from appliance.service.serving import try_out
from appliance.settings.config import Settings
from appliance.settings.home import Home
from appliance.system import memory
from appliance.system.mounts import mount_of

LEAST_MEMORY = 1.5e9
"""Bytes that daemon, OCR and the default model need together, with room to spare."""
LEAST_DISK = 2e9
"""Bytes; a day of scans and the next model fit in."""

BLANK = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQAAAACCEkxzAAAAFElEQVR42mP8zwABTAyjjFEGyQwAzx8Bf7QK4E8A"
    "AAAASUVORK5CYII="
)
"""A small white PNG."""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    name: str
    ok: bool
    found: str
    hint: str = ""


def checks(home: Home, settings: Settings) -> Iterator[HealthCheck]:
    """The cheap ones first; the model and the OCR are really started."""
    yield from (_folder(folder) for folder in home.folders)
    yield _mount(home.inbox, settings)
    yield _disk(home)
    yield _memory()
    yield _tried("database", lambda: _database(home))
    yield _tried("document types", lambda: _doctypes(home, settings))
    yield _tried("deliveries", lambda: _deliveries(home))
    yield from _keeping(home)
    yield _tried("reading", lambda: _reading(settings))
    yield _tried("cage", lambda: _cage(settings))
    yield _tried("seals", lambda: _seals(Registry(home.models)))
    yield _model(home, settings)
    yield _nights(settings)
    if settings.night.labels:
        yield _tried("last night", lambda: _last_night(home))
    yield from (_tried(*one) for one in inspections(home.fleet, now=time.time()))


def try_model(model: ModelVersion, settings: Settings) -> str:
    """Asks it the known question; its name when it answers. Raises ModelError, WorkerError."""
    predictor = Predictor(model, settings.extraction, threads=1)
    try:
        try_out(predictor)
    finally:
        predictor.stop()
    return model.name


def _tried(name: str, attempt: Callable[[], str]) -> HealthCheck:
    try:
        return HealthCheck(name, True, attempt())
    except ApplianceError as error:
        return HealthCheck(name, False, str(error), error.hint)


def _model(home: Home, settings: Settings) -> HealthCheck:
    registry = Registry(home.models)
    check = _tried("model", lambda: try_model(registry.champion(), settings))
    service = registry.service() if home.daemon() else None
    if check.ok and service and service.refused == check.found:
        found = f"{check.found} answers, but the daemon could not serve it: {service.reason}"
        return HealthCheck("model", False, found, "restart the daemon, or `appliance rollback`")
    back = registry.back()
    if check.ok or not back:
        return check
    return replace(check, hint=f"`appliance rollback` lets {back} serve again")


def _nights(settings: Settings) -> HealthCheck:
    """To do without them is no fault."""
    night = settings.night
    if not night.labels:
        return HealthCheck("night", True, "switched off (`labels = 0` under [night])")
    if lacking := tuning.missing():
        hint = "pip install 'edge-document-appliance[tuning]', if it is to learn from corrections"
        return HealthCheck(
            "night", True, f"learns nothing: {', '.join(lacking)} not installed", hint
        )
    return HealthCheck("night", True, f"from {night.begin:%H:%M} to {night.end:%H:%M}")


def _last_night(home: Home) -> str:
    """Raises ToolError when somebody should look after it, and StoreError."""
    with closing(Store(home.database)) as store:
        standing = look_back(home, store)
    if standing.last is None:
        return "none yet"
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(standing.last.ended_at))
    said = f"{when}, {describe_end(standing.last)}: {standing.last.said}"
    if standing.is_troubled:
        raise ToolError(f"{said}; {describe_unlearned(standing)}", hint=NEXT_STEP)
    return said


def _seals(registry: Registry) -> str:
    """Raises ModelError."""
    for flaw in registry.flaws():
        raise flaw
    if not registry.seals.begun:
        return "none yet: the next `appliance run` seals what it finds"
    return "all versions are as they were sealed"


def _folder(folder: Path) -> HealthCheck:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return HealthCheck(folder.name, True, "can be written")
    except OSError as error:
        hint = "run `appliance init`, or give the appliance the right to write there"
        return HealthCheck(folder.name, False, f"{folder}: {error.strerror}", hint)


def _mount(inbox: Path, settings: Settings) -> HealthCheck:
    mount = mount_of(inbox)
    if mount is None or not mount.network:
        return HealthCheck("inbox", True, "on a local disk: file events wake the loop")
    where = f"on a network mount ({mount.kind}), which tells of no change made elsewhere"
    if settings.inbox.watch == "events":
        return HealthCheck("inbox", False, where, 'set watch = "auto" or "polling" under [inbox]')
    return HealthCheck("inbox", True, f"{where}: listed every {settings.inbox.polling:g} s")


def free_space(home: Home) -> int:
    """Bytes, on the fullest disk of the home. A share that is away has its job wait, which is
    told."""
    found = [shutil.disk_usage(home.folder).free]
    for folder in home.folders:
        with suppress(OSError):
            found.append(shutil.disk_usage(folder).free)
    return min(found)


def _disk(home: Home) -> HealthCheck:
    free = free_space(home)
    hint = "" if free >= LEAST_DISK else "free some space; documents stay in the inbox meanwhile"
    return HealthCheck("disk", free >= LEAST_DISK, f"{free / 1e9:.1f} GB free", hint)


def _memory() -> HealthCheck:
    free = memory.available()
    hint = "" if free >= LEAST_MEMORY else "close other programs, or add memory"
    return HealthCheck("memory", free >= LEAST_MEMORY, f"{free / 1e9:.1f} GB free", hint)


def _database(home: Home) -> str:
    with closing(Store(home.database)) as store:
        store.database.check()
    return "opens, and is as this version left it"


def _doctypes(home: Home, settings: Settings) -> str:
    names = catalogue.names(home.doctypes)
    for name in (*names, *filter(None, [settings.inbox.default_type])):
        catalogue.find(name, folder=home.doctypes)
    return ", ".join(names)


def _deliveries(home: Home) -> str:
    """Sends nothing, and starts no program."""
    told = []
    for name in catalogue.names(home.doctypes):
        plan = catalogue.delivery_plan(name, folder=home.doctypes)
        if plan.command and not os.access(plan.command[0], os.X_OK):
            raise ConfigError(
                f"{name}: {plan.command[0]} is no program that the appliance may run",
                hint=f"see to the program, or to `command` in {name}.toml",
            )
        if plan.url:
            read_secret(home.folder / plan.secret_file)
        told += [f"{kind} of {name}" for kind in plan.calls]
    return ", ".join(told) or "into the outbox alone"


def _keeping(home: Home) -> Iterator[HealthCheck]:
    """To forget early is the owner's right; what it costs is to be known."""
    years = years_kept(home)
    if not years:
        return
    found = ", ".join(f"{name} {kept:g} years" for name, kept in years.items())
    early = ", ".join(name for name, kept in years.items() if in_months(kept) <= LEARNABLE)
    hint = (
        f"{early}: that is less than tax law mostly asks for, and no night learns from what goes"
        " within a year; see to `years` under [keep]"
    )
    said = f"forgets by itself, with each model version that learned from it: {found}"
    yield HealthCheck("keeping", True, said, hint if early else "")


def _reading(settings: Settings) -> str:
    """Has a blank picture read, which starts the OCR and is rightly refused."""
    reader = Reader(settings.reading, threads=1)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "blank.png"
        page.write_bytes(BLANK)
        try:
            with suppress(DocumentError):
                reader.read(page, docid=UNNAMED)
        finally:
            reader.stop()
    return f"{settings.reading.ocr} starts"


def _cage(settings: Settings) -> str:
    """A system that lacks some of it is no fault of the appliance."""
    if found := gaps(settings.reading):
        return (
            f"not all of it: {'; '.join(found)} (docs/explanation/security.md says what that means)"
        )
    return "whoever takes over the reader has no network, no program, and one file"
