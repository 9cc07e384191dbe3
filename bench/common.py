"""What every bench needs: the data, readings that are kept, results that say their origin.

What the maker of papers needs of it too stands in ``starter.workshop``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.settings import config
from appliance.settings.config import Settings
from starter.workshop import CACHE as CACHE
from starter.workshop import ROOT as ROOT
from starter.workshop import Reader as Reader
from starter.workshop import commit as commit
from starter.workshop import kept as kept
from starter.workshop import machine as machine
from starter.workshop import sha256 as sha256

SMALL = bool(int(os.environ.get("SMALL") or "0"))
"""Ends in minutes: the first twenty documents of a folder."""


PAGES_ALONE = {"APPLIANCE_EINVOICE_USE": "false"}
"""For processes of a bench: measured is what is read on pages."""


def settings() -> Settings:
    """The defaults, but that the pages alone are read."""
    return config.parse("", PAGES_ALONE, source="bench")


def data() -> Path:
    """The folder of real documents. Ends the bench with a clear message when there is none."""
    folder = os.environ.get("APPLIANCE_DATA")
    if not folder or not Path(folder).is_dir():
        raise SystemExit("set APPLIANCE_DATA to the folder of labelled documents")
    return Path(folder)


@dataclass(frozen=True)
class Sample:
    """A document and one line of its folder's ``labels.jsonl``."""

    path: Path
    row: Mapping[str, Any]

    @property
    def labels(self) -> Mapping[str, Any]:
        labels: Mapping[str, Any] = self.row.get("labels") or self.row["fields"]
        return labels


def samples(folder: Path) -> Iterator[Sample]:
    """In the order of the labels; the first twenty when SMALL."""
    with (folder / "labels.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if SMALL and number == 20:
                return
            row = json.loads(line)
            yield Sample(folder / row["file"], row)


def record(
    name: str,
    *,
    n: int,
    figures: Mapping[str, float | int | None],
    report: str,
    reasons: Mapping[str, str] | None = None,
) -> None:
    """Write ``results/NAME.json`` and this bench's own section of ``RESULTS.md``; ``reasons`` say
    why something is not as it was to be."""
    if SMALL:
        print(report)
        return
    result = {"commit": commit(), "machine": machine(), "n": n, "figures": dict(figures)}
    result |= {"reasons": dict(reasons)} if reasons else {}
    report = f"{report.rstrip()}\n\n{_recorded(result)}"
    path = ROOT / "bench" / "results" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    results = ROOT / "bench" / "RESULTS.md"
    text = results.read_text(encoding="utf-8") if results.exists() else "# Results\n"
    results.write_text(with_section(text, name, report), encoding="utf-8")
    print(report)


def record_in(name: str, *, n: int, figures: Mapping[str, float | int | None], about: str) -> None:
    """As ``record``, but ``results/NAME.json`` keeps the figures that others wrote there; ``about``
    says what they are."""
    path = ROOT / "bench" / "results" / f"{name}.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"figures": {}}
    every = {**known["figures"], **figures}
    rows = [f"| {key} | {value} |" for key, value in every.items()]
    report = [f"## {name.capitalize()}", "", about, "", "| figure | value |", "|---|---|", *rows]
    record(name, n=n, figures=every, report="\n".join(report), reasons=known.get("reasons"))


def _recorded(result: Mapping[str, Any]) -> str:
    return f"*Recorded at {result['commit']} on {result['machine']}.*"


def with_section(text: str, name: str, report: str) -> str:
    """``text`` with the section between NAME's marks replaced, or added at the end."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    section = f"{begin}\n{report.strip()}\n{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if pattern.search(text):
        return pattern.sub(lambda _: section, text)
    return f"{text.rstrip()}\n\n{section}\n"
