"""The day of an e-invoice: accepted, delivered, taught from, and never drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import made_up_day
import pytest
from crash import Killed
from einvoice_papers import INVOICE, PAGE, TYPE, hybrid, saying
from made_up_day import Day

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Document
from appliance.domain.einvoice import EInvoice
from appliance.domain.results import JobState
from appliance.records.evidence import SamplingPlan
from appliance.records.imports import Imports
from appliance.records.labels import Labels

EMBEDDED = replace(INVOICE, embedded=True)


class Hybrids(made_up_day.Reads):
    """Says the same e-invoice of every file, beside its page."""

    invoice: EInvoice = EMBEDDED
    page = PAGE

    def read(self, path: Path, *, docid: str) -> Document:
        return replace(hybrid(self.page, self.invoice), docid=docid)


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    monkeypatch.setattr(made_up_day, "DOCTYPE", TYPE)
    monkeypatch.setattr(made_up_day, "Reads", Hybrids)
    day = Day(tmp_path, evidence=SamplingPlan(first=1, then=1))
    yield day
    day.store.close()


def taught(day: Day) -> dict[tuple[str, int | None], str | None]:
    labels = [label for one in Labels(day.store).training() for label in one.labels]
    return {(label.fieldtype, label.line_item_id): label.text for label in labels}


def test_it_is_delivered_with_its_terms_and_is_no_evidence(day: Day) -> None:
    docid = day.drop()
    assert [one.state for one in day.work()][-1] is JobState.DELIVERED
    (file,) = day.delivered()
    found = json.loads(file.read_bytes())
    gross = found["fields"]["gross"]
    assert (gross["value"], gross["text"], gross["how"]) == ("1130.50", "1.130,50", "einvoice")
    assert gross["einvoice"] == {"term": "BT-112", "xpath": "/Invoice/BT-112"}
    assert found["model"] == "e-invoice"
    assert found["items"]["rows"][1]["amount"]["normalised"] == "100.00"
    assert not list(day.store.database.rows("select 1 from evidence where docid = ?", [docid]))


def test_what_it_says_is_taught_as_the_page_writes_it(day: Day) -> None:
    day.drop()
    day.work()
    labels = taught(day)
    assert labels["gross", None] == "1.130,50" and labels["date", None] == "31.01.2026"
    assert labels["amount", 1] == "100,00"
    assert ("due", None) not in labels, "what it does not say is unknown"


def test_one_that_was_cut_before_it_taught_is_accepted_anew_and_teaches(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> bool:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Imports, "labelled", dies)
        day.drop()
        day.work()
    day.store.end_leases()
    day.work()
    assert len(day.delivered()) == 1 and taught(day)["gross", None] == "1.130,50"


def test_a_page_that_was_drawn_from_it_teaches_nothing(day: Day) -> None:
    assert isinstance(day.reads, Hybrids)
    day.reads.invoice = INVOICE
    day.drop()
    day.work()
    assert len(day.delivered()) == 1 and taught(day) == {}


def test_one_that_is_held_teaches_nothing(day: Day) -> None:
    assert isinstance(day.reads, Hybrids)
    day.reads.page = PAGE.replace("1.130,50", "1.910,50")
    docid = day.drop()
    day.work()
    assert day.job(docid).state is JobState.HELD and taught(day) == {}
    assert day.codes[docid] == ["einvoice-differs"]


def test_the_same_invoice_again_is_held(day: Day) -> None:
    day.drop("one")
    day.work()
    again = day.drop("two")
    day.work()
    assert day.codes[again] == ["seen-before"]


@pytest.mark.parametrize("fields", ["of no term", "one of no term"])
def test_where_a_model_had_a_say_nothing_is_taught(
    day: Day, monkeypatch: pytest.MonkeyPatch, fields: str
) -> None:
    """Of a type without terms it is a document like any other, and may be drawn."""
    plain = tuple(replace(spec, einvoice=None) for spec in TYPE.fields)
    extra = FieldSpec("company")
    named = plain if fields == "of no term" else (*TYPE.fields, extra)
    monkeypatch.setattr(made_up_day, "DOCTYPE", replace(TYPE, fields=named, items=None, checks=()))
    docid = day.drop()
    day.work()
    drawn = list(day.store.database.rows("select 1 from evidence where docid = ?", [docid]))
    assert bool(drawn) is (fields == "of no term")
    assert taught(day) == {}


@pytest.mark.parametrize(
    ("first", "again"),
    [("DE123456788", None), (None, "DE123456788"), ("DE123456788", "123456788")],
    ids=["without its VAT id", "with one", "without the country"],
)
def test_the_same_invoice_is_known_by_any_id_of_its_seller_and_by_its_name(
    day: Day, monkeypatch: pytest.MonkeyPatch, first: str | None, again: str | None
) -> None:
    assert isinstance(day.reads, Hybrids)
    vat_id = FieldSpec("vat_id", FieldType.VAT_ID, einvoice="BT-31")
    asked = replace(TYPE, fields=(*TYPE.fields, vat_id), party=("vat_id", "supplier"))
    monkeypatch.setattr(made_up_day, "DOCTYPE", asked)
    day.reads.invoice = replace(saying(BT_31=first or ""), embedded=True)
    day.drop("one")
    day.work()
    day.reads.invoice = replace(saying(BT_31=again or ""), embedded=True)
    second = day.drop("two")
    day.work()
    assert day.codes[second] == ["seen-before"]
