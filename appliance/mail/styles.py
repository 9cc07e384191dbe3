"""What the style sheets in a mail say of its elements. Pure.

Only rules are known whose selectors are made of tags, classes and ids, one within another: mail
programs know hardly more. Rules for print, for narrow screens and for dark ones do not count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_MOST = 2_000
"""Rules of one mail; newsletters have some hundreds."""
_DEEPEST = 30
"""Parts of a selector within each other."""
_SHEET = re.compile(r"<style\b[^<>]*>", re.IGNORECASE)
_SHEET_ENDS = re.compile(r"</style", re.IGNORECASE)
_NOT_FOR_A_DESK = re.compile(r"print|max-|prefers-")
_COMPOUND = re.compile(r"(\*|[a-z][\w-]*)?((?:[.#][\w-]+)*)")
_NAME = re.compile(r"[.#][\w-]+")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a selector asks of an element, and what an element answers."""

    tag: str
    """In a selector empty for any."""
    names: frozenset[str]
    """``.class`` and ``#id``, in lower case: in a mail, which says no doctype, case is the same."""

    def fits(self, element: Subject) -> bool:
        return self.tag in ("", element.tag) and self.names <= element.names


@dataclass(frozen=True, slots=True)
class _Rule:
    subjects: tuple[Subject, ...]
    """Each within the one before it."""
    declarations: str


class StyleSheets:
    """Those of one mail.

    All subjects of all rules stand in a row, a bit each. An element is in a state: the subjects of
    which each was met around it, or is itself, behind those before it in its rule. So an element is
    compared with all rules at once, however deep it lies.
    """

    def __init__(self, html: str) -> None:
        self._subjects = defaultdict[str, dict[Subject, int]](dict)
        """By one of the names that it asks for, else by the tag; with the bits at which it is."""
        self._begin = 0
        """A bit for the first subject of each rule, and below for the last."""
        self._end = 0
        self._declarations: dict[int, str] = {}
        """By the place of a rule's last bit, in the order of the rules."""
        place = 0
        for _, rule in zip(range(_MOST), _rules(html), strict=False):
            self._begin |= 1 << place
            for one in rule.subjects:
                same = self._subjects[min(one.names, default=one.tag)]
                same[one] = same.get(one, 0) | 1 << place
                place += 1
            self._end |= 1 << place - 1
            self._declarations[place - 1] = rule.declarations
        self._bits = lru_cache(1000)(self._bits_of)

    def within(self, state: int, element: Subject) -> tuple[int, int]:
        """The state of an element in one that has that ``state``, which is 0 around all, and which
        rules fit it, as ``declarations`` takes them."""
        met = (state << 1 | self._begin) & self._bits(element)
        # The same number where it is equal: thousands may lie in each other.
        return state | met if met & ~state else state, met & self._end

    def declarations(self, rules: int) -> str:
        """Of all these, as they stand one after the other."""
        return ";".join(one for at, one in self._declarations.items() if rules >> at & 1)

    def _bits_of(self, element: Subject) -> int:
        """Of the subjects that it answers."""
        bits = 0
        for key in ("", element.tag, *element.names):
            for one, places in self._subjects.get(key, {}).items():
                if one.fits(element):
                    bits |= places
        return bits


def _rules(html: str) -> Iterator[_Rule]:
    for sheet in _SHEET.split(html)[1:]:
        for selectors, declarations in _blocks(_SHEET_ENDS.split(sheet, maxsplit=1)[0]):
            for selector in selectors.split(","):
                if subjects := _subjects(selector):
                    yield _Rule(tuple(subjects), declarations)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of what is for a screen on a desk."""
    outer: list[str] = []
    before, said = "", ""
    for piece in re.split(r"([{}])", _without_comments(sheet)):
        if piece == "{":
            outer.append(before.rpartition(";")[2].strip().lower())
        elif piece == "}" and outer:
            selectors = outer.pop()
            if said and not any(_NOT_FOR_A_DESK.search(one) for one in outer):
                yield selectors, said
            said = ""
        else:
            said = before = piece
    # What nobody closed is closed by the end of the sheet.
    if outer and said:
        yield outer[-1], said


def _without_comments(sheet: str) -> str:
    before, *others = sheet.replace("<!--", " ").replace("-->", " ").split("/*")
    return before + "".join(piece.partition("*/")[2] for piece in others)


def _subjects(selector: str) -> list[Subject]:
    """Empty where the selector is of another kind."""
    parts = selector.replace(">", " ").split()
    if len(parts) > _DEEPEST:
        return []
    found = [_COMPOUND.fullmatch(part) for part in parts]
    subjects = [subject(one[1] or "", _NAME.findall(one[2])) for one in found if one]
    return subjects if len(subjects) == len(parts) else []


def subject(tag: str, names: Sequence[str]) -> Subject:
    return Subject("" if tag == "*" else tag, frozenset(name.lower() for name in names))
