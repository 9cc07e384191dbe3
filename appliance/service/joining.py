"""The e-invoice and the PDF of one invoice, dropped as two files, become one document.

Looked for when either is about to be asked about. The PDF goes on for both, unless the e-invoice
was delivered or approved before it came. What was delivered before is then asked about anew, with
the values of the one and the pages of the other; but not what a clerk approved, whose word stands,
nor evidence, which stays what she is asked about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.domain.doctype import DocType
from appliance.domain.document import Document, page_text
from appliance.domain.einvoice import NUMBER
from appliance.domain.errors import Unfinished
from appliance.domain.results import Job
from appliance.extraction.einvoice_answer import names_terms
from appliance.extraction.einvoice_pair import PageCandidate, page_of
from appliance.records.joined import JoinedFiles
from appliance.records.store import Store


@dataclass(frozen=True, slots=True)
class _Pair:
    einvoice: Job
    page: Job


class GivesWay(Unfinished):
    """To a file that is read first."""

    again_after = 0.5


class InHand(Unfinished):
    """A clerk has it."""

    again_after = 30.0


class Joining:
    def __init__(self, store: Store, *, clock: Callable[[], float]) -> None:
        self._store = store
        self._files = JoinedFiles(store)
        self._clock = clock

    def join(self, job: Job, document: Document, doctype: DocType) -> Job | None:
        """The job that goes on for ``job`` and the file that belongs to it, perhaps ``job`` itself;
        None where it stands alone.

        Raises GivesWay while that file is not read yet, and InHand while a clerk has it.
        """
        if not names_terms(doctype) or len(self._store.files(job.docid)) > 1:
            return None
        pair = self._pair(job, document, doctype)
        if pair is None:
            return None
        goes_on, file = pair.page, pair.einvoice
        if self._files.is_settled(file) and not self._files.is_settled(goes_on):
            goes_on, file = file, goes_on
        stands = goes_on != job and (self._files.stands(goes_on) or self._says_it(goes_on))
        if not self._files.join(
            goes_on,
            file,
            has_pages=file == pair.page and not stands,
            anew=goes_on != job and not stands,
            now=self._clock(),
        ):
            raise InHand("belongs to a document that a clerk has in hand")
        return goes_on

    def joined(self, job: Job) -> Job | None:
        """The file that belongs to it."""
        return self._files.joined(job)

    def _says_it(self, page: Job) -> bool:
        """It carries the e-invoice itself."""
        document = self._store.file(page.docid)
        return bool(document and document.einvoice and document.einvoice.embedded)

    def _pair(self, job: Job, document: Document, doctype: DocType) -> _Pair | None:
        said = document.einvoice
        alone = said is not None and not said.embedded
        beside = self._files.unread_beside(job, suffix="" if alone else ".xml", now=self._clock())
        if beside:
            raise GivesWay(f"waits for {beside}, which came with it")
        if alone:
            page = self._page(job, document, doctype)
            return _Pair(job, page) if page else None
        text = "\n".join(map(page_text, document.pages))
        for einvoice in self._files.einvoices_near(job, text):
            other = self._store.document(einvoice.docid)
            page = self._page(einvoice, other, doctype) if other else None
            if page and page.docid == job.docid:
                return _Pair(einvoice, job)
        return None

    def _page(self, einvoice: Job, document: Document, doctype: DocType) -> Job | None:
        said = document.einvoice
        numbers = said.says(NUMBER) if said else ()
        if said is None or not numbers:
            return None
        near = self._files.pages_near(einvoice, numbers[0])
        candidates: list[PageCandidate] = []
        for one in near:
            if found := self._store.document(one.job.docid):
                candidates.append(PageCandidate(found, one.same_mail, one.same_name))
        docid = page_of(said, candidates, doctype)
        return next((one.job for one in near if one.job.docid == docid), None)
