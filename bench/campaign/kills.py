"""SIGKILL at every named step, at random under load, of children, at the desk, in backup and night.

A trial kills many times in one home. A watch looks at the outbox all the while and collects from
it. After each kill the home goes on; at the end all has to be in order, as ``order`` sees it.
Limits: Linux and macOS; one machine; a random model of two blocks, which is asked for real.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.campaign.kills_backup import backups
from bench.campaign.kills_day import children, load, steps
from bench.campaign.kills_desk import desk
from bench.campaign.kills_home import Outcomes
from bench.campaign.kills_night import nights
from bench.campaign.trial import Outcome

KINDS: Mapping[str, Callable[[Outcomes, int, Path, int], None]] = {
    "steps": steps,
    "load": load,
    "children": children,
    "desk": desk,
    "backup": backups,
    "night": nights,
}


@dataclass(frozen=True, slots=True)
class Kills:
    name: str = "kills"
    kinds: Sequence[str] = tuple(KINDS)
    times: int = 60
    """Kills in a trial, about."""

    def trials(self, *, small: bool) -> int:
        """So many of ``load`` live an hour under load in all."""
        return 1 if small else 3

    def run(self, kind: str, seed: int, folder: Path) -> Outcome:
        book = Outcomes()
        KINDS[kind](book, seed, folder, self.times)
        return book.outcome()
