"""A clerk at a station of her own process, who notes what she saw done: it may die at any moment.

What she notes before an act she only began; what she notes after it has to be found again.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TextIO

from appliance.domain.document import page_text
from appliance.domain.errors import ApplianceError
from appliance.domain.results import Job
from appliance.domain.sender_rulings import SenderRenamed, SenderRuling, SendersMerged
from appliance.review.desk import Desk
from appliance.review.draft.actions import loaded as actions_in
from appliance.review.draft.draft import Draft
from appliance.review.editor.editor import take_up
from appliance.review.loading import Loaded
from appliance.review.scripted import KnownValues, ScriptedClerk, steps
from appliance.service import wiring
from appliance.settings import config
from appliance.settings.home import Home
from bench.campaign.kills_papers import NOTE, said_in

PROGRAM = f"{__name__}:main"
CLERKS = ("Anna", "Bernd")


@dataclass(frozen=True, slots=True)
class Act:
    """A line of her notes."""

    did: str
    """``kept``, ``approved``, ``refused``, ``retyped``, ``reopened`` or ``ruled``."""
    done: bool
    """False: it was begun."""
    docid: str = ""
    doctype: str = ""
    actions: int = 0
    """In the draft that was kept."""


def noted(notes: Path) -> list[Act]:
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    return [Act(**json.loads(line)) for line in lines]


def main() -> None:
    """``HOME NOTES SEED``: she works off what waits, each time otherwise."""
    home, notes, rng = Home(Path(sys.argv[1])), Path(sys.argv[2]), Random(sys.argv[3])
    settings = config.load(home.folder, os.environ)
    with (
        notes.open("a", encoding="utf-8") as book,
        wiring.desk(home, settings, station="seat", clerk=rng.choice(CLERKS)) as desk,
    ):
        _Clerk(desk, book, rng).work()


class _Clerk:
    def __init__(self, desk: Desk, book: TextIO, rng: Random) -> None:
        self._desk = desk
        self._book = book
        self._rng = rng

    def work(self) -> None:
        for waiting in self._desk.queue():
            loaded = self._desk.load(waiting)
            if self._desk.open(loaded):
                self._decide(loaded)
        self._open_again()
        self._rule()

    def _decide(self, loaded: Loaded) -> None:
        job, desk = loaded.waiting.job, self._desk
        what = self._rng.random()
        if loaded.draft is None:
            self._does("retyped", job, lambda: desk.retype(loaded, NOTE))
        elif what < 0.15:
            self._does("refused", job, lambda: desk.reject(loaded, "nobody can read it"))
        else:
            self._review(loaded)

    def _review(self, loaded: Loaded) -> None:
        desk, job, draft = self._desk, loaded.waiting.job, loaded.draft
        assert draft
        state = take_up(draft)
        for _, after in steps(state, ScriptedClerk(draft, _truth(draft))):
            if after.draft is not state.draft:
                many = len(actions_in(after.draft.actions()))
                self._does("kept", job, partial(desk.keep, loaded, after.draft), many)
            state = after
        if state.done:
            approve = partial(desk.approve, loaded, state.draft, 1.0, state.because)
            self._does("approved", job, approve)
        else:
            desk.skip(loaded)

    def _open_again(self) -> None:
        """What was decided waits again, and is decided another time."""
        done = [one for one in self._desk.done() if one.outcome in ("approved", "rejected")]
        for one in self._rng.sample(done, min(len(done), self._rng.randint(0, 2))):
            self._does("reopened", one.job, partial(self._desk.reopen, one))

    def _rule(self) -> None:
        known = list(self._desk.senders(None).entries)
        if not known or self._rng.random() < 0.3:
            return
        one, other = self._rng.choice(known), self._rng.choice(known)
        ruling: SenderRuling = SenderRenamed(one.party, f"{one.title} ({self._rng.randint(1, 9)})")
        if one.party != other.party and self._rng.random() < 0.3:
            ruling = SendersMerged(one.party, other.party)
        self._does("ruled", None, partial(self._desk.rule, ruling))

    def _does(self, did: str, job: Job | None, act: Callable[[], object], actions: int = 0) -> None:
        """What is refused in words was not done."""
        about = (job.docid, job.doctype) if job else ("", "")
        self._note(Act(did, False, *about, actions))
        try:
            act()
        except ApplianceError as error:
            print(f"{did}: {error}", flush=True)
        else:
            self._note(Act(did, True, *about, actions))

    def _note(self, act: Act) -> None:
        self._book.write(json.dumps(asdict(act)) + "\n")
        self._book.flush()


def _truth(draft: Draft) -> KnownValues:
    """Of a note what stands on it; of anything else she takes what she is shown."""
    if draft.doctype.name == NOTE:
        return KnownValues(said_in("\n".join(map(page_text, draft.document.pages))))
    return KnownValues({one.place.fieldtype: one.text for one in draft.entries})
