"""Everything a station needs of one waiting document, looked up at once; takes nothing in hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from appliance.domain.corrections import QueueEntry
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import DoctypeError, StoreError
from appliance.domain.prediction import AnswerVersions
from appliance.domain.results import Job
from appliance.intake.archive import Archive
from appliance.judgement.policy import AcceptancePolicy
from appliance.promise.policies import party_history
from appliance.records.proof import Proof
from appliance.records.queue import ClerkQueue
from appliance.records.store import Store, StoredAnswer
from appliance.review.draft.draft import Draft, begin


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document as it was when it was looked up."""

    waiting: QueueEntry
    path: Path
    """Of its file in the archive."""
    document: Document | None
    """None when it was not read yet."""
    doctype: DocType | None
    """None when nobody knows its kind, or its kind is broken."""
    answer: StoredAnswer | None
    draft: Draft | None
    """None when there is nothing to review: there is no answer, and it wants a kind."""
    actions: str = ""
    """What was done with it before; empty when nothing was."""


class Loader:
    def __init__(
        self,
        store: Store,
        archive: Archive,
        *,
        doctype: Callable[[str], DocType],
        doctypes: Callable[[], list[str]],
        policy: Callable[[str, str, AnswerVersions], AcceptancePolicy],
    ) -> None:
        """``policy`` says what is promised of a model's answers about a type, on their versions."""
        self._store = store
        self._queue = ClerkQueue(store)
        self._archive = archive
        self._doctype = doctype
        self._doctypes = doctypes
        self._policy = policy
        self._proof = Proof(store)

    def kinds(self) -> list[DocType]:
        """What a document may be; a type that is broken is left out."""
        kinds = [self._kind(name) for name in self._doctypes()]
        return [kind for kind in kinds if kind]

    def load(self, waiting: QueueEntry) -> Loaded:
        """Raises StoreError when what is kept of it is damaged."""
        job = waiting.job
        document, doctype = self._store.document(job.docid), self._kind(job.doctype)
        answer, actions = self._answer(job), self._queue.draft(job)
        if answer and not document:
            raise damaged(job)
        draft = None
        if document and doctype and answer:
            draft = begin(
                document,
                doctype,
                answer.prediction,
                answer.judgement,
                policy=self._policy(answer.prediction.model, job.doctype, answer.versions),
                history=party_history(self._proof, job.doctype, before=job.arrived_at),
                # Done blind, it is only understood so, also once it has left the sample.
                blind=waiting.evidence or bool(actions and self._queue.keyed(job)),
                actions=actions,
            )
        path = self._archive.path(job.docid)
        return Loaded(waiting, path, document, doctype, answer, draft, actions)

    def reviewable(self, job: Job) -> bool:
        """There is an answer, and its kind can be used. Raises StoreError as ``load`` does."""
        answer = self._answer(job)
        if answer and not self._store.document(job.docid):
            raise damaged(job)
        return bool(answer and self._kind(job.doctype))

    def fresh(self, loaded: Loaded) -> bool:
        """Nobody had it in hand, and it was not processed again, since it was looked up."""
        job = loaded.waiting.job
        number = loaded.answer.id if loaded.answer else None
        return self._queue.answer(job) == number and self._queue.draft(job) == loaded.actions

    def _answer(self, job: Job) -> StoredAnswer | None:
        try:
            return self._store.answer(job)
        except ValidationError as error:
            raise damaged(job) from error

    def _kind(self, name: str) -> DocType | None:
        with suppress(DoctypeError):
            return self._doctype(name) if name else None
        return None


def damaged(job: Job) -> StoreError:
    return StoreError(
        "what was read on it is damaged", hint=f"`appliance retry {job.docid[:8]}` reads it again"
    )
