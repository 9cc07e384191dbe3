"""At the hub: what sites told becomes what any home knows, of its documents and their senders.

What a clerk of a site approved is kept as what is imported is: nothing of it is delivered. What
cannot be kept waits, and says why.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator

from appliance.domain.corrections import CorrectionKind, Review
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import ApplianceError, FleetError, StoreError
from appliance.domain.fleet import (
    DocumentApproved,
    DocumentsForgotten,
    DocumentWithdrawn,
    NothingToTell,
    VersionJudged,
)
from appliance.domain.prediction import Field
from appliance.fields.party import country_of, twin_key
from appliance.fields.style import style_of
from appliance.fleet.messages import unpacked
from appliance.intake.archive import Archive, digest
from appliance.learning.importing.labels_to_review import vouched
from appliance.records.fleet_hub import UNREAD, HubInbox, WaitingMessage

log = logging.getLogger(__name__)

TOGETHER = 20
"""Messages that are followed, some 12 ms each, before others have a turn."""


class Gathering:
    def __init__(
        self,
        inbox: HubInbox,
        doctype: Callable[[str], DocType],
        archive: Archive,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``archive`` takes the files that sites share."""
        self._inbox = inbox
        self._doctype = doctype
        self._archive = archive
        self._clock = clock

    def step(self) -> int:
        """How many messages were looked at; 0 when none waits that can be followed. Raises
        StoreError."""
        waiting = self._inbox.waiting(most=TOGETHER)
        for message in waiting:
            try:
                self._follow(message)
            except StoreError:
                raise
            except ApplianceError as error:
                self._inbox.cannot(message, error.in_words)
            except Exception as error:  # one site's message never stops the others
                log.exception("a bug: please report what follows")
                self._inbox.cannot(message, f"an unexpected error ({type(error).__name__})")
        return len(waiting)

    def _follow(self, message: WaitingMessage) -> None:
        match unpacked(message.body):
            case DocumentApproved() as said:
                self._approve(message, said)
            case DocumentWithdrawn() as said:
                self._inbox.withdraw(message, said, now=self._clock())
            case DocumentsForgotten(hashes):
                self._inbox.want_forgotten(message, hashes)
            case VersionJudged() as said:
                self._inbox.note_verdict(message, said)
            case NothingToTell():
                self._inbox.done(message)

    def _approve(self, message: WaitingMessage, said: DocumentApproved) -> None:
        doctype = self._doctype(said.doctype)
        document = said.document or self._inbox.reading(said.docid, of=said.reading)
        if document is None:
            raise FleetError(UNREAD)
        review = review_of(said, document, doctype)
        twin = twin_key(doctype, review.judgement)
        if said.file is not None:
            self._archive_file(said.file, said.docid, message.site)
        self._inbox.keep(message, said, review, twin=twin, now=self._clock())

    def _archive_file(self, file: bytes, docid: str, site: str) -> None:
        """Raises FleetError, HomeError."""
        if digest([file]) != docid:
            raise FleetError(
                f"the file that {site} sent is not the document of which it tells",
                hint="nothing of it is kept; is its site to be trusted?",
            )
        self._archive.put_bytes(file, docid)


def review_of(said: DocumentApproved, document: Document, doctype: DocType) -> Review:
    """As if it had been approved here. What the type has no field for is left out."""
    known = {(spec.name, False) for spec in doctype.fields} | {
        (spec.name, True) for spec in (doctype.items.fields if doctype.items else ())
    }
    corrections = tuple(
        one for one in said.corrections if (one.fieldtype, one.line_item_id is not None) in known
    )
    fields = list(_standing(said, known))
    style = style_of(document, country=country_of(doctype, fields))
    judgement = vouched(document, doctype, fields, style)
    return Review(said.model, corrections, judgement, 0.0, blind=said.blind)


def _standing(said: DocumentApproved, known: Collection[tuple[str, bool]]) -> Iterator[Field]:
    """Not what nobody can read, nor rows that the clerk removed."""
    rows = {one.line_item_id for one in said.corrections if one.after is not None}
    for one in said.corrections:
        if (one.fieldtype, one.line_item_id is not None) not in known:
            continue
        stands = one.line_item_id is None or one.line_item_id in rows
        if stands and one.kind is not CorrectionKind.ILLEGIBLE:
            yield Field(
                one.fieldtype,
                one.after,
                one.spans,
                one.wraps,
                line_item_id=one.line_item_id,
            )
