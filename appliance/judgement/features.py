"""One answer as numbers that say how far it may be believed. Pure.

None of them looks at a label. What the model thought of its own tokens alone tells little: a tuned
model is certain of nearly everything. Beside it stand the place on the page, how surely its words
were read, what else there looks alike, what the checks say, and what is known of the sender.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from math import log

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Document, Span, Word
from appliance.domain.prediction import Field, Remembered, TokenScore
from appliance.fields.grounding import beside_label, words_beside
from appliance.fields.numbers import readings
from appliance.judgement.captions import WordsBeside
from appliance.judgement.checks import CheckOutcome, CheckState

_MIXED = re.compile(r"\d[^\W\d_]|[^\W\d_]\d")
"""As an O in 4330O."""
_ODD = re.compile(r"[^\w\s.,&()/:\-#'@+%*€$£]")

Features = Mapping[str, float]
"""By name; one that is missing counts as 0."""

SURE = 1e-6
"""Nats below which a doubt is not told from none."""
MANY = 5
"""Places, rivals or papers from which on more say nothing new."""
MANY_ALIKE = 20
"""Places that look like an answer's, beside which it is looked: a table has many."""
COIN = Decimal("0.05")
"""The smallest coin of Malaysia, Switzerland, Canada and others, to which tills round."""
LARGEST = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class AnswerFeatures:
    numbers: Features = field(default_factory=dict)
    beside: WordsBeside = WordsBeside()
    """What that tells, labels have to show."""


@dataclass(frozen=True, slots=True)
class SenderHabits:
    """What approved documents of the same sender say."""

    documents: int = 0
    """Approved ones of the sender."""
    same: float = 0.0
    """Share of them whose value is this one."""
    aside: float = 1.0
    """How far from its place on the nearest of them it stands, in shares of the page; 1 at most."""


def features(
    field: Field,
    spec: FieldSpec,
    document: Document,
    outcomes: Iterable[CheckOutcome],
    *,
    sound: bool,
    known: SenderHabits | None = None,
) -> AnswerFeatures:
    """``outcomes`` of the checks that speak of the field; ``sound``: it stands on the page and
    parses; ``known`` of its sender, None when nothing is."""
    found = {
        f"field {spec.name}": 1.0,
        f"type {spec.type.value}": 1.0,
        "sound": float(sound),
        **_tokens(field.tokens),
        **_checks(outcomes),
    }
    beside = WordsBeside()
    if field.text is None:
        found["absent"] = 1.0
    elif sound:
        alike = _rivals(field.spans[0].words(document)[-1].text, document)
        found |= _place(field, spec, document, {one.words(document)[0].text for one in alike})
        beside = WordsBeside(
            tuple(words_beside(document, span) for span in field.spans[:MANY]),
            tuple(words_beside(document, span) for span in alike[:MANY_ALIKE]),
        )
    if known:
        found |= {
            "sender known": log(1 + known.documents),
            "sender says the same": known.same,
            "aside of its place": known.aside,
        }
    if field.remembered:
        found |= _memory(field.remembered, replaces=field.from_memory)
    if field.agrees is not None:
        found["second reading agrees" if field.agrees else "second reading differs"] = 1.0
    return AnswerFeatures(found, beside)


FROM_MEMORY = "from memory"
"""Of a value that stands in place of the model's; a score that was fitted without such values says
nothing about one."""


def _memory(remembered: Remembered, *, replaces: bool) -> dict[str, float]:
    kind = FROM_MEMORY if replaces else "memory agrees"
    if remembered.placed:
        kind = f"{kind}, by place"
    return {
        FROM_MEMORY: float(replaces),
        kind: 1.0,
        f"{kind}, documents": log(1 + remembered.documents),
        f"{kind}, share": remembered.share,
        f"{kind}, likeness": remembered.likeness,
        "memory in place of nothing": float(remembered.answered is None),
    }


