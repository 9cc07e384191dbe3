"""The windows of a document that a night may teach, cut as serving cuts them."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.extraction.asking import cut_windows, token_budget
from appliance.extraction.decode import Decoder
from appliance.extraction.prompt import choose_format
from appliance.extraction.row_reader import RowReader
from appliance.extraction.windows import Window, left_out
from appliance.learning.trainer.recipe import ROW

ANSWER = 320
"""Tokens that are kept free for the answer."""


@dataclass(frozen=True, slots=True)
class HeaderWindows:
    windows: tuple[Window, ...]
    whole: bool
    """Every word that serving shows has room in one."""


def header_windows(engine: Decoder, document: Document, doctype: DocType) -> HeaderWindows:
    """Each with room for its answer in a training row.

    Raises DoctypeError when the question leaves no room for a document.
    """
    form = choose_format(engine.knows)
    limit = token_budget(engine, doctype, form=form, answer=ANSWER, context=ROW)
    hidden = RowReader(document, doctype).inner_words
    cut = cut_windows(engine, document, limit=limit, hidden=hidden)
    return HeaderWindows(cut, whole=not left_out(document, cut, hidden=hidden))
