"""The questions of the speed benches: real documents that are asked about at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from appliance.domain.doctype import DocType
from appliance.extraction import asking
from appliance.extraction.engine import Engine
from appliance.extraction.extract import ANSWER, WINDOW
from appliance.extraction.prompt import Prompt, choose_format
from bench.studies import Case, doctype, sides

MODELS = {"sroie": "sroie.200", "ad_orders": "ad_orders.100"}
"""The study whose model answers, by folder."""
CONTEXT = WINDOW + ANSWER + 1024


@dataclass(frozen=True)
class Asked:
    case: Case
    question: Prompt
    shared: int
    """Tokens of the question that all documents share."""
    own: int


def asked(engine: Engine, folder: str) -> Iterator[Asked]:
    """Documents that are asked about at once, in one window."""
    kind, form = doctype(folder), choose_format(engine.knows)
    _, test = sides(folder, by_party=folder != "sroie", lines=False)
    for case in test:
        cut = asking.cut_windows(engine, case.document, limit=WINDOW)
        if len(cut) == 1:
            question = asking.build_request(kind, case.document, cut[0], form=form).question
            shared, own = (
                len(asking.tokenize(engine, part)) for part in (question.shared, question.own)
            )
            yield Asked(case, question, shared, own)


def plain(question: Prompt) -> str:
    """Without the tokens of the chat's format, which the chat itself adds."""
    pieces = (*question.shared, *question.own)
    return "".join(piece.text for piece in pieces if not piece.special)


def schema(kind: DocType) -> dict[str, Any]:
    """The same fields, each a string or null."""
    fields = {spec.name: {"type": ["string", "null"]} for spec in kind.fields}
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }
