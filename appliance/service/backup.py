"""A copy of a home, of which it can be put back, made while the appliance and its clerks work on.

The database is copied as it is at one moment, and of the documents those that it knows then, so
that all agrees. The database takes the place of the one before when all that it needs is there, and
what the home has no more is removed after that, where that is asked for: cut anywhere, the copy is
whole. Models, types and settings in it may then be newer than its database. What is there already
and never changes is not copied again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from appliance import __version__
from appliance.domain.errors import ConfigError, HomeError
from appliance.fleet import membership
from appliance.intake.archive import Archive
from appliance.learning.models.registry import CHAMPION, Registry
from appliance.learning.models.versions import MANIFEST, chunks_of
from appliance.records.audit import Audit
from appliance.records.store import Store
from appliance.settings import config
from appliance.settings.home import Home
from appliance.system import files
from appliance.system.fault_points import reached
from appliance.system.sealing import KEY, KEY_MODE, NEW_KEY

MARK = "backup.json"
"""In the copy: of when it is. One that never became whole says nothing there."""
_NEVER_CHANGES = ".gguf"

Progress = Callable[[str, Sequence[str]], Iterable[str]]
"""Hands on the names one by one, and tells how far that is: what is done with them comes first."""


@dataclass(frozen=True, slots=True)
class Backup:
    documents: int
    """That the copy's database knows."""
    new: int
    """Of them, those that were not in the copy before."""
    only_there: tuple[str, ...]
    """Docids whose originals are gone or damaged here, and whole in the copy."""
    lost: tuple[str, ...]
    """Docids whose originals are gone or damaged in both."""
    pruned: int = 0
    """Files that were removed from the copy, since the home has them no more."""


def backup(
    home: Home,
    store: Store,
    folder: Path,
    *,
    progress: Progress,
    now: float,
    prune: bool = False,
) -> Backup:
    """Copies ``home`` into ``folder``, and removes there what the home has no more to ``prune`` it.

    Raises ConfigError when that is no place for a copy, HomeError when it cannot be written, and
    StoreError when the database is damaged, which never takes the place of a sound copy.
    """
    try:
        _check(home, folder, prune=prune)
        home.check_disks()
        with home.copying() as room:
            snapshot = room / home.database.name
            return _backup(home, store, folder, snapshot, progress, now, prune=prune)
    except HomeError as error:
        raise HomeError(f"no backup is made in {folder}: {error}", hint=error.hint) from error
    except OSError as error:
        raise HomeError(
            f"no backup is made in {folder}: {error.strerror}",
            hint="make room there: the last backup is whole, and the next one continues from here",
        ) from error


def _check(home: Home, folder: Path, *, prune: bool) -> None:
    check_apart(home, folder)
    if Home(folder).inbox.exists():
        raise ConfigError(f"{folder} is a home itself", hint="name a new folder, or an empty one")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise ConfigError(
            f"{folder} holds something else", hint="name a new folder, or an empty one"
        )
    said = read_mark(folder)
    if prune and said.get("home", str(home.folder)) != str(home.folder):
        raise ConfigError(
            f"{folder} is a backup of {said['home']}, of which all would be removed",
            hint="name another folder; if this home lay there once, first back up without --prune",
        )


def check_apart(home: Home, folder: Path) -> None:
    """Raises ConfigError when a home and the folder of its backup lie in each other."""
    real, own = folder.resolve(), home.folder.resolve()
    if real == own or own in real.parents or real in own.parents:
        raise ConfigError(
            f"{folder} and the home lie in each other", hint="name a folder on another disk"
        )


