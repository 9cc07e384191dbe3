"""What owner, clerks and other sites said of senders: the directory is made of it and of reviews.

Reviews and rulings are numbered as one row, so that a number says exactly what was known. Erasures
are numbered among them: no number of a review that was forgotten comes again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from appliance.domain.json_form import JsonForm
from appliance.domain.sender_rulings import SenderRuling
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.store import Store

LAST_NUMBER = """max((select coalesce(max(id), 0) from reviews),
                   (select coalesce(max(id), 0) from sender_rulings),
                   (select coalesce(max(id), 0) from erasures))"""
"""Of a review, a ruling or an erasure; 0 for none."""
LAST_OF_HERE = LAST_NUMBER.replace(
    "from sender_rulings", "from sender_rulings where json_extract(ruling, '$.said') <> 'told'"
)
"""Likewise, without what other sites told."""

_ruling: JsonForm[SenderRuling] = JsonForm(
    Annotated[SenderRuling, Field(discriminator="said")]  # type: ignore[arg-type]
)


def read_ruling(text: str) -> SenderRuling:
    """Of the JSON in which it is kept."""
    return _ruling.validate_json(text)


@dataclass(frozen=True, slots=True)
class NumberedRuling:
    id: int
    ruling: SenderRuling


class SenderRulings:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._database = store.database
        self._audit = Audit(store.database)

    def note(
        self, rulings: Iterable[SenderRuling], *, who: str, station: str = "", now: float
    ) -> None:
        """All of them or none. ``now`` is seconds since 1970."""
        with self._database.writing():
            for one in rulings:
                (row,) = self._database.rows(
                    f"""
                    insert into sender_rulings (id, ruling, ruled_at)
                    values (1 + {LAST_NUMBER}, ?, ?) returning id
                    """,
                    [_ruling.dump_json(one).decode(), now],
                )
                self._audit.note(
                    LinkKind.RULED,
                    who=who,
                    station=station,
                    about=one.said,
                    number=row["id"],
                    now=now,
                )

    def after(self, number: int, *, most: int | None = None) -> list[NumberedRuling]:
        """The first ``most``, or all, in their order."""
        rows = self._database.rows(
            "select id, ruling from sender_rulings where id > ? order by id limit ?",
            [number, -1 if most is None else most],
        )
        return [NumberedRuling(row["id"], read_ruling(row["ruling"])) for row in rows]
