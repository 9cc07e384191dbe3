"""Networks of their own for the sites of a fleet: each finds its line to the hub, and nothing else.

Of Linux, for root; elsewhere all is at the loopback address of this machine.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Network:
    here: str
    """Our address, as its processes see it."""
    within: tuple[str, ...] = ()
    """What a command begins with that is to run in it."""


LOOPBACK = Network("127.0.0.1")


@contextmanager
def networks(names: Sequence[str]) -> Iterator[dict[str, Network]]:
    """One for each; ``LOOPBACK`` for all where none may be made."""
    with ExitStack() as stack:
        try:
            found = {
                name: stack.enter_context(_network(number))
                for number, name in enumerate(names, start=1)
            }
        except (OSError, subprocess.CalledProcessError):
            stack.close()
            found = dict.fromkeys(names, LOOPBACK)
        yield found


@contextmanager
def _network(number: int) -> Iterator[Network]:
    """A namespace with one wire to us. Raises OSError, CalledProcessError."""
    name, subnet = f"fleet{number}", f"10.213.{number}"
    with suppress(subprocess.CalledProcessError):
        _ip("netns", "delete", name)  # of a run that was killed
    try:
        _ip("netns", "add", name)
        _ip("link", "add", name, "type", "veth", "peer", "name", "hub", "netns", name)
        _ip("address", "add", f"{subnet}.1/30", "dev", name)
        _ip("link", "set", name, "up")
        _ip("-netns", name, "address", "add", f"{subnet}.2/30", "dev", "hub")
        _ip("-netns", name, "link", "set", "hub", "up")
        yield Network(f"{subnet}.1", ("ip", "netns", "exec", name))
    finally:
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "delete", name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
