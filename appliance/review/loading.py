"""Everything a station needs of one waiting document, looked up at once; takes nothing in hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from appliance.domain.corrections import QueueEntry
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import DoctypeError, StoreError
from appliance.domain.prediction import AnswerVersions
from appliance.domain.results import Job
from appliance.domain.sections import NOTHING
from appliance.intake.archive import Archive
from appliance.judgement.policy import AcceptancePolicy
from appliance.records.evidence import lot_of
from appliance.records.proof import Proof
from appliance.records.queue import ClerkQueue, KeptDraft
from appliance.records.store import Store, StoredAnswer
from appliance.review.draft.draft import Draft, begin
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import sender_history
from appliance.senders.identity import SentPage


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document as it was when it was looked up."""

    waiting: QueueEntry
    path: Path
    """Of the file with its pages, in the archive."""
    document: Document | None
    """None when it was not read yet."""
    doctype: DocType | None
    """None when nobody knows its kind, or its kind is broken."""
    answer: StoredAnswer | None
    draft: Draft | None
    """None when there is nothing to review: there is no answer, and it wants a kind."""
    kept: KeptDraft = KeptDraft()
    """What was done with it before, and what is known of its sender."""
    page: SentPage | None = None
    """None where nothing that is approved meanwhile changes what is shown."""
    mail: str = ""
    """From which address it came by mail, and which sender has that; empty if it came otherwise."""

    def learns_of(self, other: Loaded, sender: str | None) -> bool:
        """It may be of the sender of ``other``, which is approved as ``sender``'s."""
        if self.page is None:
            return False
        party, approved = self.kept.lookup.party, other.kept.lookup.party
        if party is not None or approved is not None:
            alike = party == approved
        else:
            alike = other.page is not None and not self.page.marks.isdisjoint(other.page.marks)
        return alike or bool(sender and self.page.says(sender))


class Loader:
    def __init__(
        self,
        store: Store,
        archive: Archive,
        *,
        doctype: Callable[[str], DocType],
        doctypes: Callable[[], list[str]],
        policy: Callable[[str, str, AnswerVersions], AcceptancePolicy],
        directory: SenderDirectory | None = None,
    ) -> None:
        """``policy`` says what is promised of a model's answers about a type, on their versions;
        ``directory`` who sent a page, by default what the records tell."""
        self._store = store
        self._queue = ClerkQueue(store)
        self._archive = archive
        self.doctype = doctype
        """Raises DoctypeError."""
        self._doctypes = doctypes
        self._policy = policy
        self._proof = Proof(store)
        self._directory = directory or SenderDirectory(store)

    def kinds(self) -> list[DocType]:
        """What a document may be; a type that is broken is left out."""
        kinds = [self._kind(name) for name in self._doctypes()]
        return [kind for kind in kinds if kind]

    def load(self, waiting: QueueEntry) -> Loaded:
        """Raises StoreError when what is kept of it is damaged."""
        job = waiting.job
        document, doctype = self._store.document(job.docid), self._kind(job.doctype)
        answer, kept = self._answer(job), self._queue.draft(job)
        if answer and not document:
            raise damaged(job)
        draft, page = None, None
        if document and doctype and answer:
            # Done blind, it is only understood so, also once it has left the sample.
            blind = waiting.blind or (self._queue.keyed(job) if kept.actions else NOTHING)
            if not kept.actions and (blind or answer.judgement.accepted):
                # She compares with what was decided: what was known then counts.
                kept = replace(kept, lookup=answer.lookup)
            elif not kept.actions:
                page = SentPage(document)
                kept = replace(kept, lookup=self._directory.who_sent(page))
            draft = begin(
                document,
                doctype,
                answer.prediction,
                answer.judgement,
                policy=self._policy(answer.prediction.model, job.doctype, answer.versions),
                history=sender_history(self._proof, job.docid, job.doctype, kept.lookup),
                blind=blind,
                lot=lot_of(self._store, job.docid),
                actions=kept.actions,
            )
        path = self._archive.path(self._store.files(job.docid)[0])
        mail = self._from_whom(waiting)
        return Loaded(waiting, path, document, doctype, answer, draft, kept, page, mail)

    def _from_whom(self, waiting: QueueEntry) -> str:
        if not waiting.mails:
            return ""
        address = waiting.mails[0].address
        # A blind clerk is told nothing that memory knows.
        known = None if waiting.evidence else self._directory.with_address(address)
        return f"{address} (known from {known})" if known else address or waiting.mails[0].name

    def reviewable(self, job: Job) -> bool:
        """There is an answer, and its kind can be used. Raises StoreError as ``load`` does."""
        answer = self._answer(job)
        if answer and not self._store.document(job.docid):
            raise damaged(job)
        return bool(answer and self._kind(job.doctype))

    def fresh(self, loaded: Loaded) -> bool:
        """Nobody had it in hand or approved it, and it was not processed again, since it was looked
        up."""
        job = loaded.waiting.job
        number = loaded.answer.id if loaded.answer else None
        now, then = self._queue.draft(job), loaded.kept
        same = (now.actions, now.approved_by) == (then.actions, then.approved_by)
        return self._queue.answer(job) == number and same

    def _answer(self, job: Job) -> StoredAnswer | None:
        try:
            return self._store.answer(job)
        except ValidationError as error:
            raise damaged(job) from error

    def _kind(self, name: str) -> DocType | None:
        with suppress(DoctypeError):
            return self.doctype(name) if name else None
        return None


def damaged(job: Job) -> StoreError:
    return StoreError(
        "what was read on it is damaged", hint=f"`appliance retry {job.docid[:8]}` reads it again"
    )
