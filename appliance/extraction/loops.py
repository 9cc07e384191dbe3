"""A model that is lost writes the same row for ever: this notices.

Pure. A row may be written as often as its values stand in the window, and no more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from appliance.domain.doctype import DocType
from appliance.extraction.cells import Cell, parse
from appliance.extraction.chunks import Chunks, find

_NEAR = 80
"""Bytes after the end of a row within which it is looked at, beside the columns of the next one
that can only be null."""


def loops(doctype: DocType, pages: Sequence[Chunks]) -> Callable[[bytes], bool]:
    """Whether an unfinished answer's last row has been written too often."""

    columns = doctype.items.fields if doctype.items else ()
    tail = _NEAR + sum(len(json.dumps(spec.name)) + len(": null, ") for spec in columns)

    def looping(answer: bytes) -> bool:
        if doctype.items is None or b"}, " not in answer[-tail:]:
            return False
        parsed = parse(answer.decode("utf-8", "ignore"), doctype).rows
        rows = [said for row in parsed if (said := _texts(row))]  # the last has perhaps but begun
        if not rows:
            return False
        written = rows.count(rows[-1])
        return written > 1 and written > _standing(rows[-1], pages)

    return looping


def _texts(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(said for cell in row if (said := cell.words or cell.text))


def _standing(texts: Sequence[str], pages: Sequence[Chunks]) -> int:
    """How often the rarest of them stands there."""
    return min(sum(len(find(text, page)) for page in pages) for text in texts)
