"""The answer about a header taken apart: which value stands where in its text, whole or cut.

Pure. The grammar has fixed every key and their order, so this walks along them; the first thing
that is not whole ends the walk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder

from appliance.domain.doctype import DocType, FieldSpec


@dataclass(frozen=True, slots=True)
class AnsweredValue:
    spec: FieldSpec
    text: str | None
    words: str | None
    """Of a listed value; else None."""
    start: int
    end: int
    """Where the value stands in the answer: characters, with its quotes or braces."""


_json = JSONDecoder()


class _Cut(Exception):
    """The answer ends here."""


@dataclass(frozen=True, slots=True)
class HeaderAnswer:
    values: tuple[AnsweredValue, ...]
    whole: bool
    """False when the answer was cut."""


def parse(answer: str, doctype: DocType) -> HeaderAnswer:
    """Never raises: of an answer that was cut those values that are whole."""
    values: list[AnsweredValue] = []
    try:
        at = _members(answer, doctype.fields, values)
        _expect(answer, at, "}")
    except _Cut:
        return HeaderAnswer(tuple(values), whole=False)
    return HeaderAnswer(tuple(values), whole=True)


def _members(answer: str, specs: Iterable[FieldSpec], values: list[AnsweredValue]) -> int:
    at, before = 0, "{"
    for spec in specs:
        at = _expect(answer, at, f'{before}"{spec.name}": ')
        text, words, end = _value(answer, at, spec)
        values.append(AnsweredValue(spec, text, words, at, end))
        at, before = end, ", "
    return at


def _value(answer: str, at: int, spec: FieldSpec) -> tuple[str | None, str | None, int]:
    """Text, words, and where it ends."""
    if answer.startswith("n", at):
        return None, None, _expect(answer, at, "null")
    if spec.type.verbatim:
        text, end = _string(answer, at)
        return text, None, end
    words, end = _string(answer, _expect(answer, at, '{"words": '))
    text, end = _string(answer, _expect(answer, end, ', "value": '))
    return text, words, _expect(answer, end, "}")


def _string(answer: str, at: int) -> tuple[str, int]:
    _expect(answer, at, '"')
    try:
        text, end = _json.raw_decode(answer, at)
    except JSONDecodeError as error:
        raise _Cut from error
    return str(text), end


def _expect(answer: str, at: int, text: str) -> int:
    if not answer.startswith(text, at):
        raise _Cut
    return at + len(text)
