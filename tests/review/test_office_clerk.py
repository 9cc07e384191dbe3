"""The office's clerk judges what the station asks her to judge; her seconds are counted by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from random import Random

import pytest
from drafts import (
    DOUBTFUL,
    NOTE,
    PAPER,
    SAID,
    SURE,
    TABLE,
    draft,
    field,
    prediction,
)
from made_up_station import HEADER, ROWS, Office, Said

from appliance.domain.prediction import Prediction
from appliance.domain.sections import NOTHING, WHOLE
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.review.draft.draft import Draft, begin
from appliance.review.draft.places import DOCUMENT
from appliance.review.editor.editor import EditorState, take_up
from appliance.review.scripted import KnownValues
from bench.office.clerk import Work, by_hand, scripted, work

COLUMNS = ("description", "amount")


def known(table=TABLE, **changes: str | None) -> KnownValues:
    """The note's values, but for ``changes``."""
    return KnownValues(
        {**SAID, **changes}, tuple(dict(zip(COLUMNS, r, strict=True)) for r in table)
    )


def worked(drafted: Draft, said: KnownValues | None = None) -> tuple[EditorState, Work]:
    done, cost = work(take_up(drafted), scripted(drafted, said or known()))
    assert done.done
    return done, cost


def wrong(done: EditorState, said: KnownValues | None = None) -> set[str]:
    """Fields and columns of which the approved document says something else."""
    said = said or known()
    rows: list[tuple[Mapping[str, str | None], tuple]] = [(said.values, done.draft.entries)]
    rows += zip(said.rows or (), done.draft.rows, strict=True)
    return {
        entry.place.fieldtype
        for row, cells in rows
        for entry in cells
        if entry.place.fieldtype and entry.text != row.get(entry.place.fieldtype)
    }


def unpromised(predicted: Prediction) -> Draft:
    """Nothing is promised, as on the first day: what is sure is told at the approval alone."""
    policy = AcceptancePolicy()
    judgement = judge(PAPER, NOTE, predicted, policy=policy)
    return begin(PAPER, NOTE, predicted, judgement, policy=policy, blind=NOTHING)


# What is asked


def test_a_document_without_doubt_costs_a_glance_and_the_question_whether_to_approve() -> None:
    _, cost = worked(draft())
    assert cost == Work(keys=1, questions=1)
    assert cost.seconds() == pytest.approx(0.28 + 2 * 1.35)


def test_a_doubtful_field_that_is_right_costs_a_step_and_a_key() -> None:
    _, cost = worked(draft(prediction(sender=field("sender", SAID["sender"], tokens=DOUBTFUL))))
    assert cost == Work(keys=1, judged=1, confirmed=1)
    assert cost.seconds() == pytest.approx(0.28 + 2 * 1.35)


def test_a_wrong_field_is_mended_by_the_choice_that_has_to_be_read() -> None:
    done, cost = worked(draft(prediction(sender=field("sender", "Bolts", tokens=DOUBTFUL))))
    assert not wrong(done)
    assert cost == Work(keys=1, judged=1, offers=1, chosen=1)
    assert cost.seconds() == pytest.approx(0.28 + 3 * 1.35)


def test_a_short_value_is_typed_through_sooner_than_a_choice_is_read() -> None:
    done, cost = worked(draft(prediction(number=field("number", "GB980780684", tokens=DOUBTFUL))))
    assert not wrong(done)
    assert cost == Work(keys=len("eRE-7") + 1, judged=1, typed=1)


def test_a_wrong_value_that_was_accepted_stays_wrong_and_costs_nothing() -> None:
    done, cost = worked(draft(prediction(sender="Bolts")))
    assert wrong(done) == {"sender"}
    assert cost == Work(keys=1, questions=1)


def test_a_check_that_fails_leads_to_the_wrong_value_among_its_fields() -> None:
    done, cost = worked(draft(prediction(gross="191.00", sender="Bolts")))
    assert wrong(done) == {"sender"}
    assert cost == Work(keys=3, judged=3, offers=1, confirmed=2, chosen=1)


