"""Takes documents over with the values that are known of them; nothing of it is delivered.

Each file is read, archived and kept with its values in one transaction: cut anywhere, the next
import goes on where this one ended.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal, Protocol

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import DocumentError, WorkerError
from appliance.fields.party import twin_key
from appliance.intake import archive
from appliance.intake.archive import Archive, StillChanging
from appliance.intake.folder import File, named, shown
from appliance.learning.importing.labels_to_review import labels_to_review
from appliance.learning.importing.manifest import ManifestEntry
from appliance.records.imports import Imports
from appliance.records.store import Store


class DocumentReader(Protocol):
    def read(self, path: Path, *, docid: str) -> Document: ...


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one file."""

    file: str
    end: Literal["imported", "evidence", "there", "refused"]
    """Evidence is imported too; there means that its values are known already."""
    reason: str = ""
    """Why it was refused."""
    lost: tuple[str, ...] = ()
    """Of each value that does not stand in the document as read, the field."""
    unlisted: tuple[str, ...] = ()
    """Of each value that is none of those its field may have, the field."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    imported: int
    """Evidence among them."""
    evidence: int
    """Documents drawn as evidence."""
    there: int
    """Documents that had been imported before."""
    refused: int
    """Files that were left out."""
    lost: tuple[tuple[str, int], ...]
    """Fields with their values that do not stand in the document as read: the most first."""
    unlisted: tuple[tuple[str, int], ...]
    """Fields with their values that are none of those the field may have: the most first."""


class Importer:
    def __init__(
        self,
        store: Store,
        archive: Archive,
        imports: Imports,
        reader: DocumentReader,
        *,
        reading: str,
        largest: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``reading`` is the version under which what is read is kept; files of more than
        ``largest`` bytes are refused."""
        self._store = store
        self._archive = archive
        self._imports = imports
        self._reader = reader
        self._reading = reading
        self._largest = largest
        self._clock = clock

    def run(
        self, folder: Path, given: Iterable[ManifestEntry], doctype: DocType
    ) -> Iterator[ImportOutcome]:
        """What becomes of each file; one that is at fault ends nothing. Raises HomeError,
        StoreError, ToolError."""
        for one in given:
            try:
                with named(folder, one.file) as file:
                    outcome = self._take(file, one, doctype)
                yield outcome
            except (DocumentError, WorkerError) as error:
                yield ImportOutcome(shown(PurePath(one.file)), "refused", error.in_words)

    def _take(self, file: File, given: ManifestEntry, doctype: DocType) -> ImportOutcome:
        docid = archive.fingerprint(file, largest=self._largest)
        if self._imports.labelled(docid, doctype.name):
            return ImportOutcome(given.file, "there")
        if not (given.values or given.rows or given.absent):
            raise DocumentError("no value is known of it")
        document = self._read(file.path, docid)
        keyed = labels_to_review(document, doctype, given.values, given.rows, absent=given.absent)
        # Not before it was read: what cannot be would lie in the archive and belong to no row.
        if self._archive.put(file) != docid:
            raise StillChanging("it was written to meanwhile")
        drawn = self._imports.keep(
            document,
            doctype.name,
            keyed.review,
            source=shown(PurePath(given.file)),
            twin=twin_key(doctype, keyed.review.judgement),
            now=self._clock(),
        )
        if drawn is None:
            return ImportOutcome(given.file, "there")
        end: Literal["evidence", "imported"] = "evidence" if drawn else "imported"
        return ImportOutcome(given.file, end, lost=keyed.lost, unlisted=keyed.unlisted)

    def _read(self, path: Path, docid: str) -> Document:
        document = self._imports.document(docid, reading=self._reading)
        if document is None:
            start = time.perf_counter()
            document = self._reader.read(path, docid=docid)
            seconds = time.perf_counter() - start
            self._store.keep_reading(document, reading=self._reading, seconds=seconds)
        return document


def summarise(outcomes: Iterable[ImportOutcome]) -> ImportSummary:
    every = list(outcomes)
    ends = Counter(one.end for one in every)
    return ImportSummary(
        imported=ends["imported"] + ends["evidence"],
        evidence=ends["evidence"],
        there=ends["there"],
        refused=ends["refused"],
        lost=tuple(Counter(name for one in every for name in one.lost).most_common()),
        unlisted=tuple(Counter(name for one in every for name in one.unlisted).most_common()),
    )
