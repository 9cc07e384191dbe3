"""A model that is lost writes the same row for ever: this notices.

Pure. A row may be written as often as its values stand in the window, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.domain.doctype import DocType
from appliance.extraction.cells import Cell, parse
from appliance.extraction.chunks import Chunks, find


def loops(doctype: DocType, pages: Sequence[Chunks]) -> Callable[[bytes], bool]:
    """Whether an unfinished answer's last row has been written too often."""

    def looping(answer: bytes) -> bool:
        if doctype.items is None or b"}, " not in answer[-80:]:
            return False
        rows = [_texts(row) for row in parse(answer.decode("utf-8", "ignore"), doctype).rows]
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
