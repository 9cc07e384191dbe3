"""The grammar of a perfect answer about one window, as Lark for llguidance.

Pure. A JSON object with every asked key once, in order. A verbatim value is a run of the window's
chunks that neither begins nor ends with a blank, holds a letter or digit, does not cross a page and
has the shape of its type; or null. A listed value comes after the words that it was read from.
Runs that match the pattern of a code are listed, since a pattern speaks Python's regular
expressions and llguidance does not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from appliance.domain.doctype import DocType, FieldSpec
from appliance.fields.chunks import Chunks, Finder, runs
from appliance.fields.types import LONGEST_CODE, SHAPES, folds

_PAGE = "\n"  # never part of a value: JSON writes a line feed in another way

_ESCAPED = r"\\u[0-9a-f]{4}|\\[^u\n]|[^\\\n]"
_ANY = rf"/({_ESCAPED})*[\p{{L}}\p{{N}}].*/ & /[^\n ,:;)\]}}](.*[^\n :;(\[{{])?/"


def grammar(doctype: DocType, pages: Sequence[Chunks]) -> str:
    rules = _Rules(pages)
    start = " ".join(['"{"', *rules.members(doctype.fields), '"}"'])
    return "\n".join(["%llguidance {}", f"start: {start}", *rules.lines]) + "\n"


class _Rules:
    """Terminals and rules, each made once."""

    def __init__(self, pages: Sequence[Chunks]) -> None:
        self._pages = pages
        self._finders = [Finder(page) for page in pages]
        self._names: dict[object, str] = {}
        texts = [text for page in pages for text in (*map(_escape, page.texts), _PAGE)]
        self.lines = [f"RUN: %regex {json.dumps({'substring_chunks': texts}, ensure_ascii=False)}"]
        self.lines += [f"WORDS: RUN & {_ANY}", 'NULL: "null"']

    def members(self, specs: Iterable[FieldSpec]) -> list[str]:
        """Keys and their values, with what stands between them."""
        return [
            part
            for index, spec in enumerate(specs)
            for part in (_key(spec, first=index == 0), _or_null(self._value(spec)))
        ]

    def _value(self, spec: FieldSpec) -> str | None:
        """Its terminal; None when nothing in the window can be its value."""
        return self._verbatim(spec) if spec.type.verbatim else self._listed(spec)

    def _verbatim(self, spec: FieldSpec) -> str | None:
        if spec.pattern is None:
            shape = SHAPES[spec.type].replace("/", r"\/")
            return self._terminal(("shape", shape), f'"\\"" (WORDS & /{shape}/) "\\""')
        pattern = re.compile(spec.pattern)
        every = {run for page in self._pages for run in runs(page, longest=LONGEST_CODE)}
        matching = sorted(run for run in every if pattern.fullmatch(run))
        if not matching:
            return None
        body = f'"\\"" {_either(map(_escape, matching))} "\\""'
        return self._terminal(("pattern", spec.pattern), body)

    def _listed(self, spec: FieldSpec) -> str | None:
        """Words that we know lead to their value; where none stand in the window, any words may."""
        if not spec.values:
            return None
        ways = [
            _listed_way(_either(map(_escape, said)), [value])
            for value in spec.values
            if (said := known_words(self._finders, value, spec.values[value]))
        ]
        return self._terminal(
            ("listed", *spec.values.items()),
            " | ".join(ways) or _listed_way("(WORDS & /.{1,40}/)", spec.values),
        )

    def _terminal(self, key: object, body: str) -> str:
        if key not in self._names:
            self._names[key] = f"V{len(self._names)}"
            self.lines.append(f"{self._names[key]}: {body}")
        return self._names[key]


def known_words(pages: Iterable[Finder], value: str, words: Sequence[str]) -> list[str]:
    """How the pages say ``value``: each way once, as it stands there."""
    ways = dict.fromkeys((value, *words))
    return sorted(
        {
            said
            for page in pages
            for way in ways
            for said, _ in page.find(" ".join(way.split()), fold=folds(way))
        }
    )


def _listed_way(words: str, values: Iterable[str]) -> str:
    before, between = _literal('{"words": "'), _literal('", "value": ')
    return f'{before} {words} {between} {_either(map(_literal, values))} "}}"'


def _or_null(value: str | None) -> str:
    return f"({value} | NULL)" if value else "NULL"


def _key(spec: FieldSpec, *, first: bool) -> str:
    return _literal(f"{'' if first else ', '}{_literal(spec.name)}: ")


def _either(texts: Iterable[str]) -> str:
    return f"({' | '.join(map(_literal, texts))})"


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _escape(text: str) -> str:
    """As it stands inside a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