def test_what_the_question_whether_to_approve_says_she_checked_she_checks() -> None:
    said = known(net=None, tax=None, table=())
    told = prediction(net=None, tax=None, table=(), sender="Bolts")
    done, cost = worked(unpromised(told), said)
    assert not wrong(done, said)
    # No rows were found: Enter. Six values are told: Tab leads to the first, two more to the third,
    # a choice mends it, Enter approves when the question comes again.
    assert cost == Work(keys=6, judged=7, questions=2, offers=1, confirmed=1, chosen=1)


def test_a_missing_value_that_nothing_asks_for_stays_missing() -> None:
    said = known(net=None, tax=None, table=())
    told = prediction(net=None, tax=None, table=(), sender=None)
    done, _ = worked(unpromised(told), said)
    assert wrong(done, said) == {"sender"}


def test_a_check_that_fails_on_a_right_document_is_read_before_it_is_approved() -> None:
    said = known(gross="191.00")
    done, cost = worked(draft(prediction(gross="191.00")), said)
    assert done.because and not wrong(done, said)
    # Net, tax, gross; then `a` and the first reason.
    assert cost == Work(keys=3 + 2, judged=3, questions=2, confirmed=3)


def scrambled(rng: Random) -> Prediction:
    """Some values are another's, some doubtful, some rows too many or too few."""
    texts = [*SAID.values(), "191.00", "03/04/2018", None]
    cells = [cell for row in TABLE for cell in row]
    changes = {
        name: field(
            name,
            rng.choice([text, text, rng.choice(texts)]),
            tokens=rng.choice([SURE, DOUBTFUL]),
        )
        for name, text in SAID.items()
    }
    rows = [rng.choice([*TABLE, rng.choices(cells, k=2)]) for _ in range(rng.randrange(4))]
    return prediction(table=rng.choice([TABLE, rows]), **changes)


@pytest.mark.parametrize("make", [draft, unpromised, partial(draft, blind=WHOLE)])
@pytest.mark.parametrize("seed", range(12))
def test_no_key_hangs_on_a_label_that_she_was_not_asked_for(
    make: Callable[[Prediction], Draft], seed: int
) -> None:
    drafted = make(scrambled(Random(seed)))
    script = scripted(drafted, known())
    done, cost = work(take_up(drafted), script)
    assert done.done
    judged = {place.fieldtype for _, place in script.judged}
    other = {name: said if name in judged else "another" for name, said in SAID.items()}
    rows = known().rows if judged & {"rows", *COLUMNS} else ()
    again, same_cost = worked(drafted, KnownValues(other, rows))
    assert (again.draft.actions(), same_cost) == (done.draft.actions(), cost)


@pytest.mark.parametrize("seed", range(12))
def test_what_she_judged_is_right(seed: int) -> None:
    drafted = unpromised(scrambled(Random(seed)))
    script = scripted(drafted, known())
    done, _ = work(take_up(drafted), script)
    judged = {place for _, place in script.judged}
    header = [one for one in done.draft.entries if one.place in judged and one.place != DOCUMENT]
    assert all(one.text == SAID[one.place.fieldtype] for one in header)


# The table


def test_of_a_table_that_is_held_each_cell_is_compared() -> None:
    said = known(net=None)
    done, cost = worked(draft(prediction(net=None, table=(TABLE[0], ("Nuts", "100.00")))), said)
    assert not wrong(done, said)
    # Home and Shift+Tab to the cell, `e40.00` and Enter; Enter on the table.
    assert cost == Work(keys=2 + 7 + 1, judged=4 + 1, confirmed=1, typed=1)


