"""What is forgotten: which documents go together, that their rows go, and what is still to be done.

An erasure first notes that it was and what is to go, then its rows go, all in one transaction; a
kill leaves all of it or nothing. What it names besides stays noted until that is gone too. The
clock is the caller's: ``now`` is seconds since 1970.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from appliance.domain.errors import TakenError
from appliance.domain.results import Job
from appliance.domain.sender_rulings import (
    SenderForgotten,
    SenderImported,
    SenderRuling,
    SendersMerged,
    SenderTold,
    SenderUntold,
)
from appliance.fields.folding import fold_alnum
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.jobs import JOB, job_of, over
from appliance.records.sender_rows import begin_anew
from appliance.records.sender_rulings import (
    LAST_NUMBER,
    NumberedRuling,
    SenderRulings,
    read_ruling,
)
from appliance.records.store import Store
from appliance.system.fault_points import reached


class ErasureChoice(StrEnum):
    """How the documents of an erasure were chosen."""

    NAMED = "named"
    SENDER = "of a sender"
    AGE = "by age"
    TYPE = "by its type"
    """Which keeps it no longer."""
    SITE = "at a site"
    """Of the fleet, where it was forgotten before."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """That something was forgotten, and not what: no name and no docid of it."""

    chosen: ErasureChoice
    documents: int
    who: str
    """User of the system who had it done."""
    why: str
    """As given; empty when nobody said."""
    erased_at: float
    """Seconds since 1970, UTC."""


class _Kind(StrEnum):
    """Of what is to go. ``PAGES`` is what may still stand in the pages of the database."""

    DOCUMENT = "document"
    RULING = "ruling"
    FILE = "file"
    VERSION = "version"
    PAGES = "pages"


@dataclass(frozen=True, slots=True)
class CutErasure:
    """What is still to be done of erasures whose rows are gone."""

    docids: frozenset[str]
    files: tuple[str, ...]
    """Relative to the home."""
    versions: tuple[str, ...]


_THESE = "(select value from json_each(:docids))"
OF_DOCUMENTS = (
    *("jobs", "arrivals", "documents", "rereadings", "predictions", "drafts", "deliveries"),
    *("reviews", "evidence", "decision_evidence", "review_lookups", "calls"),
    *("mails", "mailed", "einvoices", "joined", "telling_words", "fleet_readings", "fleet_erasing"),
    *("replays", "night_left_out"),
)
"""Tables with a column ``docid``; the directory of senders has more, and is made anew."""
_LOOKED_UP = """
    select docid, party from sender_documents join senders on senders.id = sender
    union select docid, party from sender_past
    union select docid, sender from predictions where sender is not null
    union select docid, told from predictions where told is not null
    """
"""As whose each document counts, counted or was answered."""
_PARTIES = f"""
    {_LOOKED_UP}
    union select docid, json_extract(judgement, '$.party') from reviews where judgement is not null
    """


class Erasures:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._database = store.database
        self._audit = Audit(store.database)
        self._rulings = SenderRulings(store)

    # Which

    def whole(self, docids: Iterable[str]) -> frozenset[str]:
        """With what goes with them: the other file of an invoice that is two, what came in a mail,
        and a mail of which nothing else stays."""
        attached, pairs = self._attached(), self._pairs()
        going: set[str] = set()
        more = set(docids)
        while more - going:
            going |= more
            for mail in going & attached.keys():
                more |= attached[mail]
            more |= {mail for mail, within in attached.items() if within <= going}
            for pair in pairs:
                if not going.isdisjoint(pair):
                    more |= pair
        return frozenset(going)

    def _taking_along(self, docids: Set[str]) -> set[str]:
        """These, and what could not go without one of them."""
        attached, pairs = self._attached(), self._pairs()
        found: set[str] = set()
        more = set(docids)
        while more - found:
            found |= more
            more |= {mail for mail, within in attached.items() if not within.isdisjoint(found)}
            for pair in pairs:
                if not found.isdisjoint(pair):
                    more |= pair
        return found

    def mails_that_stay(self, docids: Set[str]) -> list[Job]:
        """With the bytes of one of these in them, since other documents came in them too."""
        mails = [mail for mail, within in self._attached().items() if within & docids]
        return self.jobs(set(mails) - docids)

    def _attached(self) -> dict[str, set[str]]:
        """By mail what came in it; without mails that are a document themselves."""
        attached = defaultdict(set)
        for row in self._database.rows("select mail, docid from mailed where mail <> docid"):
            attached[row["mail"]].add(row["docid"])
        return dict(attached)

    def _pairs(self) -> list[set[str]]:
        """Of the two files of an invoice."""
        rows = self._database.rows("select file, docid from joined")
        return [{row["file"], row["docid"]} for row in rows]

    def jobs(self, docids: Iterable[str]) -> list[Job]:
        """The oldest first."""
        rows = self._database.rows(
            f"select {JOB} from jobs where docid in {_THESE} order by arrived_at, docid, doctype",
            _these(docids),
        )
        return [job_of(row) for row in rows]

    def of_sender(self, names: Collection[str], party: str | None) -> set[str]:
        """Docids of the known or told sender ``party``, and of what was not approved yet and was
        answered as its, or under one of ``names``."""
        known = self._database.rows(
            """
            select docid from sender_documents join senders on senders.id = sender
             where party = ?
            """,
            [party],
        )
        others = self._database.rows(
            """
            select docid, jobs.sender name,
                   (select coalesce(predictions.sender, told) from predictions
                     where predictions.docid = jobs.docid and predictions.doctype = jobs.doctype
                     order by id desc limit 1) party
              from jobs
             where not exists (select 1 from sender_documents known where known.docid = jobs.docid)
            """
        )
        folded = set(map(fold_alnum, names)) - {""}
        return {row["docid"] for row in known} | {
            row["docid"]
            for row in others
            if (party is not None and row["party"] == party)
            or fold_alnum(row["name"] or "") in folded
        }

    def last_came_before(self, when: float) -> set[str]:
        """Docids of what arrived the last time before ``when``, in seconds since 1970."""
        rows = self._database.rows(
            """
            select docid from jobs
             group by docid
            having max(max(arrived_at),
                       coalesce((select max(arrived_at) from arrivals
                                  where arrivals.docid = jobs.docid), 0)) < ?
            """,
            [when],
        )
        return {row["docid"] for row in rows}

    def kept_no_longer(self, before: Mapping[str, float], *, now: float) -> frozenset[str]:
        """Docids of what arrived the last time before the moment that ``before`` has for each type
        that it is there as, with what goes with it. What a clerk has in hand stays, and what goes
        only together with something that stays."""
        rows = self._database.rows(
            f"""
            with came as (
                select docid, max(max(arrived_at),
                                  coalesce((select max(arrived_at) from arrivals
                                             where arrivals.docid = jobs.docid), 0)) at
                  from jobs group by docid)
            select docid from came
             where not exists (
                       select 1 from jobs left join json_each(:before) kept on key = doctype
                        where jobs.docid = came.docid
                          and (value is null or value <= at
                               or station is not null and not {over("station_until")}))
            """,
            {"before": json.dumps(dict(before)), "now": now},
        )
        due = {row["docid"] for row in rows}
        stays = self.whole(due) - due - self._attached().keys()
        return self.whole(due - self._taking_along(stays))

    def days_with_arrivals(self, since: float, until: float) -> int:
        """On how many days documents came, both moments in seconds since 1970."""
        (row,) = self._database.rows(
            """
            select count(distinct cast(arrived_at / 86400 as integer)) days
              from arrivals where arrived_at between ? and ?
            """,
            [since, until],
        )
        return int(row["days"])

    def labelled(self, docids: Iterable[str]) -> Mapping[str, float]:
        """When each was approved for the first time, seconds since 1970, of those that were."""
        rows = self._database.rows(
            f"""
            select docid, min(reviewed_at) labelled_at from reviews
             where outcome = 'approved' and docid in {_THESE} group by docid
            """,
            _these(docids),
        )
        return {row["docid"]: row["labelled_at"] for row in rows}

    def results(self, docids: Iterable[str]) -> list[str]:
        """Paths of all their deliveries, relative to the outbox."""
        rows = self._database.rows(
            f"select distinct path from deliveries where docid in {_THESE} order by path",
            _these(docids),
        )
        return [row["path"] for row in rows]

    # What becomes of it

    def check_free(self, docids: Iterable[str], *, now: float) -> None:
        """Raises TakenError while a clerk has one of them in hand."""
        for row in self._database.rows(
            f"""
            select source from jobs
             where docid in {_THESE} and station is not null and not {over("station_until")}
            """,
            _these(docids) | {"now": now},
        ):
            raise TakenError(
                f"a clerk has {row['source']} in hand",
                hint="try again when it is done, or let the station go on to the next document",
            )

    def begin(
        self,
        docids: Collection[str],
        *,
        files: Iterable[str],
        versions: Iterable[str],
        senders: Collection[str] = (),
        chosen: ErasureChoice,
        who: str,
        why: str,
        now: float,
    ) -> None:
        """Their rows are gone, and what was said of the ``senders`` with these ids; ``files``,
        relative to the home, and ``versions`` are to go.

        No daemon works here. Raises TakenError while a clerk has one of them in hand.
        """
        with self._database.writing():
            self.check_free(docids, now=now)
            (row,) = self._database.rows(
                f"""
                insert into erasures (id, chosen, documents, who, why, erased_at)
                values (1 + {LAST_NUMBER}, ?, ?, ?, ?, ?) returning id
                """,
                [chosen, len(docids), who, why, now],
            )
            self._note(row["id"], _Kind.DOCUMENT, docids)
            self._note(row["id"], _Kind.RULING, map(str, self._rulings_of(docids, senders)))
            # As bytes: a name that another program made may be no text.
            self._note(row["id"], _Kind.FILE, map(os.fsencode, files))
            self._note(row["id"], _Kind.VERSION, versions)
            self._note(row["id"], _Kind.PAGES, [""])
            self._erase(docids)
            self._unlink(row["id"], docids)
            self._audit.note(
                LinkKind.FORGOTTEN,
                who=who,
                about=str(len(docids)),
                number=row["id"],
                now=now,
            )

    def has_spent_rulings(self) -> bool:
        """Whether something is left of what other sites told and tell no more, or of what was said
        of a sender until it was forgotten: it goes with any erasure."""
        # The second condition is that of the index, which leaves out all that is told.
        rows = self._database.rows(
            """
            select id, ruling from sender_rulings
             where json_extract(ruling, '$.said') in ('merged', 'forgotten', 'untold')
               and json_extract(ruling, '$.said') <> 'told' order by id
            """
        )
        every = [NumberedRuling(row["id"], read_ruling(row["ruling"])) for row in rows]
        return any(_taken_back(every)) or bool(self._forgotten(every, ()))

    def unfinished(self) -> CutErasure | None:
        """None when all that was ever forgotten is gone."""
        names = defaultdict(list)
        for row in self._database.rows("select kind, name from erasing order by name"):
            names[row["kind"]].append(row["name"])
        if not names:
            return None
        return CutErasure(
            frozenset(names[_Kind.DOCUMENT]),
            tuple(map(os.fsdecode, names[_Kind.FILE])),
            tuple(names[_Kind.VERSION]),
        )

    def finish(self) -> None:
        """All else is gone: what was to go is noted no more, and nothing of it stays in the pages
        of the database. Raises StoreError."""
        self._database.execute("delete from erasing where kind <> ?", [_Kind.PAGES])
        reached("erasure.listed")
        self._database.overwrite()
        self._database.execute("delete from erasing")

    def erasures(self) -> list[Erasure]:
        """The first first."""
        rows = self._database.rows(
            "select chosen, documents, who, why, erased_at from erasures order by id"
        )
        return [Erasure(**{**row, "chosen": ErasureChoice(row["chosen"])}) for row in rows]

    # Below

    def _note(self, erasure: int, kind: _Kind, names: Iterable[str | bytes]) -> None:
        for name in names:
            self._database.execute(
                "insert or ignore into erasing (erasure, kind, name) values (?, ?, ?)",
                [erasure, kind, name],
            )

    def _erase(self, docids: Iterable[str]) -> None:
        these = _these(docids)
        self._database.execute(
            f"""
            delete from corrections
             where review in (select id from reviews where docid in {_THESE})
            """,
            these,
        )
        for table in OF_DOCUMENTS:
            self._database.execute(f"delete from {table} where docid in {_THESE}", these)
        self._database.execute(
            "delete from sender_rulings where id in (select name from erasing where kind = ?)",
            [_Kind.RULING],
        )
        begin_anew(self._database)

    def _unlink(self, erasure: int, docids: Iterable[str]) -> None:
        """The links stay, and say nothing of what is gone."""
        self._database.execute(
            f"""
            update audit set number = null, docid = null, salt = null, erasure = :erasure
             where docid in {_THESE}
                or kind = 'ruled' and number in (select cast(name as integer) from erasing
                                                  where kind = :ruling)
            """,
            _these(docids) | {"erasure": erasure, "ruling": _Kind.RULING},
        )

    def _rulings_of(self, docids: Collection[str], senders: Collection[str]) -> list[int]:
        """Numbers of those that speak of somebody whose documents these are, or of one of
        ``senders``, and of whom no document stays."""
        stays: set[str] = set()
        goes: set[str] = set()
        for row in self._database.rows(_PARTIES):
            (goes if row["docid"] in docids else stays).add(row["party"])
        gone = (goes | set(senders)) - stays
        every = self._rulings.after(0)
        for one in reversed(every):  # with those that were merged into them
            if isinstance(one.ruling, SendersMerged) and one.ruling.into in gone:
                gone |= {one.ruling.party} - stays
        spoken_of = {one.id for one in every if _speaks_of(one.ruling, gone)}
        return sorted(spoken_of | self._forgotten(every, docids) | set(_taken_back(every)))

    def _forgotten(self, rulings: Sequence[NumberedRuling], docids: Collection[str]) -> set[int]:
        """Numbers of what was said of senders until they were forgotten, of whom no document is
        known but these."""
        (log,) = self._database.rows("select review from sender_log")
        said = list(_until_forgotten(one for one in rulings if one.id <= log["review"]))
        if not said:
            return set()
        stays = {
            row["party"]
            for row in self._database.rows(
                f"select distinct party from ({_LOOKED_UP}) where docid not in {_THESE}",
                _these(docids),
            )
        }
        return {
            one.id
            for theirs in said
            if stays.isdisjoint(party for one in theirs for party in _named(one.ruling))
            for one in theirs
        }


def _taken_back(rulings: Sequence[NumberedRuling]) -> Iterator[int]:
    """Numbers of what other sites told of senders until they told nothing any more."""
    until = {one.ruling.party: one.id for one in rulings if isinstance(one.ruling, SenderUntold)}
    for one in rulings:
        match one.ruling:
            case SenderTold(told) if one.id < until.get(told.party, 0):
                yield one.id
            case SenderUntold(party) if one.id <= until[party]:
                yield one.id


def _until_forgotten(rulings: Iterable[NumberedRuling]) -> Iterator[list[NumberedRuling]]:
    """Of each sender that was forgotten all that was said of it, and of what was merged into it,
    until then."""
    said: defaultdict[str, list[NumberedRuling]] = defaultdict(list)
    for one in rulings:
        match one.ruling:
            case SendersMerged(party, into):
                said[into] += [*said.pop(party, ()), one]
            case SenderForgotten(party):
                yield [*said.pop(party, ()), one]
            case _:
                said[_named(one.ruling)[0]].append(one)


def _named(ruling: SenderRuling) -> tuple[str, ...]:
    """Ids of the senders of whom it is said."""
    match ruling:
        case SendersMerged(party, into):
            return party, into
        case SenderImported(card):
            return (card.known.party,)
        case SenderTold(told):
            return (told.party,)
        case _:
            return (ruling.party,)


def _speaks_of(ruling: SenderRuling, gone: Set[str]) -> bool:
    match ruling:
        case SenderTold(told):
            # Its id is one of another home, where it may go by another name or code.
            card = told.card
            keys = {*map(fold_alnum, (told.party, *card.known.names, *card.codes))}
            return not keys.isdisjoint(map(fold_alnum, gone))
        case _:
            return not gone.isdisjoint(_named(ruling))


def _these(docids: Iterable[str]) -> dict[str, Any]:
    return {"docids": json.dumps(sorted(docids))}
