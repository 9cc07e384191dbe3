"""A home of before answers had versions: what waits, was begun, approved or delivered, opens."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sqlite_utils
from drafts import confirm, write
from made_up_station import UNSURE, Office

import appliance.delivery
from appliance.domain.prediction import AnswerVersions
from appliance.domain.results import Job, JobState
from appliance.judgement.policy import AcceptancePolicy
from appliance.records.labels import Labels
from appliance.records.proof import Proof
from appliance.records.schema import migrations
from appliance.review.desk import Desk
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import FieldRef
from appliance.review.loading import Loaded

SCHEMA = json.loads((Path(appliance.delivery.__file__).parent / "result.schema.json").read_bytes())
ORDER = FieldRef("order_number")


class Later(Office):
    """As it is when answers have versions; who promises is asked about which."""

    def __init__(self, folder: Path) -> None:
        self.promised: list[AnswerVersions] = []
        super().__init__(folder)

    def policy(self, model: str, kind: str, versions: AnswerVersions) -> AcceptancePolicy:
        self.promised.append(versions)
        return super().policy(model, kind, versions)


def as_before(path: Path) -> None:
    """The same records in the tables of before."""
    new, old = path.with_name("new.db"), path.with_name("old.db")
    path.rename(new)
    with closing(sqlite_utils.Database(old)) as tables:
        migrations.apply(tables, stop_before="m007_versions")
        kept = {table: list(tables[table].columns_dict) for table in tables.table_names()}
        assert "reading" not in kept["predictions"] and "rereadings" not in kept
    with closing(sqlite3.connect(old)) as tables, tables:
        tables.execute("attach ? as new", [str(new)])
        for table, columns in kept.items():
            if table not in ("_sqlite_migrations", "lots"):
                names = ", ".join(columns)
                tables.execute(f"insert into {table} ({names}) select {names} from new.{table}")
    old.rename(path)


def confirmed(draft: Draft) -> Draft:
    while place := draft.next(None):
        draft = draft.act(confirm(place))
    return draft


def opened(desk: Desk, number: str) -> Loaded:
    (entry,) = (one for one in desk.queue() if one.job.source == f"{number}.txt")
    loaded = desk.load(entry)
    assert desk.open(loaded) and loaded.draft
    return loaded


def approve(desk: Desk, number: str) -> None:
    loaded = opened(desk, number)
    assert loaded.draft
    desk.approve(loaded, confirmed(loaded.draft), 4.0)


@pytest.fixture
def later(tmp_path: Path) -> Iterator[Later]:
    """R-1 waits, R-2 is begun, R-3 is approved and not yet delivered, R-4 is delivered."""
    with closing(Office(tmp_path)) as office:
        for number in range(1, 5):
            office.drop(f"R-{number}", UNSURE)
        office.work()
        desk = office.desk()
        approve(desk, "R-4")
        office.work()
        begun = opened(desk, "R-2")
        assert begun.draft
        desk.keep(begun, begun.draft.act(write(ORDER, "B-4712")))
        desk.skip(begun)
        approve(desk, "R-3")
        now = office.now
    as_before(tmp_path / "appliance.db")
    with closing(Later(tmp_path)) as later:
        later.now = now + 60
        yield later


def job(office: Office, number: str) -> Job:
    (found,) = (one for one in office.store.jobs() if one.source == f"{number}.txt")
    return found


def result(office: Office, number: str) -> dict[str, Any]:
    office.work()
    path = office.store.deliveries(job(office, number))[-1].path
    found: dict[str, Any] = json.loads((office.outbox.folder / path).read_bytes())
    jsonschema.validate(found, SCHEMA)
    return found


def test_what_waits_is_opened_and_promised_nothing_that_later_answers_are(later: Later) -> None:
    desk = later.desk()
    approve(desk, "R-1")
    assert later.promised == [AnswerVersions()]
    found = result(later, "R-1")
    assert (found["format"], found["model"]) == (5, "fake")
    assert found["reading"] is None and found["extraction"] is None


def test_what_was_begun_goes_on_where_it_was_left(later: Later) -> None:
    desk = later.desk()
    loaded = opened(desk, "R-2")
    assert loaded.draft and loaded.draft.entry(ORDER).text == "B-4712"
    desk.approve(loaded, confirmed(loaded.draft), 4.0)
    assert result(later, "R-2")["fields"]["order_number"]["value"] == "B-4712"


def test_what_was_approved_is_delivered(later: Later) -> None:
    assert job(later, "R-3").state is JobState.ACCEPTED
    assert result(later, "R-3")["fields"]["order_number"]["how"] == "clerk"


def test_what_was_delivered_is_opened_again_and_delivered_as_a_revision(later: Later) -> None:
    desk = later.desk()
    (done,) = (one for one in desk.find("R-4") if one.job.source == "R-4.txt")
    waiting = desk.reopen(done).waiting
    assert waiting
    loaded = desk.load(waiting)
    assert desk.open(loaded) and loaded.draft
    assert loaded.draft.entry(ORDER).text == "B-4711", "as she left it"
    draft = confirmed(loaded.draft.act(write(ORDER, "B-4713")))
    desk.approve(loaded, draft, 4.0)
    found = result(later, "R-4")
    assert (found["revision"], found["extraction"]) == (2, None)
    assert found["fields"]["order_number"]["value"] == "B-4713"


def test_what_was_corrected_is_learned_from_and_proves_nothing(later: Later) -> None:
    taught = {one.document.docid for one in Labels(later.store).training()}
    assert taught == {job(later, number).docid for number in ("R-3", "R-4")}
    assert list(Proof(later.store).corrected(AnswerVersions("1", "1"))) == []


def test_what_is_read_again_is_answered_with_its_versions(later: Later) -> None:
    later.store.restart(job(later, "R-1"))
    later.work()
    answer = later.store.answer(job(later, "R-1"))
    assert answer and answer.versions == AnswerVersions("1", "1")
    assert result(later, "R-1")["reading"] == "1"
