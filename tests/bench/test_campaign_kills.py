"""Real processes are killed in small homes, and what is out of order in a home is seen."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from appliance.domain.json_form import JsonForm
from appliance.domain.prediction import Basis, Field, FieldJudgement, Judgement, Prediction
from appliance.domain.results import Job
from appliance.intake.archive import Archive
from appliance.learning.models.registry import Registry
from appliance.records.store import Store
from appliance.settings.home import Home
from bench.campaign.kills import Kills
from bench.campaign.kills_backup import BACKUP
from bench.campaign.kills_day import DAY, FORGET, RETRY
from bench.campaign.kills_desk import DESK
from bench.campaign.kills_home import points
from bench.campaign.kills_night import AFTER, BEFORE
from bench.campaign.kills_watch import OutboxWatch
from bench.campaign.order import found_wrong
from bench.campaign.trial import Breach

PAPER = b"Delivery note"
DOCID = hashlib.sha256(PAPER).hexdigest()
RESULT = {"docid": DOCID, "doctype": "note", "revision": 1}
PATH = Path("note", f"one.{DOCID[:8]}.json")


def test_every_fault_point_is_one_at_which_somebody_is_killed() -> None:
    assert set(points()) == {*DAY, *RETRY, *FORGET, *DESK, *BACKUP, *BEFORE, *AFTER}


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["steps", "children"])  # the others take a minute each
def test_a_home_in_which_processes_are_killed_comes_to_rest_in_order(
    kind: str, tmp_path: Path
) -> None:
    outcome = Kills(times=6).run(kind, 0, tmp_path)
    assert outcome.found == () and outcome.faults > 0


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """One note was dropped and delivered."""
    home = Home(tmp_path / "home")
    home.make()
    gguf = tmp_path / "model.gguf"
    gguf.write_bytes(b"GGUF")
    registry = Registry(home.models)
    registry.promote(registry.add(gguf))
    Archive(home.archive).put_bytes(PAPER, "one.txt")
    with closing(Store(home.database)) as store:
        store.record(DOCID, "note", "one.txt", now=1.0)
        (job,) = store.jobs()
        deliver(store, job, home)
    return home


def deliver(store: Store, job: Job, home: Home) -> None:
    delivery = store.begin_delivery(job, path=PATH.as_posix())
    (home.outbox / PATH).parent.mkdir(exist_ok=True)
    (home.outbox / PATH).write_text(json.dumps(RESULT))
    store.finish_delivery(job, delivery, now=2.0)


def breaches(home: Home, *, collected: Path | None = None) -> set[Breach]:
    return {one.breach for one in found_wrong(home, [(DOCID, "note")], collected=collected)}


def test_nothing_is_wrong_with_what_was_delivered_or_collected(home: Home, tmp_path: Path) -> None:
    assert breaches(home) == set()
    (tmp_path / "collected").mkdir()
    (home.outbox / PATH).rename(tmp_path / "collected" / "1.json")
    assert breaches(home, collected=tmp_path / "collected") == set()


def said(text: str) -> str:
    decided = FieldJudgement(Field("number", text), text, None, Basis.CLERK)
    return JsonForm(Judgement).dump_json(Judgement((decided,), ())).decode()


@pytest.mark.parametrize(("approved", "found"), [("7", set()), ("8", {Breach.LOST})])
def test_what_was_delivered_and_then_approved_says_what_was_approved(
    home: Home, approved: str, found: set[Breach]
) -> None:
    answer = Prediction(DOCID, "note", "m", ())
    with closing(Store(home.database)) as store:
        store.database.execute(
            """
            insert into predictions
                (docid, doctype, judgement, model, prediction, seconds, predicted_at)
            values (?, 'note', ?, 'm', ?, 1, 1)
            """,
            [DOCID, said("7"), JsonForm(Prediction).dump_json(answer).decode()],
        )
        store.database.execute(
            """
            insert into reviews (docid, doctype, judgement, clerk, station, outcome, reviewed_at)
            values (?, 'note', ?, 'Ann', '1', 'approved', 3)
            """,
            [DOCID, said(approved)],
        )
        store.database.execute("update deliveries set prediction = (select id from predictions)")
    assert breaches(home) == found


def half(home: Home) -> None:
    (home.outbox / PATH).write_text('{"docid": ')


def twice(home: Home) -> None:
    shutil.copy(home.outbox / PATH, home.outbox / "note" / "two.json")


def gone(home: Home) -> None:
    (home.outbox / PATH).unlink()


def not_noted(home: Home) -> None:
    (home.outbox / PATH).write_text(json.dumps(RESULT | {"revision": 2}))


def staged(home: Home) -> None:
    (home.outbox / ".staged").mkdir()
    (home.outbox / ".staged" / "one.json").write_text(json.dumps(RESULT))


def in_the_inbox(home: Home) -> None:
    (home.inbox / "late.txt").write_text("late")


def unknown(home: Home) -> None:
    with closing(Store(home.database)) as store:
        store.record("f" * 64, "note", "two.txt", now=1.0)


def damaged(home: Home) -> None:
    Archive(home.archive).path(DOCID).write_bytes(b"another")


def in_hand(home: Home) -> None:
    with closing(Store(home.database)) as store:
        store.database.execute("update jobs set lease_until = 9e9")


def remembered(home: Home) -> None:
    with closing(Store(home.database)) as store:
        store.database.execute("insert into senders (party) values ('nobody')")


def other_model(home: Home) -> None:
    Path(Registry(home.models).champion().path).write_bytes(b"GGUX")


def half_joined(home: Home) -> None:
    with closing(Store(home.database)) as store:
        store.database.execute("insert into joined values (?, ?, 0)", ["e" * 64, DOCID])


@pytest.mark.parametrize(
    ("spoils", "breach"),
    [
        (half, Breach.HALF_WRITTEN),
        (twice, Breach.DUPLICATED),
        (gone, Breach.LOST),
        (not_noted, Breach.DUPLICATED),
        (staged, Breach.LOST),
        (in_the_inbox, Breach.LOST),
        (unknown, Breach.BELIEVED),
        (damaged, Breach.LOST),
        (in_hand, Breach.LOST),
        (remembered, Breach.BELIEVED),
        (other_model, Breach.LOST),
        (half_joined, Breach.LOST),
    ],
)
def test_what_is_out_of_order_is_seen(
    home: Home, spoils: Callable[[Home], None], breach: Breach
) -> None:
    spoils(home)
    assert breach in breaches(home)


def seen(tmp_path: Path, *contents: str) -> list[Breach]:
    """What a watch that collects all finds wrong with a file that is each of these in turn."""
    folder = tmp_path / "outbox" / "note"
    folder.mkdir(parents=True)
    watch = OutboxWatch(folder.parent, tmp_path / "collected", Random(1), share=1.0)
    for content in contents:
        (folder / "one.json").write_text(content)
        watch.look()
    return [one.breach for one in watch.found]


def test_a_watch_sees_half_a_result_and_one_that_comes_again(tmp_path: Path) -> None:
    whole, revised = json.dumps(RESULT), json.dumps(RESULT | {"revision": 2})
    assert seen(tmp_path / "right", whole, revised) == []
    assert seen(tmp_path / "half", whole[:20]) == [Breach.HALF_WRITTEN]
    assert seen(tmp_path / "again", whole, whole) == [Breach.DUPLICATED]
