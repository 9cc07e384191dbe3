"""What becomes of a clerk's approval: the result says what she let pass and what she never saw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from drafts import NOTE, PAPER, absent, confirm, prediction, write
from made_up_station import INVOICE, UNSURE, Office, Said
from rich.console import Console

import appliance.delivery
from appliance.cli import views
from appliance.domain.prediction import AnswerVersions
from appliance.domain.results import Job, JobState
from appliance.domain.sections import NOTHING
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.records.reviews import Reviews
from appliance.review.desk import Desk
from appliance.review.draft.draft import Draft, begin
from appliance.review.draft.places import ActionRefused, FieldRef
from appliance.review.loading import Loaded

SCHEMA = json.loads((Path(appliance.delivery.__file__).parent / "result.schema.json").read_bytes())
SUPPLIER, NUMBER, DATE, GROSS = (
    FieldRef(name) for name in ("supplier_name", "invoice_number", "invoice_date", "gross_total")
)
NEVER_ADDS_UP = Said(wrong={"gross_total": "60.00"})
WHY = "the supplier miscounted, she sends a credit note"


class NothingPromised(Office):
    def policy(self, model: str, kind: str, versions: AnswerVersions) -> AcceptancePolicy:
        return AcceptancePolicy()


@pytest.fixture(params=[Office])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    with closing(request.param(tmp_path)) as office:
        yield office


nothing_promised = pytest.mark.parametrize("office", [NothingPromised], indirect=True)


def held(office: Office, said: Said = UNSURE) -> tuple[Desk, Loaded, Draft]:
    office.drop("R-1", said)
    office.work()
    desk = office.desk()
    loaded = desk.load(desk.queue()[0])
    assert desk.open(loaded) and loaded.draft
    return desk, loaded, loaded.draft


def confirmed(draft: Draft) -> Draft:
    while place := draft.next(None):
        draft = draft.act(confirm(place))
    return draft


def delivered(office: Office) -> dict[str, Any]:
    office.work()
    (file,) = office.outbox.folder.glob("[!.]*/*.json")
    result = json.loads(file.read_bytes())
    jsonschema.validate(result, SCHEMA)
    return result  # type: ignore[no-any-return]


def the_job(office: Office) -> Job:
    (job,) = office.store.jobs()
    return job


def test_a_check_that_fails_is_let_pass_for_a_reason_that_is_delivered_with_it(
    office: Office,
) -> None:
    """A5."""
    desk, loaded, draft = held(office, NEVER_ADDS_UP)
    draft = confirmed(draft)
    assert len(draft.failing) == 1
    for nothing in ("", "  "):
        with pytest.raises(ActionRefused, match="check fails"):
            desk.approve(loaded, draft, 4.0, nothing)
    assert the_job(office).state is JobState.HELD
    desk.approve(loaded, draft, 4.0, WHY)
    assert delivered(office)["checks_failed"] == [{"check": draft.failing[0], "because": WHY}]
    (review,) = Reviews(office.store).reviews(the_job(office))
    assert (review.outcome, review.reason) == ("approved", WHY)


def test_the_command_line_shows_what_was_let_pass_and_why(office: Office) -> None:
    desk, loaded, draft = held(office, NEVER_ADDS_UP)
    draft = confirmed(draft)
    desk.approve(loaded, draft, 4.0, WHY)
    answer = office.store.answer(the_job(office))
    assert answer
    console = Console(width=200, file=StringIO(), record=True)
    console.print(views.document(the_job(office), INVOICE, answer.standing))
    shown = console.export_text()
    assert draft.failing[0] in shown and WHY in shown


def test_a_check_that_she_keyed_wrong_herself_fails_too(office: Office) -> None:
    """A6: all values are hers, so nothing holds the document any more."""
    draft = confirmed(held(office)[2].act(write(GROSS, "60.00")))
    draft = confirmed(draft.act(confirm(FieldRef("net_total"))).act(confirm(FieldRef("tax_total"))))
    assert draft.next(None) is None and draft.derived.judgement.accepted
    assert draft.failing
    assert draft.act(write(GROSS, "119.00")).failing == ()


def test_a_document_that_has_no_rows_fails_no_sum_of_rows(office: Office) -> None:
    draft = confirmed(held(office)[2].act(absent(FieldRef("line_items"))))
    assert draft.rows == () and draft.failing == ()
    assert draft.reviewed(4.0).judgement.checks_failed == ()


def test_where_every_check_passes_no_reason_is_kept(office: Office) -> None:
    desk, loaded, draft = held(office)
    desk.approve(loaded, confirmed(draft), 4.0, "a slip of the finger")
    assert delivered(office)["checks_failed"] == []
    (review,) = Reviews(office.store).reviews(the_job(office))
    assert review.reason == ""


def test_what_no_clerk_approved_was_looked_at_by_nobody(office: Office) -> None:
    office.drop("R-1", Said())
    result = delivered(office)
    assert result["checks_failed"] == []
    (rows,) = result["items"].values()
    assert {one["looked_at"] for row in (result["fields"], *rows) for one in row.values()} == {
        False
    }


@nothing_promised
def test_a_value_without_promise_that_she_never_saw_is_marked(office: Office) -> None:
    """A10."""
    desk, loaded, draft = held(office)
    desk.approve(loaded, confirmed(draft.look(DATE)), 4.0)
    result = delivered(office)
    said = {name: (one["how"], one["looked_at"]) for name, one in result["fields"].items()}
    assert said["invoice_number"] == ("clerk", True)
    assert said["invoice_date"] == ("unpromised", True)
    assert said["supplier_name"] == ("unpromised", False)
    (rows,) = result["items"].values()
    assert {one["looked_at"] for row in rows for one in row.values()} == {False}


@nothing_promised
def test_who_stood_on_the_table_saw_its_cells(office: Office) -> None:
    desk, loaded, draft = held(office)
    desk.approve(loaded, confirmed(draft.look(FieldRef("line_items"))), 4.0)
    (rows,) = delivered(office)["items"].values()
    assert {one["looked_at"] for row in rows for one in row.values()} == {True}


def test_what_is_said_of_a_value_is_said_of_its_correction(office: Office) -> None:
    desk, loaded, draft = held(office)
    desk.approve(loaded, confirmed(draft.look(SUPPLIER)), 4.0)
    fields = delivered(office)["fields"]
    header = [
        one
        for one in Reviews(office.store).corrections(the_job(office))
        if one.line_item_id is None
    ]
    assert {one.fieldtype: one.seen for one in header} == {
        name: one["looked_at"] for name, one in fields.items()
    }


def test_a_document_that_an_earlier_version_approved_opens_and_is_delivered(office: Office) -> None:
    desk, loaded, draft = held(office)
    job = the_job(office)
    desk.leave()
    early = json.dumps(_as_before(office, "judgement"))
    office.store.database.execute("update predictions set judgement = ?", [early])
    again = desk.load(desk.queue()[0])
    assert desk.open(again) and again.draft and again.draft.next(None) == NUMBER
    desk.approve(again, confirmed(again.draft), 4.0)

    kept = json.dumps(_as_before(office, "reviewed"))
    office.store.database.execute(
        """
        insert into reviews (docid, doctype, prediction, model, clerk, station, outcome,
                             judgement, seconds, reviewed_at)
        select docid, doctype, prediction, model, clerk, station, outcome, ?, seconds, reviewed_at
          from reviews
        """,
        [kept],
    )
    result = delivered(office)
    assert result["checks_failed"] == []
    assert result["fields"]["invoice_number"]["looked_at"] is True
    assert result["fields"]["supplier_name"]["looked_at"] is False
    assert [one.reason for one in Reviews(office.store).reviews(job)] == ["", ""]


def _as_before(office: Office, which: str) -> dict[str, Any]:
    """The record of the newest judgement, without what earlier versions did not know."""
    (row,) = office.store.database.rows(
        """
        select judgement, (select judgement from reviews order by id desc limit 1) reviewed
          from predictions
        """
    )
    found = json.loads(row[which])
    new = {"checks_failed", "because"}
    assert new <= found.keys() and all("looked_at" in one for one in found["fields"])
    fields = [{k: v for k, v in one.items() if k != "looked_at"} for one in found["fields"]]
    return {k: v for k, v in found.items() if k not in new} | {"fields": fields}


CURRENCY = FieldRef("currency")


def test_she_is_led_to_what_the_document_is_though_the_model_is_sure_of_it() -> None:
    """A10: a credit note that was read as an invoice is seen before it is delivered."""
    kind, nothing = replace(NOTE, decides=("currency",)), AcceptancePolicy()
    asked = prediction()
    judgement = judge(PAPER, kind, asked, policy=nothing)
    draft = begin(PAPER, kind, asked, judgement, policy=nothing, blind=NOTHING)
    assert draft.next(None) == CURRENCY
    assert "'EUR'" in " ".join(draft.entry(CURRENCY).problems)
    assert draft.act(confirm(CURRENCY)).next(None) is None
    assert draft.act(write(CURRENCY, "USD")).next(None) is None
