"""The answers about a document's windows, as one.

Pure. A field takes its most certain value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.prediction import Field

CERTAIN = 0.5
"""Least probability of every token of a value that is worth a clerk's look beside another."""


def certainty(field: Field) -> float:
    """0-1: the least probable of its tokens among those that the grammar allowed."""
    return math.exp(min((token.allowed for token in field.tokens), default=0.0))


def merge_windows(
    answers: Sequence[Sequence[Field]],
) -> tuple[tuple[Field, ...], tuple[Blocker, ...]]:
    """Header fields in their order, each from one of the windows; and what differs."""
    header: list[Field] = []
    blockers: list[Blocker] = []
    for fields in zip(*answers, strict=True):
        header.append(_surest(fields))
        blockers += _differ(fields)
    return tuple(header), tuple(blockers)


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


def _place(field: Field) -> str:
    return f"{field.text} (page {field.spans[0].page + 1})" if field.spans else f"{field.text}"
