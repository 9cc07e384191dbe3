"""Poisoned learning in small: nothing that a liar says is believed, and a trial can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.system.sealing import Seals, unsealed
from bench.campaign.learning import KINDS, PoisonedLearning
from bench.campaign.trial import Breach

PART = PoisonedLearning()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_lie_is_believed(kind: str, tmp_path: Path) -> None:
    outcome = PART.run(kind, 1, tmp_path)
    assert outcome.found == ()
    assert outcome.faults > 0


def test_a_home_that_does_not_look_at_its_seals_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else no such trial could fail."""
    monkeypatch.setattr(Seals, "_read", lambda self, path, of, hint: unsealed(path.read_bytes()))
    kind = "a changed file of a model"
    found = [
        one.breach for seed in range(10) for one in PART.run(kind, seed, tmp_path / str(seed)).found
    ]
    assert found and set(found) == {Breach.BELIEVED}
