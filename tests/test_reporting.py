from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from appliance.domain.results import Job, State
from appliance.home import Home
from appliance.intake.intake import Look, Taken
from appliance.intake.look import Trouble
from appliance.learning.night.news import End, News
from appliance.nightly import Begun, Ended
from appliance.pipeline import Moved
from appliance.records.store import Store
from appliance.reporting import reporting
from appliance.serving import Kept, Switched

JOB = Job("a" * 64, "receipt", State.ACCEPTED, "[bold]one.pdf", arrived_at=0)
EVENTS = (
    Look(
        (Taken(JOB.docid, "receipt", "one.pdf", new=False),),
        (Trouble(Path("x.pdf"), "x.pdf is a link", "drop the document itself"),),
        None,
    ),
    Moved(JOB, State.DELIVERED, "receipt/one.json", 1.25),
    Switched("old", "new", 2.5),
    Kept("new", "newer", "llama.cpp cannot load it"),
    Kept("", "new", "it is gone"),
    Begun("20 new labelled documents", until=0.0),
    Ended(News(at=0.0, said="not proven: 3 more fixes would prove it", end=End.DONE)),
)


def told(folder: Path, *, terminal: bool) -> str:
    home = Home(folder)
    home.make()
    output = StringIO()
    console = Console(file=output, force_terminal=terminal, width=120, color_system=None)
    with reporting(home, console) as report:
        for event in EVENTS:
            report(event)
    return output.getvalue()


def test_elsewhere_each_event_is_a_plain_line(tmp_path: Path) -> None:
    lines = told(tmp_path, terminal=False).splitlines()
    assert len(lines) == 8
    assert lines[0].endswith("one.pdf  these bytes were here before: not processed again")
    assert lines[1].endswith("x.pdf is a link (drop the document itself)")
    # A name is a name, whatever markup it looks like.
    assert lines[2].endswith("[bold]one.pdf (1.2 s)  receipt/one.json")
    assert lines[3].endswith("model     new (2.5 s) serves")
    assert lines[4].endswith("newer does not serve, new goes on: llama.cpp cannot load it")
    assert lines[5].endswith("new does not serve, documents wait for one that does: it is gone")
    assert "night     begins (20 new labelled documents), to be over " in lines[6]
    assert lines[7].endswith("night     not proven: 3 more fixes would prove it")


def test_a_terminal_shows_a_board_with_the_last_events(tmp_path: Path) -> None:
    shown = told(tmp_path, terminal=True)
    assert "watching the inbox" in shown
    assert "1 done" in shown
    assert "no document has arrived yet" in shown
    assert "[bold]one.pdf" in shown


def test_the_board_says_what_is_in_hand(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    store = Store(home.database)
    store.record("a" * 64, "receipt", "slow.pdf", now=0)
    store.claim(State.ARRIVED, now=1, lease=60)
    store.close()
    assert "reading slow.pdf" in told(tmp_path, terminal=True)
