from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.corrections import Correction, CorrectionKind, Review
from appliance.domain.document import BBox, Document, Page, Span, Word
from appliance.domain.labels import Label, Labelled
from appliance.domain.prediction import (
    AnswerVersions,
    Basis,
    Field,
    FieldJudgement,
    Judgement,
    Prediction,
)
from appliance.domain.results import Job, JobState
from appliance.domain.sections import NOTHING, PARTS, WHOLE, EvidenceNeed, Section, section_of
from appliance.records.evidence import RETIRES_AFTER, EvidenceDraws, SamplingPlan
from appliance.records.labels import Labels
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import Reviews
from appliance.records.store import Store

EVERY, NONE = SamplingPlan(first=1, then=1), SamplingPlan(first=0, then=0)
PLACE = (Span(0, 1, 2),)
TOTAL = Correction("total", None, "9.00", "8.00", CorrectionKind.CHANGED, True, PLACE, "8.00")
VERSIONS = AnswerVersions("1", "1")
JUDGEMENT = Judgement((), (), party="shop")
WHY = Blocker("unsure", "why")


def cell(
    row: int, name: str, after: str | None, kind: CorrectionKind, *, seen: bool = True
) -> Correction:
    return Correction(
        name, row, "x" if kind is not CorrectionKind.ADDED else None, after, kind, seen
    )


class Books:
    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        self.labels = Labels(self.store)
        self.reviews = Reviews(self.store)
        self.queue = ClerkQueue(self.store)

    def arrive(
        self,
        letter: str = "a",
        *,
        plan: SamplingPlan = NONE,
        enough: frozenset[Section] = NOTHING,
    ) -> Job:
        """Read and answered."""
        docid = letter * 64
        self.store.record(docid, "receipt", f"{letter}.pdf", now=ord(letter))
        job = self.store.claim(JobState.ARRIVED, now=200, lease=60)
        assert job
        EvidenceDraws(self.store, plan).draw(job, need=EvidenceNeed(enough), now=200)
        self.store.keep_document(job, document(docid), reading="1", seconds=1)
        job = replace(job, state=JobState.READ)
        answer = Prediction(docid, "receipt", "m1", (Field("total", "9.00"),))
        kept = {"versions": VERSIONS, "twin": "t", "seconds": 1, "now": 5}
        self.store.keep_answer(job, answer, JUDGEMENT, **kept)
        return job

    def approve(
        self,
        letter: str = "a",
        *corrections: Correction,
        blind: bool = False,
        now: float = 1000.0,
        plan: SamplingPlan = NONE,
        enough: frozenset[Section] = NOTHING,
        judgement: Judgement = JUDGEMENT,
    ) -> Job:
        job = self.arrive(letter, plan=plan, enough=enough)
        review = Review("m1", corrections or (TOTAL,), judgement, 9.0, blind=blind)
        self.reviews.note(job, "one", "Ann", review, now=now)
        return job

    def training(self) -> list[str]:
        return [one.document.docid[0] for one in self.labels.training()]

    def evidence(self) -> list[str]:
        return [one.document.docid[0] for one in self.labels.evidence(reading="1")]

    def only(self) -> Labelled:
        (found,) = self.labels.training()
        return found

    def as_before(self, letter: str) -> None:
        """It was drawn when whole tables were keyed."""
        self.store.database.execute("drop trigger evidence_keep_update")
        self.store.database.execute(
            "update evidence set sections = 'header table' where docid = ?", [letter * 64]
        )

    def decide(self, times: int, *letters: str) -> None:
        for number in range(times):
            documents = [(letter * 64, "receipt") for letter in letters]
            self.labels.decided("m1", f"m{number}", "stays", "no gain", documents, now=number)


def document(docid: str) -> Document:
    words = [Word(text, BBox(0, 0, 1, 1), line=0) for text in ("Total", "8.00")]
    return Document(docid, (Page(595, 842, tuple(words), "text"),))


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    books = Books(tmp_path / "appliance.db")
    yield books
    books.store.close()


def test_what_she_changed_and_what_she_confirmed_are_labels(books: Books) -> None:
    name = Correction("name", None, "ACME", "ACME", CorrectionKind.CONFIRMED, True)
    books.approve("a", name, TOTAL, now=1000)
    assert books.only() == Labelled(
        document("a" * 64),
        "receipt",
        (Label("name", "ACME"), Label("total", "8.00", spans=PLACE, value="8.00")),
        table=False,
        party="shop",
        twin="t",
        arrived_at=ord("a"),
        labelled_at=1000,
    )


