"""A station's process is killed while a clerk works, and the daemon that delivers what she did."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path

from appliance.records.store import Store
from appliance.review.draft.actions import loaded as actions_in
from bench.campaign.kills_clerk import PROGRAM, Act, noted
from bench.campaign.kills_home import (
    KilledHome,
    Outcomes,
    in_any_order,
    killed_home,
    passage,
    points,
    seed_of,
)
from bench.campaign.trial import Breach, Found

DESK = points("approval", "refusal", "reopening", "ruling", "quarantine", "records", "file")
DELIVERY = points("delivery", "records")
_ROWS = {"approved": "approved", "refused": "rejected", "retyped": "retyped"}
"""Outcomes of reviews, by what she noted."""


def desk(book: Outcomes, seed: int, folder: Path, times: int) -> None:
    notes = folder / "notes"
    with killed_home(book, f"desk {seed}", folder) as home:
        for number, point in enumerate(in_any_order(DESK, times * 2 // 3, home.rng)):
            home.drop(home.rng.randint(1, 4))
            home.day(passage(home.rng.choice(DELIVERY), home.rng) if number % 2 else "")
            at = passage(point, home.rng)
            words = str(home.home.folder), str(notes), str(seed_of(home.rng))
            life = home.live(*words, program=PROGRAM, dies_at=at)
            if not life.killed and life.code:
                home.died(f"the station ended with {life.code}")
            _look(home, noted(notes))
        home.day()
        _look(home, noted(notes))


def _look(home: KilledHome, acts: list[Act]) -> None:
    """What she saw done is on record, and of a draft at most the action in hand is lost."""
    with closing(Store(home.home.database)) as store:
        rows = store.database.rows("select docid, doctype, outcome from reviews")
        reviews = Counter((row["docid"], row["doctype"], row["outcome"]) for row in rows)
        (ruled,) = store.database.rows("select count(*) n from sender_rulings")
        rows = store.database.rows("select docid, doctype, actions from drafts")
        drafts = {(row["docid"], row["doctype"]): len(actions_in(row["actions"])) for row in rows}
    done = Counter((act.docid, act.doctype, _ROWS[act.did]) for act in acts if _is_review(act))
    for lost in done - reviews:
        _lost(home, f"{lost[2]} was said of {lost[0][:8]}, and is on no record")
    if sum(act.did == "ruled" and act.done for act in acts) > ruled["n"]:
        _lost(home, "a ruling on a sender is lost")
    kept: dict[tuple[str, str], set[int]] = {}
    for act in acts:
        if act.did == "kept":
            could = kept.setdefault((act.docid, act.doctype), set())
            if act.done:
                could.clear()
            could.add(act.actions)
    for key, could in kept.items():
        # What she approves is kept once more as she leaves it.
        if drafts.get(key, 0) not in could and drafts.get(key, 0) < max(could):
            _lost(home, f"of the draft of {key[0][:8]} {drafts.get(key)} actions are left: {could}")


def _is_review(act: Act) -> bool:
    return act.done and act.did in _ROWS


def _lost(home: KilledHome, told: str) -> None:
    home.book.found.append(Found(Breach.LOST, told))
