"""What a campaign says at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bench.campaign.runner import Ended
from bench.campaign.trial import Breach

MOVED, VALUES = "injected_moved", "injected_values"
"""Counts of the trials that poison documents: values that an injection moved, and all."""


def figures(ended: Sequence[Ended]) -> dict[str, float | int | None]:
    """As they are recorded. Shares are of 0 to 1."""
    counts = _counts(ended)
    found = Counter(one.breach for trial in ended for one in trial.outcome.found)
    moved = counts[MOVED] / counts[VALUES] if counts[VALUES] else None
    return {
        "faults": sum(one.outcome.faults for one in ended),
        "hostile_files": sum(one.outcome.hostile_files for one in ended),
        **{breach.value: found[breach] for breach in Breach},
        "injected_moved_share": None if moved is None else round(moved, 4),
    }


def section(ended: Sequence[Ended]) -> str:
    lines = [
        "## Campaign",
        "",
        "What was done, and what came of it. A breach is something that must never be.",
        "",
        "| part | kind | trials | faults | hostile files | breaches |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for part, kind in dict.fromkeys((one.part, one.kind) for one in ended):
        those = [one for one in ended if (one.part, one.kind) == (part, kind)]
        faults = sum(one.outcome.faults for one in those)
        files = sum(one.outcome.hostile_files for one in those)
        breaches = sum(len(one.outcome.found) for one in those)
        lines.append(f"| {part} | {kind} | {len(those)} | {faults} | {files} | {breaches} |")
    counts = _counts(ended)
    lines += ["", *(f"* {name}: {number}" for name, number in sorted(counts.items()))]
    told = [
        f"* {one.part}, {one.kind}, seed {one.seed}: {found.breach}: {found.told}"
        for one in ended
        for found in one.outcome.found
    ]
    lines += ["", "Breaches:", "", *told] if told else ["", "No breach."]
    return "\n".join(lines)


def _counts(ended: Sequence[Ended]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in ended:
        counts.update(one.outcome.counts)
    return counts