def read_mark(folder: Path) -> dict[str, Any]:
    """What a backup says of itself; nothing when it never became whole, or is none."""
    try:
        said = json.loads((folder / MARK).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _backup(
    home: Home,
    store: Store,
    folder: Path,
    snapshot: Path,
    progress: Progress,
    now: float,
    *,
    prune: bool,
) -> Backup:
    store.database.copy(snapshot)
    reached("backup.snapped")
    with closing(Store(snapshot)) as copy:
        copy.database.check()
        docids = {job.docid for job in copy.jobs()}
        originals = originals_of(copy, Archive(home.archive))
        head = Audit(copy.database).head()
    if not (folder / MARK).exists():
        files.write(folder / MARK, b"{}\n")
    kept = Home(folder)
    Archive(kept.archive).sweep(now=now)
    new, only_there, lost = copy_documents(
        Archive(home.archive), Archive(kept.archive), progress("copying documents", originals)
    )
    reached("backup.documents")
    with _key_copied(home.folder, folder):
        copy_models(home.models, kept.models, progress)
    reached("backup.models")
    copy_doctypes(home.doctypes, kept.doctypes)
    membership.copy(home.fleet, kept.fleet)
    # Without its settings it is no home, and without its database an empty one: these come last.
    copy_file(home.folder / config.FILE, folder / config.FILE)
    for beside in ("-wal", "-shm"):  # of somebody who looked into the copy before
        files.remove(folder / f"{home.database.name}{beside}")
    reached("backup.settings")
    copy_file(snapshot, kept.database)
    reached("backup.database")
    files.write(folder / MARK, _mark(home, len(docids), head, now))
    # Not before it is whole: the database that was there may know what is no more.
    pruned = _prune(home, kept, docids) if prune else 0
    return Backup(len(docids), new, tuple(only_there), tuple(lost), pruned)


def originals_of(store: Store, archive: Archive) -> list[str]:
    """Docids of those that are in ``archive`` or ought to be: of what a site of a hub approved the
    file may have stayed there."""
    known = dict.fromkeys(job.docid for job in store.jobs())
    return [docid for docid in known if archive.path(docid).exists() or store.came_here(docid)]


def copy_documents(
    archive: Archive, kept: Archive, docids: Iterable[str]
) -> tuple[int, list[str], list[str]]:
    """How many were new; which are whole in the copy alone, and which nowhere."""
    new = 0
    only_there: list[str] = []
    lost: list[str] = []
    for docid in docids:
        if _same_size(archive.path(docid), kept.path(docid)):
            continue
        if archive.intact(docid):
            kept.put(archive.path(docid))
            new += 1
        elif kept.intact(docid):
            only_there.append(docid)
        else:
            lost.append(docid)
    return new, only_there, lost


@contextmanager
def _key_copied(folder: Path, kept: Path) -> Iterator[None]:
    """Around the copy of what it seals: half of that may be of before it was sealed, so meanwhile
    the key has the name of one by which not all is sealed yet."""
    key, there = _bytes(folder / KEY), _bytes(kept / KEY)
    if key in (b"", there):
        yield
        return
    files.write(kept / NEW_KEY, key, mode=KEY_MODE)
    files.remove(kept / KEY)
    yield
    files.publish(kept / NEW_KEY, kept / KEY)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def copy_models(models: Path, kept: Path, progress: Progress) -> None:
    """The manifest of a version after its other files, and last which version serves."""
    pointer = models / CHAMPION
    champion = _bytes(pointer)
    for name in progress("copying models", Registry(models).names()):
        every = [path for path in sorted((models / name).iterdir()) if path.is_file()]
        for path in sorted(every, key=lambda path: path.name == MANIFEST):
            copy_file(path, kept / name / path.name)
    if champion:
        files.write(kept / CHAMPION, champion)


def copy_doctypes(doctypes: Path, kept: Path) -> None:
    for name in _files_below(doctypes):
        copy_file(doctypes / name, kept / name)


def _prune(home: Home, kept: Home, docids: Collection[str]) -> int:
    """How many files were removed."""
    gone = [path for path in Archive(kept.archive).files() if path.name not in docids]
    for ours, copied in ((home.models, kept.models), (home.doctypes, kept.doctypes)):
        gone += [copied / name for name in _files_below(copied) - _files_below(ours)]
    for path in gone:
        files.remove(path)
    return len(gone)


def _files_below(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def copy_file(path: Path, kept: Path) -> None:
    """Nothing when it went meanwhile, as models are left out that can be made again."""
    if not path.exists() or (path.suffix == _NEVER_CHANGES and _same_size(path, kept)):
        return
    partial = kept.with_name(kept.name + ".partial")
    files.make_folder(kept.parent)
    files.pour(partial, chunks_of([path]))
    files.publish(partial, kept)


def _same_size(path: Path, kept: Path) -> bool:
    try:
        return path.stat().st_size == kept.stat().st_size
    except FileNotFoundError:
        return False


def _mark(home: Home, documents: int, head: str, now: float) -> bytes:
    when = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    said = {"home": str(home.folder), "made_at": when, "documents": documents, "head": head}
    return (json.dumps(said | {"version": __version__}, indent=2) + "\n").encode()
