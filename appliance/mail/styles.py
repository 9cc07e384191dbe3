"""What the style sheets in a mail say of its elements. Pure.

Only rules are known whose selectors are made of tags, classes and ids, one within another: mail
programs know hardly more. Rules for print, for narrow screens and for dark ones do not count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MOST = 2_000
"""Rules of one mail; newsletters have some hundreds. Each may have to be looked at for each tag."""
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
    outer: tuple[Subject, ...]
    """Each within the one before it."""
    last: Subject
    declarations: str

    def fits(self, element: Subject, within: Sequence[Subject]) -> bool:
        around = reversed(within)
        outer = reversed(self.outer)
        return self.last.fits(element) and all(any(map(one.fits, around)) for one in outer)


class StyleSheets:
    """Those of one mail."""

    def __init__(self, html: str) -> None:
        self._rules = defaultdict[str, list[tuple[int, _Rule]]](list)
        """By one of the names that it asks for, else by the tag; with its place in the mail."""
        for place, rule in zip(range(_MOST), _rules(html), strict=False):
            self._rules[min(rule.last.names, default=rule.last.tag)].append((place, rule))

    def declarations(self, element: Subject, within: Sequence[Subject]) -> str:
        """Of all rules that fit, as they stand one after the other; ``within`` from outside in."""
        keys = ["", element.tag, *element.names]
        some = sorted((one for key in keys for one in self._rules.get(key, ())), key=_place)
        return ";".join(rule.declarations for _, rule in some if rule.fits(element, within))


def _place(placed: tuple[int, _Rule]) -> int:
    return placed[0]


def _rules(html: str) -> Iterator[_Rule]:
    for sheet in _SHEET.split(html)[1:]:
        for selectors, declarations in _blocks(_SHEET_ENDS.split(sheet, maxsplit=1)[0]):
            for selector in selectors.split(","):
                if subjects := _subjects(selector):
                    yield _Rule(tuple(subjects[:-1]), subjects[-1], declarations)


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
    found = [_COMPOUND.fullmatch(part) for part in parts]
    subjects = [subject(one[1] or "", _NAME.findall(one[2])) for one in found if one]
    return subjects if len(subjects) == len(parts) else []


def subject(tag: str, names: Sequence[str]) -> Subject:
    return Subject("" if tag == "*" else tag, frozenset(name.lower() for name in names))
