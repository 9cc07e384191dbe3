"""Who sent a document, by what clerks have approved and the owner has said so far."""

from __future__ import annotations

from appliance.domain.errors import ConfigError, StoreError
from appliance.domain.sender_rulings import (
    SenderForgotten,
    SenderRenamed,
    SenderRuling,
    SendersMerged,
)
from appliance.domain.senders import SenderLookup
from appliance.fields.folding import fold_alnum
from appliance.records.sender_rows import Sighting
from appliance.records.sender_rulings import NumberedRuling, SenderRulings
from appliance.records.senders import MOST, SenderRecords, SenderReview
from appliance.records.store import Store
from appliance.records.told_senders import ToldSenders
from appliance.senders.identity import SentPage, who_sent
from appliance.system.fault_points import reached

_TOGETHER = 20
"""Of what was said, in one transaction, which others wait for. A hub tells of thousands at once,
and each transaction waits for the disk."""


class SenderDirectory:
    def __init__(self, store: Store, *, most: int = MOST) -> None:
        """Of more than ``most`` senders the least used are forgotten."""
        self._store = store
        self._records = SenderRecords(store, most=most)
        self._told = ToldSenders(store.database)

    def who_sent(self, page: SentPage) -> SenderLookup:
        """By all that was said so far."""
        known = self.learn()
        told = who_sent(page, self._told.known(page.marks, page.words))
        return SenderLookup(self._who_sent(page), known, told)

    def with_address(self, address: str) -> str | None:
        """A name of the one sender on whose pages that address of mail stands; None where several
        have it, or nobody. Whoever writes a mail chooses the address: a hint, and no proof."""
        self.learn()
        mark = address.lower()
        found = [one for one in self._records.known([mark], ()) if mark in one.marks]
        names = [name for one in found for name in one.names]
        return min(names) if names and len({one.party for one in found}) == 1 else None

    def learn(self) -> int:
        """What was said since it was last asked; the number of the last review or ruling that it
        knows."""
        while self._records.not_seen(most=1):
            with self._store.database.writing():
                # Asked anew: another process may have learned it, or begun the directory anew.
                for one in self._records.not_seen(most=_TOGETHER):
                    if isinstance(one, NumberedRuling):
                        self._records.follow(one)
                    else:
                        self._learn(one)
        return self._records.seen()

    def rule(self, *rulings: SenderRuling, who: str, station: str = "", now: float) -> None:
        """Follows all of them or none; ``who`` said it, and ``now`` is seconds since 1970.

        Raises ConfigError for a name that is none, StoreError where a sender is not known any
        more.
        """
        self.learn()
        for one in rulings:
            self._check(one)
        SenderRulings(self._store).note(rulings, who=who, station=station, now=now)
        reached("ruling.noted")
        self.learn()

    def _check(self, ruling: SenderRuling) -> None:
        if isinstance(ruling, SenderRenamed) and not fold_alnum(ruling.name):
            raise ConfigError("the name has neither letters nor digits", hint="give it another")
        for party in _spoken_of(ruling):
            is_told = isinstance(ruling, SenderForgotten) and self._told.is_told(party)
            if not (is_told or self._records.is_known(party)):
                raise StoreError(
                    f"{party} is no sender any more", hint="it was merged or forgotten meanwhile"
                )

    def _learn(self, review: SenderReview) -> None:
        document = self._store.document(review.docid)
        page = SentPage(document) if document else None
        marks = page.marks if page else frozenset()
        # What has no type is not read before it gets one, whenever we come to learn of it.
        likely = self._who_sent(page) if page and review.doctype else None
        self._records.learn(review, marks, _sighting(review, page, likely), likely)

    def _who_sent(self, page: SentPage) -> str | None:
        return who_sent(page, self._records.known(page.marks, page.words))


def _spoken_of(ruling: SenderRuling) -> tuple[str, ...]:
    """Ids of those who have to be known."""
    match ruling:
        case SendersMerged(party, into):
            return party, into
        case SenderRenamed(party) | SenderForgotten(party):
            return (party,)
    return ()


def _sighting(review: SenderReview, page: SentPage | None, likely: str | None) -> Sighting | None:
    if not (review.approved and review.party):
        return None
    name = review.name or review.party
    return Sighting(
        review.party,
        name,
        is_code=fold_alnum(review.party) != fold_alnum(name),
        named=bool(page and page.says(name)),
        marks=page.marks if page else frozenset(),
        likely=likely,
    )
