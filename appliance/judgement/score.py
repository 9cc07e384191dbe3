"""A fitted score: how likely an answer is right, as plain numbers that a file can hold. Pure.

Among them is typicality: a total that is written without a point, a company that does not end as
companies do, a street that is one letter away from one that is known. Each field has its habits,
which labels show soon and no model's certainty does. So do the words beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from appliance.domain.prediction import Field
from appliance.fields.folding import fold_alnum
from appliance.judgement.captions import FieldCaptions
from appliance.judgement.features import FROM_MEMORY, AnswerFeatures, Features, shape

MOST = 1000
"""Ways that are remembered of each habit, the commonest."""
LONG = 3
"""Words from which on only their number is a value's shape."""
TELLS = 4
"""Letters that a word has to have to be told from one that is nearly the same."""
RARE = 0.3
"""As often as what was never seen counts as seen."""


@dataclass(frozen=True, slots=True)
class FieldTypicality:
    """Of one field."""

    labels: int
    """How many labels of the field."""
    ways: Mapping[str, Mapping[str, int]]
    """How often a value was so shaped, began so, ended so: by which of these, then by how."""
    words: Mapping[str, int]
    """In how many of its values a word stands."""
    values: Mapping[str, int]
    """How often it had this value."""

    def features(self, text: str, own: str | None) -> Features:
        """``own`` is a label that is left out."""
        ways = _ways(own) if own else {}
        labels = self.labels - bool(own)
        found = {
            f"familiar {habit}": log(
                (_without(self.ways.get(habit, {}).get(way, 0), ways.get(habit) == way) + RARE)
                / (labels + 1)
            )
            for habit, way in _ways(text).items()
        }
        return {**found, **self._words(text, own)}

    def _words(self, text: str, own: str | None) -> Features:
        left_out = set(_words(own or ""))
        whole, same = fold_alnum(text), fold_alnum(own or "")
        words = list(_words(text))
        known = [_without(self.words.get(word, 0), word in left_out) for word in words]
        strange = [word for word, times in zip(words, known, strict=True) if not times]
        seen = _without(self.values.get(whole, 0), own is not None and whole == same)
        return {
            "value seen": log(1 + seen),
            "words unknown": float(len(strange)),
            "words known": sum(times > 0 for times in known) / max(len(known), 1),
            "nearly known": float(sum(self._nearly(word, left_out) for word in strange)),
        }

    def _nearly(self, word: str, left_out: set[str]) -> bool:
        """One letter away from a word that is known, as a misread one is."""
        return len(word) >= TELLS and any(
            self.words.get(other, 0) > (other in left_out) for other in _misread(word)
        )


@dataclass(frozen=True, slots=True)
class Typicality:
    habits: Mapping[str, FieldTypicality]
    """By fieldtype."""

    def features(self, fieldtype: str, text: str | None, *, without: str | None = None) -> Features:
        """How familiar ``text`` is; ``without`` one label, that of the same document."""
        habits = self.habits.get(fieldtype)
        return habits.features(text, without) if habits and text else {}


def typicality(labels: Iterable[tuple[str, str]]) -> Typicality:
    """Of labels, each a fieldtype and a text."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for fieldtype, text in labels:
        texts[fieldtype].append(text)
    return Typicality({fieldtype: _habits(every) for fieldtype, every in texts.items()})


def _habits(texts: list[str]) -> FieldTypicality:
    ways: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for habit, way in _ways(text).items():
            ways[habit][way] += 1
    words = Counter(word for text in texts for word in set(_words(text)))
    return FieldTypicality(
        len(texts),
        {habit: _commonest(found) for habit, found in ways.items()},
        _commonest(words),
        _commonest(Counter(map(fold_alnum, texts))),
    )


def _without(times: int, own: bool) -> int:
    """One less where the own label is among them; it may be too rare to be remembered."""
    return max(0, times - own)


def _commonest(found: Counter[str]) -> dict[str, int]:
    return dict(found.most_common(MOST))


def _ways(text: str) -> dict[str, str]:
    words = text.split()
    if not words:
        return {}
    whole = " ".join(map(shape, words)) if len(words) <= LONG else str(len(words))
    return {
        "shape": whole,
        "beginning": _word(words[0]),
        "end": _word(words[-1]),
        "last letter": text[-1].casefold(),
    }


def _word(text: str) -> str:
    """A number by its shape."""
    return shape(text) if any(map(str.isdigit, text)) else text.casefold()


def _words(text: str) -> Iterator[str]:
    """With a letter, of letters and digits alone."""
    for word in text.split():
        bare = fold_alnum(word)
        if any(map(str.isalpha, bare)):
            yield bare


_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def _misread(word: str) -> Iterator[str]:
    """Every word that differs in one letter."""
    for at, letter in enumerate(word):
        for other in _ALPHABET:
            if other != letter:
                yield f"{word[:at]}{other}{word[at + 1 :]}"


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """A logistic regression over standardised features, over how familiar a value looks, and over
    the words beside it."""

    familiar: Typicality
    captions: Mapping[str, FieldCaptions]
    """By fieldtype."""
    names: tuple[str, ...]
    centre: tuple[float, ...]
    """Mean of each feature, in the order of ``names``."""
    scale: tuple[float, ...]
    """By which a feature's distance from its centre is divided; not 0."""
    weight: tuple[float, ...]
    """Log-odds for each standard deviation of a feature."""
    always: float
    """Log-odds of an answer all of whose features lie at their centres."""

    def weigh(self, answer: Field, found: AnswerFeatures) -> float | None:
        """0-1. Features that were not there when it was fitted count for nothing; of a value from
        memory it knows nothing then."""
        if answer.from_memory and FROM_MEMORY not in self.names:
            return None
        return logistic(self.always + sum(odds for _, odds in self._odds(answer, found)))

    def reasons(
        self, answer: Field, found: AnswerFeatures, most: int = 3
    ) -> Sequence[tuple[str, float]]:
        """What weighs most, with its log-odds: for and against it."""
        return sorted(self._odds(answer, found), key=lambda pair: -abs(pair[1]))[:most]

    def all_of(self, answer: Field, found: AnswerFeatures) -> Features:
        """``found``, and what labels have shown of values and of words beside them."""
        return learned(answer, found, self.familiar, self.captions)

    def _odds(self, answer: Field, found: AnswerFeatures) -> Iterator[tuple[str, float]]:
        every = self.all_of(answer, found)
        parts = zip(self.names, self.centre, self.scale, self.weight, strict=True)
        for name, centre, scale, weight in parts:
            yield name, weight * (every.get(name, 0.0) - centre) / scale


def learned(
    answer: Field,
    found: AnswerFeatures,
    familiar: Typicality,
    captions: Mapping[str, FieldCaptions],
    *,
    label: str | None = None,
    right: bool = False,
) -> Features:
    """``found``, and what labels have shown of it. A sample leaves its own out: its ``label``, and
    the words beside it if it is ``right``."""
    known = captions.get(answer.fieldtype)
    return {
        **found.numbers,
        **familiar.features(answer.fieldtype, answer.text, without=label),
        **(known.features(found.beside, own=right) if known else {}),
    }


def logistic(odds: float) -> float:
    """0-1 of log-odds."""
    if odds >= 0:
        return 1 / (1 + exp(-odds))
    return exp(odds) / (1 + exp(odds))
