"""A monkey at the station decides on no document unless the screen asked for it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from made_up_station import Office, Said

from appliance.records.evidence import SamplingPlan
from bench.monkey import Monkey, Outcome

KEYS = 600
UNSURE = Said(unsure=("invoice_date", "order_number", "gross_total"))


def office_of(folder: Path) -> Office:
    office = Office(folder, evidence=SamplingPlan(first=2, until=2, then=2))
    for number in range(12):
        office.drop(f"R-{number}", UNSURE)
    office.work()
    return office


@pytest.mark.asyncio
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.slow
async def test_no_document_is_decided_on_by_chance(tmp_path: Path, seed: int) -> None:
    with closing(office_of(tmp_path)) as office:
        before, outcome = len(office.store.find("")), Outcome()
        await Monkey(office.desk(), seed).work(outcome, keys=KEYS)
        assert outcome.keys > KEYS / 2
        assert (outcome.unmeant, outcome.bugs) == ([], [])
        assert len(office.store.find("")) == before


@pytest.mark.slow
@pytest.mark.asyncio
async def test_the_monkey_would_tell_a_document_that_was_decided_on_by_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As before every key was meant: a held Enter and a burst decide."""
    from appliance.review.editor import rhythm

    monkeypatch.setattr(rhythm, "BURST", 0.0)
    monkeypatch.setattr(rhythm, "REPEAT", 0.0)
    monkeypatch.setattr("appliance.review.screens.review.SETTLE", 0.0)
    with closing(office_of(tmp_path)) as office:
        outcome = Outcome()
        monkey = Monkey(office.desk(), 1)
        await monkey.work(outcome, keys=3 * KEYS, enough=lambda: bool(outcome.unmeant))
        assert outcome.unmeant
