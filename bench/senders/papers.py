"""Six hundred invoices of sixty senders as they arrive, made as the office's are. Pure.

Some come once more as another file, some name another bank account than their sender's papers did
before, and of a few senders a bank that has bought their claims is named too. What is printed is
the truth, nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from appliance.samples import codes, style
from appliance.samples.languages import LANGUAGES
from appliance.samples.layouts.base import Layout, Order
from appliance.samples.sheet import Sheet

# What the office keeps goes by the bytes of these two: they stay as they are, and lend what they
# have for themselves.
from bench.office import invoices, senders
from bench.office.invoices import FARTHEST, NEAREST, NUMBER, Paper
from bench.office.layouts.looks import LOOKS
from bench.office.layouts.page import layout
from bench.office.senders import SENDERS, Sender


@dataclass(frozen=True, slots=True)
class Plan:
    papers: int
    """Without the copies."""
    senders: int
    """At least the office's, or the most frequent of those."""
    changed: int
    """Papers with another account than before."""
    copies: int
    sold: Sequence[int]
    """Ranks of the senders whose claims a bank has bought."""
    apart: Sequence[int]
    """Ranks of those whose first papers make a queue, and into whose memory wrong values come."""
    each: int
    """Papers of each of those."""


WHOLE = Plan(600, 60, 60, 40, sold=(9, 11, 13, 15), apart=tuple(range(9, 17)), each=5)
FEW = Plan(30, 6, 3, 3, sold=(2,), apart=(1, 2), each=4)


@dataclass(frozen=True, slots=True)
class MadePaper:
    paper: Paper
    changed: bool = False
    """It names an account that no earlier paper of its sender names."""
    bought_by: str = ""
    """Account of the bank that has bought its sender's claims; it stands there too."""


_STEMS: Mapping[str, Sequence[str]] = {
    "de": ("Averdieck", "Bollmann", "Finkbein", "Jessen", "Lürsen", "Nottbohm", "Reincke", "Wendt"),
    "en": ("Ingleby", "Kelmarsh", "Lowick", "Marlowe"),
    "fr": ("Issoire", "Lanvollon", "Mirecourt", "Nérac"),
    "es": ("Escalante", "Gredos"),
    "pl": ("Pruszcz", "Żnin"),
}
"""Of the senders that the office does not have, in their order; a quarter as many tongues."""
_SOLD = {
    "de": "Die Forderung ist abgetreten an",
    "en": "This debt has been assigned to",
    "fr": "Cette créance est cédée à",
    "es": "Este crédito ha sido cedido a",
    "pl": "Wierzytelność przelano na",
}
_COPY = {"de": "Zweitschrift", "en": "Copy", "fr": "Duplicata", "es": "Duplicado", "pl": "Duplikat"}
_BANK = "Nordfaktor Bank AG"
_LASTS = 0.5
"""Share of the changes after which the new account is the sender's."""
_OLD_STANDS = 1 / 3
"""Share of the changed papers whose last line still names the old one."""
_ABROAD, _ABROAD_SHARE = "PT", 0.2
_HEAD, _FOOT, _STEP = 5.0, 294.4, 2.6
"""Millimetres from the top of what is added to a page, and of its lines from each other."""
_LONG, _CREDITS = 14 / NUMBER, 9 / NUMBER
"""Shares, as of the office's."""


def every_sender(plan: Plan) -> list[Sender]:
    """The most frequent one first: the office's, and more who are drawn as those are."""
    known = senders.senders()[: plan.senders]
    stems = {code: iter(those) for code, those in _STEMS.items()}
    looks = Random("senders/looks").sample(LOOKS, len(LOOKS))
    for rank in range(SENDERS + 1, plan.senders + 1):
        rng, alike = Random(f"senders/{rank}"), known[rank - SENDERS - 1]
        tongue = LANGUAGES[alike.language.code]
        language = senders._speak(rng, tongue, next(stems[tongue.code]))
        drawn = layout(looks[rank % len(looks)], western=tongue.code != "pl")
        known.append(senders._sender(rng, rank, language, drawn, alike.numbers))
    return known


def papers(plan: Plan) -> list[MadePaper]:
    """All that arrive, nothing drawn yet."""
    rng = Random("senders/papers")
    again = _copies(rng, plan)
    fresh = [place for place in range(plan.papers + plan.copies) if place not in again]
    who = dict(zip(fresh, _zipf(rng, every_sender(plan), len(fresh)), strict=True))
    known = _known(who, {})
    may_change = _known(who, dict.fromkeys(plan.apart, plan.each))
    changed = set(_spread(rng, {at: who[at].rank for at in may_change}, plan.changed))
    made = _Maker(rng, plan, _long(rng, who), set(_credits(rng, known, who)))
    found: list[MadePaper] = []
    for place in range(plan.papers + plan.copies):
        if place in again:
            found.append(_once_more(rng, found[again[place]], place, again[place]))
        else:
            found.append(made.paper(place, who[place], changed=place in changed))
    return found


