"""Papers that a clerk approves, in a real database, and the directory that learns of it."""

from __future__ import annotations

from typed_pages import document

from appliance.domain.corrections import Review
from appliance.domain.document import Document
from appliance.domain.prediction import Field, FieldJudgement, Judgement
from appliance.domain.results import Job, JobState
from appliance.domain.sender_rulings import SenderRuling
from appliance.domain.senders import SenderCard, SenderEntry, SenderLookup
from appliance.records.proof import Proof
from appliance.records.reviews import Reviews
from appliance.records.sender_list import SenderList
from appliance.records.sender_rulings import SenderRulings
from appliance.records.senders import MOST, SenderRecords
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.senders.history import sender_history
from appliance.senders.identity import SentPage

KIND = "invoice"


class LetterRoom:
    def __init__(self, store: Store, *, most: int = MOST) -> None:
        self.store = store
        self.reviews = Reviews(store)
        self.directory = SenderDirectory(store, most=most)
        self.now = 0.0
        self.jobs: dict[str, Job] = {}

    def read(self, text: str) -> Document:
        paper = document(text, docid=f"{len(self.jobs):064x}")
        source = f"{len(self.jobs)}.pdf"
        self.store.record(paper.docid, KIND, source, now=self.now)
        self.jobs[paper.docid] = Job(paper.docid, KIND, JobState.HELD, source, self.now)
        self.store.keep_reading(paper, reading="1", seconds=0.0)
        return paper

    def approve(self, paper: Document, name: str, code: str | None = None, **values: str) -> None:
        self.now += 1.0
        party = code or "".join(filter(str.isalnum, name.casefold()))
        header = tuple(
            FieldJudgement(Field(field, text), text, None, "clerk")
            for field, text in values.items()
        )
        judgement = Judgement(header, (), party=party, sender=name)
        job = self.jobs[paper.docid]
        self.reviews.note(job, "1", "Ann", Review("", (), judgement, 1.0), now=self.now)

    def who_sent(self, paper: Document) -> str | None:
        return self.directory.who_sent(SentPage(paper)).party

    def of(self, paper: Document) -> str | None:
        self.directory.learn()
        return SenderRecords(self.store).of_document(paper.docid, KIND)

    def rule(self, *rulings: SenderRuling) -> None:
        self.now += 1.0
        SenderRulings(self.store).note(rulings, who="Ann", now=self.now)

    def recalls(self, lookup: SenderLookup) -> list[str]:
        """The documents that count for a new one of which ``lookup`` is known."""
        history = sender_history(Proof(self.store), "", KIND, lookup)
        return [one.document.docid for one in history.earlier]

    def known_now(self, party: str) -> list[str]:
        return self.recalls(SenderLookup(party, self.directory.learn()))

    def cards(self) -> list[SenderCard]:
        self.directory.learn()
        return list(SenderList(self.store).cards())

    def entry(self, party: str) -> SenderEntry:
        self.directory.learn()
        (found,) = [one for one in SenderList(self.store).entries() if one.party == party]
        return found