@pytest.mark.parametrize("amounts", [("60.00", "40.00"), ("40.00", "60.00")])
def test_of_a_table_that_adds_up_she_looks_at_what_is_not_added(amounts: tuple[str, str]) -> None:
    said = known(tuple(zip(("Bolts", "Nuts"), amounts, strict=True)))
    drafted = unpromised(prediction())
    script = scripted(drafted, said)
    done, _ = work(take_up(drafted), script)
    cells = {place for _, place in script.judged if place.row is not None}
    assert {place.fieldtype for place in cells} == {"description"} and len(cells) == 2
    assert [row[1].text for row in done.draft.rows] == ["60.00", "40.00"]


def test_a_table_that_is_accepted_is_left_as_it_stands() -> None:
    done, cost = worked(draft(prediction(table=(("Trading", "60.00"), TABLE[1]))))
    assert wrong(done) == {"description"}
    assert cost == Work(keys=1, questions=1)


def test_of_a_table_with_one_cell_that_cannot_be_read_only_that_cell_is_judged() -> None:
    done, cost = worked(draft(prediction(table=(("Trading", "60.00"), ("Nuts", "x")))))
    assert wrong(done) == {"description"}
    assert cost == Work(keys=len("e40.00") + 1, judged=1, typed=1)


def test_a_row_that_is_none_goes_where_one_of_its_cells_is_asked_about() -> None:
    done, cost = worked(draft(prediction(table=(*TABLE, ("paid", "printed")))))
    assert not wrong(done)
    # Behind the row that is gone she stands on the one before it, and confirms that cell.
    assert cost == Work(keys=3, judged=2, questions=1, confirmed=1, removed=1)


# Blind


def test_blind_she_types_or_takes_every_value() -> None:
    done, cost = worked(draft(prediction(sender="Bolts"), blind=WHOLE))
    assert not wrong(done)
    typed = ("RE-7", "2", "A", "G", "EUR", "100.00", "19.00", "119.00")
    typed += ("Bolts", "60.00", "Nuts", "40.00")
    keys = sum(len(text) + 1 for text in typed)
    # Insert for each row, F4 for no more; hers where both differ. Day, sender and VAT id go on as
    # the page says.
    # One more approves: in evidence that is a step of its own.
    assert cost.keys == keys + len(("insert", "insert", "f4")) + 1 + 1
    assert cost.judged == 8 + 4 + 1 + 1
    assert (cost.offers, cost.typed, cost.added) == (3, 12, 2)
    assert cost.seconds() == pytest.approx(63 * 0.28 + (1 + 14 + 1 + 3) * 1.35)


# By hand, and to the end


def test_by_hand_each_value_is_a_step_its_characters_and_a_key() -> None:
    said = KnownValues({"company": "ACME", "total": "9.00", "date": None}, ({"article": "A"},))
    assert by_hand(said) == pytest.approx(3 * 1.35 + (5 + 5 + 2) * 0.28)


def test_what_she_comes_to_no_end_with_is_not_done() -> None:
    drafted = draft(prediction(sent=field("sent", SAID["sent"], tokens=DOUBTFUL)))
    done, _ = work(take_up(drafted), scripted(drafted, known(sent="the day after")))
    assert not done.done


def test_what_is_approved_is_delivered_wrong_where_nothing_asked(office: Office) -> None:
    said = Said(wrong={"supplier_name": "Washer M8"}, unsure=("order_number",))
    docid = office.drop("R-1", said)
    office.work()
    desk = office.desk()
    (waiting,) = desk.queue()
    loaded = desk.load(waiting)
    assert loaded.draft and desk.open(loaded)
    columns = [spec.name for spec in loaded.draft.derived.context.columns]
    header = {name: text.format(number="R-1") for name, text in HEADER.items()}
    rows = tuple(dict(zip(columns, row, strict=True)) for row in ROWS)
    done, cost = worked(loaded.draft, KnownValues(header, rows))
    desk.approve(loaded, done.draft, cost.seconds(), done.because)
    office.work()
    (delivered,) = (office.folder / "outbox").glob("[!.]*/*.json")
    fields = json.loads(delivered.read_bytes())["fields"]
    assert docid[:8] and fields["supplier_name"]["value"] == "Washer M8"
    assert cost == Work(keys=1, judged=1, confirmed=1)
