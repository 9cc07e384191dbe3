"""The home of one appliance: where its folders are, and that only one daemon works in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from appliance import config, disk
from appliance.domain.errors import HomeError
from appliance.files import write

DAY = "appliance.lock"
NIGHT = "night.lock"


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
    def database(self) -> Path:
        return self.folder / "appliance.db"

    @property
    def folders(self) -> tuple[Path, ...]:
        return self.inbox, self.outbox, self.failed, self.archive, self.models, self.doctypes

    def make(self) -> None:
        """Makes what is missing and leaves what is there. Raises HomeError."""
        try:
            for folder in self.folders:
                folder.mkdir(parents=True, exist_ok=True)
            settings = self.folder / config.FILE
            if not settings.exists():
                write(settings, config.TEMPLATE.encode())
        except OSError as error:
            raise HomeError(
                f"{self.folder} cannot be made a home: {error.strerror}",
                hint="choose a folder that you may write to",
            ) from error

    def check_disks(self) -> None:
        """Raises HomeError when outbox or archive lay on a disk of their own, which is away."""
        disk.check((self.outbox, self.archive), notes=self.folder / ".disks")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """For the one daemon. Raises HomeError when another works here."""
        pid = self.folder / "appliance.pid"
        # `status` holds the lock for a moment to see whether it is free.
        lock = self._lock(timeout=1)
        if lock is None:
            raise HomeError(
                f"an appliance is running here already (process {_read(pid)})",
                hint="`appliance status` shows what it does; stop it before you start another",
            )
        try:
            write(pid, str(os.getpid()).encode())
            yield
        finally:
            pid.unlink(missing_ok=True)
            lock.release()

    @contextmanager
    def tuning(self) -> Iterator[None]:
        """For the one night. Raises HomeError when another is going on."""
        lock = self._lock(timeout=1, name=NIGHT)
        if lock is None:
            raise HomeError(
                "a night is going on here already", hint="`appliance status` shows how far it is"
            )
        try:
            yield
        finally:
            lock.release()

    def tunes(self) -> bool:
        """Is a night going on? Raises HomeError."""
        lock = self._lock(timeout=0, name=NIGHT)
        if lock:
            lock.release()
        return lock is None

    def daemon(self) -> int | None:
        """Process id of the daemon that works here; None when there is none. Raises HomeError."""
        lock = self._lock(timeout=0)
        if lock is None:
            return int(_read(self.folder / "appliance.pid") or 0) or None
        lock.release()
        return None

    def _lock(self, *, timeout: float, name: str = DAY) -> FileLock | None:
        """Acquired; None when somebody else has it."""
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
    except FileNotFoundError:
        return ""
