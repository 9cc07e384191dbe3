"""Writes what is known of documents into a folder, with copies of the documents.

The list comes last and at once, so a folder that was cut holds none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.doctype import DocType
from appliance.domain.labels import Labelled
from appliance.evaluation.evaluate import LABELS
from appliance.extraction.decode import Decoder
from appliance.intake import archive
from appliance.intake.archive import Archive
from appliance.learning.exporting.chats import chats
from appliance.learning.exporting.label_line import label_line
from appliance.system import files

DOCUMENTS = "documents"
MESSAGES = "messages.jsonl"


@dataclass(frozen=True, slots=True)
class ExportedLabels:
    """Of one document type."""

    documents: int
    values: int
    """Cells of rows among them."""
    lost: tuple[str, ...]
    """Docids whose originals are gone or damaged: they were left out."""
    at_sites: int
    """Documents that were left out since their originals stayed at sites of this hub."""
    unknown_tables: int
    """Documents whose rows were left out, since nobody looked at the whole table."""


def export_labels(
    folder: Path,
    labelled: Iterable[Labelled],
    doctype: DocType,
    originals: Archive,
    *,
    came_here: Callable[[str], bool],
    suffix: Callable[[str], str],
) -> ExportedLabels:
    """``came_here`` says whether the original of a docid belongs to this home, ``suffix`` what the
    name of its copy ends in. Raises OSError."""
    lost: list[str] = []
    documents = values = unknown = at_sites = 0

    def lines() -> Iterator[bytes]:
        nonlocal documents, values, unknown, at_sites
        for one in labelled:
            docid = one.document.docid
            if not (originals.path(docid).exists() or came_here(docid)):
                at_sites += 1
                continue
            if not originals.intact(docid):
                lost.append(docid)
                continue
            name = f"{DOCUMENTS}/{docid}{suffix(docid)}"
            _copy(originals.path(docid), folder / name)
            documents += 1
            rows = any(label.line_item_id is not None for label in one.labels)
            unknown += rows and not one.table
            values += sum(
                label.text is not None and (label.line_item_id is None or one.table)
                for label in one.labels
            )
            yield _line(label_line(one, doctype, name))

    _write(folder / LABELS, lines())
    return ExportedLabels(documents, values, tuple(lost), at_sites, unknown)


def export_chats(
    folder: Path, labelled: Iterable[Labelled], doctype: DocType, engine: Decoder
) -> int:
    """How many there are. Raises OSError, and DoctypeError when a question leaves no room for a
    document."""
    count = 0

    def lines() -> Iterator[bytes]:
        nonlocal count
        for one in labelled:
            for chat in chats(engine, one, doctype):
                count += 1
                yield _line({"messages": chat.messages})

    _write(folder / MESSAGES, lines())
    return count


def _line(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False) + "\n").encode()


def _copy(original: Path, copy: Path) -> None:
    files.make_folder(copy.parent)
    files.pour(copy, archive.chunks(original))


def _write(path: Path, lines: Iterable[bytes]) -> None:
    partial = path.with_name(path.name + ".partial")
    files.make_folder(path.parent)
    files.pour(partial, lines)
    files.publish(partial, path)
