"""What is accepted on the ground of memory once an accuracy is promised, and how much of it is
wrong.

A score is fitted on each half of the documents for the other, which is drawn into thirds by their
bytes: each third proves from which score on values of the next are accepted, of known senders and
of others apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from appliance.domain.doctype import AccuracyTarget, DocType
from appliance.domain.labels import Labelled
from appliance.domain.prediction import Basis, Judgement, Prediction
from appliance.domain.rows import header_by_name
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy, ScoreFunction
from appliance.promise.bounds import design_effect, upper
from appliance.promise.fitting import fit
from appliance.promise.guarantees import guarantees
from appliance.promise.threshold import EvidenceValue
from appliance.promise.values import accepted, replayed
from appliance.records.evidence import hash_bucket
from appliance.senders.difference import differences
from appliance.senders.history import SenderHistory
from bench.senders.office import NOTHING, Decided, Office

TERMS = AccuracyTarget(0.95)
_KEY = b"which documents prove what is accepted from memory"


@dataclass(frozen=True, slots=True)
class Taken:
    """A value that was accepted."""

    party: str
    right: bool
    from_memory: bool


@dataclass(frozen=True, slots=True)
class Memory:
    """What is accepted of some documents under a promise."""

    documents: int
    taken: tuple[Taken, ...]

    @property
    def recalled(self) -> list[Taken]:
        return [one for one in self.taken if one.from_memory]

    @property
    def wrong(self) -> int:
        """Of those from memory."""
        return sum(not one.right for one in self.recalled)

    @property
    def bound(self) -> float:
        """Upper end of their share; values of one sender are wrong together."""
        those = self.recalled
        if not those:
            return 1.0
        marks = np.array([not one.right for one in those], dtype=float)
        groups = np.unique(np.array([one.party for one in those]), return_inverse=True)[1]
        effect = design_effect(marks, groups, TERMS.assurance)
        return upper(self.wrong / effect, len(those) / effect, TERMS.assurance)


def together(those: Iterable[Memory]) -> Memory:
    every = list(those)
    taken = tuple(value for one in every for value in one.taken)
    return Memory(sum(one.documents for one in every), taken)


def memory(office: Office, decided: Sequence[Decided]) -> Memory:
    """Nothing is accepted where too little is known to fit a score, or to prove any."""
    half = len(decided) // 2
    halves = decided[:half], decided[half:]
    found: list[Taken] = []
    for those, others in (halves, halves[::-1]):
        weigh = fitted(office, others)
        drawn = sorted(those, key=lambda one: hash_bucket(one.document.docid, _KEY))
        thirds = [drawn[at::3] for at in range(3)]
        for evidence, then in zip(thirds, thirds[1:] + thirds[:1], strict=True):
            policy = proven(office, evidence, weigh)
            found += (value for one in then for value in taken(office, one, policy).values())
    return Memory(len(decided), tuple(found))


def fitted(office: Office, decided: Sequence[Decided]) -> ScoreFunction | None:
    score = fit([sample for one in decided for sample in replayed(*_about(office, one)).samples])
    return score.weigh if score else None


def proven(
    office: Office, evidence: Sequence[Decided], weigh: ScoreFunction | None
) -> AcceptancePolicy:
    if weigh is None:
        return NOTHING
    of_known: defaultdict[str, list[EvidenceValue]] = defaultdict(list)
    of_others: defaultdict[str, list[EvidenceValue]] = defaultdict(list)
    for one in evidence:
        proving = of_known if one.lookup.party else of_others
        for name, those in replayed(*_about(office, one)).values(weigh).items():
            proving[name] += those
    return AcceptancePolicy(weigh, _bounds(of_known), _bounds(of_others))


def _bounds(proving: Mapping[str, Sequence[EvidenceValue]]) -> dict[str, float]:
    granted = guarantees(proving, TERMS)
    return {name: one.proven.score for one in granted if one.proven for name in one.fields}


def taken(office: Office, one: Decided, policy: AcceptancePolicy) -> dict[str, Taken]:
    """By fieldtype."""
    judgement = judged(office, one, policy)
    header = header_by_name(judgement.fields)
    party = f"{one.asked.doctype.name} {one.party or one.document.docid}"
    said = accepted(office.labelled(one), one.answer, judgement, one.asked.doctype)
    return {
        name: Taken(party, right, header[name].how == Basis.SENDER)
        for name, (right,) in said.items()
    }


def judged(office: Office, one: Decided, policy: AcceptancePolicy) -> Judgement:
    """As it would have been under ``policy``."""
    document, kind, history = one.document, one.asked.doctype, office.history(one)
    return judge(
        document,
        kind,
        one.recalled,
        policy=policy,
        history=history,
        extra_blockers=differences(one.recalled, document, kind, history),
    )


def _about(office: Office, one: Decided) -> tuple[Labelled, Prediction, DocType, SenderHistory]:
    return office.labelled(one), one.answer, one.asked.doctype, office.history(one)
