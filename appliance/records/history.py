"""What became of documents: those of today, those that are looked for, and what one clerk did last.

What waits for a clerk is no part of it. The clock is the caller's: times are seconds since 1970.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from appliance.domain.mail import MailOrigin
from appliance.domain.results import Job, JobState
from appliance.records.evidence import SERVES
from appliance.records.jobs import JOB, job_of
from appliance.records.mails import mails_of, origins_of, words_of_mails
from appliance.records.queue import KEYED
from appliance.records.reviews import AT_SEAT, HERE
from appliance.records.store import Store

LONGEST_WORD = 200
"""Letters of a word that is looked for; SQLite takes no pattern of any length."""

Outcome = Literal["approved", "rejected", "retyped"]


@dataclass(frozen=True, slots=True)
class DoneEntry:
    """A document, and what was last said of it."""

    job: Job
    review: int | None
    """Number of the last review; None when no clerk was ever done with it."""
    outcome: Outcome | None
    """Of that review; None when the appliance gave another answer since."""
    clerk: str
    """Empty where the appliance did it alone."""
    reason: str
    """Why she refused it; else empty."""
    reviewed_at: float | None
    delivered_at: float | None
    """The last time; None when it never was."""
    sender: str | None
    """As it stands on the document; None also for what is still to be keyed blind."""
    mails: tuple[MailOrigin, ...] = ()
    """That it is or came in, its own first."""

    @property
    def since(self) -> float | None:
        """When it came to where it is; None when nobody wrote that down."""
        if self.job.state is not JobState.DELIVERED:
            return self.reviewed_at
        return max(filter(None, (self.delivered_at, self.reviewed_at)), default=None)


@dataclass(frozen=True, slots=True)
class ClerkAct:
    review: int
    docid: str
    doctype: str
    """As which she left it."""
    outcome: Outcome


_LEFT_AS = "iif(reviews.outcome = 'retyped', reviews.reason, reviews.doctype)"
_BLIND = f"(coalesce({SERVES}, 0) and not {KEYED})"
"""Nothing may be told of the model's answer."""
_DONE = f"""
    select {", ".join(f"jobs.{name}" for name in JOB.split(", "))}, told.id review,
           iif(told.outcome = 'retyped' or told.prediction is (
                   select max(id) from predictions
                    where predictions.docid = jobs.docid and predictions.doctype = jobs.doctype),
               told.outcome, null) outcome,
           told.clerk, told.reason said, told.reviewed_at,
           (select max(delivered_at) from deliveries
             where deliveries.docid = jobs.docid and deliveries.doctype = jobs.doctype
           ) delivered_at,
           iif({_BLIND}, null, jobs.sender) sender, {mails_of("jobs")} mails
      from jobs
      left join evidence using (docid, doctype)
      left join reviews told on told.id = (
               select max(id) from reviews
                where reviews.docid = jobs.docid and {_LEFT_AS} = jobs.doctype
                  and {HERE})
    """
_WAITS = f"(state = 'held' or state in ('accepted', 'delivered') and {_BLIND})"
_TOLD_STATE = """
    case state when 'accepted' then 'approved to be delivered' when 'delivered' then
        'delivered approved' when 'failed' then 'refused could not be processed'
        when 'opened' then 'opened' when 'imported' then 'imported' else '' end"""
"""Whatever the list may say of it."""
_SINCE = f"""{_DONE}
     where not {_WAITS} and (jobs.docid, jobs.doctype) in (
            select docid, {_LEFT_AS} from reviews
             where reviewed_at >= :since and {HERE}
            union
            select docid, doctype from deliveries where delivered_at >= :since)
    order by max(coalesce(told.reviewed_at, 0), coalesce(delivered_at, 0)) desc, jobs.docid
    """
_FOUND = f"""{_DONE}
     where not {_WAITS} and (jobs.docid, jobs.doctype) in (
            select docid, doctype from jobs
             where state <> 'held' and not exists (
                       select 1 from json_each(:words)
                        where jobs.source || ' ' || replace(doctype, '_', ' ') || ' '
                                     || coalesce(sender, '') || ' ' || {_TOLD_STATE}
                                     || ' ' || {words_of_mails("jobs")}
                               not glob value)
             order by arrived_at desc limit :most)
    order by jobs.arrived_at desc, jobs.docid
    """
_ENDS: dict[str | None, tuple[JobState, ...]] = {
    "approved": (JobState.ACCEPTED, JobState.DELIVERED),
    "rejected": (JobState.FAILED,),
    "retyped": (JobState.ARRIVED, JobState.READ),
}
"""Where a document is while what a clerk said last is what became of it."""


class History:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._database = store.database

    def done(self, *, since: float) -> list[DoneEntry]:
        """What a clerk was done with, or what was delivered, since then; the newest first."""
        return [_entry(row) for row in self._database.rows(_SINCE, {"since": since})]

    def find(self, words: list[str], *, most: int) -> list[DoneEntry]:
        """The ``most`` newest whose name, kind, sender, state and mails hold all of ``words``, in
        either case. Perhaps some more: a letter of more than two forms stands for any."""
        patterns = json.dumps([_pattern(word) for word in words])
        rows = self._database.rows(_FOUND, {"words": patterns, "most": most})
        return [_entry(row) for row in rows]

    def entry(self, docid: str, doctype: str) -> DoneEntry | None:
        """Also of one that waits; None when it is not there as that kind."""
        rows = self._database.rows(
            f"{_DONE} where jobs.docid = :docid and jobs.doctype = :doctype",
            {"docid": docid, "doctype": doctype},
        )
        return _entry(rows[0]) if rows else None

    def acts(self, seat: str, clerk: str, *, since: float) -> list[ClerkAct]:
        """What she did there last with each document, the newest first."""
        rows = self._database.rows(
            f"""
            select max(id) review, docid, {_LEFT_AS} doctype, outcome from reviews
             where reviewed_at >= :since and clerk = :clerk and {AT_SEAT}
             group by +docid  -- "+": by the day's index, not through all reviews
             order by review desc
            """,
            {"seat": seat, "clerk": clerk, "since": since},
        )
        return [ClerkAct(**row) for row in rows]


def _pattern(word: str) -> str:
    """A glob, which knows both cases of every letter; ``like`` knows them of ASCII alone."""
    letters = "".join(map(_either_case, word[:LONGEST_WORD]))
    return f"*{letters.replace('[sS][sS]', '*')}*"  # ß perhaps


def _either_case(letter: str) -> str:
    small, capital = letter.casefold(), letter.upper()
    if small == capital:
        return f"[{letter}]" if letter in "*?[" else letter
    plain = len(small + capital) == 2 and capital.lower() == small and small not in "σμ"
    return f"[{small}{capital}]" if plain else "*"


def _entry(row: dict[str, Any]) -> DoneEntry:
    job = job_of({name: row[name] for name in JOB.split(", ")})
    said = job.state in _ENDS.get(row["outcome"], ())
    return DoneEntry(
        job,
        row["review"],
        row["outcome"] if said else None,
        row["clerk"] if said else "",
        row["said"] if row["outcome"] == "rejected" and said else "",
        row["reviewed_at"] if said else None,
        row["delivered_at"],
        row["sender"],
        origins_of(row["mails"]),
    )
