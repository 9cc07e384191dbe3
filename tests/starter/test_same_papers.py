"""Papers of the training seed as they were when the shipped starter learned from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("fpdf", reason="the extra `samples` is not installed")

from bench.same_papers import of_the_seed

KEPT = json.loads(Path(__file__).with_name("same_papers.json").read_text(encoding="utf-8"))
"""Sixty hashes by number; every kind of document and every language is among them."""


def test_papers_of_the_training_seed_are_what_they_always_were() -> None:
    changed = [number for number, kept in KEPT.items() if of_the_seed(int(number)) != kept]
    assert len(KEPT) == 60
    assert not changed
