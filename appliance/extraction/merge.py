"""The answers about a document's windows, as one.

Pure. A header field takes its most certain value; rows are joined, without those that a page shown
twice repeats and without carry-overs.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.prediction import Field

CERTAIN = 0.5
"""Least probability of every token of a value that is worth a clerk's look beside another."""

_CARRIED = re.compile(
    r"((amount |balance |total )?(carried|brought) (forward|over)|carry[- ]?over|übertrag"
    r"|(montant |total )?(à reporter|reporté)|suma (y sigue|anterior)|(do|z) przeniesienia"
    r"|a riportare|riporto|a transportar)\b",
    re.IGNORECASE,
)

PredictedRow = tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class WindowFields:
    """About one window."""

    header: tuple[Field, ...]
    rows: tuple[PredictedRow, ...]
    repeated: frozenset[int] = frozenset()
    """Pages that the window before showed as well."""


def certainty(field: Field) -> float:
    """0-1: the least probable of its tokens among those that the grammar allowed."""
    return math.exp(min((token.allowed for token in field.tokens), default=0.0))


def merge_windows(answers: Sequence[WindowFields]) -> tuple[tuple[Field, ...], tuple[Blocker, ...]]:
    """Header fields in their order, then the rows, numbered from 0; and what differs."""
    header: list[Field] = []
    blockers: list[Blocker] = []
    for fields in zip(*(answer.header for answer in answers), strict=True):
        header.append(_surest(fields))
        blockers += _differ(fields)
    blockers += _rows_differ(answers)
    return (*header, *_numbered(_rows(answers))), tuple(blockers)


def carried(row: PredictedRow) -> bool:
    """It reads like a line that repeats a sum at the turn of a page."""
    return any(_CARRIED.match(field.text) for field in row if field.text)


def _surest(fields: Sequence[Field]) -> Field:
    said = [field for field in fields if field.text is not None]
    # That nothing is there is as sure as the window that doubts it most.
    return max(said, key=certainty) if said else min(fields, key=certainty)


def _differ(fields: Iterable[Field]) -> list[Blocker]:
    ways: dict[str, Field] = {}
    for field in fields:
        if field.text is not None and certainty(field) >= CERTAIN:
            ways.setdefault(field.text.casefold(), field)
    if len(ways) < 2:
        return []
    name = next(iter(ways.values())).fieldtype
    places = ", ".join(map(_place, ways.values()))
    message = f"more than one {name.replace('_', ' ')} possible: {places}"
    return [Blocker(BlockerCode.WINDOWS_DIFFER, message, fieldtype=name)]


def _rows_differ(answers: Sequence[WindowFields]) -> Iterator[Blocker]:
    """A page that two windows showed has rows of which each window read others."""
    for before, after in pairwise(answers):
        for page in sorted(after.repeated):
            one, other = (
                Counter(_texts(row) for row in answer.rows if _is_of(row, page))
                for answer in (before, after)
            )
            if one and other and one != other:
                said = f"the rows of page {page + 1} were read in two ways: look for doubles"
                yield Blocker(BlockerCode.WINDOWS_DIFFER, said)


def _is_of(row: PredictedRow, page: int) -> bool:
    return _stands_on(row, frozenset((page,))) and not carried(row)


def _place(field: Field) -> str:
    return f"{field.text} (page {field.spans[0].page + 1})" if field.spans else f"{field.text}"


def _rows(answers: Sequence[WindowFields]) -> list[PredictedRow]:
    rows: list[PredictedRow] = []
    before: tuple[PredictedRow, ...] = ()
    for answer in answers:
        seen = Counter(_texts(row) for row in before if _stands_on(row, answer.repeated))
        for row in answer.rows:
            if seen[_texts(row)] and _stands_on(row, answer.repeated):
                seen[_texts(row)] -= 1
            else:
                rows.append(row)
        before = answer.rows
    return _without_carried(rows)


def _without_carried(rows: Sequence[PredictedRow]) -> list[PredictedRow]:
    """Without the carry-overs beside a page turn; elsewhere it is a thing of that name."""
    pages = [_page(row) for row in rows]
    around = zip(rows, [0, *pages], pages, [*pages[1:], *pages[-1:]], strict=False)
    return [row for row, before, at, after in around if before == at == after or not carried(row)]


def _page(row: PredictedRow) -> int:
    """On which it stands; the first for a row that stands nowhere."""
    return next((field.spans[0].page for field in row if field.spans), 0)


def _numbered(rows: Iterable[PredictedRow]) -> list[Field]:
    return [replace(field, line_item_id=number) for number, row in enumerate(rows) for field in row]


def _texts(row: PredictedRow) -> tuple[str | None, ...]:
    return tuple(field.text for field in row)


def _stands_on(row: PredictedRow, pages: frozenset[int]) -> bool:
    # The same words may stand on other pages as well: the row's own place comes first.
    return all(
        bool(field.spans) and field.spans[0].page in pages
        for field in row
        if field.text is not None
    )
