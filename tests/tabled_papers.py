"""Documents with tables out of plain text: cells stand two spaces apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from appliance.domain.document import BBox, Document, Page, Word

_WORD = 0.035
"""Share of the page's width from one word of a cell to the next."""


def sheet(*pages: str, docid: str = "0" * 64, cell: float = 0.19) -> Document:
    """``cell`` is the share of the page's width from one cell to the next."""
    texts = (tuple(_words(text, cell)) for text in pages)
    return Document(docid, tuple(Page(595, 842, words, "text") for words in texts))


def _words(text: str, width: float) -> Iterator[Word]:
    for line, said in enumerate(text.strip("\n").splitlines()):
        top = 0.05 + 0.016 * line
        for column, cell in enumerate(re.split(r"  +", said)):
            for at, word in enumerate(cell.split()):
                left = 0.05 + width * column + _WORD * at
                box = BBox(left, top, left + _WORD - 0.005, top + 0.01)
                yield Word(word, box, line, gap=1 if at else 2)
