"""The directory of senders for people and for another home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from appliance.domain.senders import SenderCard, SenderDocument, SenderEntry
from appliance.fields.folding import fold_alnum
from appliance.records.senders import SenderRecords
from appliance.records.store import Store
from appliance.records.told_senders import ToldSenders


class SenderList:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``; as up to date as the directory was brought last."""
        self._database = store.database
        self._senders = SenderRecords(store)

    def entries(self) -> list[SenderEntry]:
        """Those with the newest documents first."""
        names = defaultdict(list)
        for row in self._database.rows(
            """
            select distinct party, name from sender_names join senders on senders.id = sender
             order by name
            """
        ):
            names[row["party"]].append(row["name"])
        return [
            SenderEntry(
                row["party"],
                row["called"],
                tuple(names[row["party"]]),
                row["documents"],
                tuple(sorted((row["doctypes"] or "").split(","))) if row["doctypes"] else (),
                row["approved_at"],
            )
            for row in self._database.rows(
                """
                select party, max(called) called, count(docid) documents,
                       group_concat(distinct doctype) doctypes,
                       max((select max(reviewed_at) from reviews
                             where reviews.docid = sender_documents.docid
                               and reviews.doctype = sender_documents.doctype
                               and outcome = 'approved')) approved_at
                  from senders left join sender_documents on sender = senders.id
                 group by party
                 order by approved_at desc nulls last, party
                """
            )
        ]

    def told(self) -> list[SenderEntry]:
        """Those that other sites tell of and that nobody is known by here, by their ids."""
        return [
            SenderEntry(
                one.party,
                None,
                tuple(sorted(one.card.known.names)),
                0,
                tuple(sorted(one.values)),
                None,
                told_by=one.hub,
            )
            for one in ToldSenders(self._database).senders()
            if not self.knows(one.card)
        ]

    def doctypes(self, party: str) -> list[str]:
        """Of its documents, by name."""
        rows = self._database.rows(
            """
            select distinct doctype from senders join sender_documents on sender = senders.id
             where party = ? order by doctype
            """,
            [party],
        )
        return [row["doctype"] for row in rows]

    def documents(self, party: str) -> list[SenderDocument]:
        """The newest first."""
        rows = self._database.rows(
            """
            select docid, doctype, source, max(reviewed_at) approved_at
              from senders
              join sender_documents on sender_documents.sender = senders.id
              join jobs using (docid, doctype)
              join reviews using (docid, doctype)
             where party = ? and outcome = 'approved'
             group by docid, doctype
             order by approved_at desc
            """,
            [party],
        )
        return [SenderDocument(**row) for row in rows]

    def cards(self, party: str | None = None) -> Iterator[SenderCard]:
        """Of one sender, or of all; of what was merged one for each."""
        for row in self._database.rows(
            """
            select id, called from senders
             where documents > 0 and (:party is null or party = :party) order by id
            """,
            {"party": party},
        ):
            codes = self._database.rows(
                "select key from sender_keys where sender = ? and is_code order by key", [row["id"]]
            )
            yield SenderCard(
                self._senders.sender(row["id"]),
                tuple(one["key"] for one in codes),
                row["called"],
            )

    def knows(self, card: SenderCard) -> bool:
        """Its id, a code or a name of it is one of a sender here."""
        known = card.known
        keys = {fold_alnum(text) for text in (known.party, *known.names, *card.codes)} - {""}
        rows = self._database.rows(
            f"""
            select 1 from sender_keys where key in ({", ".join("?" * len(keys))})
            union all select 1 from senders where party = ? limit 1
            """,
            [*keys, known.party],
        )
        return bool(rows)
