"""Records of one home in which all of many senders was approved, to be copied and gone on with."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.domain.prediction import Prediction
from appliance.judgement.policy import AcceptancePolicy
from appliance.records.store import Store
from bench.asked import Asked
from bench.senders.office import Decided, Office
from bench.senders.promised import fitted, proven
from bench.senders.replay import replay

LATER = 1e6
"""Seconds, when whatever comes next begins."""


@dataclass(frozen=True, slots=True)
class Background:
    path: Path
    decided: tuple[Decided, ...]
    policy: AcceptancePolicy
    """Fitted on one half of it, and proven on the other."""

    @contextmanager
    def copy(self) -> Iterator[Office]:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(self.path, folder)
            with closing(Store(Path(folder) / self.path.name)) as store:
                yield Office(store, whole=True, now=LATER)


@contextmanager
def background(asked: Sequence[Asked], answers: Sequence[Prediction]) -> Iterator[Background]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "appliance.db"
        with closing(Store(path)) as store:
            office = Office(store, whole=True)
            _, decided = replay(office, asked, answers)
            half = len(decided) // 2
            policy = proven(office, decided[half:], fitted(office, decided[:half]))
        yield Background(path, tuple(decided), policy)
