"""What was read of the files, and which document a file belongs to.

Most documents are one file. The e-invoice and the PDF of one invoice may be two: one of them is the
document, with the pages of the PDF and the values of the e-invoice, and the other is joined to it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

from pydantic import ValidationError
from pydantic_core import from_json

from appliance.domain.document import Document, telling_words
from appliance.domain.einvoice import NUMBER
from appliance.domain.json_form import JsonForm
from appliance.domain.results import Job, JobState
from appliance.records.jobs import Jobs

_document = JsonForm(Document)


class Documents(Jobs):
    """Jobs with what was read of them."""

    def keep_reading(self, document: Document, *, reading: str, seconds: float) -> None:
        """``reading`` is the version of the reading that made it."""
        self._keep_reading("documents", document, reading, seconds)

    def keep_rereading(self, document: Document, *, reading: str, seconds: float) -> None:
        """Beside the reading of which its answers and its clerks speak, which stays."""
        self._keep_reading("rereadings", document, reading, seconds)

    def _keep_reading(self, table: str, document: Document, reading: str, seconds: float) -> None:
        numbers = _numbers(document)
        with self.database.writing():
            self.database.execute(
                f"""
                insert into {table} (docid, reading, document, seconds) values (?, ?, ?, ?)
                on conflict (docid) do update set
                    reading = excluded.reading,
                    document = excluded.document,
                    seconds = excluded.seconds
                """,
                [document.docid, reading, _document.dump_json(document).decode(), seconds],
            )
            self.database.execute("delete from telling_words where docid = ?", [document.docid])
            for number in numbers:
                self.database.execute(
                    "insert or replace into einvoices (docid, number) values (?, ?)",
                    [document.docid, number],
                )

    def keep_document(self, job: Job, document: Document, *, reading: str, seconds: float) -> None:
        """Keeps the reading and moves its job on."""
        with self.database.writing():
            self.keep_reading(document, reading=reading, seconds=seconds)
            self._move(job, JobState.READ)

    def is_read(self, docid: str, *, reading: str) -> bool:
        """By this version of the reading, so that its answers speak of that."""
        rows = self.database.rows(
            "select 1 from documents where docid = ? and reading = ?", [docid, reading]
        )
        return bool(rows)

    def document(self, docid: str, *, reading: str | None = None) -> Document | None:
        """As its answers and its clerks speak of it, or as this version of the ``reading`` reads
        it. None when it was not read so, also when the row is damaged: it can be read again."""
        pages, *others = self.files(docid)
        document = self.file(pages, reading=reading)
        if document is None or not others:
            return document
        return joined(docid, document, self.file(others[0]))

    def files(self, docid: str) -> tuple[str, ...]:
        """Docids of the files that make the document, one or two; its pages are the first's."""
        rows = self.database.rows("select file, has_pages from joined where docid = ?", [docid])
        for row in rows:
            return (row["file"], docid) if row["has_pages"] else (docid, row["file"])
        return (docid,)

    def file(self, docid: str, *, reading: str | None = None) -> Document | None:
        """What stands in this file alone; None as in ``document``."""
        rows = self.database.rows(
            """
            select document from documents
             where docid = :docid and (:reading is null or reading = :reading)
            union all
            select document from rereadings where docid = :docid and reading = :reading
            """,
            {"docid": docid, "reading": reading},
        )
        for row in rows:
            with suppress(ValidationError):
                return _document.validate_json(row["document"])
        return None

    def telling_words(self, file: str) -> tuple[str, ...]:
        """What tells this file from others; kept, for to read a page for it takes a hundred times
        as long. Empty if the file was not read, or if its row is damaged."""
        for row in self.database.rows("select words from telling_words where docid = ?", [file]):
            return tuple(json.loads(row["words"]))
        words = telling_words(self._words(file))
        self.database.execute(
            "insert or replace into telling_words (docid, words) values (?, ?)",
            [file, json.dumps(words)],
        )
        return words

    def _words(self, file: str) -> list[str]:
        for row in self.database.rows("select document from documents where docid = ?", [file]):
            with suppress(ValueError, KeyError, TypeError):
                pages = from_json(row["document"])["pages"]
                return [word["text"] for page in pages for word in page["words"]]
        return []


def _numbers(document: Document) -> tuple[str, ...]:
    """Of an e-invoice that is a file of its own."""
    said = document.einvoice
    return () if said is None or said.embedded else said.says(NUMBER)[:1]


def joined(docid: str, pages: Document, beside: Document | None = None) -> Document:
    """One document of two files; of two e-invoices that of the PDF itself."""
    said = beside.einvoice if beside else None
    einvoice = pages.einvoice or (replace(said, embedded=True) if said else None)
    return replace(pages, docid=docid, einvoice=einvoice)
