"""Two scans of a delivery note, which has no total, are known as one paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import made_up_day
import pytest
from made_up_day import Day

from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import Document, Span
from appliance.domain.prediction import Field, Prediction, TokenScore
from appliance.domain.results import JobState
from appliance.judgement.policy import uniform_policy

NOTE = DocType(
    "receipt",
    "Delivery note",
    (
        FieldSpec("supplier", required=True),
        FieldSpec("note_number", FieldType.CODE, required=True),
        FieldSpec("delivered_on", FieldType.DATE),
    ),
    items=TableSpec("goods", (FieldSpec("article"), FieldSpec("pieces", FieldType.INTEGER))),
    party=("supplier",),
    number="note_number",
)
HEADER = ["supplier", "note_number", "delivered_on"]


class AsksOfNotes(made_up_day.Asks):
    """Answers the header, and then rows of an article and its pieces."""

    def extract(self, document: Document, doctype: DocType) -> Prediction:
        score = (TokenScore(self.logprob, self.logprob),)
        fields = []
        for at, text in enumerate(made_up_day.TEXT):
            row, column = divmod(at - len(HEADER), 2)
            name = HEADER[at] if row < 0 else ["article", "pieces"][column]
            span = (Span(0, at, at + 1),)
            fields.append(
                Field(name, text, span, line_item_id=row if row >= 0 else None, tokens=score)
            )
        return Prediction(document.docid, doctype.name, "fake", tuple(fields))


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    monkeypatch.setattr(made_up_day, "DOCTYPE", NOTE)
    day = Day(tmp_path)
    day.policy = uniform_policy(NOTE, 0.95)
    day.asks = AsksOfNotes()
    day.pipeline._predictor = day.asks
    yield day
    day.store.close()


FIRST = ["Northwind", "DN-40117", "2026-12-03", "Bolts", "120", "Nuts", "75"]


def come(day: Day, monkeypatch: pytest.MonkeyPatch, name: str, words: list[str]) -> str:
    monkeypatch.setattr(made_up_day, "TEXT", words)
    docid = day.drop(name)
    day.work()
    return docid


@pytest.mark.parametrize(
    "second",
    [
        FIRST,
        ["NORTHWIND", "dn.40117", "2026-12-03", "Bolts", "120", "Nuts", "75"],
        ["Northwind", "DN-4O117", "2026-12-03", "8olts", "120", "Muts", "75"],
        ["Northwind", "DN-40117", "2026-12-03", "Bolts", "120", "Nuts", "15"],
    ],
    ids=["the same", "other spelling", "misread letters", "a misread figure"],
)
def test_the_second_scan_of_a_delivery_note_is_held(
    day: Day, monkeypatch: pytest.MonkeyPatch, second: list[str]
) -> None:
    come(day, monkeypatch, "note-17", FIRST)
    again = come(day, monkeypatch, "scan", second)
    assert len(day.delivered()) == 1
    assert day.job(again).state is JobState.HELD
    assert "seen-before" in day.codes[again]
    assert "The same document came as note-17.txt on 1 January 1970" in day.job(again).reason


@pytest.mark.parametrize(
    "other",
    [
        ["Northwind", "DN-40118", "2026-12-03", "Bolts", "120", "Nuts", "75"],
        ["Northwind", "DN-40117", "2025-12-03", "Bolts", "120", "Nuts", "75"],
        ["Southwind", "DN-40117", "2026-12-03", "Bolts", "120", "Nuts", "75"],
        ["Northwind", "DN-40117", "2026-12-03", "Screws", "8", "Washers", "9"],
    ],
    ids=["another number", "another year", "another sender", "other rows"],
)
def test_another_delivery_note_is_delivered(
    day: Day, monkeypatch: pytest.MonkeyPatch, other: list[str]
) -> None:
    come(day, monkeypatch, "note-17", FIRST)
    again = come(day, monkeypatch, "note-18", other)
    assert "seen-before" not in day.codes[again]


def test_a_type_without_a_number_has_no_twins(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_up_day, "DOCTYPE", replace(NOTE, number=None))
    come(day, monkeypatch, "report", FIRST)
    again = come(day, monkeypatch, "report of the next month", FIRST)
    assert "seen-before" not in day.codes[again]
