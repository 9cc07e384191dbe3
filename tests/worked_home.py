"""A home in which what lies in the inbox is worked off when asked; reader and model are made up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from made_up_day import NO_EVIDENCE, Day

from appliance.intake.intake import Intake
from appliance.records.evidence import SamplingPlan
from appliance.service.pipeline import StepResult
from appliance.settings.home import Home

RECEIPT = """\
title = "Receipt"
party = ["company"]
number = "number"
gross = "total"

[fields.company]
required = true
[fields.number]
type = "code"
[fields.total]
type = "amount"
required = true
"""
"""As ``made_up_day`` has it."""


class WorkedHome(Day):
    def __init__(self, folder: Path, *, evidence: SamplingPlan = NO_EVIDENCE) -> None:
        self.home = Home(folder)
        self.home.make()
        (self.home.doctypes / "receipt.toml").write_text(RECEIPT)
        super().__init__(folder, evidence=evidence)
        self.intake = Intake(
            self.home.inbox, self.archive, self.store, settle=0.0, doctypes=lambda: ["receipt"]
        )

    def close(self) -> None:
        self.store.close()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """As beside a daemon, in a thread of its own."""
        stop = Event()

        def work() -> None:
            while not stop.wait(0.05):
                self.work()

        thread = Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def work(self) -> list[StepResult]:
        """One look into the inbox, and every step there is then."""
        self.now = max(time.time(), self.now + 0.001)
        self.intake.look(now=self.now)
        return super().work()
