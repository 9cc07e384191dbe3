"""In idle time the model that serves is asked about evidence that has no answer of what serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_day import DOCTYPE, VERSIONS
from made_up_evidence import Sampled, said

from appliance.domain.errors import (
    DocumentError,
    HomeError,
    Leaving,
    ModelError,
    TimeoutExceeded,
    WorkerError,
)
from appliance.domain.prediction import AnswerVersions
from appliance.evaluation.answers import ANSWERS
from appliance.promise.evidence_answers import BackfillProgress, EvidenceAnswers, progress
from appliance.records.labels import Labels
from appliance.service.backfill import BETWEEN, Backfill

LATER = AnswerVersions(VERSIONS.reading, "2")
READ_LATER = AnswerVersions("2", "2")


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Sampled]:
    with closing(Sampled(tmp_path)) as day:
        yield day


def upgraded(day: Sampled, versions: AnswerVersions = LATER) -> Sampled:
    """As after a start of a later version."""
    day.close()
    later = Sampled(day.folder, versions=versions)
    later.now = day.now
    return later


def answered(day: Sampled, docids: list[str]) -> list[bool]:
    """Where a calibration looks."""
    answers = EvidenceAnswers("m1", day.models, day.store, day.versions)
    documents = [day.store.document(docid, reading=day.versions.reading) for docid in docids]
    return [bool(document and answers.of(document, DOCTYPE)) for document in documents]


def test_what_was_answered_by_day_is_not_asked_again(day: Sampled) -> None:
    docids = day.keyed(1, 2, 3)
    assert day.asks.asked == docids
    assert day.idle() == 0 and day.told == []
    assert day.asks.asked == docids and answered(day, docids) == [True] * 3


def test_after_an_upgrade_all_evidence_is_asked_once(day: Sampled) -> None:
    docids = day.keyed(1, 2, 3)
    with closing(upgraded(day)) as later:
        later.receipt(4)
        later.work()  # nobody keyed it: it is no evidence yet
        later.asks.asked.clear()
        assert answered(later, docids) == [False] * 3
        assert later.idle() == 3
        assert later.asks.asked == docids and answered(later, docids) == [True] * 3
        later.backfill = later.new_backfill()
        assert later.idle() == 0


def test_an_answer_is_kept_at_once_so_that_the_next_start_goes_on(day: Sampled) -> None:
    docids = day.keyed(1, 2, 3)
    with closing(upgraded(day)) as later:
        assert later.idle(most=2) == 2
        later.backfill = later.new_backfill()
        assert later.idle() == 1
        assert later.asks.asked == docids


def test_what_a_cut_one_brought_is_told_at_the_end_of_the_next(day: Sampled) -> None:
    _, bad = day.keyed(1, 2)
    with closing(upgraded(day)) as later:
        later.asks.faults[bad] = WorkerError("died")
        later.idle(most=1)
        assert progress(later.models / "m1").ended_at == 0.0
        later.backfill = later.new_backfill()
        later.idle()
        ended_at, later.now = later.now, later.now + 60
        assert progress(later.models / "m1").ended_at == ended_at
        later.backfill = later.new_backfill()
        assert later.idle() == 1, "what is skipped is tried at each start"
        assert progress(later.models / "m1").ended_at == ended_at


def test_it_says_how_far_it_is_and_when_it_begins_and_ends(day: Sampled) -> None:
    day.keyed(1, 2, 3)
    with closing(upgraded(day)) as later:
        later.idle(most=2)
        now = progress(later.models / "m1")
        assert (now.answered, now.documents, now.goes_on, now.versions) == (2, 3, True, LATER)
        later.idle()
        end = progress(later.models / "m1")
        assert end == BackfillProgress(LATER, 3, 3, ended_at=later.now)
        assert later.told == [BackfillProgress(LATER, 3, 0), end] and not end.goes_on


def test_what_another_version_read_is_read_anew_beside_what_its_clerks_spoke_of(
    day: Sampled,
) -> None:
    (docid,) = day.keyed(1)
    before = day.store.document(docid)
    (old,) = Labels(day.store).evidence(reading=VERSIONS.reading)
    with closing(upgraded(day, READ_LATER)) as later:
        assert list(Labels(later.store).evidence(reading="2")) == []
        assert later.idle() == 1 and later.reads.read_docids == [docid]
        (new,) = Labels(later.store).evidence(reading="2")
        assert [one.text for one in new.labels] == [one.text for one in old.labels]
        assert later.store.document(docid) == before and answered(later, [docid]) == [True]
        assert later.idle() == 0


@pytest.mark.parametrize("fault", [DocumentError("It is damaged."), WorkerError("died")])
def test_what_cannot_be_read_any_more_is_skipped_with_a_note(
    day: Sampled, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    day.keyed(1, 2)
    with closing(upgraded(day, READ_LATER)) as later:
        later.reads.error = fault
        assert later.idle() == 2 and later.idle() == 0
        end = progress(later.models / "m1")
        assert (end.answered, end.skipped, end.goes_on) == (0, 2, False)
        assert end.ended_at == 0.0, "there is nothing new to calibrate with"
        assert len(caplog.records) == 2
        later.now += BETWEEN + 1
        assert later.idle() == 0, "not again before the next start"
        later.reads.error = None
        later.backfill = later.new_backfill()
        assert later.idle() == 2


def test_an_original_that_is_gone_ends_nothing(
    day: Sampled, caplog: pytest.LogCaptureFixture
) -> None:
    gone, there = day.keyed(1, 2)
    with closing(upgraded(day, READ_LATER)) as later:
        later.archive.path(gone).unlink()
        later.idle()
        assert answered(later, [gone, there]) == [False, True]
        assert gone[:8] in caplog.text and "gone" in caplog.text


def test_an_original_that_stayed_at_its_site_is_skipped_where_the_archive_is_empty_too(
    day: Sampled,
) -> None:
    (docid,) = day.keyed(1)
    with closing(upgraded(day, READ_LATER)) as later:
        later.store.database.execute("delete from arrivals")
        later.archive.path(docid).unlink()
        later.archive.path(docid).parent.rmdir()
        assert later.idle() == 1
        assert progress(later.models / "m1").skipped == 1


@pytest.mark.parametrize("fault", [WorkerError("died"), TimeoutExceeded("took over 900 s")])
def test_a_document_on_which_the_model_fails_ends_nothing(day: Sampled, fault: Exception) -> None:
    bad, good = day.keyed(1, 2)
    with closing(upgraded(day)) as later:
        later.asks.faults[bad] = fault
        later.idle()
        assert answered(later, [bad, good]) == [False, True]
        assert progress(later.models / "m1").skipped == 1


@pytest.mark.parametrize("fault", [ModelError("no model answers"), HomeError("no room")])
def test_what_is_the_appliances_own_fault_is_tried_again_after_a_while(
    day: Sampled, fault: Exception
) -> None:
    docids = day.keyed(1)
    with closing(upgraded(day)) as later:
        later.asks.error = fault
        with pytest.raises(type(fault)):
            later.backfill.step()
        assert later.idle() == 0
        later.asks.error, later.now = None, later.now + BETWEEN + 1
        assert later.idle() == 1 and answered(later, docids) == [True]


def test_whoever_leaves_loses_nothing_but_the_document_in_hand(day: Sampled) -> None:
    docids = day.keyed(1, 2)
    with closing(upgraded(day)) as later:
        later.idle(most=1)
        later.asks.error = Leaving("the extractor was stopped before it was done")
        with pytest.raises(Leaving):
            later.backfill.step()
        assert answered(later, docids) == [True, False]


def test_a_long_document_takes_its_turns(day: Sampled) -> None:
    docids = day.keyed(1)
    with closing(upgraded(day)) as later:
        later.asks.turns = 2
        assert later.idle() == 3 and answered(later, docids) == [True]


def test_another_model_is_asked_about_what_it_has_not_answered(day: Sampled) -> None:
    docids = day.keyed(1, 2, 3)
    (day.models / "m2").mkdir()
    day.asks.name = "m2"
    day.now += BETWEEN + 1
    assert day.idle(most=1) == 1
    day.asks.name = "m1"  # promoted, and taken back in the middle
    assert day.idle() == 0
    day.asks.name = "m2"
    day.now += BETWEEN + 1
    assert day.idle() == 2
    assert (day.models / "m2" / ANSWERS).exists() and not (day.models / "m1" / ANSWERS).exists()
    assert day.asks.asked == [*docids, *docids]


def test_nothing_is_kept_of_another_model_than_was_meant(day: Sampled) -> None:
    day.keyed(1)
    (day.models / "m2").mkdir()

    class Swaps(type(day.asks)):  # type: ignore[misc]
        def extract(self, document, doctype):  # type: ignore[no-untyped-def]
            self.name = "m2"  # the other died, and this one took over
            return said(document, "m2")

    with closing(upgraded(day)) as later:
        later.asks = Swaps()
        later.backfill = later.new_backfill()
        assert later.idle() == 2
        assert not (later.models / "m1" / ANSWERS).exists()
        assert (later.models / "m2" / ANSWERS).exists()


def test_without_a_model_nothing_is_asked(day: Sampled) -> None:
    day.keyed(1)
    with closing(upgraded(day)) as later:
        later.asks.name = ""
        assert later.idle() == 0 and later.told == []


def test_what_was_answered_by_day_proves_nothing_of_what_the_type_asks_since(day: Sampled) -> None:
    docids = day.keyed(1, 2)
    (document, _) = [day.store.document(docid) for docid in docids]
    assert document
    edited = replace(DOCTYPE, fields=DOCTYPE.fields[::-1])
    answers = EvidenceAnswers("m1", day.models, day.store, VERSIONS)
    assert answers.of(document, DOCTYPE) and not answers.of(document, edited)


def test_of_a_type_that_is_gone_nothing_is_asked_and_of_a_changed_one_all(day: Sampled) -> None:
    docids = day.keyed(1, 2)
    kinds = {DOCTYPE.name: DOCTYPE}

    def backfill() -> Backfill:
        return Backfill(
            later.store,
            later.archive,
            later.models,
            reader=later.reads,
            model=later.asks,
            doctypes=lambda: dict(kinds),
            versions=LATER,
            clock=lambda: later.now,
        )

    with closing(upgraded(day)) as later:
        later.backfill = backfill()
        kinds.clear()
        assert later.idle() == 0
        kinds[DOCTYPE.name] = DOCTYPE
        later.now += BETWEEN + 1
        assert later.idle() == 2
        kinds[DOCTYPE.name] = replace(DOCTYPE, title="Slip", fields=DOCTYPE.fields[::-1])
        later.now += BETWEEN + 1
        assert later.idle() == 2
        assert later.asks.asked == [*docids, *docids]


def test_a_note_of_what_somebody_else_ended_is_brought_up_to_date(day: Sampled) -> None:
    day.keyed(1, 2)
    with closing(upgraded(day)) as later:
        later.idle(most=1)
        (_, key) = Labels(later.store).evidence_keys()
        document = later.store.document(key[0])
        assert document and progress(later.models / "m1").goes_on
        EvidenceAnswers("m1", later.models, later.store, LATER).keep(
            document, DOCTYPE, said(document, "m1"), seconds=1
        )
        later.backfill = later.new_backfill()
        assert later.idle() == 0
        assert progress(later.models / "m1") == BackfillProgress(LATER, 2, 2, ended_at=later.now)


def test_a_note_that_is_damaged_is_made_again(day: Sampled) -> None:
    day.keyed(1)
    with closing(upgraded(day)) as later:
        (later.models / "m1" / "backfill.json").write_text("{")
        assert later.idle() == 1
        assert progress(later.models / "m1").answered == 1
