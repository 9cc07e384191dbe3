"""Writes the outbox: a result appears whole or not at all, and no document appears twice.

A result is a JSON file, and what the owner wants beside it: where the JSON is, all is there. The
result is first staged beside the outbox's folders, then the delivery is noted in the
database, and only then renamed to its name. Whoever finds a noted delivery after a crash knows:
what is still staged has not appeared yet.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from appliance.domain.errors import HomeError
from appliance.domain.results import Job
from appliance.system.disk import Disk
from appliance.system.fault_points import reached
from appliance.system.files import inside, make_folder, of_no_device, publish, remove, write

STAGING = ".staged"
SUFFIX = ".json"
"""Of every result's name."""
CSV, ROWS_CSV, XLSX = ".csv", ".rows.csv", ".xlsx"
BESIDE = CSV, ROWS_CSV, XLSX
"""Instead of it, of the files beside a result."""

_SEPARATORS = re.compile(r"[/\\]")
_REFUSED = '<>:"|?*'
"""In a name, by Windows."""
_NOTHING: Mapping[str, bytes] = MappingProxyType({})


class Outbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._disk = Disk(folder)

    def path_of(self, job: Job) -> PurePath:
        """Where its result appears, relative to the outbox."""
        return file_name(job)

    def stage(
        self, path: PurePath, result: Mapping[str, Any], beside: Mapping[str, bytes] = _NOTHING
    ) -> None:
        """Writes ``result`` where readers of the outbox do not look, and what is to appear
        ``beside`` it, by suffix. Raises HomeError."""
        self._disk.check()
        try:
            staged = self._staged(path)
            for suffix in BESIDE:
                if suffix in beside:
                    write(_beside(staged, suffix), beside[suffix])
                else:  # an attempt of before may have left it
                    remove(_beside(staged, suffix))
            write(staged, written(result))
        except OSError as error:
            raise _full(self.folder, error) from error

    def is_staged(self, path: PurePath) -> bool:
        """Waits to appear. Raises HomeError when nobody can tell: the disk may be away."""
        staged = self._staged(path)
        try:
            staged.stat()
        except FileNotFoundError:
            if staged.parent.is_dir():
                return False
            raise HomeError(
                f"{staged.parent} is not there",
                hint="is the outbox's disk there? If it is, make that folder, and it goes on",
            ) from None
        except OSError as error:
            raise _full(self.folder, error) from error
        return True

    def publish(self, path: PurePath) -> bool:
        """Lets the staged result appear, its JSON last; False when it has appeared already. Raises
        HomeError."""
        if not self.is_staged(path):
            return False
        try:
            staged, final = self._staged(path), self._within(self.folder, path)
            make_folder(final.parent, like=self.folder)
            for suffix in BESIDE:
                if _beside(staged, suffix).exists():
                    publish(_beside(staged, suffix), _beside(final, suffix))
                    reached("delivery.beside")
            publish(staged, final)
        except OSError as error:
            raise _full(self.folder, error) from error
        return True

    def files(self, path: PurePath, *, appeared: bool) -> list[Path]:
        """All of a result that may be there: what is staged, and what has ``appeared``. Raises
        HomeError."""
        jsons = [self._staged(path), *([self._within(self.folder, path)] if appeared else [])]
        return [file for one in jsons for file in (one, *(_beside(one, end) for end in BESIDE))]

    def _staged(self, path: PurePath) -> Path:
        return self._within(self.folder / STAGING, path)

    def _within(self, folder: Path, path: PurePath) -> Path:
        if not inside(path):
            raise HomeError(
                f"a result would leave the outbox: {path}",
                hint="nothing was written; please report it",
            )
        return folder / path


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name.removesuffix(SUFFIX) + suffix)


def file_name(job: Job) -> PurePath:
    """``TYPE/NAME.DOCID8.json``, relative to the outbox, whatever the source is called."""
    *folders, name = [part for part in _SEPARATORS.split(job.source) if part.strip(". ")] or [""]
    flat = "_".join([*folders, PurePath(name).stem]).lstrip(". ")
    fit = "".join("_" if one in _REFUSED or not one.isprintable() else one for one in flat)
    # 255 bytes is the longest name that common file systems take.
    stem = fit.encode()[:200].decode(errors="ignore") or "document"
    return PurePath(job.doctype, of_no_device(f"{stem}.{job.docid[:8]}{SUFFIX}"))


def written(result: Mapping[str, Any]) -> bytes:
    return (json.dumps(result, ensure_ascii=False, indent=2) + "\n").encode()


def docid_in(data: bytes) -> str | None:
    """Whose result that is; None when it names no document. Raises ValueError when it is none."""
    result = json.loads(data)
    return result.get("docid") if isinstance(result, dict) else None


def _full(folder: Path, error: OSError) -> HomeError:
    return HomeError(
        f"the outbox {folder} cannot be written: {os.strerror(error.errno or 0)}",
        hint="nothing is lost: free space or give back the right to write, and it goes on",
    )
