"""Why a value was not accepted, in a clerk's words, by what may be accepted today. Pure.

Features that look at the same thing share its weight among them, some with the sign turned round:
only their sum means anything, so what they have in common is said, and not each of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp

from appliance.domain.doctype import display_name
from appliance.domain.prediction import Basis, Field, FieldJudgement, Judgement
from appliance.judgement.assess import Assessment
from appliance.judgement.features import MANY, AnswerFeatures, Features
from appliance.judgement.policy import UNPROVEN, AcceptancePolicy
from appliance.judgement.score import ScoreModel

LEAST = 0.1
"""Log-odds below which a matter is not worth a word."""

Says = Callable[[Features, bool], str]
"""Of an answer's features, and whether they speak for it."""


@dataclass(frozen=True, slots=True)
class Matter:
    features: tuple[str, ...]
    says: Says


@dataclass(frozen=True, slots=True)
class Explanation:
    """What weighs most first."""

    against: tuple[str, ...]
    favour: tuple[str, ...]

    def __str__(self) -> str:
        """Empty when nothing speaks for it or against it."""
        sides = ("against it", self.against), ("for it", self.favour)
        return "; ".join(f"{side}: {', '.join(said)}" for side, said in sides if said)


def explain(
    weights: ScoreModel, answer: Field, found: AnswerFeatures, *, most: int = 3
) -> Explanation:
    """The ``most`` weighty on each side, compared with an answer as it usually is."""
    every = weights.all_of(answer, found)
    sums: dict[Says, float] = defaultdict(float)
    for name, odds in weights.reasons(answer, found, len(weights.names)):
        if says := words_of(name):
            sums[says] += odds
    heavy = sorted((pair for pair in sums.items() if abs(pair[1]) >= LEAST), key=_weight)
    sides = {side: [says for says, odds in heavy if (odds > 0) is side] for side in (True, False)}
    favour, against = ([says(every, side) for says in sides[side][:most]] for side in (True, False))
    return Explanation(tuple(against), tuple(favour))


def words_of(feature: str) -> Says | None:
    """None of a feature that this version does not know."""
    if feature.startswith(("field ", "type ")):
        return _which_field
    if feature.startswith("familiar "):
        return _habits
    return _WORDS.get(feature)


def _weight(pair: tuple[Says, float]) -> float:
    return -abs(pair[1])


def _sides(favour: str, doubt: str) -> Says:
    return lambda found, good: favour if good else doubt


def _state(feature: str, so: str, otherwise: str) -> Says:
    """As it is, whichever side that speaks for."""
    return lambda found, good: so if found.get(feature) else otherwise


_which_field = _sides(
    "this field is right more often than others", "this field is wrong more often than others"
)
_habits = _sides(
    "it looks like what clerks approved here", "it looks unlike what clerks approved here"
)


def _tokens(found: Features, good: bool) -> str:
    if found.get("not chosen"):
        return "the model had nothing to choose"
    return "the model was certain" if good else "the model hesitated"


def _rivals(found: Features, good: bool) -> str:
    many = round(exp(found.get("rivals", 0.0))) - 1
    if many < 1:
        return "no other number looks like it"
    return "1 other number looks like it" if many == 1 else f"{many} other numbers look like it"


def _garbled(found: Features, good: bool) -> str:
    odd = found.get("letters in numbers") or found.get("odd marks")
    return "it looks garbled" if odd else "it has no odd marks"


def _seen(found: Features, good: bool) -> str:
    many = round(exp(found.get("value seen", 0.0))) - 1
    if many < 1:
        return "it was never approved here before"
    return f"it was approved here {many} times before" if many > 1 else "it was approved here once"


def _vocabulary(found: Features, good: bool) -> str:
    if found.get("nearly known"):
        return "it is a letter away from words that are known here"
    return "it has words that are new here" if found.get("words unknown") else "its words are known"


def _places(found: Features, good: bool) -> str:
    many = round(found.get("places", 0.0))
    if many < 2:
        return "it stands in one place alone" if many else "it stands nowhere"
    return f"it stands in {many} places" + (" or more" if many == MANY else "")


def _checks(found: Features, good: bool) -> str:
    failed, passed = (round(found.get(f"checks {what}", 0.0)) for what in ("failed", "passed"))
    if found.get("checks prove it"):
        return "the checks prove it"
    for many, what in ((failed, "failed"), (passed, "passed")):
        if many:
            return f"a check {what}" if many == 1 else f"{many} checks {what}"
    return "no check speaks of it"


