"""Variants of every document that the project makes, and of the real ones where they are."""

from __future__ import annotations

import pytest

from appliance.learning.dataset import augmentation
from appliance.learning.night.collect import VARIANTS
from bench.walks3 import variants

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def shipped():
    return variants.list_shipped_groups(made_up=24)


def test_none_of_what_ships_raises(engine, shipped):
    names = {"starter", "tutorial", "samples supplier_invoice", "samples receipt"}
    assert names <= shipped.keys() and len(shipped["tutorial"]) == 62
    made = {
        name: variants.vary(engine, group, times=10, seed=f"slice/{name}")
        for name, group in shipped.items()
    }
    assert not [one.raised for one in made.values() if one.raised]
    assert sum(one.variants for one in made.values()) >= 1000
    assert all(one.rows > one.documents for one in made.values())


def test_the_measure_sees_what_a_night_died_of(engine, shipped, monkeypatch):
    """As spans were moved before: one within a date that was written anew had no word left."""
    follow = augmentation._follow_spans

    def shrinking(spans, document, moves):
        bare = [augmentation._WordMoves(one.starts, frozenset()) for one in moves]
        return follow(spans, document, bare)

    monkeypatch.setattr(augmentation, "_follow_spans", shrinking)
    found = variants.vary(engine, shipped["tutorial"], times=VARIANTS, seed="before")
    assert any("ValueError in document.py" in why for why in found.raised)


@pytest.mark.data
def test_none_of_some_receipts_raises(engine):
    group = list(variants._transcribed_receipts())[:40]
    found = variants.vary(engine, group, times=10, seed="receipts")
    assert not found.raised and found.variants == 400
