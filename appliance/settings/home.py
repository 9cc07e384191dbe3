"""The home of one appliance: where its folders are, and that only one daemon works in it."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.domain.errors import HomeError
from appliance.settings import config
from appliance.system import disk
from appliance.system.files import make_folder, narrow, write

if TYPE_CHECKING:
    from filelock import FileLock

DAY = "appliance.lock"
NIGHT = "night.lock"
BACKUP = "backup.lock"
FLEET = "fleet.lock"
MEMBERS = "fleet-members.lock"
_DISKS = ".disks"

LOOK_AGAIN = 5.0
"""Seconds between two looks whether there is room on a disk that is full."""

PATIENCE = 30.0
"""Seconds for another command to be done with the fleet, which tells its server."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Home:
    folder: Path

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    @property
    def failed(self) -> Path:
        return self.folder / "failed"

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def models(self) -> Path:
        return self.folder / "models"

    @property
    def doctypes(self) -> Path:
        return self.folder / "doctypes"

    @property
    def fleet(self) -> Path:
        """Keys, and what waits at a hub; only of a home that is hub or site."""
        return self.folder / "fleet"

    @property
    def database(self) -> Path:
        return self.folder / "appliance.db"

    @property
    def report(self) -> Path:
        """The page of ``appliance report``, where its owner does not say another."""
        return self.folder / "report.html"

    @property
    def log(self) -> Path:
        """JSON lines of what happened, where the owner asks for them."""
        return self.folder / "appliance.jsonl"

    def logs(self) -> list[Path]:
        """With the earlier ones."""
        return [path for path in self.folder.glob(f"{self.log.name}*") if path.is_file()]

    @property
    def folders(self) -> tuple[Path, ...]:
        return self.inbox, self.outbox, self.failed, self.archive, self.models, self.doctypes

    def make(self) -> None:
        """Makes what is missing and leaves what is there. Raises HomeError."""
        try:
            for folder in self.folders:
                make_folder(folder)
            settings = self.folder / config.FILE
            if not settings.exists():
                write(settings, config.TEMPLATE.encode())
            self._close()
        except OSError as error:
            raise HomeError(
                f"{self.folder} cannot be made a home: {error.strerror}",
                hint="choose a folder that you may write to",
            ) from error

    def check_disks(self) -> None:
        """Raises HomeError when outbox or archive lay on a disk of their own, which is away."""
        disk.check((self.outbox, self.archive), notes=self.folder / _DISKS)

    def _close(self) -> None:
        """To other users of the machine. Who may drop and collect, and so come through the home, is
        its owner's business."""
        own = self.failed, self.archive, self.models, self.doctypes, self.folder / _DISKS
        for path in (*own, *self.folder.glob("*.lock"), *self.folder.glob("*.log")):
            narrow(path)

    @contextmanager
    def locked(self, *, wait: Callable[[float], object] | None = None) -> Iterator[None]:
        """For the one daemon, which waits with ``wait``, given seconds, while its disk is full.

        Raises HomeError when another works here, when nothing can be written here, and on a full
        disk without ``wait``.
        """
        with self._held(
            DAY,
            f"an appliance is running here already (process {_read(self._pid)})",
            hint="`appliance status` shows what it does; stop it before you start another",
        ):
            try:
                self._find_room(wait)
                self._close()
                with suppress(OSError):  # `status` does without
                    write(self._pid, str(os.getpid()).encode())
                yield
            finally:
                with suppress(OSError):
                    self._pid.unlink(missing_ok=True)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Neither daemon nor night nor backup works here meanwhile, and none of a killed backup is
        left. Raises HomeError when one does, OSError."""
        here = f"an appliance is running here (process {_read(self._pid)})"
        with (
            self._held(DAY, here, hint="stop it, do this, and start it again"),
            self.tuning(),
            self.copying(),
        ):
            yield

    def _find_room(self, wait: Callable[[float], object] | None) -> None:
        told = ""
        while True:
            try:
                disk.check_room(self.folder)
            except disk.NoRoom as error:
                if wait is None:
                    raise
                if told != error.in_words:
                    log.error("%s", told := error.in_words)
                wait(LOOK_AGAIN)
            else:
                return

    def tuning(self) -> AbstractContextManager[None]:
        """For the one night. Raises HomeError when another is going on."""
        hint = "`appliance status` shows how far it is"
        return self._held(NIGHT, "a night is going on here already", hint=hint)

    def in_touch(self) -> AbstractContextManager[None]:
        """For the one process of its fleet. Raises HomeError when another is at work."""
        hint = "`appliance fleet status` says how it stands"
        return self._held(FLEET, "`appliance fleet run` is at work here already", hint=hint)

    def changing_fleet(self) -> AbstractContextManager[None]:
        """For the one command that changes who belongs to its fleet; another waits for it. Raises
        HomeError when that takes too long."""
        return self._held(
            MEMBERS,
            "another command is changing the fleet",
            hint="try again when that is done",
            timeout=PATIENCE,
        )

    @contextmanager
    def copying(self) -> Iterator[Path]:
        """For the one backup, with an empty folder to work in. Raises HomeError when another is
        being made, OSError."""
        folder = self.folder / ".backup"
        with self._held(BACKUP, "another backup is being made", hint="try again when that is done"):
            try:
                shutil.rmtree(folder, ignore_errors=True)  # of one that was killed
                make_folder(folder)
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _held(self, name: str, taken: str, *, hint: str, timeout: float = 1) -> Iterator[None]:
        """Raises HomeError, with these words, where another process holds the lock: for longer than
        the moment for which `status` holds it to see whether it is free."""
        lock = self._lock(timeout=timeout, name=name)
        if lock is None:
            raise HomeError(taken, hint=hint)
        try:
            yield
        finally:
            lock.release()

    def tunes(self) -> bool:
        """Is a night going on? Raises HomeError."""
        return self._is_locked(NIGHT)

    def daemon(self) -> int | None:
        """Process id of the daemon that works here, 0 while it waits for room on its disk; None
        when there is none. Raises HomeError."""
        return int(_read(self._pid) or 0) if self._is_locked(DAY) else None

    def _is_locked(self, name: str) -> bool:
        if not (self.folder / name).exists():
            return False  # nor is it made: by root, it would keep the appliance's user out
        lock = self._lock(timeout=0, name=name)
        if lock:
            lock.release()
        return lock is None

    def expect(self, *, by: float) -> None:
        """The daemon gives a sign of life ``by`` then, in seconds since 1970, or it hangs."""
        with suppress(OSError):  # before it has its number noted, or on a disk that does not do
            os.utime(self._pid, (by, by))

    def expected_by(self) -> float | None:
        """When the daemon that works here was to give a sign of life; None when nobody knows."""
        try:
            return self._pid.stat().st_mtime
        except OSError:
            return None

    @property
    def _pid(self) -> Path:
        """In it the number of the daemon's process; its time is by when a sign of life comes."""
        return self.folder / "appliance.pid"

    def _lock(self, *, timeout: float, name: str) -> FileLock | None:
        """Acquired; None when somebody else has it."""
        from filelock import FileLock, Timeout  # brings asyncio, which most commands do without

        lock = FileLock(self.folder / name)
        try:
            lock.acquire(timeout=timeout)
        except Timeout:
            return None
        except OSError as error:
            raise HomeError(
                f"{lock.lock_file} cannot be opened: {error.strerror}",
                hint="work as the user whose appliance it is",
            ) from error
        return lock


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
