"""Which version serves, which served before it, and which files may go. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from appliance.domain.results import ModelVersion

MEMORY = 50
"""Champions that are remembered."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What ``champion.json`` says; a manifest's copy, which stood there once, reads as one."""

    name: str
    before: tuple[str, ...] = ()
    """Names of the versions that served before, the latest last."""

    def to(self, name: str) -> Pointer:
        if name == self.name:
            return self
        return Pointer(name, (*self.before, self.name)[-MEMORY:])

    def back(self, names: Collection[str]) -> Pointer | None:
        """To the latest before that is still among ``names``; None when there is none."""
        for at in reversed(range(len(self.before))):
            if self.before[at] in names and self.before[at] != self.name:
                return Pointer(self.before[at], self.before[:at])
        return None


def spare(
    versions: Iterable[ModelVersion], pointer: Pointer, *, serving: str = "", keep: int
) -> list[ModelVersion]:
    """Tuned versions whose GGUF nobody will miss: not of the ``keep`` latest, nor in use.

    In use are the champion, the one that a rollback brings, and ``serving``, which the daemon goes
    on with while the champion is refused. Without an adapter a file could not be made again.
    """
    tuned = sorted(
        (version for version in versions if version.base is not None),
        key=lambda version: (version.made_at, version.name),
    )
    older = tuned[: max(0, len(tuned) - keep)]
    back = pointer.back({version.name for version in tuned})
    used = {pointer.name, serving, back.name if back else ""}
    return [version for version in older if version.adapter and version.name not in used]