@pytest.mark.parametrize(
    "one",
    [
        Correction("total", None, "9.00", None, CorrectionKind.REMOVED, True),
        Correction("total", None, None, None, CorrectionKind.CONFIRMED, True),
    ],
)
def test_what_is_not_on_the_document_is_a_label_too(books: Books, one: Correction) -> None:
    books.approve("a", one)
    assert books.only().labels == (Label("total", None),)


def test_what_she_did_not_see_or_nobody_can_read_is_no_label(books: Books) -> None:
    unseen = replace(TOTAL, kind=CorrectionKind.CONFIRMED, after="9.00", seen=False)
    books.approve("a", unseen, Correction("name", None, "A", None, CorrectionKind.ILLEGIBLE, True))
    assert books.only().labels == ()


def test_rows_are_counted_from_the_top_and_removed_ones_are_gone(books: Books) -> None:
    books.approve(
        "a",
        cell(2, "article", "nut", CorrectionKind.CONFIRMED),
        cell(2, "price", None, CorrectionKind.REMOVED),
        cell(0, "article", "bolt", CorrectionKind.CHANGED),
        cell(5, "article", "tax", CorrectionKind.ADDED),
        cell(1, "article", None, CorrectionKind.REMOVED),
    )
    found = books.only()
    assert found.labels == (
        Label("article", "nut", 0),
        Label("price", None, 0),
        Label("article", "bolt", 1),
        Label("article", "tax", 2),
    )
    assert found.table


def test_a_row_that_nobody_can_read_keeps_its_place(books: Books) -> None:
    illegible = cell(0, "article", None, CorrectionKind.ILLEGIBLE)
    books.approve("a", illegible, cell(1, "article", "nut", CorrectionKind.CONFIRMED))
    assert books.only().labels == (Label("article", "nut", 1),)


def test_a_table_of_which_a_cell_was_not_seen_is_not_whole(books: Books) -> None:
    unseen = cell(1, "article", "nut", CorrectionKind.CONFIRMED, seen=False)
    books.approve("a", cell(0, "article", "bolt", CorrectionKind.CONFIRMED), unseen)
    found = books.only()
    assert (found.table, found.labels) == (False, (Label("article", "bolt", 0),))


def test_who_keyed_blind_said_that_there_is_no_row(books: Books) -> None:
    books.approve("a", blind=True, plan=EVERY)
    (found,) = books.labels.evidence(reading="1")
    assert (found.table, found.counted) == (False, 0)
    books.as_before("a")
    (found,) = books.labels.evidence(reading="1")
    assert (found.table, found.counted) == (True, None)


ROW = [cell(1, "article", text, CorrectionKind.CONFIRMED) for text in ("nut", "")]


@pytest.mark.parametrize(
    ("drawn", "label", "counted", "invented"),
    [
        (replace(ROW[0], keyed="nut"), [("article", "nut", 1)], 2, False),
        (replace(ROW[0], keyed=""), [("article", "nut", 1)], 2, False),
        (replace(ROW[0], after=None, keyed="", kind=CorrectionKind.REMOVED), [], 1, False),
        (ROW[0], [], 2, False),
    ],
)
def test_of_a_row_that_was_drawn_evidence_says_what_it_is_and_how_many_there_are(
    books: Books,
    drawn: Correction,
    label: list[tuple[str, str, int]],
    counted: int,
    invented: bool,
) -> None:
    """Of the others, which were shown, nothing."""
    bolt = cell(0, "article", "bolt", CorrectionKind.CHANGED)
    books.approve("a", TOTAL, bolt, drawn, blind=True, plan=EVERY)
    (found,) = books.labels.evidence(reading="1")
    rows = [one for one in found.labels if one.line_item_id is not None]
    assert [(one.fieldtype, one.text, one.line_item_id) for one in rows] == label
    assert (found.table, found.counted, found.invented) == (False, counted, invented)


def test_a_row_that_is_none_is_told_from_one_too_many(books: Books) -> None:
    gone = replace(ROW[0], after=None, keyed="", kind=CorrectionKind.REMOVED)
    missing = cell(2, "article", "screw", CorrectionKind.ADDED)
    books.approve("a", TOTAL, gone, missing, blind=True, plan=EVERY)
    (found,) = books.labels.evidence(reading="1")
    assert (found.counted, found.invented) == (1, True)


def test_the_last_approval_counts(books: Books) -> None:
    job = books.approve("a", now=1000)
    later = Review("m1", (replace(TOTAL, after="7.00"),), JUDGEMENT, 9.0)
    books.reviews.note(job, "one", "Bob", later, now=2000)
    assert [label.text for label in books.only().labels] == ["7.00"]
    assert books.only().labelled_at == 2000


