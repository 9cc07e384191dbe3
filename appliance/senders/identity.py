"""Whether a page is one of a known sender. Pure.

A sender is known by its name where that stands on its pages, and by what always stands there. Two
that fit give none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from appliance.domain.document import Document
from appliance.domain.senders import KnownSender
from appliance.fields.folding import fold_alnum
from appliance.senders.letters import Likeness, PageLetters
from appliance.senders.marks import is_account, marks_of

_LASTING = 0.6
"""Share of a sender's documents on which a mark has to stand."""
_MOST, _FEWEST = 0.6, 2
"""Share of its lasting marks, and how many, that tell a page on which no name stands; where one
does, a single one is enough."""
_NAMED = 0.5
"""Share of its documents on which its name stood, from which on it has to stand there."""
_SHORTEST_NAME = 4
"""Letters and digits; a shorter one stands on a page by chance."""


class SentPage:
    """A document as far as it tells who sent it."""

    def __init__(self, document: Document) -> None:
        self.marks = marks_of(document)
        self.words = frozenset(
            folded
            for page in document.pages
            for word in page.words
            if (folded := fold_alnum(word.text))
        )
        self._letters = PageLetters(document)
        self._likeness: dict[str, Likeness | None] = {}

    def says(self, name: str) -> bool:
        """Whether ``name`` stands on it, as OCR may read it."""
        return self.likest(name) is not None

    def likest(self, name: str) -> Likeness | None:
        """Where it stands; None where nothing is like it."""
        if name not in self._likeness:
            long_enough = sum(map(str.isalnum, name)) >= _SHORTEST_NAME
            self._likeness[name] = self._letters.likest(name) if long_enough else None
        return self._likeness[name]


def who_sent(page: SentPage, known: Iterable[KnownSender]) -> str | None:
    """The party of the one among ``known`` that fits; None where none or several do. One of whose
    marks some stand there goes before one whose name alone does: it may be the buyer's, that was
    keyed by mistake. By its name alone none is known beside another of that name whose pages were
    like this one: one of them was keyed by mistake, and nobody knows which. But a name that stands
    there letter by letter leaves out one that the same words nearly say: it is that name with a
    letter missing.
    """
    senders = _without_nearly_named(page, list(known))
    fitting: dict[bool, set[str]] = {True: set(), False: set()}
    for sender in senders:
        if (by_marks := _fits(sender, page)) is not None:
            fitting[by_marks].add(sender.party)
    surest = fitting[True] or fitting[False]
    if len(surest) != 1 or not (fitting[True] or _is_alone(surest, senders, page)):
        return None
    return surest.pop()


def lasting(sender: KnownSender) -> dict[str, int]:
    """The marks that nearly always stand on its pages, each with the number of its documents."""
    return _lasting(sender.marks, sender)


def _lasting(marks: Mapping[str, int], sender: KnownSender) -> dict[str, int]:
    least = _LASTING * sender.documents
    return {mark: on for mark, on in marks.items() if on >= least}


def _fits(sender: KnownSender, page: SentPage) -> bool | None:
    """Whether some of its marks stand on the page; None where it does not fit."""
    marks = lasting(sender)
    on_it = _numbers(page.marks.intersection(marks))
    if any(map(page.says, sender.names)):
        return on_it > 0 if on_it or all(map(is_account, marks)) else None
    usually_named = sender.named >= _NAMED * sender.documents
    enough = not usually_named and on_it >= max(_FEWEST, _MOST * _numbers(marks))
    return True if enough else None


def _without_nearly_named(page: SentPage, senders: Sequence[KnownSender]) -> list[KnownSender]:
    """Those are left out of whose names each stands there nearly, in the words that say another's
    letter by letter."""
    said = [[like for name in one.names if (like := page.likest(name))] for one in senders]
    exactly = {like.span for names in said for like in names if like.share == 1}
    return [
        one
        for one, names in zip(senders, said, strict=True)
        if not names or any(like.share == 1 or like.span not in exactly for like in names)
    ]


def _is_alone(party: Collection[str], senders: Sequence[KnownSender], page: SentPage) -> bool:
    """No other whose name stands on the page shares with it what stands there too."""
    its = {mark for one in senders if one.party in party for mark in _lasting(one.shared, one)}
    return not any(
        one.party not in party
        and not page.marks.isdisjoint(its.intersection(_lasting(one.shared, one)))
        and any(map(page.says, one.names))
        for one in senders
    )


def _numbers(marks: Collection[str]) -> int:
    """How many there are, without those that are part of another."""
    return sum(not any(mark in other and mark != other for other in marks) for mark in marks)
