"""Bank accounts on the pages of a document, however they are written. Pure.

An IBAN may be printed in other groups than four, with dots or hyphens, in small letters, and over
the end of a line. One that is printed as the standard prints it is told even if its check digits do
not fit; any other run of letters and digits is one only if they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from appliance.domain.document import Document, Page, Word
from appliance.fields.candidates import joined, runs
from appliance.fields.codes import iban
from appliance.fields.folding import upper_alnum

_PRINTED = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_BEGINS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[^A-Za-z0-9]{0,3}\d[^A-Za-z0-9]{0,3}\d")
_SHORTEST, _LONGEST = 15, 34
"""Characters of an IBAN."""
_WINDOW = 120
"""Characters of a line within which an IBAN ends, its separators included."""
_LABELLED = re.compile(r"\bIBAN\b\W*", re.IGNORECASE)
_WRAPS = 2.0
"""Heights of a line by which the second half of an IBAN may lie below the first."""


def printed_accounts(document: Document) -> tuple[str, ...]:
    """Return the bare form of each IBAN in reading order, also where its check digits are wrong."""
    found: list[str] = []
    for page in document.pages:
        for line in _lines(page):
            found += map(upper_alnum, _PRINTED.findall(line))
            found += _loose_accounts(line)
    return tuple(dict.fromkeys(found))


def valid_accounts(document: Document) -> tuple[str, ...]:
    """Return the bare form of each IBAN whose check digits fit, in reading order."""
    every = [*printed_accounts(document)]
    fitting = (length for one in every for length in _fitting(one))
    return tuple(dict.fromkeys(fitting))


def _fitting(account: str) -> Iterator[str]:
    """Also without a short word behind it that passes for its last letters, such as BIC."""
    for end in range(len(account), max(len(account) - 4, _SHORTEST) - 1, -1):
        if iban(account[:end]).valid:
            yield account[:end]
            return


def _lines(page: Page) -> Iterator[str]:
    """Each run of words of a line, whole lines, and each run with what stands below it."""
    spans = [page.words[start:end] for start, end in runs(page)]
    yield from map(joined, spans)
    for _, line in groupby(page.words, key=lambda word: word.line):
        yield joined([*line])
    for first in spans:
        if _BEGINS.search(joined(first)):
            for below in spans:
                if _goes_on_below(first, below):
                    yield f"{joined(first)} {joined(below)}"


def _goes_on_below(first: Sequence[Word], below: Sequence[Word]) -> bool:
    """Whether ``below`` stands under ``first``, close to it."""
    one, other = first[0].bbox, below[0].bbox
    near = one.bottom - one.height / 2 <= other.top <= one.bottom + _WRAPS * one.height
    return near and other.left < first[-1].bbox.right and one.left < below[-1].bbox.right


def _loose_accounts(line: str) -> Iterator[str]:
    labelled = {match.end() for match in _LABELLED.finditer(line)}
    for match in _BEGINS.finditer(line):
        letters = upper_alnum(line[match.start() : match.start() + _WINDOW])[:_LONGEST]
        for length in range(len(letters), _SHORTEST - 1, -1):
            if iban(letters[:length]).valid:
                yield letters[:length]
                break
        else:
            # What is called an IBAN and is none, such as one with a digit changed.
            if match.start() in labelled and len(letters) >= _SHORTEST:
                yield _labelled(line[match.start() : match.start() + _WINDOW])


def _labelled(text: str) -> str:
    """The account at the beginning of ``text``: its groups as far as they hold a digit."""
    groups: list[str] = []
    for group in re.split(r"[^A-Za-z0-9]+", text):
        if groups and not any(map(str.isdigit, group)):
            break
        groups.append(group)
    return upper_alnum("".join(groups))[:_LONGEST]
