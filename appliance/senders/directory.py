"""Who sent a document, by what clerks have approved so far."""

from __future__ import annotations

from appliance.domain.senders import SenderLookup
from appliance.fields.folding import fold_alnum
from appliance.records.senders import SenderRecords, SenderReview, Sighting
from appliance.records.store import Store
from appliance.senders.identity import SentPage, who_sent

_WORDS = 2
"""Of a name, its longest, by which it is looked for: OCR may misread one."""


class SenderDirectory:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._records = SenderRecords(store)

    def who_sent(self, page: SentPage) -> SenderLookup:
        """By all that clerks have said so far."""
        known = self.learn()
        return SenderLookup(self._who_sent(page), known)

    def learn(self) -> int:
        """What clerks have said since it was last asked; the number of the last review that it
        knows."""
        for review in self._records.not_seen():
            document = self._store.document(review.docid)
            page = SentPage(document) if document else None
            marks = page.marks if page else frozenset()
            likely = self._who_sent(page) if page else None
            self._records.learn(review, marks, _sighting(review, page, likely))
        return self._records.seen()

    def _who_sent(self, page: SentPage) -> str | None:
        return who_sent(page, self._records.known(page.marks, page.words))


def _sighting(review: SenderReview, page: SentPage | None, likely: str | None) -> Sighting | None:
    if not (review.approved and review.party):
        return None
    name = review.name or review.party
    folded = fold_alnum(name)
    words = sorted({fold_alnum(word) for word in name.split()} - {""}, key=len)[-_WORDS:]
    return Sighting(
        review.party,
        name,
        is_code=fold_alnum(review.party) != folded,
        named=bool(page and page.says(name)),
        marks=page.marks if page else frozenset(),
        words=frozenset(words),
        likely=likely,
    )
