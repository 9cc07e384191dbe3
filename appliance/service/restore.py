"""A home that is put back from a backup, every document of it compared with its checksum.

The settings come last. Without them it is no home, so nobody works in one that was cut, and the
next restore goes on with it. The backup is only read: its database is opened in a copy.
"""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.errors import ConfigError, HomeError, StoreError
from appliance.domain.plurals import counted
from appliance.fleet import membership
from appliance.intake.archive import Archive
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.store import Store
from appliance.service.backup import (
    MARK,
    Progress,
    check_apart,
    copy_doctypes,
    copy_documents,
    copy_file,
    copy_models,
    originals_of,
    read_mark,
)
from appliance.settings import config
from appliance.settings.home import Home
from appliance.system import files
from appliance.system.sealing import KEY, KEY_MODE, NEW_KEY

_BEGUN = ".restoring"
"""In a home that is not whole yet: from which backup it comes."""


@dataclass(frozen=True, slots=True)
class Restored:
    documents: int
    """That the database knows."""
    made_at: str
    """From when the backup is, ISO 8601, UTC."""


def restore(
    home: Home,
    folder: Path,
    *,
    progress: Progress,
    incomplete: bool = False,
    who: str,
    now: float,
) -> Restored:
    """Makes ``home`` of the backup in ``folder``; ``incomplete``, also where originals are damaged.
    ``who`` has it done, ``now`` is seconds since 1970.

    Raises ConfigError when there is no whole backup or the home is not empty, StoreError when the
    backup's database is damaged, and HomeError when originals are or the home cannot be written.
    """
    made_at = _check(home, folder)
    try:
        files.write(home.folder / _BEGUN, os.fsencode(folder.resolve()))
        with home.copying() as room:
            copy = room / home.database.name
            known, originals = _copy_database(Home(folder), copy, made_at, who=who, now=now)
            _restore(home, Home(folder), copy, originals, progress, incomplete)
            return Restored(known, made_at)
    except OSError as error:
        raise HomeError(
            f"{home.folder} cannot be restored: {error.strerror}",
            hint="make room there: the same command goes on from here",
        ) from error


def _check(home: Home, folder: Path) -> str:
    """From when the backup is."""
    check_apart(home, folder)
    if not (folder / MARK).exists():
        raise ConfigError(
            f"{folder} is no backup: there is no {MARK} in it",
            hint="name a folder that `appliance backup` wrote",
        )
    said = read_mark(folder)
    if "documents" not in said or not Home(folder).database.exists():
        raise ConfigError(
            f"the backup in {folder} is not whole: it was cut before its end",
            hint="take another backup; if the home is still there, a new backup goes on with it",
        )
    begun = home.folder / _BEGUN
    if not begun.exists() or (home.folder / config.FILE).exists():
        if any(path.is_file() for path in home.folder.rglob("*")):  # an archive's disk is none
            raise ConfigError(
                f"{home.folder} is not empty",
                hint=f"name a new folder: `appliance --home NEW restore {folder}`",
            )
    elif (other := begun.read_bytes()) != os.fsencode(folder.resolve()):
        raise ConfigError(
            f"{home.folder} is half restored from another backup, {os.fsdecode(other)}",
            hint="name that backup, or a new home",
        )
    return str(said.get("made_at", ""))


def _restore(
    home: Home, kept: Home, copy: Path, originals: list[str], progress: Progress, incomplete: bool
) -> None:
    _, _, lost = copy_documents(
        Archive(kept.archive), Archive(home.archive), progress("copying documents", originals)
    )
    if lost and not incomplete:
        raise HomeError(
            f"{counted(len(lost), 'document')} damaged in the backup or missing: {_some(lost)}",
            hint="put them into its archive from another copy, and the same command goes on;"
            " --incomplete does without them",
        )
    for name in (KEY, NEW_KEY):
        if (kept.folder / name).exists():
            files.write(home.folder / name, (kept.folder / name).read_bytes(), mode=KEY_MODE)
    copy_models(kept.models, home.models, progress)
    copy_doctypes(kept.doctypes, home.doctypes)
    membership.copy(kept.fleet, home.fleet)
    files.publish(copy, home.database)
    for folder in home.folders:
        files.make_folder(folder)
    copy_file(kept.folder / config.FILE, home.folder / config.FILE)
    files.remove(home.folder / _BEGUN)


def _copy_database(
    kept: Home, copy: Path, made_at: str, *, who: str, now: float
) -> tuple[int, list[str]]:
    """How many documents it knows, and of which the originals belong to it; it knows that it is
    restored. Raises StoreError."""
    for beside in ("", "-wal"):  # of somebody who looked into the backup and was cut
        copy_file(Path(f"{kept.database}{beside}"), Path(f"{copy}{beside}"))
    with closing(Store(copy)) as store:
        try:
            store.database.check()
        except StoreError as error:
            raise StoreError(f"in the backup, {error}", hint="take another backup") from error
        known = len({job.docid for job in store.jobs()})
        originals = originals_of(store, Archive(kept.archive))
        audit = Audit(store.database)
        audit.note(LinkKind.RESTORED, who=who, about=f"{made_at}, {kept.folder}", now=now)
    files.sync_file(copy)
    return known, originals


def _some(docids: list[str]) -> str:
    named = ", ".join(docid[:8] for docid in docids[:5])
    return f"{named}, ..." if len(docids) > 5 else named
