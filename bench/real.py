"""Real answers as the benches and tests of the promise take them: scores, and what was right.

Made by ``bench.promise`` and kept beside its results, without a word of any document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean
from typing import Any

from appliance.judgement.policy import ScoreFunction, least_certain
from appliance.promise.threshold import EvidenceValue
from bench import common
from bench.splits import Document, Split, halves, tested
from bench.unseen import Answered

FILE = common.ROOT / "bench" / "results" / "promise_values.jsonl"
DOUBTED = 0.5
"""Probability of the least certain token below which a clerk is asked."""


@dataclass(frozen=True, slots=True)
class Real:
    """One document that a tuned model answered."""

    ours: Document
    """With the fitted score."""
    least: Mapping[str, float]
    """By fieldtype, the probability of the least certain token."""


def real(answered: Answered, weigh: ScoreFunction) -> Real:
    least = answered.values(least_certain)
    return Real(answered.values(weigh), {name: one.score for name, one in least.items()})


def against_reviewed(
    documents: Sequence[Real], accuracy: float, *, number: int = 200
) -> tuple[float, float]:
    """Mean error of what is accepted by a threshold from blindly keyed documents, and by one from
    those that were reviewed since something in them was doubted."""
    ours, theirs = [], []
    for evidence, test in halves([one.ours for one in documents], number=number):
        known = [documents[at] for at in evidence]
        rest = [documents[at].ours for at in test]
        ours.append(tested([one.ours for one in known], rest, accuracy))
        theirs.append(tested(_reviewed(known), rest, accuracy))
    return _error(ours), _error(theirs)


def _reviewed(documents: Sequence[Real]) -> list[Document]:
    """Approved as they were, but for what was doubted."""
    return [
        {
            name: replace(value, right=value.right or one.least[name] >= DOUBTED)
            for name, value in one.ours.items()
        }
        for one in documents
        if min(one.least.values()) < DOUBTED
    ]


def _error(splits: Sequence[Split]) -> float:
    shares = [one.wrong / one.accepted for one in splits if one.accepted]
    return mean(shares) if shares else 0.0


def keep(documents: Mapping[str, Sequence[Real]]) -> None:
    """Parties and documents by number."""
    said = {folder: list(map(_row, every)) for folder, every in documents.items()}
    parties = sorted({row["party"] for rows in said.values() for row in rows})
    number = {party: at for at, party in enumerate(parties)}
    for rows in said.values():
        for row in rows:
            row["party"] = number[row["party"]]
    lines = [json.dumps({"folder": folder, **row}) for folder, rows in said.items() for row in rows]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _row(one: Real) -> dict[str, Any]:
    values = {
        name: [round(value.score, 6), round(one.least[name], 6), value.right]
        for name, value in one.ours.items()
        if name in one.least
    }
    return {"party": next(iter(one.ours.values())).party, "values": values}


def kept() -> dict[str, list[Real]]:
    """By folder; as ``keep`` left them."""
    found: dict[str, list[Real]] = {}
    for at, line in enumerate(FILE.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        values = row["values"].items()
        party = str(row["party"])
        ours = {
            name: EvidenceValue(score, right, str(at), party) for name, (score, _, right) in values
        }
        least = {name: probability for name, (_, probability, _) in values}
        found.setdefault(row["folder"], []).append(Real(ours, least))
    return found