def test_what_was_accepted_is_a_label_for_those_who_ask_for_it(books: Books) -> None:
    unseen = replace(TOTAL, before="8.00", kind=CorrectionKind.CONFIRMED, seen=False)
    bases = {
        "accepted": Basis.PROBABILITY,
        "computed": Basis.CHECK,
        "remembered": Basis.SENDER,
        "structured": Basis.EINVOICE,
        "unpromised": Basis.UNPROMISED,
    }
    said = [FieldJudgement(Field(name, "8.00"), None, 0.9, how) for name, how in bases.items()]
    told = [replace(unseen, fieldtype=name) for name in bases]
    books.approve("a", *told, judgement=Judgement(tuple(said), ()))
    assert books.only().labels == ()
    (found,) = books.labels.training(accepted=True)
    assert [one.fieldtype for one in found.labels] == [
        *("accepted", "computed", "remembered", "structured")
    ]


def test_that_a_field_is_not_there_is_a_label_where_it_was_accepted(books: Books) -> None:
    """Not where nobody asked for it, where it is missing, and in a row."""
    accepted = FieldJudgement(Field("accepted", None), None, 0.9, Basis.ABSENT)
    missing = Blocker(BlockerCode.MISSING_REQUIRED, "missing is missing", "missing")
    said = [
        accepted,
        replace(accepted, field=Field("unasked", None), score=None),
        replace(accepted, field=Field("missing", None), blockers=(missing,)),
        replace(accepted, field=Field("unsure", None), how=Basis.UNSUPPORTED),
        replace(accepted, field=Field("price", None, line_item_id=0)),
    ]
    unseen = replace(TOTAL, before=None, after=None, kind=CorrectionKind.CONFIRMED, seen=False)
    places = [(one.fieldtype, one.line_item_id) for one in said]
    told = [replace(unseen, fieldtype=name, line_item_id=row) for name, row in places]
    article = cell(0, "article", "bolt", CorrectionKind.CONFIRMED)
    books.approve("a", *told, article, judgement=Judgement(tuple(said), ()))
    (found,) = books.labels.training(accepted=True)
    labels = [(one.fieldtype, one.text) for one in found.labels]
    assert labels == [("accepted", None), ("article", "bolt")]


def test_a_table_of_accepted_and_seen_cells_is_whole_for_those_who_ask_for_it(
    books: Books,
) -> None:
    article = cell(0, "article", "bolt", CorrectionKind.CONFIRMED)
    price = cell(0, "price", "2.00", CorrectionKind.CONFIRMED, seen=False)
    fields = (
        FieldJudgement(Field("article", "bolt", line_item_id=0), None, 0.5, Basis.CLERK),
        FieldJudgement(
            Field("price", "2.00", line_item_id=0), None, 0.5, Basis.UNSUPPORTED, proven=True
        ),
    )
    books.approve("a", article, price, judgement=Judgement(fields, ()))
    assert not books.only().table
    (found,) = books.labels.training(accepted=True)
    assert found.table and [one.text for one in found.labels] == ["bolt", "2.00"]


def test_what_she_rejected_afterwards_is_no_label(books: Books) -> None:
    job = books.approve("a", now=1000)
    books.store.hold(job, WHY)
    (held,) = books.store.jobs(JobState.HELD)
    assert books.queue.lend(held, "one", now=1500, lease=60)
    books.reviews.reject(held, "one", "Ann", "two documents in one", now=1510)
    assert books.training() == []


def test_evidence_is_never_learned_from(books: Books) -> None:
    books.approve("b", blind=True, plan=EVERY, now=2000)
    books.approve("a", now=1000)
    books.approve("c", blind=True, plan=EVERY, now=1500)
    assert (books.training(), books.evidence()) == (["a"], ["c", "b"])


def test_evidence_that_was_not_keyed_blind_is_neither(books: Books) -> None:
    books.approve("a", blind=False, plan=EVERY)
    assert (books.training(), books.evidence()) == ([], [])


ALONE = SamplingPlan(first=1, then=0)
"""Each section is drawn of which there is not enough."""


@pytest.mark.parametrize("section", PARTS)
def test_of_what_was_shown_to_her_evidence_says_nothing(books: Books, section: Section) -> None:
    article = replace(cell(0, "article", "bolt", CorrectionKind.CONFIRMED), keyed="bolt")
    said = replace(TOTAL, keyed="8.00"), article
    books.approve("a", *said, blind=True, plan=ALONE, enough=WHOLE - {section})
    (found,) = books.labels.evidence(reading="1")
    assert {section_of(label.line_item_id) for label in found.labels} == {section}
    assert found.counted == (1 if section is Section.TABLE else None)
    books.decide(RETIRES_AFTER, "a")
    assert len(books.only().labels) == len(said), "she vouches for all of it"


