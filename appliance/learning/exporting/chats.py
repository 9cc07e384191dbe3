"""A labelled document as chats: the questions that serving asks, and what should be answered.

The same renderers ask as in serving and in the nights. A chat masks nothing, so a field of which
nobody knows is not asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.labels import Labelled
from appliance.extraction.asking import build_request
from appliance.extraction.column_question import COLUMNS, column_request
from appliance.extraction.decode import Decoder
from appliance.extraction.prompt import PLAIN, Prompt, answer
from appliance.extraction.taught_tables import taught_tables
from appliance.learning.dataset.header_windows import header_windows
from appliance.learning.dataset.targets import Targets


@dataclass(frozen=True, slots=True)
class Chat:
    question: str
    answer: str

    @property
    def messages(self) -> list[dict[str, str]]:
        return [
            {"role": "user", "content": self.question},
            {"role": "assistant", "content": self.answer},
        ]


def chats(engine: Decoder, labelled: Labelled, doctype: DocType) -> Iterator[Chat]:
    """Windows that show a value, and tables that hold labelled rows.

    Windows are cut as for the nights, by the tokens of ``engine``. Raises DoctypeError when the
    question leaves no room for a document.
    """
    yield from _of_header(engine, labelled, doctype)
    yield from _of_tables(labelled, doctype)


def _of_header(engine: Decoder, labelled: Labelled, doctype: DocType) -> Iterator[Chat]:
    document, targets = labelled.document, Targets(labelled, doctype)
    for window in header_windows(engine, document, doctype).windows:
        target = targets.of(window)
        if target.shown:
            known = replace(doctype, fields=_without(doctype.fields, target.masked))
            asked = build_request(known, document, window, form=PLAIN)
            yield Chat(_text(asked.question), answer(known, target.fields))


def _of_tables(labelled: Labelled, doctype: DocType) -> Iterator[Chat]:
    items, document = doctype.items, labelled.document
    if items is None:
        return
    for one in taught_tables(document, labelled.labels, items, whole=labelled.table).taught:
        # A column too far to the right is not shown.
        far = {name for name, where in one.naming.items() if where.column >= COLUMNS}
        naming = {name: where for name, where in one.naming.items() if name not in far}
        known = replace(items, fields=_without(items.fields, one.masked | far))
        if naming and known.fields:
            asked = column_request(replace(doctype, items=known), document, one.table, form=PLAIN)
            yield Chat(_text(asked.question), asked.answer(naming))


def _without(specs: Iterable[FieldSpec], unknown: Collection[str]) -> tuple[FieldSpec, ...]:
    return tuple(spec for spec in specs if spec.name not in unknown)


def _text(question: Prompt) -> str:
    return "".join(part.text for part in (*question.shared, *question.own))
