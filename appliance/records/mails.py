"""Which documents came in which mail, and what the head of each mail says.

A mail is noted with its attachments before any of them is archived, so that whatever lies in the
archive is known at any moment. Then all of them arrive, and the mail is opened, in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from appliance.domain.mail import MailOrigin
from appliance.domain.results import Job
from appliance.records.store import Store


@dataclass(frozen=True, slots=True)
class MailedFile:
    docid: str
    name: str


def mails_of(jobs: str) -> str:
    """SQL for the heads, as JSON, of all mails that a row of ``jobs`` is or came in."""
    return f"""
        (select json_group_array(json_object(
                    'address', address, 'name', name, 'subject', subject,
                    'message_id', message_id, 'sent_at', sent_at))
           from {_mails(f"{jobs}.docid")})"""


def words_of_mails(jobs: str) -> str:
    """SQL for what may be looked for in them."""
    return f"""
        coalesce((select group_concat(address || ' ' || name || ' ' || subject, ' ')
                    from {_mails(f"{jobs}.docid")}), '')"""


def origins_of(told: str) -> tuple[MailOrigin, ...]:
    """Of what ``mails_of`` gives."""
    return tuple(MailOrigin(**one) for one in json.loads(told))


def _mails(docid: str) -> str:
    """A mail's own head goes before that of the mail in which it was forwarded."""
    return f"""
        (select address, name, subject, message_id, sent_at
           from mailed join mails on mails.docid = mailed.mail
          where mailed.docid = {docid}
          order by mailed.mail = mailed.docid desc, mailed.id)"""


class Mails:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._store = store
        self._database = store.database

    def note(self, mail: Job, origin: MailOrigin, docids: Iterable[str]) -> None:
        """``docids`` are those of its attachments. Noted twice it is the same."""
        with self._database.writing():
            self._database.execute(
                """
                insert into mails (docid, address, name, subject, message_id, sent_at)
                values (?, ?, ?, ?, ?, ?)
                on conflict (docid) do nothing
                """,
                [
                    mail.docid,
                    origin.address,
                    origin.name,
                    origin.subject,
                    origin.message_id,
                    origin.sent_at,
                ],
            )
            for docid in (mail.docid, *docids):
                self._database.execute(
                    "insert into mailed (docid, mail) values (?, ?) on conflict do nothing",
                    [docid, mail.docid],
                )

    def open(self, mail: Job, files: Iterable[MailedFile], *, reason: str) -> None:
        """All of the ``files`` arrive, as the mail did, and its own job ends; or nothing of it."""
        with self._database.writing():
            for file in files:
                self._store.record(file.docid, mail.doctype, file.name, now=mail.arrived_at)
            self._store.finish_mail(mail, reason=reason)

    def came_in_another(self, mail: Job) -> bool:
        return bool(
            self._database.rows(
                "select 1 from mailed where docid = ? and mail <> docid limit 1", [mail.docid]
            )
        )

    def origins(self, docid: str) -> tuple[MailOrigin, ...]:
        """Of all mails that it is or came in, its own first."""
        rows = self._database.rows(f"select * from {_mails(':docid')}", {"docid": docid})
        return tuple(MailOrigin(**row) for row in rows)

    def attached(self, mail: str) -> tuple[str, ...]:
        """Docids of what came in the mail of this docid."""
        rows = self._database.rows(
            "select docid from mailed where mail = :mail and docid <> :mail order by id",
            {"mail": mail},
        )
        return tuple(row["docid"] for row in rows)

    def noted(self) -> set[str]:
        """Docids of mails and of all that came in one, also where a crash kept it from arriving."""
        return {row["docid"] for row in self._database.rows("select docid from mailed")}
