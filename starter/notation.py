"""How the data say what a value is made like: ``code INV-####|{y}/###``, ``day -14..0``, ``words``.

Pure. A fault is a ValueError in the words of whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

from appliance.doctypes.shape import instead
from appliance.samples.truth import PrintedValue
from starter.facts import Maker, Vocabulary
from starter.faults import unknown_names
from starter.manner import Manner
from starter.values import SIMPLE, code, day, either, enum, number, one_of, words

_DAYS = re.compile(r"(-?\d+)\.\.(-?\d+)")
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)(?: places (\d))?")
COMPUTED = "computed"
"""Of a value that the kind's functions alone tell, which may leave it out."""


def alternatives(cell: str) -> tuple[str, ...]:
    """Parted by ``|``."""
    return tuple(one.strip() for one in cell.split("|"))


def maker(text: str, name: str, known: Vocabulary, own: Mapping[str, Maker]) -> Maker:
    """``name`` is the field's: its words are called like it. ``own`` are made by functions of the
    kind. ValueError where ``text`` is not understood."""
    parts = [part.strip() for part in text.split(" or ")]
    made = [_one(part, name, known, own) for part in parts]
    for part in parts if len(parts) > 1 else ():
        if part.partition(" ")[0] in ("enum", COMPUTED):
            raise ValueError(f"{part!r} stands alone")
    return either(*made) if len(made) > 1 else made[0]


def _one(text: str, name: str, known: Vocabulary, own: Mapping[str, Maker]) -> Maker:
    word, _, told = text.partition(" ")
    if word in SIMPLE or word == COMPUTED:
        if told:
            raise ValueError(f"nothing stands behind {word!r}")
        return SIMPLE.get(word) or _untold
    if word == "function":
        if told not in own:
            raise ValueError(f"no function {told!r}{instead(told, own)}")
        return own[told]
    if word in ("words", "enum"):
        lists = known.words if word == "words" else known.values
        if (told or name) not in lists:
            rows = "words" if word == "words" else "value"
            raise ValueError(f"no row of part {rows!r} has the name {told or name!r}")
        return (words if word == "words" else enum)(known, told or name)
    if word not in MADE_AS_TOLD:
        every = (*MADE_AS_TOLD, "words", "enum", "function", COMPUTED, *SIMPLE)
        raise ValueError(f"no value is made by {word!r}{instead(word, every)}")
    return MADE_AS_TOLD[word](told)


def _untold(rng: Random, how: Manner) -> PrintedValue:
    raise AssertionError("a computed value was not told")


def _code(told: str) -> Maker:
    shapes = alternatives(told)
    for _, message in unknown_names(shapes, ("y", "m")):
        raise ValueError(message)
    return code(*_filled(shapes))


def _day(told: str) -> Maker:
    match = _DAYS.fullmatch(told)
    if not match or int(match[1]) > int(match[2]):
        raise ValueError(f"not so many days as -14..0: {told!r}")
    return day(int(match[1]), int(match[2]))


def _amount(told: str) -> Maker:
    low, high, places = _range(told)
    if places:
        raise ValueError("an amount has two decimals anyway")
    return number(low, high, places=2)


def _number(told: str) -> Maker:
    low, high, places = _range(told)
    return number(low, high, places=int(places or 0))


def _range(told: str) -> tuple[float, float, str]:
    match = _RANGE.fullmatch(told)
    if not match:
        raise ValueError(f"not numbers as 0.5..900 or 1..40 places 2: {told!r}")
    return float(match[1]), float(match[2]), match[3] or ""


def _filled(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not all(texts):
        raise ValueError("an alternative is empty")
    return texts


MADE_AS_TOLD: Mapping[str, Callable[[str], Maker]] = {
    "code": _code,
    "day": _day,
    "amount": _amount,
    "number": _number,
    "one_of": lambda told: one_of(*_filled(alternatives(told))),
}
"""By the word that a maker begins with; what follows it is told."""
