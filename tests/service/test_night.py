"""A night as the owner has it: the daemon runs, clerks correct, and what is better serves.

The real SmolLM2, the real Unsloth, real processes; nobody is made up but the clerk.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from chosen_lots import drawn_if, key_of
from made_up_till import TYPE, slip
from test_day import Appliance

from appliance.cli.context import user
from appliance.domain.results import ENDS, GateOutcome, Job
from appliance.learning.models.registry import Registry
from appliance.records.audit import APPLIANCE, Audit
from appliance.records.chain import LinkKind
from appliance.records.store import Store
from appliance.review.scripted import KnownValues, work_off
from appliance.service import wiring
from appliance.settings import config
from appliance.settings.home import Home

TAUGHT, EVIDENCE = 8, 12
"""A night needs eight to learn from, and eight that are mended to prove that a model is better."""
RECEIPTS = TAUGHT + EVIDENCE
SETTINGS = {
    "APPLIANCE_INBOX_SETTLE": "0.2",
    "APPLIANCE_EVIDENCE_AFTER": "0",
    "APPLIANCE_EVIDENCE_OPENING": "false",
    "APPLIANCE_EVIDENCE_FIRST": "2",
    "APPLIANCE_NIGHT_FROM": "00:00",
    "APPLIANCE_NIGHT_TO": "00:00",
    "APPLIANCE_NIGHT_LABELS": str(TAUGHT),
}

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(1200)]


class Shop(Appliance):
    """A till's receipts are dropped, number by number."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "doctypes" / "till.toml").write_text(TYPE)
        self.key = key_of(Home(folder))
        self.models = Registry(folder / "models")

    def run(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command("run"), env=os.environ | SETTINGS, stdout=subprocess.PIPE, text=True
        )

    def receipt(self, number: int) -> None:
        text = drawn_if(number % 5 > 1, slip(number).text, self.key, one_in=2)
        self.drop(f"{number}.txt", text, doctype="till")

    def done(self, number: int) -> None:
        """Waits until the day has done what it can with so many receipts."""
        self.wait_until(lambda: self.ended() == number, seconds=600)

    def ended(self) -> int:
        with closing(Store(self.home / "appliance.db")) as store:
            return sum(job.state in ENDS for job in store.jobs())

    def clerk(self) -> None:
        """She works off what waits, which is then delivered."""
        settings = config.load(self.home, SETTINGS)
        with wiring.desk(Home(self.home), settings, station="one", clerk="Anna") as desk:
            assert list(work_off(desk, self.truth, same=lambda spec, said, text: said == text))

    def truth(self, job: Job) -> KnownValues:
        return KnownValues(slip(int(Path(job.source).stem)).truth)

    def answered(self, number: int) -> str:
        """The model that answered a receipt which was delivered."""
        (path,) = (self.home / "outbox" / "till").glob(f"{number}.*.json")
        result = json.loads(path.read_bytes())
        for name, text in slip(number).truth.items():
            assert result["fields"][name]["text"] == text
        return str(result["model"])


@pytest.fixture
def shop(tmp_path: Path, initialised: Path) -> Shop:
    return Shop(Path(shutil.copytree(initialised, tmp_path / "home")))


def test_a_night_learns_from_corrections_and_what_is_better_serves(shop: Shop) -> None:
    first = shop.models.champion().name
    daemon = shop.run()
    try:
        for number in range(RECEIPTS):
            shop.receipt(number)
        shop.done(RECEIPTS)
        shop.clerk()
        shop.wait_for(RECEIPTS)

        shop.wait_until(Home(shop.home).tunes, seconds=600)
        shop.wait_until(lambda: len(shop.models.names()) == 2, seconds=900)
        (version,) = (one for one in shop.models.versions() if one.training)
        assert version.verdict and version.training
        assert version.verdict.outcome is GateOutcome.PROMOTED, version.verdict.reason
        assert version.verdict.documents == EVIDENCE
        assert version.training.documents == TAUGHT
        shop.wait_until(lambda: shop.models.champion() == version)

        shop.wait_until(lambda: shop.serves() == (version.name, None))
        shop.receipt(RECEIPTS + 1)
        shop.done(RECEIPTS + 1)
        if len(shop.outbox()) == RECEIPTS:
            shop.clerk()
        shop.wait_for(RECEIPTS + 1)
        assert "promoted" in shop("status")

        assert first in shop("rollback")
        shop.wait_until(lambda: shop.serves() == (first, None))
        shop.receipt(RECEIPTS + 3)
        shop.done(RECEIPTS + 2)
        shop.clerk()
        shop.wait_for(RECEIPTS + 2)
    finally:
        daemon.send_signal(signal.SIGTERM)
        told, _ = daemon.communicate(timeout=120)
    assert daemon.returncode == 0
    assert version.verdict.reason in told
    assert version.name in told and first in told
    models = [shop.answered(number) for number in (1, RECEIPTS + 1, RECEIPTS + 3)]
    assert models == [first, version.name, first]
    with closing(Store(shop.home / "appliance.db")) as store:
        links = [one for one in Audit(store.database).entries() if one.kind is LinkKind.SERVES]
    assert [(one.who, one.about) for one in links] == [
        (APPLIANCE, first),
        (APPLIANCE, version.name),
        (user(), first),
    ]
