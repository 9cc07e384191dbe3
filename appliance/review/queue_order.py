"""In which order documents come to hand, and how the list is grouped and worded. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from appliance.domain.blockers import BlockerCode
from appliance.domain.corrections import QueueEntry
from appliance.domain.doctype import display_name
from appliance.domain.local_time import clock_time
from appliance.domain.results import Job, JobState
from appliance.records.history import DoneEntry

ORDERS = ("oldest", "party", "type", "blocker")

PROBLEMS: dict[str, str] = {
    BlockerCode.AMBIGUOUS_DATE: "two dates possible",
    BlockerCode.AMBIGUOUS_NUMBER: "two numbers possible",
    BlockerCode.ANSWER_CUT: "not read to its end",
    BlockerCode.CHECK_FAILED: "does not add up",
    BlockerCode.DECIDES: "kind not confirmed",
    BlockerCode.DOES_NOT_PARSE: "cannot be understood",
    BlockerCode.LEFT_OUT: "not read to its end",
    BlockerCode.MISSING_REQUIRED: "something is missing",
    BlockerCode.NEW_SENDER: "new sender",
    BlockerCode.NOT_ON_THE_PAGE: "not found on the page",
    BlockerCode.SEEN_OTHERWISE: "page shows another",
    BlockerCode.SEVERAL_DOCUMENTS: "several papers in one file",
    BlockerCode.TABLE_CUT: "rows may be missing",
    BlockerCode.TABLE_UNPROVEN: "rows in doubt",
    BlockerCode.UNPROMISED: "not proven yet",
    BlockerCode.UNSURE: "not sure",
    BlockerCode.WHICH_KIND: "kind not known",
    BlockerCode.WINDOWS_DIFFER: "read in two ways",
    BlockerCode.WRONG_DOCTYPE: "its kind cannot be used",
}
"""Codes of blockers that do not speak for themselves."""

UNKNOWN = "sender not known"
TO_TYPE = "to be typed (test)"
ELSEWHERE = "open at another station"

JobKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class QueueGroup:
    key: str
    """Empty when all are one."""
    title: str
    members: tuple[QueueEntry, ...]
    """The oldest first."""


def key(job: Job) -> JobKey:
    return job.docid, job.doctype


def grouped(waiting: Sequence[QueueEntry], order: str, search: str = "") -> list[QueueGroup]:
    """Groups by their oldest member; ``search`` leaves those that hold all of its words."""
    groups: dict[str, list[QueueEntry]] = {}
    for one in waiting:
        if holds(one, search):
            groups.setdefault(_group(one, order), []).append(one)
    return [
        QueueGroup(key, _sender(members) if order == "party" else key, tuple(members))
        for key, members in groups.items()
    ]


def following(
    waiting: Sequence[QueueEntry],
    order: str,
    *,
    station: str,
    after: QueueEntry | None = None,
    aside: Collection[JobKey] = (),
    without: Collection[JobKey] = (),
) -> QueueEntry | None:
    """What comes to hand: of the group of ``after`` while there is one.

    What was left for later (``aside``) comes when nothing else waits, in that order; what another
    station than ``station`` has does not.
    """
    groups = grouped(waiting, order)
    if after and order != "oldest":
        groups.sort(key=lambda group: group.key != _group(after, order))
    flat = [
        one
        for group in groups
        for one in group.members
        if one.station in (None, station) and key(one.job) not in without
    ]
    fresh = [one for one in flat if key(one.job) not in aside]
    late = sorted(
        (one for one in flat if key(one.job) in aside),
        key=lambda one: list(aside).index(key(one.job)),
    )
    return next(iter([*fresh, *late]), None)


def _group(one: QueueEntry, order: str) -> str:
    if order == "party":
        return one.party or UNKNOWN
    if order == "type":
        return kind(one)
    if order == "blocker":
        return problem(one)
    return ""


def _sender(members: Sequence[QueueEntry]) -> str:
    """A number only beside the word that the name is not known."""
    names = (one.sender for one in members if one.sender)
    party = members[0].party
    return next(names, f"{UNKNOWN} ({party})" if party else UNKNOWN)


def kind(one: QueueEntry | DoneEntry) -> str:
    return display_name(one.job.doctype) or "kind not known"


def problem(one: QueueEntry) -> str:
    """The first of its problems in words."""
    if not one.blockers:
        return TO_TYPE if one.evidence else ""
    return _in_words(one.blockers[0])


def _in_words(code: str) -> str:
    return PROBLEMS.get(code, code.replace("-", " "))


def elsewhere(one: QueueEntry, *, now: float) -> str:
    """Of one that another station has."""
    return ELSEWHERE if one.since is None else f"{ELSEWHERE} since {clock_time(one.since, now=now)}"


def done(one: DoneEntry, *, now: float, running: bool) -> str:
    """What became of it, when, and by whom; ``running`` is whether the daemon is."""
    when = "" if one.since is None else clock_time(one.since, now=now)
    if one.job.state in (JobState.ARRIVED, JobState.READ):
        if not running:
            return "waits for the appliance, which is not running"
        if not one.clerk:
            return "being read"
        return f"being read again as {kind(one)} since {when}, by {one.clerk}"
    alone = "the appliance" if one.job.state is JobState.DELIVERED else ""
    by = one.clerk or alone
    said = " ".join((_state(one), *([when] if when else []), *([f"by {by}"] if by else [])))
    if one.job.state is JobState.DELIVERED and one.delivered_at and one.since != one.delivered_at:
        return f"delivered {clock_time(one.delivered_at, now=now)}, {said}"
    return said


def _state(one: DoneEntry) -> str:
    match one.job.state:
        case JobState.DELIVERED:
            return "delivered" if one.since == one.delivered_at else "approved"
        case JobState.ACCEPTED:
            return "approved" if one.clerk else "to be delivered"
        case JobState.FAILED:
            return "refused" if one.clerk else "could not be processed"
        case JobState.OPENED | JobState.JOINED | JobState.IMPORTED:
            return one.job.state.value
    return "waits"


def holds(one: QueueEntry | DoneEntry, search: str) -> bool:
    """All of its words."""
    said = map(_in_words, one.blockers) if isinstance(one, QueueEntry) else (_state(one), one.clerk)
    mails = (f"{mail.sender} {mail.subject}" for mail in one.mails)
    told = " ".join((one.job.source, kind(one), one.sender or "", *said, *mails)).casefold()
    return all(word in told for word in search.casefold().split())
