"""Drops a file into the inbox as a program does: whole at once, and over nobody else's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path, PurePath
from threading import get_ident

from appliance.domain.errors import DocumentError, HomeError
from appliance.intake.archive import StillChanging, chunks, fingerprint
from appliance.intake.scan import ignored
from appliance.system import files


def drop(source: Path, folder: Path, docid: str) -> str:
    """Gives the name under which it lies in ``folder``, a folder of the inbox.

    ``docid`` is its SHA-256. Raises DocumentError for a name that is never taken, or a file that
    cannot be read, StillChanging when it is written to meanwhile, HomeError.
    """
    if ignored(source.name):
        raise DocumentError(
            f"{source.name} is named like something hidden or half done",
            hint="give it another name: the appliance would leave it alone",
        )
    partial = folder / f".{docid[:16]}.{os.getpid()}.{get_ident()}.part"
    try:
        files.make_folder(folder, like=folder.parent)
        if files.pour(partial, chunks(source)) != docid:
            raise StillChanging(f"{source.name} is still being written", hint="drop it when it is")
        name = next(name for name in _names(source.name) if _appears(partial, folder / name))
        files.remove(partial)
        files.sync_folder(folder)
    except OSError as error:
        raise HomeError(
            f"{folder} cannot be written: {error.strerror}",
            hint="is the share mounted, and may this program write there?",
        ) from error
    finally:
        with suppress(OSError):
            files.remove(partial)
    return name


def lying(source: Path, folder: Path, docid: str) -> str | None:
    """Name of a file of the same bytes that waits in ``folder``; None when there is none."""
    with suppress(OSError):
        size = source.stat().st_size
        for path in sorted(folder.iterdir()):
            # Any may be taken at this moment.
            with suppress(OSError, DocumentError):
                alike = not ignored(path.name) and path.stat().st_size == size
                if alike and fingerprint(path, largest=None) == docid:
                    return path.name
    return None


def _names(name: str) -> Iterator[str]:
    yield name
    path = PurePath(name)
    yield from (f"{path.stem} ({number}){path.suffix}" for number in count(2))


def _appears(partial: Path, final: Path) -> bool:
    """False when something of that name is there, which a rename would replace."""
    try:
        final.hardlink_to(partial)
    except FileExistsError:
        return False
    except OSError:  # a share that has no links
        if final.exists():
            return False
        partial.rename(final)
    return True
