"""Twenty nights of one appliance on real receipts, three of them poisoned, judged afterwards.

The nights are the appliance's own (``season``, ``sittings``); only their training is smaller, so
that all of it takes about two hours of two cores. Each candidate, and the champion that it was
compared with, is then asked about documents that no night saw.

What is done is kept in ``.cache/nights``, so a run that was cut goes on. ``python -m bench.nights
anew`` holds all nights again, but trains nothing that was trained on the same rows.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.results import GateOutcome, Verdict
from appliance.extraction import EXTRACTION
from appliance.reading import READING
from bench import common
from bench.aside import Difference, difference, marks
from bench.season import (
    ASIDE,
    BATCH,
    DATA,
    EVIDENCE,
    MEANS,
    NIGHTS,
    Held,
    Shares,
    season,
    shares,
)
from bench.sittings import EPOCHS, RANK, WARMUP
from bench.studies import counted, doctype

CLEAR = 5.0
"""Points from which on a gain is clear."""
ALPHA = 0.05
"""Of the test that a candidate is worse."""


@dataclass(frozen=True)
class Night:
    """What the gate said, and what is true."""

    held: Held
    verdict: Verdict
    truth: Difference

    @property
    def promoted(self) -> bool:
        return self.verdict.outcome is GateOutcome.PROMOTED

    @property
    def worse(self) -> bool:
        return self.truth.worse <= ALPHA

    @property
    def clear(self) -> bool:
        return self.truth.points >= CLEAR


def main() -> None:
    shared = shares()
    with _folder(shared) as folder:
        kept = folder.parent / "tuned"
        with season(folder, kept, shared) as nights:
            found: list[Night] = []
            longest = 0.0
            for number in range(1, NIGHTS + 1):
                print(f"night {number} of {NIGHTS}", flush=True)
                began = time.monotonic()
                found.append(judged(nights.hold(number), shared))
                longest = max(longest, time.monotonic() - began)
                left = longest * (NIGHTS - number) / 60
                print(f"{told(found[-1])}; {left:.0f} minutes left", flush=True)
    common.record("nights", n=len(found), figures=figures(found), report=report(found))


@contextmanager
def _folder(shared: Shares) -> Iterator[Path]:
    """The home of the nights, of these documents under this code that reads and extracts."""
    if common.SMALL:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name) / "home"
        return
    every = [*shared.aside, *shared.evidence, *shared.teach]
    docids = [case.document.docid for case in every]
    plan = [NIGHTS, ASIDE, EVIDENCE, BATCH, EPOCHS, RANK, WARMUP, repr(MEANS)]
    whole = json.dumps([READING, EXTRACTION, plan, docids]).encode()
    folder = common.CACHE / "nights" / hashlib.sha256(whole).hexdigest()[:16]
    if "anew" in sys.argv[1:]:
        shutil.rmtree(folder, ignore_errors=True)
    yield folder


def judged(held: Held, shared: Shares) -> Night:
    assert held.candidate.verdict
    kind, counts = doctype(DATA), counted(DATA)
    said = [marks(model, shared.aside, kind, counts) for model in (held.champion, held.candidate)]
    return Night(held, held.candidate.verdict, difference(*said))


def figures(nights: Sequence[Night]) -> dict[str, float | None]:
    clear = [night for night in nights if night.clear]
    worse = [night for night in nights if night.worse]
    share = sum(night.promoted for night in clear) / len(clear) if clear else None
    return {
        "worse": len(worse),
        "worse_promoted": sum(night.promoted for night in worse),
        "clear_gains": len(clear),
        "clear_gains_promoted": None if share is None else round(share, 4),
        "promoted": sum(night.promoted for night in nights),
    }


def report(nights: Sequence[Night]) -> str:
    found = figures(nights)
    lines = [
        "## Nights",
        "",
        f"{len(nights)} nights of one home on sroie as we read it, by the appliance's own code.",
        f"Each night brings {BATCH} documents to learn from. Every ten nights bring {EVIDENCE}",
        f"documents of evidence, and the earlier ones retire. Trained small: rank {RANK}, {EPOCHS}",
        f"epoch, at most {MEANS.caps.whole} documents. Aside: {ASIDE} documents that no night saw,",
        "nor any near-duplicate of theirs. Points aside: the candidate's share of values right",
        "after normalisation minus the champion's, with a 95 % interval (documents as the unit).",
        "`p` is the probability of at least so many breaks among the documents that differ, if",
        "both were equally good (exact sign test, one-sided).",
        "",
        "| night | poison | taught on | evidence | verdict | fixed / broken | points aside "
        "| fixed / broken aside | p |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(night) for night in nights),
        "",
        f"Worse aside (p at most {ALPHA:.0%}): {found['worse']}, of these promoted:",
        f"{found['worse_promoted']}. Better by {CLEAR:.0f} points or more: {found['clear_gains']},",
        f"of these promoted: {sum(night.promoted for night in nights if night.clear)}.",
        "",
        "What the gate said:",
        "",
        *(f"{night.held.number}. {_here(night.verdict.reason)}" for night in nights),
    ]
    return "\n".join(lines)


def _here(reason: str) -> str:
    """Without the place of this checkout."""
    return reason.replace(f"{common.ROOT}/", "")


def _row(night: Night) -> str:
    verdict, truth = night.verdict, night.truth
    training = night.held.candidate.training
    cells = [
        night.held.number,
        night.held.poison or "–",
        training.documents if training else "–",
        verdict.documents,
        f"**{verdict.outcome}**" if night.promoted else verdict.outcome,
        f"{verdict.fixed} / {verdict.broken}",
        f"{truth.points:+.1f} ({truth.low:+.1f} to {truth.high:+.1f})",
        f"{truth.fixed} / {truth.broken}",
        f"{truth.worse:.3f}",
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def told(night: Night) -> str:
    return f"  {night.verdict.outcome}: {night.verdict.reason}; aside {night.truth.points:+.1f}"


if __name__ == "__main__":
    main()
