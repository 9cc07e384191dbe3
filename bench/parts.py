"""A bench in parts: what each found lies in ``results/BENCH/PART.json``, with its origin.

So a bench of many hours may be done on different days and machines, a part at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import common

MadeOf = str | list[str]
"""What the findings of a part depend on."""


@dataclass(frozen=True)
class KeptParts:
    bench: str
    parts: Mapping[str, MadeOf]
    """All that there are, as of today."""

    def asked(self, named: Iterable[str]) -> list[str]:
        """Those that are ``named``; else those that were not done yet as things stand. Ends the
        bench where there is no such part."""
        if unknown := set(named) - set(self.parts):
            there = ", ".join(self.parts)
            raise SystemExit(f"no such part: {', '.join(sorted(unknown))}; there are {there}")
        return [name for name in self.parts if (name in named if named else not self._done(name))]

    def keep(self, name: str, found: Any) -> None:
        """``found`` is JSON."""
        if common.SMALL:
            return
        origin = {"commit": common.commit(), "machine": common.machine()}
        told = {**origin, "made_of": self.parts[name], "found": found}
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def known(self) -> dict[str, Any]:
        """What was found, by part; those that were not done yet are left out."""
        return {name: told["found"] for name, told in self._told()}

    def commits(self) -> str:
        """Of the parts, and which were not done yet: the last sentence of a section."""
        told = dict(self._told())
        of = ", ".join(f"{name} {one['commit']}" for name, one in told.items())
        missing = ", ".join(name for name in self.parts if name not in told)
        return f"Parts and their commits: {of}." + (f" Not done yet: {missing}." if missing else "")

    def _done(self, name: str) -> bool:
        told = dict(self._told()).get(name)
        return not common.SMALL and told is not None and told["made_of"] == self.parts[name]

    def _told(self) -> Iterable[tuple[str, dict[str, Any]]]:
        for name in self.parts:
            if (path := self._path(name)).exists():
                yield name, json.loads(path.read_text(encoding="utf-8"))

    def _path(self, name: str) -> Path:
        return common.ROOT / "bench" / "results" / self.bench / f"{name}.json"
