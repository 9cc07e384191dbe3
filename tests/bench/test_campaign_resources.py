"""A home that the machine fails, in each way that the campaign knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.campaign.power import shim
from bench.campaign.resources import Resources

pytestmark = pytest.mark.skipif(shim() is None, reason="there is no C compiler")
LONG = {"locked", "stopped"}
"""They wait for what is given up: the campaign runs them."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted({*Resources.kinds} - LONG))
def test_nothing_is_lost_whatever_the_machine_lacks(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMALL", "1")
    outcome = Resources().run(kind, 0, tmp_path)
    assert outcome.found == ()
    assert outcome.faults
