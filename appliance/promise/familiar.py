"""Does a value look like those that clerks approved in its field? Pure.

A total that is written without a point, a company that does not end as companies do: each field has
its habits, which labels show soon and no model's certainty does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from appliance.promise.features import Features, shape

Habits = Mapping[str, Mapping[str, int]]
"""How often a value was so shaped, began so, ended so: by which of these, then by how."""

MOST = 500
"""Ways that are remembered of each, the commonest."""
LONG = 3
"""Words from which on only their number is its shape."""


@dataclass(frozen=True, slots=True)
class Familiar:
    labels: Mapping[str, int]
    """By fieldtype, how many there were."""
    habits: Mapping[str, Habits]
    """By fieldtype."""

    def features(self, fieldtype: str, text: str | None, *, without: str | None = None) -> Features:
        """How familiar ``text`` is, as log-shares; ``without`` one label that is left out."""
        if not text or fieldtype not in self.labels:
            return {}
        own = _ways(without) if without else {}
        labels = self.labels[fieldtype] - bool(own)
        habits = self.habits[fieldtype]
        return {
            f"familiar {habit}": log(
                (habits.get(habit, {}).get(way, 0) - (own.get(habit) == way) + 0.3) / (labels + 1)
            )
            for habit, way in _ways(text).items()
        }


def familiar(labels: Iterable[tuple[str, str]]) -> Familiar:
    """Of labels, each a fieldtype and a text."""
    number: Counter[str] = Counter()
    habits: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for fieldtype, text in labels:
        number[fieldtype] += 1
        for habit, way in _ways(text).items():
            habits[fieldtype][habit][way] += 1
    return Familiar(
        dict(number),
        {
            fieldtype: {habit: dict(ways.most_common(MOST)) for habit, ways in found.items()}
            for fieldtype, found in habits.items()
        },
    )


def _ways(text: str) -> dict[str, str]:
    words = text.split()
    if not words:
        return {}
    whole = " ".join(map(shape, words)) if len(words) <= LONG else str(len(words))
    return {"shape": whole, "beginning": _word(words[0]), "end": _word(words[-1])}


def _word(text: str) -> str:
    """A number by its shape."""
    return shape(text) if any(map(str.isdigit, text)) else text.casefold()