def _tokens(tokens: Sequence[TokenScore]) -> dict[str, float]:
    """Doubts as logarithms: between 1 in 10 and 1 in 100 lies as much as to 1 in 1,000."""
    if not tokens:
        return {"not chosen": 1.0}
    allowed = [token.allowed for token in tokens]
    free = [token.free for token in tokens]
    return {
        "least": _doubt(min(allowed)),
        "mean": _doubt(sum(allowed) / len(allowed)),
        "whole": _doubt(sum(allowed)),
        "first": _doubt(allowed[0]),
        "last": _doubt(allowed[-1]),
        "free least": _doubt(min(free)),
        "free mean": _doubt(sum(free) / len(free)),
        "masked": _doubt(min(wanted - could for wanted, could in zip(free, allowed, strict=True))),
        "margin": log(SURE + max(min(token.margin for token in tokens), 0.0)),
        "entropy": -log(SURE + max(max(token.entropy for token in tokens), 0.0)),
        "long": log(len(tokens)),
    }


def _doubt(logprob: float) -> float:
    """``logprob`` in nats, at most 0, as a number that grows with the certainty."""
    return -log(SURE - min(logprob, 0.0))


def _checks(outcomes: Iterable[CheckOutcome]) -> dict[str, float]:
    said = list(outcomes)
    return {
        "checks passed": float(sum(one.state is CheckState.PASSED for one in said)),
        "checks failed": float(sum(one.state is CheckState.FAILED for one in said)),
        "checks prove it": float(any(one.proves for one in said)),
    }


def _place(
    field: Field, spec: FieldSpec, document: Document, alike: Collection[str]
) -> dict[str, float]:
    text = field.text if field.words is None else field.words
    span = field.spans[0]
    page = document.pages[span.page]
    box = span.bbox(document)
    words = span.words(document)
    return {
        "places": float(min(len(field.spans), MANY)),
        "page": span.page / max(len(document.pages) - 1, 1),
        "down": box.top,
        "across": box.left,
        "words": log(len(words)),
        "letters": log(1 + len(text or "")),
        "digits": sum(letter.isdigit() for letter in text or "") / max(len(text or ""), 1),
        "lines": float(words[-1].line - words[0].line),
        "begins a line": float(_begins(page.words, span)),
        "ends a line": float(_ends(page.words, span)),
        "by its label": float(min(beside_label(document, span, spec), MANY)),
        "rivals": log(1 + len(alike)),
        "largest": float(all(_size(words[-1].text) >= _size(one) for one in alike)),
        "letters in numbers": float(sum(bool(_MIXED.search(word.text)) for word in words)),
        "odd marks": float(sum(bool(_ODD.search(word.text)) for word in words)),
        "rounded too": float(spec.type is FieldType.AMOUNT and _is_rounded_too(text, document)),
        **_read(words),
    }


def _is_rounded_too(text: str | None, document: Document) -> bool:
    """A till that rounds says both sums; it is paid the rounded one."""
    rounded = {round(amount / COIN) * COIN for amount in _amounts(text or "") if amount % COIN}
    return any(rounded & _amounts(word.text) for page in document.pages for word in page.words)


def _read(words: Sequence[Word]) -> dict[str, float]:
    """How surely the OCR read them; a typed word is certain."""
    sure = [1.0 if word.confidence is None else word.confidence for word in words]
    return {
        "read least": -log(SURE + 1 - min(sure)),
        "read mean": -log(SURE + 1 - sum(sure) / len(sure)),
    }


def _begins(words: Sequence[Word], span: Span) -> bool:
    return span.start == 0 or words[span.start - 1].line != words[span.start].line


def _ends(words: Sequence[Word], span: Span) -> bool:
    return span.end == len(words) or words[span.end].line != words[span.end - 1].line


def _rivals(own: str, document: Document) -> list[Span]:
    """Other words of the document that look like ``own``, if that has a digit."""
    look = shape(own)
    if "9" not in look:
        return []
    return [
        Span(number, at, at + 1)
        for number, page in enumerate(document.pages)
        for at, word in enumerate(page.words)
        if word.text != own and shape(word.text) == look
    ]


@lru_cache(maxsize=10_000)
def _amounts(text: str) -> frozenset[Decimal]:
    """With two decimals; of what has more digits than any sum nobody can tell a remainder."""
    found = (one for one in readings(text) if one.as_tuple().exponent == -2)
    return frozenset(one for one in found if abs(one) < LARGEST)


@lru_cache(maxsize=10_000)
def shape(text: str) -> str:
    """Of a word: ``12/05/2018`` and ``1/1/18`` alike, 9/9/9."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text))


def _size(text: str) -> int:
    return int("".join(re.findall(r"[0-9]", text))[:18] or 0)
