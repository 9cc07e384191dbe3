"""Tells a program of the owner of a delivery: started anew for each, never by a shell.

It reads the result's JSON from its standard input, or where ``{json}`` stands in an argument from a
copy that is there while it runs. It took the result if it ends with 0.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import IO

from appliance.domain.errors import CallError
from appliance.system.deadline import deadline

JSON = "{json}"

MOST_SAID = 500
"""Bytes of what it wrote to standard error last, that are kept."""


def run(command: Sequence[str], result: bytes, *, timeout: float, leave: Event) -> None:
    """Raises CallError when it does not start, fails, or takes over ``timeout`` seconds; with all
    that it has started it is ended then, and also once ``leave`` is set."""
    try:
        with tempfile.TemporaryDirectory(prefix="appliance-") as folder:
            copy = Path(folder) / "result.json"
            copy.write_bytes(result)
            words = [word.replace(JSON, str(copy)) for word in command]
            with copy.open("rb") as given, tempfile.TemporaryFile() as said:
                _run(words, given, said, timeout, leave)
    except OSError as error:
        raise CallError(
            f"the command cannot be started: {error.strerror or error}",
            hint="does the program exist, and may the appliance run it?",
        ) from error


def _run(
    words: Sequence[str], given: IO[bytes], said: IO[bytes], timeout: float, leave: Event
) -> None:
    process = subprocess.Popen(
        words,
        stdin=given,
        stdout=subprocess.DEVNULL,
        stderr=said,
        start_new_session=True,  # Ctrl-C is for the daemon
    )
    with deadline(timeout, lambda: _end(process), leave=leave) as ended:
        code = process.wait()
    if code == 0:
        return
    if ended.is_set():
        raise CallError(f"the command took over {timeout:g} s and was stopped")
    raise CallError(f"the command ended with {code}", said=_last(said))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def _last(said: IO[bytes]) -> str:
    said.seek(max(0, said.seek(0, os.SEEK_END) - MOST_SAID))
    return said.read(MOST_SAID).decode(errors="replace").strip()