def _sender(found: Features, good: bool) -> str:
    many = round(exp(found.get("sender known", 0.0))) - 1
    if many < 1:
        return "nothing is known of its sender"
    history = "the one document" if many == 1 else f"the {many} documents"
    return f"it {'fits' if good else 'does not quite fit'} {history} of its sender"


MATTERS = (
    Matter(
        (
            *("least", "mean", "whole", "first", "last", "free least", "free mean"),
            *("masked", "margin", "entropy", "not chosen"),
        ),
        _tokens,
    ),
    Matter(
        ("long", "words", "letters", "digits", "lines"),
        _sides("it is written as right ones are", "it is written unlike most that are right"),
    ),
    Matter(
        ("page", "down", "across", "begins a line", "ends a line"),
        _sides("it stands where right ones do", "it stands where right ones seldom do"),
    ),
    Matter(
        ("read least", "read mean"),
        _sides("its words were read surely", "its words were read unsurely"),
    ),
    Matter(("letters in numbers", "odd marks"), _garbled),
    Matter(("value seen",), _seen),
    Matter(("words unknown", "words known", "nearly known"), _vocabulary),
    Matter(
        ("by its label",),
        _state("by its label", "its label stands beside it", "no label stands beside it"),
    ),
    Matter(
        ("captioned", "captioned better"),
        _sides("right ones stand beside such words", "right ones seldom stand beside such words"),
    ),
    Matter(("rivals",), _rivals),
    Matter(
        ("largest",),
        _state("largest", "nothing like it is larger", "something like it is larger"),
    ),
    Matter(
        ("rounded too",),
        _state("rounded too", "it stands there rounded too", "it does not stand there rounded too"),
    ),
    Matter(("places",), _places),
    Matter(("checks passed", "checks failed", "checks prove it"), _checks),
    Matter(
        ("sound",),
        _state(
            "sound", "it stands on the page and makes sense", "it makes no sense as it stands there"
        ),
    ),
    Matter(("absent",), _state("absent", "nothing was found", "something was found")),
    Matter(("sender known", "sender says the same", "aside of its place"), _sender),
    Matter(
        ("second reading agrees", "second reading differs"),
        _state(
            "second reading agrees",
            "a second reading says the same",
            "no second reading says the same",
        ),
    ),
)
_WORDS = {feature: matter.says for matter in MATTERS for feature in matter.features}


DOUBTED = frozenset({Basis.UNSUPPORTED, Basis.UNPROMISED})
MOVED = 0.01
"""By which a score has to differ from the one that was decided on to be told from it."""


def explained(
    about: Assessment, judgement: Judgement, policy: AcceptancePolicy, weights: ScoreModel | None
) -> Iterator[str]:
    """A line for each doubted value of the header; ``judgement`` is the appliance's own on what
    ``about`` considers, ``weights`` are those of ``policy``, None where it has none."""
    for one, found in zip(judgement.header, about.found, strict=True):
        if one.how in DOUBTED:
            yield f"{_named(one.field)}: {_said(one, found, policy, weights)}"


def _named(field: Field) -> str:
    return (
        f"{display_name(field.fieldtype)} {'(nothing found)' if field.text is None else field.text}"
    )


def _said(
    one: FieldJudgement, found: AnswerFeatures, policy: AcceptancePolicy, weights: ScoreModel | None
) -> str:
    if one.field.is_told and one.field.remembered:
        return f"{one.field.remembered.in_words}, which accepts nothing here"
    score = policy.weigh(one.field, found)
    if score is None:
        return "no token of it was chosen, so nothing tells how sure it is"
    name = one.field.fieldtype
    enough, promised = policy.reached(name, score), policy.promises(name)
    sure, needed = _apart(score, policy.bounds.get(name, UNPROVEN))
    how = f"{sure} sure" if weights else f"the least certain token is {sure} likely"
    if one.score is None or abs(score - one.score) >= MOVED:
        how += " by now"
    if enough:
        then = "which is enough today" if promised else "and nothing is promised of it yet"
        return f"{how}, {then}"
    why = str(explain(weights, one.field, found)) if weights else ""
    return f"{how}, {needed} is needed" + (f"; {why}" if why else "")


def _apart(score: float, bound: float) -> tuple[str, str]:
    """In percent, with as many decimals as it takes to tell them from each other."""
    for decimals in range(6):
        pair = f"{score * 100:.{decimals}f} %", f"{bound * 100:.{decimals}f} %"
        if pair[0] != pair[1]:
            break
    return pair
