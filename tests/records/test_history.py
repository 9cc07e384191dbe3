"""What became of documents, as it is told later; and old homes, whose records know less."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils
from test_reviews import BLIND, EVERY, REVIEW, SURE, Books

from appliance.domain.errors import TakenError
from appliance.domain.prediction import Judgement
from appliance.domain.results import Job, JobState
from appliance.records.history import History
from appliance.records.schema import migrations
from appliance.records.store import Store
from appliance.review.queue_order import holds


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    books = Books(tmp_path / "appliance.db")
    yield books
    books.store.close()


def approved(books: Books, letter: str) -> Job:
    job = books.arrive(letter)
    books.lent(job)
    books.approve(job)
    return job


def test_done_since_then_is_what_a_clerk_or_the_appliance_did(books: Books) -> None:
    approved(books, "a")
    books.deliver()
    books.arrive("b", SURE)
    books.deliver()
    books.arrive("c")
    history = History(books.store)
    done = {one.job.source: (one.clerk, one.delivered_at) for one in history.done(since=250)}
    assert done == {"a.pdf": ("Ann", 300), "b.pdf": ("", 300)}
    assert [one.job.source for one in history.done(since=1005)] == ["a.pdf"]
    assert history.done(since=1011) == []


def test_an_answer_after_her_word_is_the_appliances(books: Books) -> None:
    job = approved(books, "a")
    books.answer(books.store.restart(job), SURE)
    books.deliver()
    (done,) = History(books.store).done(since=0)
    assert (done.clerk, done.outcome, done.reviewed_at) == ("", None, None)


def test_another_kind_is_told_as_that_kind(books: Books) -> None:
    job = books.arrive("a")
    books.lent(job)
    books.reviews.retype(job, "one", "Ann", "invoice", now=1001)
    history = History(books.store)
    (done,) = history.done(since=1000)
    assert (done.job.doctype, done.job.state, done.clerk) == ("invoice", JobState.ARRIVED, "Ann")
    (act,) = history.acts("one", "Ann", since=0)
    assert (act.doctype, act.outcome, act.review) == ("invoice", "retyped", done.review)


def test_what_is_still_to_be_keyed_blind_tells_nothing_of_the_answer(books: Books) -> None:
    known = Judgement(SURE.fields, (), party="shop", sender="Shop Ltd")
    job = books.arrive("a", known, EVERY)
    history = History(books.store)
    assert history.find(["shop"], most=9) == history.done(since=0) == []
    books.deliver()
    assert history.find(["a.pdf"], most=9) == history.done(since=0) == []
    job = books.job(job)
    books.lent(job)
    books.approve(job, BLIND)
    (done,) = history.done(since=0)
    assert (done.clerk, done.since) == ("Ann", 1010)


def test_of_a_search_the_newest_come_and_no_wildcard_counts(books: Books) -> None:
    for letter in "abc":
        books.arrive(letter, SURE)
        books.deliver()
    history = History(books.store)
    assert [one.job.source for one in history.find(["PDF"], most=2)] == ["c.pdf", "b.pdf"]
    assert [one.job.source for one in history.find(["receipt", "a."], most=9)] == ["a.pdf"]
    assert history.find(["x"], most=9) == []
    assert history.find(["%"], most=9) == history.find(["_", "*"], most=9) == []
    assert history.find(["x" * 60_000], most=9) == []


@pytest.mark.parametrize(
    ("sender", "words"),
    [
        ("Haupt & Söhne, Weiße Straße", ("SÖHNE", "weisse", "straße", "STRASSE")),
        ("ООД Иванов", ("иванов", "ИВАНОВ")),
        ("Αφοί Νίκος", ("νίκος", "ΝΊΚΟΣ")),
        ("İstanbul Łódź [1]*?", ("İst", "łódź", "[1]*?")),
    ],
)
def test_a_search_knows_the_letters_of_every_sender(
    books: Books, sender: str, words: tuple[str, ...]
) -> None:
    job = books.arrive("a", Judgement(SURE.fields, (), party="p", sender=sender))
    books.deliver()
    for letter in "bcd":
        books.arrive(letter, Judgement(SURE.fields, (), party="p", sender="Somebody Else Ltd"))
        books.deliver()
    for word in words:
        (found,) = History(books.store).find([word], most=1)
        assert found.job.docid == job.docid, word


def test_a_search_knows_each_state_by_the_words_of_the_list(books: Books) -> None:
    approved(books, "a")
    for letter, state in (("b", JobState.FAILED), ("c", JobState.IMPORTED)):
        books.store._move(books.arrive(letter), state)
    for words, name in (("approved", "a"), ("could not be processed", "b"), ("imported", "c")):
        (found,) = History(books.store).find(words.split(), most=9)
        assert found.job.source == f"{name}.pdf" and holds(found, words)


def test_whose_it_is_now_is_told_in_words_that_follow_its_name(books: Books) -> None:
    job = books.arrive()
    books.lent(job, "two", now=1000)
    books.queue.renew(job, "two", now=1050, lease=120)
    books.lent(job, "two", now=1100)
    (waiting,) = books.waiting(1100)
    assert waiting.since == 1000
    assert "is open at another station since" in books.reviews.whereabouts(job, now=1100)
    assert not books.queue.holds(job, "one") and books.queue.holds(job, "two")
    books.queue.release(job, "two")
    books.lent(job, "one")
    books.approve(job)
    with pytest.raises(TakenError, match=r"it was approved .*at \d\d:\d\d by Ann"):
        books.approve(job)


def test_a_delivery_knows_what_it_holds(books: Books) -> None:
    job = books.arrive(judgement=SURE)
    assert books.store.delivered(job) is None
    books.deliver()
    assert books.store.delivered(job) == SURE
    books.reviews.reopen(job, "one", "Ann", now=1000, lease=120)
    books.approve(books.job(job), deliver=True)
    assert books.store.delivered(job) == SURE, "it is on its way"
    books.deliver()
    assert books.store.delivered(job) == REVIEW.judgement


def test_a_home_of_before_opens_and_is_searched(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old = sqlite_utils.Database(path)
    migrations.apply(old, stop_before="m006_found_again")
    for docid, told in (("a" * 64, '{"sender": "Shop Ltd"}'), ("b" * 64, "{")):
        old.execute(
            "insert into jobs (docid, doctype, state, source, arrived_at)"
            " values (?, 'receipt', 'delivered', 'x.pdf', 1)",
            [docid],
        )
        old.execute(
            "insert into predictions"
            " (docid, doctype, model, prediction, judgement, seconds, predicted_at)"
            " values (?, 'receipt', 'm1', '{}', ?, 1, 1)",
            [docid, told],
        )
        old.execute("insert into deliveries values (?, 'receipt', 1, 'x.json', 5)", [docid])
    old.close()
    with closing(Store(path)) as store:
        (found,) = History(store).find(["shop"], most=9)
        assert (found.sender, found.delivered_at) == ("Shop Ltd", 5)
        assert store.delivered(found.job) is None, "nobody wrote down what it holds"


def test_what_a_station_of_before_has_in_hand_is_open_there_since_nobody_knows(
    books: Books,
) -> None:
    job = books.arrive()
    books.lent(job, "two")
    books.store.database.execute("update jobs set station_since = 0")  # as the migration left it
    (waiting,) = books.waiting()
    assert (waiting.station, waiting.since) == ("two", None)
    assert books.reviews.whereabouts(job, now=1000) == "is open at another station"


@pytest.mark.slow
def test_a_hundred_thousand_documents_are_searched_in_a_moment(books: Books) -> None:
    with books.store.database.writing():
        for number in range(100_000):
            docid = f"{number:064}"
            books.store.database.execute(
                "insert into jobs (docid, doctype, state, source, arrived_at, sender)"
                " values (?, 'receipt', 'delivered', ?, ?, 'Shop Ltd')",
                [docid, f"{number}.pdf", number],
            )
            books.store.database.execute(
                "insert into deliveries (docid, doctype, revision, path, delivered_at)"
                " values (?, 'receipt', 1, 'x', ?)",
                [docid, number],
            )
    history = History(books.store)
    for look in (
        lambda: history.find(["77", "shop"], most=200),
        lambda: history.done(since=99_700),
    ):
        before = time.monotonic()
        assert 200 <= len(look()) <= 300
        assert time.monotonic() - before < 2
