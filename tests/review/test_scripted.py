"""The scripted clerk makes of any draft what the document says, by keys that the station hears."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from made_up_station import HEADER, INVOICE, ROWS, TEXT, UNSURE, Office, Said, at_work

from appliance.domain.results import Job, JobState
from appliance.records.evidence import SamplingPlan
from appliance.records.reviews import Reviews
from appliance.review.draft.draft import Draft
from appliance.review.editor.editor import take_up
from appliance.review.scripted import KnownValues, ScriptedClerk, steps, work_off

COLUMNS = tuple(spec.name for spec in INVOICE.items.fields) if INVOICE.items else ()
WRONG = Said(
    wrong={"supplier_name": "Washer M8", "order_number": None, "invoice_number": "B-4711"},
    unsure=("gross_total", "invoice_number"),
    rows=(("Thank you", "1", "1.00", "1.00"), *ROWS[:1], ("Steel plate", "2", "20.00", "60.00")),
)


def known(job: Job) -> KnownValues:
    number = Path(job.source).stem
    header = {name: text.format(number=number) for name, text in HEADER.items()}
    return KnownValues(header, tuple(dict(zip(COLUMNS, row, strict=True)) for row in ROWS))


def texts(draft: Draft) -> tuple[dict[str, str | None], list[tuple[str | None, ...]]]:
    header = {entry.place.fieldtype: entry.text for entry in draft.entries}
    return header, [tuple(entry.text for entry in row) for row in draft.rows]


@pytest.fixture
def sampled(tmp_path: Path) -> Iterator[Office]:
    """Every document is evidence, to be keyed blind."""
    with closing(Office(tmp_path, evidence=SamplingPlan(first=1, until=1, then=1))) as office:
        yield office


@pytest.fixture
def whole_tables(tmp_path: Path) -> Iterator[Office]:
    """Every document is evidence, to be keyed blind with all of its rows."""
    evidence = SamplingPlan(first=1, until=1, then=1)
    with closing(Office(tmp_path, evidence=evidence, whole=True)) as office:
        yield office


def test_what_she_approves_is_delivered_under_her_name(office: Office) -> None:
    docid = office.drop("R-1", WRONG)
    office.work()
    (review,) = work_off(office.desk(clerk="a script"), known)
    assert review.job.docid == docid and review.keys < 60
    office.work()
    (delivered,) = (office.folder / "outbox").glob("[!.]*/*.json")
    fields = json.loads(delivered.read_bytes())["fields"]
    assert {name: said["value"] for name, said in fields.items()} == known(review.job).values
    (kept,) = Reviews(office.store).reviews(review.job)
    assert kept.clerk == "a script"


@pytest.mark.parametrize("seed", range(6))
def test_any_draft_is_made_right(office: Office, seed: int) -> None:
    rng = Random(seed)
    pool = [text for row in ROWS for text in row]
    rows = [rng.choices(pool, k=len(COLUMNS)) for _ in range(rng.randrange(6))]
    missing = rng.sample(sorted(HEADER), 3)
    office.drop("R-1", Said(dict.fromkeys(missing), unsure=("gross_total",), rows=rows))
    office.work()
    desk = office.desk()
    (waiting,) = desk.queue()
    draft = desk.load(waiting).draft
    assert draft
    script = ScriptedClerk(draft, known(waiting.job), lambda spec, said, text: said == text)
    *_, (_, hand) = steps(take_up(draft), script)
    assert hand.done
    header, table = texts(hand.draft)
    header.pop("", None)  # the document as a whole
    assert header == known(waiting.job).values
    assert table == list(ROWS)


def test_evidence_is_keyed_without_the_models_values(sampled: Office) -> None:
    sampled.drop("R-1", WRONG)
    sampled.work()
    (review,) = work_off(sampled.desk(), known)
    assert review.did["typed"] >= len(HEADER)
    assert (review.did["named"], review.did["added"]) == (1, 0)


@pytest.mark.asyncio
async def test_the_station_hears_the_same_keys(office: Office) -> None:
    office.drop("R-1", WRONG)
    office.work()
    (waiting,) = office.desk("other").queue()
    draft = office.desk("other").load(waiting).draft
    assert draft
    done = list(steps(take_up(draft), ScriptedClerk(draft, known(waiting.job))))
    async with at_work(office) as one:
        for step, hand in done:
            await one.press(*step.way, *step.keys)
            if not hand.done:
                assert texts(one.hand.draft) == texts(hand.draft)
        assert one.app.session.done == 1
    office.work()
    assert office.store.find(waiting.job.docid)[0].state is JobState.DELIVERED


def test_what_she_cannot_bring_to_an_end_is_left_for_later(office: Office) -> None:
    office.drop("R-1", UNSURE)
    office.work()
    desk = office.desk()
    said = KnownValues({"invoice_date": "the day after"}, ())
    assert list(work_off(desk, lambda job: said)) == []
    assert [waiting.station for waiting in desk.queue()] == [None]


def test_a_required_value_that_the_document_does_not_say_is_called_absent(office: Office) -> None:
    office.drop("R-1", Said(wrong={"invoice_number": None}))
    office.work()
    (waiting,) = office.desk("other").queue()
    said = KnownValues({**known(waiting.job).values, "invoice_number": None}, None)
    (review,) = work_off(office.desk(), lambda job: said)
    assert review.did["absent"] == 1


def test_a_table_is_closed_where_the_page_seems_to_go_on(whole_tables: Office) -> None:
    text = TEXT.replace(
        "\nNet total", "\nHex nut M8                  100       0.20      20.00\n\nNet total"
    )
    whole_tables.drop("R-1", text=text)
    whole_tables.work()
    (review,) = work_off(whole_tables.desk(), known)
    assert (review.did["named"], review.did["removed"]) == (1, 1)


def test_what_nothing_is_known_of_she_leaves_alone(office: Office) -> None:
    office.drop("R-1", UNSURE)
    office.work()
    assert list(work_off(office.desk(), lambda job: None)) == []
    assert office.desk().queue()
