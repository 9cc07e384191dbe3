"""Trials of a campaign run in processes of their own, and a run that was cut goes on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench import common
from bench.campaign import runner
from bench.campaign.trial import Outcome


@dataclass(frozen=True, slots=True)
class Counted:
    """Its trials do nothing but say which they are."""

    name: str = "counted"
    kinds: tuple[str, ...] = ("even",)

    def trials(self, *, small: bool) -> int:
        return 5

    def run(self, kind: str, seed: int, folder: Path) -> Outcome:
        return Outcome(faults=seed, counts=Counter({str(folder): 1}))


def test_more_trials_than_a_pool_has_all_end_and_count_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "CACHE", tmp_path)
    monkeypatch.setattr(runner, "A_POOL", 2)
    cut = runner.run(Counted(), seeds=range(3))
    next(cut)
    cut.close()
    ended = list(runner.run(Counted(), seeds=range(5)))
    assert sorted(one.outcome.faults for one in ended) == [0, 1, 2, 3, 4]
    again = list(runner.run(Counted(), seeds=range(5)))
    assert {folder for one in again for folder in one.outcome.counts} == {
        folder for one in ended for folder in one.outcome.counts
    }
