"""How long it takes to look a page up among many senders: ``python -m bench.senders.lookup``.

Senders are made up, with their marks and with numbers that stood on a document or two. A page is
one of a known sender or of a new one, and names one of some buyers, as the pages of all others do.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from appliance.domain.document import BBox, Document, Page, Word
from appliance.domain.sender_rulings import SenderImported
from appliance.domain.senders import KnownSender, SenderCard
from appliance.records.sender_rulings import SenderRulings
from appliance.records.store import Store
from appliance.samples.codes import iban, vat_id
from appliance.senders.directory import SenderDirectory
from appliance.senders.identity import SentPage
from appliance.senders.marks import marks_of
from bench import common
from bench.senders.replay import slow
from starter.locales import read_locales

SENDERS, PAGES, BUYERS = (500, 20, 10) if common.SMALL else (20_000, 200, 100)
DOCUMENTS = 5
"""Of each sender."""
ITEMS = 25
"""Lines of a page that tell nothing of its sender."""
SYLLABLES = ("al", "bo", "cor", "den", "fel", "gra", "hol", "ka", "lum", "mi", "nor", "pe", "ri")
"""Of a name's first word, so that few share it."""


@dataclass(frozen=True)
class Letterhead:
    name: str
    code: str
    lines: tuple[str, ...]


class Town:
    """Of companies that write to each other."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)
        self._locale = read_locales()["de"]

    def letterhead(self) -> Letterhead:
        rng, locale = self._rng, self._locale
        stem = "".join(rng.choices(SYLLABLES, k=3))
        name = f"{stem.title()} {rng.choice(locale.trades)} {rng.choice(locale.forms)}"
        code = vat_id(rng, "DE")
        return Letterhead(
            name,
            code,
            (
                name,
                f"{locale.street(rng)} {rng.randint(10_000, 99_999)} {locale.town(rng)}",
                f"Tel 0{rng.randint(10**9, 10**10)} Fax 0{rng.randint(10**9, 10**10)}",
                f"info@{stem}.de www.{stem}.de",
                f"USt-IdNr. {code} IBAN {iban(rng, 'DE')}",
            ),
        )

    def page(self, sender: Letterhead, buyer: Letterhead) -> Document:
        rng, locale = self._rng, self._locale
        items = [
            f"{rng.randint(10**7, 10**8)} {rng.choice(locale.goods)} {rng.randint(1, 999)},50"
            for _ in range(ITEMS)
        ]
        return _page([*sender.lines, *buyer.lines, *items, rng.choice(locale.remarks)])


@dataclass(frozen=True)
class LookUps:
    milliseconds: tuple[float, ...]
    known: int
    recognised: int
    """Of these."""
    new: int
    mistaken: int
    """Of these, for another."""

    @property
    def slow(self) -> float:
        """95th percentile."""
        return slow(self.milliseconds)


def look_ups() -> LookUps:
    town = Town(seed=0)
    buyers = [town.letterhead() for _ in range(BUYERS)]
    senders = [town.letterhead() for _ in range(SENDERS)]
    rng = Random(1)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "appliance.db")
        try:
            directory = SenderDirectory(store)
            with store.database.writing():
                cards = (_card(one, town.page(one, rng.choice(buyers))) for one in senders)
                SenderRulings(store).note(map(SenderImported, cards), who="bench", now=0.0)
                directory.learn()
            known = rng.sample(senders, PAGES // 2)
            new = [town.letterhead() for _ in range(PAGES - len(known))]
            milliseconds: list[float] = []
            found = {
                one.code: _looked_up(directory, town.page(one, rng.choice(buyers)), milliseconds)
                for one in (*known, *new)
            }
        finally:
            store.close()
    right = sum(found[one.code] == one.code for one in known)
    taken = sum(found[one.code] is not None for one in new)
    return LookUps(tuple(milliseconds), len(known), right, len(new), taken)


def described(found: LookUps) -> str:
    return (
        f"A look-up among {SENDERS:,} made-up senders takes {found.slow:.1f} ms (95th percentile); "
        f"{found.recognised} of {found.known} are recognised, {found.mistaken} of {found.new} new "
        "ones taken for another."
    )


def _looked_up(directory: SenderDirectory, page: Document, milliseconds: list[float]) -> str | None:
    begun = time.perf_counter()
    party = directory.who_sent(SentPage(page)).party
    milliseconds.append(1000 * (time.perf_counter() - begun))
    return party


def _card(sender: Letterhead, page: Document) -> SenderCard:
    """What stands in its letterhead stood on all its documents, the rest on one."""
    own = marks_of(_page(sender.lines))
    marks = {mark: DOCUMENTS if mark in own else 1 for mark in marks_of(page)}
    known = KnownSender(sender.code, DOCUMENTS, DOCUMENTS, frozenset({sender.name}), marks)
    return SenderCard(known, (sender.code,))


def _page(lines: list[str] | tuple[str, ...]) -> Document:
    words = tuple(
        Word(word, BBox(0.08 * at, 0.02 * line, 0.08 * at + 0.07, 0.02 * line + 0.01), line)
        for line, text in enumerate(lines)
        for at, word in enumerate(text.split())
    )
    return Document("0" * 64, (Page(595, 842, words, "text"),))


if __name__ == "__main__":
    print(described(look_ups()))