@pytest.mark.parametrize(
    ("section", "keyed"), [(Section.HEADER, Section.FIELDS), (Section.TABLE, Section.ROW)]
)
def test_she_keys_the_sections_that_were_drawn(
    books: Books, section: Section, keyed: Section
) -> None:
    """Of a table one row, of a header some fields."""
    books.store.hold(books.arrive("a", plan=ALONE, enough=WHOLE - {section}), WHY)
    assert [one.blind for one in books.queue.waiting(now=1)] == [{keyed}]


def test_that_there_is_no_row_was_said_only_where_rows_were_keyed(books: Books) -> None:
    books.approve("a", blind=True, plan=ALONE, enough=frozenset({Section.TABLE}))
    books.decide(RETIRES_AFTER, "a")
    assert not books.only().table


def test_of_what_was_imported_while_it_waited_all_is_told_and_not_that_it_has_no_rows(
    books: Books,
) -> None:
    job = books.arrive("a", plan=EVERY)
    imported = Review("", (replace(TOTAL, kind=CorrectionKind.ADDED),), JUDGEMENT, 0.0, blind=True)
    books.reviews.note(job, "import", "import", imported, now=1000)
    (one,) = books.labels.evidence(reading="1")
    assert [label.text for label in one.labels] == ["8.00"]
    assert (one.counted, one.table) == (None, False)


def test_evidence_that_served_ten_decisions_is_learned_from(books: Books) -> None:
    for letter in "ab":
        books.approve(letter, blind=True, plan=EVERY)
    books.decide(RETIRES_AFTER - 1, "a", "b")
    assert (books.training(), books.evidence()) == ([], ["a", "b"])
    books.decide(1, "a", "a")
    assert (books.training(), books.evidence()) == (["a"], ["b"])


def test_retired_evidence_is_asked_like_any_document(books: Books) -> None:
    job = books.approve("a", blind=True, plan=EVERY)
    books.store.hold(job, WHY)
    assert [one.evidence for one in books.queue.waiting(now=1)] == [True]
    books.decide(RETIRES_AFTER, "a")
    assert [one.evidence for one in books.queue.waiting(now=1)] == [False]


def test_what_retired_leaves_its_place_in_the_sample_to_another(books: Books) -> None:
    plan = SamplingPlan(first=1, until=1, then=0)
    books.approve("a", blind=True, plan=plan)
    books.approve("b", blind=True, plan=plan)
    assert books.evidence() == ["a"]
    books.decide(RETIRES_AFTER, "a")
    books.approve("c", blind=True, plan=plan)
    assert books.evidence() == ["c"]


def test_there_is_one_opening_only(books: Books) -> None:
    plan = SamplingPlan(first=10**9, until=1, then=0, opening=True)
    books.approve("a", blind=True, plan=plan)
    assert books.evidence() == ["a"]
    books.decide(RETIRES_AFTER, "a")
    books.approve("b", plan=plan)
    assert books.evidence() == []


def test_labels_count_from_a_time_on(books: Books) -> None:
    books.approve("a", now=1000)
    books.approve("b", now=2000)
    books.approve("c", now=3000, blind=True, plan=EVERY)
    found = [books.labels.labelled_since(when, now=4000, most=9) for when in (0, 1000, 2000)]
    assert found == [2, 1, 0]
    assert books.labels.labelled_since(0, now=4000, most=1) == 1
    assert books.labels.labelled_since(0, now=1500, most=9) == 1, "by a clock that was ahead"


def test_a_document_that_is_gone_is_left_out(books: Books) -> None:
    books.approve("a")
    books.store.database.execute("delete from documents")
    assert books.training() == []


def test_a_place_that_is_not_there_any_more_is_no_place(books: Books) -> None:
    books.approve("a", replace(TOTAL, spans=(Span(0, 1, 2), Span(0, 1, 9), Span(3, 0, 1))))
    assert books.only().labels == (Label("total", "8.00", spans=PLACE, value="8.00"),)


def test_a_label_keeps_the_lines_of_a_wrapped_value_or_none_of_them(books: Books) -> None:
    wrapped = replace(TOTAL, spans=(Span(0, 0, 1),), wraps=(Span(0, 1, 2),))
    books.approve("a", wrapped, replace(wrapped, fieldtype="cut", wraps=(Span(0, 1, 9),)))
    whole, cut = books.only().labels
    assert (whole.spans, whole.wraps) == (wrapped.spans, wrapped.wraps)
    assert (cut.text, cut.spans, cut.wraps) == ("8.00", (), ())


def test_decisions_are_only_ever_added_to(books: Books) -> None:
    books.approve("a", blind=True, plan=EVERY)
    books.decide(1, "a")
    for sql in ("update decisions set outcome = 'won'", "delete from decision_evidence"):
        with pytest.raises(sqlite3.IntegrityError, match="added"):
            books.store.database.execute(sql)
