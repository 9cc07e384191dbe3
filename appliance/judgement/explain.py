"""Why a value was not accepted, in words, by what may be accepted today. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.domain.fields import Decided, Field, Judgement
from appliance.judgement.consider import Considered
from appliance.judgement.look import spoken
from appliance.promise.bar import UNPROVEN, Bar
from appliance.promise.features import Features
from appliance.promise.score import Weights
from appliance.promise.words import reasons

DOUBTED = frozenset({"unsupported", "unpromised"})
MOVED = 0.01
"""By which a score has to differ from the one that was decided on to be told from it."""


def explained(
    about: Considered, judgement: Judgement, bar: Bar, weights: Weights | None
) -> Iterator[str]:
    """A line for each doubted value of the header; ``judgement`` is the appliance's own on what
    ``about`` considers, ``weights`` are those of ``bar``, None where it has none."""
    decided = [one for one in judgement.fields if one.field.line_item_id is None]
    for one, found in zip(decided, about.found, strict=True):
        if one.how in DOUBTED:
            yield f"{_named(one.field)}: {_said(one, found, bar, weights)}"


def _named(field: Field) -> str:
    return f"{spoken(field.fieldtype)} {'(nothing found)' if field.text is None else field.text}"


def _said(one: Decided, found: Features, bar: Bar, weights: Weights | None) -> str:
    score = bar.weigh(one.field, found)
    if score is None:
        return "no token of it was chosen, so nothing tells how sure it is"
    name = one.field.fieldtype
    enough, promised = bar.reached(name, score), bar.promises(name)
    sure, needed = _apart(score, bar.bounds.get(name, UNPROVEN))
    how = f"{sure} sure" if weights else f"the least certain token is {sure} likely"
    if one.score is None or abs(score - one.score) >= MOVED:
        how += " by now"
    if enough:
        then = "which is enough today" if promised else "and nothing is promised of it yet"
        return f"{how}, {then}"
    why = str(reasons(weights, one.field, found)) if weights else ""
    return f"{how}, {needed} is needed" + (f"; {why}" if why else "")


def _apart(score: float, bound: float) -> tuple[str, str]:
    """In percent, with as many decimals as it takes to tell them from each other."""
    for decimals in range(6):
        pair = f"{score * 100:.{decimals}f} %", f"{bound * 100:.{decimals}f} %"
        if pair[0] != pair[1]:
            break
    return pair
