"""What does it cost to prove the promise in the first week? ``python -m bench.opening``

Real documents come in chance order, 15 a day. Their answers are those of models that were tuned on
200 others, kept as ``bench.real`` says. Each morning it is settled what is promised, and whether
more evidence is needed, by the appliance's own rules. Nothing is recorded: ``MEASURED.md`` says
what was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from statistics import mean

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.evidence_need import is_needed
from appliance.promise.guarantees import guarantees
from appliance.promise.threshold import EvidenceValue
from appliance.settings.config import EvidenceSettings
from bench import common, real
from bench.splits import Document

DRAWS = 2 if common.SMALL else 30
A_DAY = 15
SPARED = EvidenceSettings().after
SETTLED = 5
"""Day after which evidence is looked at apart."""
TERMS = AccuracyTarget()
PLANS: Mapping[str, tuple[int, int, int]] = {
    "one in three, 120": (3, 120, 10),
    "one in two, 120": (2, 120, 10),
    "all, 20": (1, 20, 10),
    "all, 40": (1, 40, 10),
    "all, 60": (1, 60, 10),
    "all, 120": (1, 120, 10),
    "all, 40; one in three, 80": (1, 40, 3),
    "all, 40; one in two, 80": (1, 40, 2),
}
"""One in so many until there are so many of them, or enough; then one in so many until it is
promised, or there are twice as many; then ``THEN``."""
THEN = 10


HEADS = (
    "documents",
    "keyed blind",
    "promised on days 5, 10 and the last",
    "evidence",
    "seconds",
    "last 100",
    "straight through",
    "evidence after day 5",
    "days on which too much is promised",
)


@dataclass(frozen=True, slots=True)
class Price:
    """Seconds of a document, as ``results/office.md`` has them."""

    evidence: float
    held: float
    """Before anything of it is accepted."""
    least: float = 3.0
    """To look at it and to approve it."""

    def of(self, document: Document, score: float | None) -> float:
        """Values from ``score`` on are accepted, and nothing is judged of them."""
        if score is None:
            return self.held
        unsure = mean(value.score < score for value in document.values())
        return self.least + (self.held - self.least) * unsure if unsure else 0.0


PRICES = {"sroie": Price(17.5, 9.7), "ad_orders": Price(22.4, 12.2)}


@dataclass
class Played:
    """One stream under one plan."""

    seconds: list[float] = field(default_factory=list)
    drawn: list[bool] = field(default_factory=list)
    promised: list[bool] = field(default_factory=list)
    """By day."""
    over: list[bool] = field(default_factory=list)
    """By day on which it is promised: of all documents more is wrong than may be."""

    @property
    def straight(self) -> float:
        return mean(not one for one in self.seconds[-100:])

    @property
    def evidence_share(self) -> float:
        rest = slice(SETTLED * A_DAY, None)
        pairs = list(zip(self.seconds[rest], self.drawn[rest], strict=True))
        return sum(one for one, drawn in pairs if drawn) / sum(one for one, _ in pairs)


def main() -> None:
    print(f"| {' | '.join(HEADS)} |\n|{'---|' * len(HEADS)}")
    for folder, every in real.kept().items():
        documents = [
            {name: replace(one, foretells=True) for name, one in found.ours.items()}
            for found in every
        ]
        for name, plan in PLANS.items():
            found = [
                played(documents, plan, PRICES[folder], Random(f"{folder}/{number}"))
                for number in range(DRAWS)
            ]
            print(f"| {folder} | {name} | {_told(found)} |", flush=True)


def played(
    documents: Sequence[Document], plan: tuple[int, int, int], price: Price, chance: Random
) -> Played:
    early, until, unpromised = plan
    found, keyed, score, needed = Played(), list[Document](), None, True
    order = chance.sample(documents, len(documents))
    for at, document in enumerate(order):
        if at % A_DAY == 0:
            score, needed = _settled(keyed)
            found.promised.append(score is not None)
            if score is not None:
                found.over.append(_wrong(documents, score) > 1 - TERMS.accuracy)
        one_in = THEN
        if needed and len(keyed) < until:
            one_in = early
        elif needed and len(keyed) < 2 * until and score is None:
            one_in = unpromised
        drawn = at >= SPARED and chance.random() * one_in < 1
        found.drawn.append(drawn)
        found.seconds.append(price.evidence if drawn else price.of(document, score))
        if drawn:
            keyed.append(document)
    return found


def _wrong(documents: Sequence[Document], score: float) -> float:
    """Share of the values that are accepted from ``score`` on."""
    reached = [one for document in documents for one in document.values() if one.score >= score]
    return mean(not one.right for one in reached)


def _settled(keyed: Sequence[Document]) -> tuple[float | None, bool]:
    """From which score on values are accepted, and whether more evidence is needed."""
    evidence: dict[str, list[EvidenceValue]] = {}
    for document in keyed:
        for name, value in document.items():
            evidence.setdefault(name, []).append(value)
    granted = [one.proven for one in guarantees(evidence, TERMS)]
    score = granted[0].score if len(granted) == 1 and granted[0] else None
    documents = [next(iter(one.values())).document for one in keyed]
    return score, is_needed(evidence, TERMS, documents=documents)


def _told(found: Sequence[Played]) -> str:
    days = [mean(one.promised[at] for one in found) for at in (SETTLED - 1, 2 * SETTLED - 1, -1)]
    return " | ".join(
        (
            ", ".join(f"{share:.0%}" for share in days),
            f"{mean(sum(one.drawn) for one in found):.0f}",
            f"{mean(mean(one.seconds) for one in found):.1f}",
            f"{mean(mean(one.seconds[-100:]) for one in found):.1f}",
            f"{mean(one.straight for one in found):.0%}",
            f"{mean(one.evidence_share for one in found):.0%}",
            f"{sum(sum(one.over) for one in found)} of {sum(sum(one.promised) for one in found)}",
        )
    )


if __name__ == "__main__":
    main()