def _copies(rng: Random, plan: Plan) -> dict[int, int]:
    """By the place of each copy the place of what came before."""
    found: dict[int, int] = {}
    while len(found) < plan.copies:
        original = rng.randrange(plan.papers + plan.copies)
        place = original + rng.randint(NEAREST, FARTHEST)
        used = {*found, *found.values()}
        if place < plan.papers + plan.copies and not used & {original, place}:
            found[place] = original
    return found


def _zipf(rng: Random, those: Sequence[Sender], number: int) -> list[Sender]:
    """Drawn anew until each has come."""
    weights = [1 / sender.rank for sender in those]
    while True:
        drawn = rng.choices(those, weights, k=number)
        if len({sender.rank for sender in drawn}) == len(those):
            return drawn


def _known(who: Mapping[int, Sender], least: Mapping[int, int]) -> list[int]:
    """Places before which the sender has come, by its rank as often as ``least`` says, else
    once."""
    came: Counter[int] = Counter()
    found = []
    for place in sorted(who):
        rank = who[place].rank
        if came[rank] >= least.get(rank, 1):
            found.append(place)
        came[rank] += 1
    return found


def _spread(rng: Random, ranks: Mapping[int, int], number: int) -> list[int]:
    """Places, one of each sender before there is a second of any."""
    turns: Counter[int] = Counter()
    order = []
    for place in rng.sample(sorted(ranks), len(ranks)):
        turns[ranks[place]] += 1
        order.append((turns[ranks[place]], place))
    return [place for _, place in sorted(order, key=lambda one: one[0])[:number]]


def _long(rng: Random, who: Mapping[int, Sender]) -> set[int]:
    wholesale = [place for place, sender in who.items() if sender.wholesale]
    return set(rng.sample(wholesale, min(round(_LONG * len(who)), len(wholesale))))


def _credits(rng: Random, known: Sequence[int], who: Mapping[int, Sender]) -> list[int]:
    plain = [place for place in known if not (who[place].repeats or who[place].wholesale)]
    return rng.sample(plain, min(round(_CREDITS * len(who)), len(plain)))


class _Maker:
    """Papers in their order: numbers rise, and an account lasts until another takes its place."""

    def __init__(self, rng: Random, plan: Plan, long: set[int], credits: set[int]) -> None:
        self._rng = rng
        self._long, self._credits = long, credits
        self._buyers = {
            rank: codes.iban(Random(f"senders/bank/{rank}"), "DE") for rank in plan.sold
        }
        self._serials: dict[int, int] = {}
        self._last: dict[int, str] = {}
        self._accounts: dict[int, str] = {}

    def paper(self, place: int, sender: Sender, *, changed: bool) -> MadePaper:
        rng, rank = self._rng, sender.rank
        account = old = self._accounts.get(rank, sender.iban)
        bought_by = self._buyers.get(rank, "")
        lines = [f"{_SOLD[sender.language.code]} {_paid_to(_BANK, bought_by)}"] if bought_by else []
        if changed:
            country = _ABROAD if rng.random() < _ABROAD_SHARE else sender.language.country
            account = codes.iban(rng, country)
            if rng.random() < _OLD_STANDS:
                lines.append(_paid_to(sender.bank, old))
            if rng.random() < _LASTS:
                self._accounts[rank] = account
        credit = place in self._credits and rank in self._last
        serial = self._serials.get(rank, sender.first) + rng.randint(1, 7)
        self._serials[rank] = serial
        few = min(invoices._rows(rng, credit), len(sender.goods))
        rows = rng.randint(24, 34) if place in self._long else few
        original = self._last[rank] if credit else ""
        written = invoices._invoice(rng, sender, place, serial, rows, original)
        if not credit:
            self._last[rank] = written.number
        odd = rng.random() < invoices._SCANNED_ANYWAY
        rendering = sender.scanned or ("degraded" if odd else "clean")
        if lines:
            sender = replace(sender, layout=_with_lines(sender.layout, lines))
        paper = Paper(place, sender, replace(written, iban=account), rendering, None)
        return MadePaper(paper, changed, bought_by)


def _once_more(rng: Random, made: MadePaper, place: int, original: int) -> MadePaper:
    """Scanned, or printed anew as what it is."""
    paper = replace(made.paper, place=place, duplicate_of=original)
    if rng.random() < 0.5:
        word = _COPY[paper.sender.language.code]
        sender = replace(paper.sender, layout=_with_lines(paper.sender.layout, [word], _HEAD))
        paper = replace(paper, sender=sender, rendering="clean")
    else:
        paper = replace(paper, rendering=rng.choice(("searchable", "degraded")))
    return replace(made, paper=paper, changed=False)


def _paid_to(bank: str, account: str) -> str:
    return f"{bank}, IBAN {style.iban(account).text}"


def _with_lines(layout: Layout, lines: Sequence[str], y: float = _FOOT) -> Layout:
    """On its last page too, up from ``y`` millimetres."""

    def draw(sheet: Sheet, order: Order) -> None:
        layout.draw(sheet, order)
        sheet.lines(62, y - _STEP * (len(lines) - 1), lines, step=_STEP, size=6.5, room=92)

    return replace(layout, draw=draw)
