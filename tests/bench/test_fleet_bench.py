"""The bench of the fleet in small: real processes, a real server, lines that are cut."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("nats", reason="the extra [fleet] is not installed")

from bench.fleet import poison, survival


@pytest.mark.slow
def test_whatever_is_cut_and_killed_a_hub_has_what_its_sites_know(tmp_path: Path) -> None:
    found = survival.measured(tmp_path / "fleet", sites=2, documents=12, cuts=2, kills=3)
    assert found.wrong == ()
    assert (found.lost, found.twice, found.models_arrived) == (0, 0, 2)
    assert found.setbacks and found.kills and found.corrections


@pytest.mark.slow
def test_a_site_that_lies_changes_nothing_that_another_one_accepts() -> None:
    found = poison.measured()
    assert found.told and found.proposed
    assert (found.promoted, found.accepted_told) == (0, found.accepted_alone)
