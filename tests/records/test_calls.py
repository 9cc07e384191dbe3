from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.domain.delivery import CallKind
from appliance.domain.results import Job
from appliance.records.calls import Call, Calls, CallState, Destination
from appliance.records.store import Store

DOCID = "a" * 64
HOOK, PROGRAM = (Destination("receipt", kind) for kind in (CallKind.WEBHOOK, CallKind.COMMAND))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "appliance.db")
    yield store
    store.close()


def delivered(store: Store, docid: str = DOCID, *, now: float, kinds: str = "webhook") -> Job:
    """A further revision of it."""
    store.record(docid, "receipt", "a.pdf", now=0)
    (job,) = store.find(docid)
    delivery = store.begin_delivery(job, path="receipt/a.json")
    Calls(store).note(delivery, map(CallKind, kinds.split()), f"{delivery.revision}", now=now)
    return job


def due(store: Store, to: Destination = HOOK, *, now: float) -> Call:
    call = Calls(store).next(to, now=now)
    assert call
    return call


def test_a_call_noted_twice_is_one_and_keeps_its_key(store: Store) -> None:
    job = delivered(store, now=1)
    key = due(store, now=1).key
    (delivery,) = store.deliveries(job)
    Calls(store).note(delivery, [CallKind.WEBHOOK], "again", now=2)
    assert (due(store, now=2).key, due(store, now=2).body) == (key, "1")


def test_a_key_is_of_one_revision_and_one_kind(store: Store) -> None:
    delivered(store, now=1, kinds="webhook command")
    keys = {due(store, to, now=1).key for to in (HOOK, PROGRAM)}
    Calls(store).finish(due(store, now=1), now=1)
    delivered(store, now=2)
    assert len(keys | {due(store, now=2).key}) == 3


def test_destinations_do_not_wait_for_each_other(store: Store) -> None:
    delivered(store, now=1, kinds="webhook command")
    assert Calls(store).due(now=1) == [PROGRAM, HOOK]
    Calls(store).postpone(due(store, now=1), error="down", until=50)
    assert Calls(store).due(now=2) == [PROGRAM]


def test_documents_do_not_wait_for_each_other_but_revisions_do(store: Store) -> None:
    delivered(store, now=1)
    delivered(store, now=2)
    delivered(store, "b" * 64, now=3)
    first = due(store, now=5)
    assert (first.docid, first.revision) == (DOCID, 1)
    Calls(store).postpone(first, error="down", until=50)
    other = due(store, now=5)
    assert (other.docid, other.revision) == ("b" * 64, 1)
    Calls(store).finish(other, now=5)
    assert Calls(store).next(HOOK, now=5) is None
    Calls(store).finish(due(store, now=50), now=50)
    assert due(store, now=50).revision == 2


def test_what_was_postponed_while_the_clock_was_ahead_is_due(store: Store) -> None:
    delivered(store, now=1)
    Calls(store).postpone(due(store, now=1), error="down", until=1e9)
    assert due(store, now=2).attempts == 1


def test_one_that_failed_lets_the_next_revision_go_and_is_replaced_by_it(
    store: Store,
) -> None:
    delivered(store, now=1)
    delivered(store, now=2)
    calls = Calls(store)
    calls.fail(due(store, now=2), error="gone", now=2)
    later = due(store, now=3)
    assert later.revision == 2
    calls.retry(now=3)  # while the later one is on its way
    calls.finish(later, now=4)
    assert calls.open() == [] and calls.retry(now=5) == 0


def test_what_failed_is_put_back_as_new_of_one_document_or_of_all(store: Store) -> None:
    calls = Calls(store)
    for docid in (DOCID, "b" * 64, "c" * 64):
        delivered(store, docid, now=1)
    calls.fail(due(store, now=1), error="gone", now=1)
    calls.fail(due(store, now=1), error="gone", now=1)
    calls.postpone(due(store, now=1), error="down", until=90)
    assert calls.retry(DOCID, now=5) == 1
    assert [one.state for one in calls.open()] == [
        CallState.WAITING,
        CallState.FAILED,
        CallState.WAITING,
    ]
    assert calls.retry(now=6) == 3
    assert [one.attempts for one in calls.open()] == [0, 0, 1]
    assert {one.due_at for one in calls.open()} == {6}


def test_what_was_told_is_kept_no_longer(store: Store) -> None:
    delivered(store, now=1)
    Calls(store).finish(due(store, now=1), now=1)
    assert store.database.rows("select body, state from calls") == [{"body": "", "state": "done"}]
