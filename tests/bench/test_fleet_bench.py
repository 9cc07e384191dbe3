"""The bench of the fleet in small: what a site that lies can do to another one."""

from __future__ import annotations

import pytest

pytest.importorskip("nats", reason="the extra [fleet] is not installed")

from bench.fleet import poison


@pytest.mark.slow
def test_a_site_that_lies_changes_nothing_that_another_one_accepts() -> None:
    found = poison.measured()
    assert found.told and found.proposed
    assert (found.promoted, found.accepted_told) == (0, found.accepted_alone)
