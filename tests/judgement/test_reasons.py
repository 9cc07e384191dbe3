"""Why a score is high or low, in words: each feature has some, and they say what is so."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import log
from pathlib import Path

import pytest
from figures import figures
from golden import looks_as_it_did

from appliance.domain.doctype import Check, FieldSpec, FieldType, Term
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.prediction import Field, TokenScore
from appliance.judgement.captions import WordsBeside, captions
from appliance.judgement.checks import CheckOutcome, CheckState
from appliance.judgement.features import AnswerFeatures, SenderHabits, features
from appliance.judgement.reasons import MATTERS, Explanation, explain, words_of
from appliance.judgement.score import ScoreModel, typicality

TEXTS = ("Shop", "ACME", "Total", "12.50", "cash", "20.00", "back", "7.50")
WORDS = [Word(text, BBox(0.1, at / 10, 0.2, at / 10), line=at) for at, text in enumerate(TEXTS)]
PAPER = Document("a" * 64, (Page(595, 842, tuple(WORDS), "text"),))
TOTAL = FieldSpec("total", FieldType.AMOUNT)
ANSWER = Field("total", "12.50", (Span(0, 3, 4),), tokens=(TokenScore(-0.3, -0.2),))
CHECK = Check("total <= 99", (Term("total"),), "<=", (Term("total"),))


def told(found: dict[str, float], **odds: float) -> Explanation:
    """Each feature speaks for it as loudly as told."""
    names, n = tuple(odds), len(odds)
    score = ScoreModel(typicality([]), {}, names, (0.0,) * n, (1.0,) * n, tuple(odds.values()), 0.0)
    return explain(score, ANSWER, AnswerFeatures(found))


def every_feature() -> set[str]:
    """Of answers of every kind."""
    answers = (
        ANSWER,
        Field("total", None, tokens=ANSWER.tokens),
        Field("total", "1", ANSWER.spans),
    )
    ways = product(
        answers,
        [FieldSpec("total", kind) for kind in FieldType],
        ([], [CheckOutcome(CHECK, CheckState.PASSED)]),
        (True, False),
        (None, SenderHabits(2, 0.5, 0.1)),
        (None, True, False),
    )
    names = {
        name
        for one, spec, said, sound, known, agrees in ways
        for name in features(
            replace(one, agrees=agrees), spec, PAPER, said, sound=sound, known=known
        ).numbers
    }
    familiar = typicality([("total", "12.50")]).features("total", "13.00")
    beside = WordsBeside((frozenset({"total"}),))
    return names | {*familiar, *captions([("total", beside)])["total"].features(beside, own=False)}


def test_every_feature_has_words() -> None:
    assert {name for name in every_feature() if words_of(name) is None} == set()


def test_every_matter_says_something_else_on_whichever_side() -> None:
    said = [{matter.says({}, good) for good in (True, False)} for matter in MATTERS]
    assert all("" not in words for words in said)
    assert sum(map(len, said)) == len(set().union(*said))


def test_of_a_feature_that_this_version_does_not_know_nothing_is_said() -> None:
    assert words_of("moon") is None
    assert str(told({"moon": 1.0}, moon=3.0)) == ""


def test_what_weighs_most_is_said_first_and_each_on_its_side() -> None:
    passed = [CheckOutcome(CHECK, CheckState.PASSED)]
    found = features(ANSWER, TOTAL, PAPER, passed, sound=True).numbers
    said = told(found, **{"rivals": -2.0, "checks passed": 1.0, "letters": -0.2, "sound": 0.3})
    words = {name: words_of(name) for name in ("rivals", "letters", "checks passed", "sound")}
    assert said == Explanation(
        tuple(words[name](found, False) for name in ("rivals", "letters")),
        tuple(words[name](found, True) for name in ("checks passed", "sound")),
    )
    against, favour = str(said).split("; ")
    assert against.endswith(", ".join(said.against)) and favour.endswith(", ".join(said.favour))


def test_features_of_one_matter_are_added_up() -> None:
    found = {"least": 1.0, "mean": 1.0, "margin": 1.0}
    certain = told(found, least=-3.0, mean=2.5, margin=2.0)
    hesitated = told(found, least=-3.0, mean=2.5, margin=0.0)
    assert (len(certain.favour), certain.against) == (1, ())
    assert (hesitated.favour, len(hesitated.against)) == ((), 1)
    assert told(found, least=-3.0, mean=2.95, margin=0.0) == Explanation((), ())  # too little


CASES = [
    ({"rivals": log(1)}, "rivals", []),
    ({"rivals": log(1 + 1)}, "rivals", ["1"]),
    ({"rivals": log(1 + 4)}, "rivals", ["4"]),
    ({"places": 1.0}, "places", []),
    ({"places": 5.0}, "places", ["5"]),
    ({}, "checks passed", []),
    ({"checks passed": 2.0}, "checks passed", ["2"]),
    ({"checks passed": 2.0, "checks failed": 1.0}, "checks passed", []),
    ({"checks passed": 1.0, "checks prove it": 1.0}, "checks passed", []),
    ({}, "sender known", []),
    ({"sender known": log(1 + 3)}, "sender known", ["3"]),
    ({"odd marks": 1.0}, "odd marks", []),
    ({"not chosen": 1.0}, "least", []),
    ({"by its label": 0.0}, "by its label", []),
    ({}, "field total", []),
    ({}, "familiar end", []),
    ({"value seen": log(1 + 3)}, "value seen", ["3"]),
    ({}, "value seen", []),
    ({"words unknown": 2.0}, "words unknown", []),
    ({"words unknown": 2.0, "nearly known": 1.0}, "words unknown", []),
]


@pytest.mark.parametrize(("found", "feature", "said"), CASES)
def test_numbers_are_said_as_they_are(
    found: dict[str, float], feature: str, said: list[str]
) -> None:
    says = words_of(feature)
    assert says and figures(says(found, True)) == said


def test_the_words_of_each_feature_are_as_they_were() -> None:
    lines = [
        f"{feature} {[round(number, 2) for number in found.values()]}: {says(found, True)}\n"
        for found, feature, _ in CASES
        if (says := words_of(feature))
    ]
    looks_as_it_did("".join(lines), Path(__file__).parent / "screens" / "words.txt")
