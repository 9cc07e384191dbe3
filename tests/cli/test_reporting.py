from __future__ import annotations

import logging
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from golden import looks_as_it_did

from appliance.cli.context import Console
from appliance.cli.reporting import reporting
from appliance.domain.blockers import Blocker
from appliance.domain.results import Job, JobState
from appliance.intake.intake import AcceptedFile, ScanResult
from appliance.intake.scan import SkippedFile
from appliance.learning.night.status import NightEnd
from appliance.learning.night.status import NightStatus as Noted
from appliance.promise.evidence_answers import BackfillProgress
from appliance.records.store import Store
from appliance.service.daemon import DayEvent
from appliance.service.night_scheduler import NightBegun, NightEnded
from appliance.service.pipeline import StepResult
from appliance.service.serving import Swapped, SwapRefused
from appliance.settings.home import Home

JOB = Job("a" * 64, "receipt", JobState.ACCEPTED, "[bold]one.pdf", arrived_at=0)
EVENTS = (
    ScanResult(
        (AcceptedFile(JOB.docid, "receipt", "one.pdf", new=False),),
        (SkippedFile(Path("x.pdf"), "x.pdf is a link", "drop the document itself"),),
        None,
    ),
    StepResult(JOB, JobState.DELIVERED, "receipt/one.json", 1.25),
    Swapped("old", "new", 2.5),
    SwapRefused("new", "newer", "llama.cpp cannot load it"),
    SwapRefused("", "new", "it is gone"),
    NightBegun("20 new labelled documents", until=0.0),
    NightEnded(Noted(at=0.0, said="not proven: 3 more fixes would prove it", end=NightEnd.DONE)),
    BackfillProgress(documents=40, answered=12),
    BackfillProgress(documents=40, answered=39, skipped=1),
)


def told(
    folder: Path, *, terminal: bool, events: Sequence[DayEvent] = EVENTS, values: bool = True
) -> str:
    home = Home(folder)
    home.make()
    output = StringIO()
    console = Console(file=output, force_terminal=terminal, width=120, color_system=None)
    with reporting(home, console, values=values) as report:
        for event in events:
            report(event)
    return output.getvalue()


def test_elsewhere_each_event_is_a_plain_line(tmp_path: Path) -> None:
    lines = told(tmp_path, terminal=False).splitlines()
    look, _, _, kept, gone, begun, ended, *_ = EVENTS
    (trouble,) = look.troubles
    facts = (
        ("one.pdf",),
        (trouble.message, trouble.hint),
        ("[bold]one.pdf", "1.2 s", "receipt/one.json"),  # a name is a name
        ("new", "2.5 s"),
        (kept.name, kept.refused, kept.reason),
        (gone.refused, gone.reason),
        (begun.why,),
        (ended.news.said,),
        ("12 of 40",),
        ("39 of 40", "1 skipped"),
    )
    for line, told_of in zip(lines, facts, strict=True):
        assert all(fact in line for fact in told_of)
    # The hour is the machine's.
    shown = [line[9:].partition(", to be over ")[0] for line in lines]
    looks_as_it_did("\n".join([*shown, ""]), Path(__file__).parent / "screens" / "log.txt")


def test_a_terminal_shows_a_board_with_the_last_events(tmp_path: Path) -> None:
    shown = told(tmp_path, terminal=True)
    assert "watching" in shown and "reading" not in shown
    assert "1 done" in shown
    assert "[bold]one.pdf" in shown


def test_the_board_says_what_is_in_hand(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    store = Store(home.database)
    store.record("a" * 64, "receipt", "slow.pdf", now=0)
    store.claim(JobState.ARRIVED, now=1, lease=60)
    store.close()
    assert "reading slow.pdf" in told(tmp_path, terminal=True)


HELD = StepResult(
    JOB,
    JobState.HELD,
    blockers=(
        Blocker("hidden-text", "page 1 holds text that nobody can see on it: \x1b]2;PWNED\x9b"),
        Blocker("unsure", "invoice number is unsure: 'INV-4711'", "invoice_number"),
        Blocker("unsure", "gross total is unsure: '119.00'", "gross_total"),
    ),
)


def test_d7_a_line_of_the_log_says_what_kind_of_trouble_it_is_and_no_value(tmp_path: Path) -> None:
    line = told(tmp_path, terminal=False, events=[HELD], values=False)
    assert all(said in line for said in ("hidden text", "unsure", "invoice number", "gross total"))
    assert not any(value in line for value in ("PWNED", "INV-4711", "119.00"))


@pytest.mark.parametrize("terminal", [False, True], ids=["log", "board"])
def test_d7_the_owner_may_have_the_values_and_the_board_shows_them(
    tmp_path: Path, terminal: bool
) -> None:
    said = " ".join(told(tmp_path, terminal=terminal, events=[HELD], values=not terminal).split())
    assert "'INV-4711'" in said
    assert "\ufffd]2;PWNED\ufffd" in said, "and nothing of it drives the terminal"


@pytest.mark.parametrize("values", [False, True])
def test_d7_an_error_in_the_log_quotes_nothing_unless_it_may(tmp_path: Path, values: bool) -> None:
    output = StringIO()
    console = Console(file=output, width=200)
    with reporting(Home(tmp_path), console, values=values):
        try:
            try:
                raise ValueError("'INV-4711\x1bc' is no number")
            except ValueError as error:
                raise KeyError("INV-4712") from error
        except KeyError:
            logging.getLogger("appliance.service.daemon").exception("BUG")
    said = output.getvalue()
    assert (
        "BUG" in said
        and "test_reporting.py" in said
        and "ValueError" in said
        and "KeyError" in said
    )
    assert ("'INV-4711\ufffdc'" in said) is values
    assert ("INV-4712" in said.replace('raise KeyError("INV-4712")', "")) is values
    assert "\x1b" not in said
