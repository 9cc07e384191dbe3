"""The parts that documents are put together from: heads, addresses, particulars, taxes, sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

from appliance.samples.sheet import Align
from starter.facts import Fact, Taxed
from starter.otherwise import added
from starter.page.blocks import (
    Aligned,
    Beside,
    Block,
    Cells,
    Framed,
    Lines,
    Nothing,
    Run,
    Stack,
    Strip,
    Text,
)
from starter.page.grid import Column, Grid
from starter.page.look import Pair, Pen
from starter.roles import Party
from starter.story import Story
from starter.values import email, phone


def title(rng: Random, story: Story) -> str:
    """With its number, now and then in capitals."""
    whole = story.title + story.number
    return whole.upper() if rng.random() < 0.35 else whole


def day(pen: Pen, story: Story) -> Block:
    """As it stands without a label."""
    if not story.dated:
        return Nothing()
    return Text([story.dated], align=pen.rng.choice(("left", "right")))


def split(rng: Random, facts: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Those that come first, and the others; their order is not always the kind's."""
    every = list(facts)
    if rng.random() < 0.4:
        rng.shuffle(every)
    at = rng.randint(0, len(every)) if rng.random() < 0.6 else len(every)
    return every[:at], every[at:]


def turned(rng: Random, blocks: list[Block]) -> list[Block]:
    return blocks[::-1] if rng.random() < 0.3 else blocks


def particulars(pen: Pen, facts: Sequence[Fact], *, narrow: bool = False) -> Block:
    """In any of the ways in which forms and letters show them."""
    rng, pairs = pen.rng, [pen.pair(fact) for fact in facts]
    if not pairs:
        return Nothing()
    if narrow:
        ways: list[Block] = [
            Lines(pairs, align=rng.choice(("left", "left", "right"))),
            Aligned(pairs),
            Aligned(pairs, right=True, dotted=rng.random() < 0.2),
            Aligned(pairs, ruled=True),
            Cells(pairs, across=rng.choice((1, 2))),
        ]
        return rng.choice(ways)
    half = -(-len(pairs) // 2)
    halves = (pairs[:half], pairs[half:])
    ways = [
        Cells(pairs, across=rng.randint(2, 5), boxed=rng.random() < 0.8),
        Cells(pairs, across=rng.randint(2, 4), numbered=True),
        strip(pen, pairs, across=rng.randint(3, 6)),
        Aligned(pairs, ruled=rng.random() < 0.4),
        Run(pairs, between=rng.choice(("   ", " | ", " · ", "; ")), scale=1.0),
        Lines(pairs),
    ]
    if halves[1]:
        ruled = rng.random() < 0.3
        columns = [Aligned(part, ruled=ruled) for part in halves]
        ways += [Beside(columns, (1, 1)), Beside([Lines(part) for part in halves], (1, 1))]
    return rng.choice(ways)


def strip(pen: Pen, pairs: Sequence[Pair], *, across: int) -> Block:
    rng = pen.rng
    return Strip(
        pairs,
        across,
        filled=rng.random() < 0.6,
        below=rng.random() < 0.3,
        boxed=rng.random() < 0.7,
        align=rng.choice(("centre", "centre", "left", "right")),
    )


def letterhead(pen: Pen, sender: Party, *, align: Align, full: bool) -> Block:
    """``full``: with what else is printed of the sender."""
    rng = pen.rng
    name = Text([sender.name.value.text], rng.uniform(1.2, 2.0), True, align, True)
    lines: list[Block] = [name, Text(_address(rng, sender), 0.95, align=align)]
    if full and sender.also:
        lines.append(_also(pen, sender.also, align))
    return Stack(lines, gap=0.5)


def returned(pen: Pen, sender: Party) -> Block:
    """Where a letter goes back to, small, as a window of its envelope shows it."""
    between = pen.rng.choice((" · ", ", ", " - ", " | "))
    return Text([between.join((sender.name.value.text, *sender.lines))], 0.65)


def addressed(pen: Pen, party: Party, *, labelled: bool) -> Block:
    rng = pen.rng
    lines = [party.name.value.text, *_address(rng, party)]
    blocks: list[Block] = [Text(lines)]
    if rng.random() < 0.4:
        blocks = [Text(lines[:1], bold=True), Text(lines[1:])]
    if party.also:
        blocks.append(_also(pen, party.also, "left"))
    label = pen.look.setting(party.label)
    if labelled and rng.random() < 0.35:
        return Framed(Stack(blocks, gap=0.3), title=label)
    if labelled:
        colon = rng.choice((":", ""))
        blocks.insert(0, Text([label + colon], 0.9, bold=rng.random() < 0.5))
    whole = Stack(blocks, gap=0.3)
    return Framed(whole) if rng.random() < 0.2 else whole


def foot(pen: Pen, sender: Party, facts: Sequence[Fact]) -> Block:
    """What a letterhead did not say, small, at the end of the page."""
    rng = pen.rng
    said = " · ".join((sender.name.value.text, *sender.lines))
    pairs = [pen.pair(fact) for fact in facts]
    blocks: list[Block] = [Text([said], 0.75, align=rng.choice(("left", "centre")))]
    if pairs:
        thirds = [pairs[at::3] for at in range(3) if pairs[at::3]]
        blocks.append(
            rng.choice(
                (
                    Run(pairs, between=" · ", scale=0.8, align="centre"),
                    Beside([Lines(part) for part in thirds], [1] * len(thirds)),
                )
            )
        )
    return Stack(blocks, gap=0.5)


def taxes(pen: Pen, story: Story) -> Grid:
    """A line for each rate, perhaps one for what is not taxed, and their sums where several are."""
    rng, how = pen.rng, pen.how
    words = how.locale.page
    lines = list(story.taxes)
    if rng.random() < 0.25:
        nothing = how.number(Decimal(0), 2)
        lines.append(Taxed(how.number(Decimal(0), 0), nothing, nothing))
    percent = rng.choice(("{}", "{}%", "{} %"))
    summed = len(story.taxes) > 1 or rng.random() < 0.4
    nets, dues = [line.net for line in lines], [line.tax for line in lines]
    said = [
        (words.rate, [percent.format(line.rate.text) for line in lines], ""),
        (words.net, [net.text for net in nets], added(how, nets).text),
        (words.tax, [due.text for due in dues], added(how, dues).text),
    ]
    columns = [
        Column(pen.look.setting(rng.choice(heads)), _ended(cells, last, summed), True)
        for heads, cells, last in said
    ]
    if rng.random() < 0.6:
        codes = rng.choice(_CODES)[: len(lines)]
        columns.insert(0, Column("", _ended(codes, rng.choice(words.total), summed)))
    return Grid(columns, pen.look.table)


def tax_lines(pen: Pen, story: Story) -> Block:
    """The same without a table: a line for each rate."""
    rng = pen.rng
    words = pen.look.setting(rng.choice(pen.how.locale.page.tax))
    said = rng.choice(_TAX_LINES)
    pairs = [
        Pair(said.format(tax=words, rate=line.rate.text, net=line.net.text), line.tax.text)
        for line in story.taxes
    ]
    return Aligned(pairs, right=True)


_TAX_LINES = ("{tax} {rate}%", "{tax} {rate} %", "{tax} {rate}% ({net})", "{tax} ({rate} %) {net}")

_CODES = (("SR", "ZR", "ES"), ("S", "Z", "E"), ("A", "B", "C"), ("1", "2", "3"), ("T1", "T0", "T9"))
"""By which tills tell the rates apart."""


def _ended(cells: Sequence[str], last: str, summed: bool) -> list[str]:
    return [*cells, last] if summed else [*cells]


def contact(pen: Pen, story: Story) -> Block:
    """Who at the sender's answers questions; numbers only where the page knows some anyway."""
    rng, how = pen.rng, pen.how
    known = {fact.concept.names[0] for fact in story.told}
    lines = [how.locale.person(rng)]
    lines += [phone(rng, how).text] if "phone" in known else []
    lines += [email(rng, how).text] if "email" in known else []
    return Text([f"{pen.look.setting(rng.choice(how.locale.page.contact))}:", *lines], 0.9)


def payments(pen: Pen, story: Story) -> Grid:
    """What was paid and when, which nobody asks for."""
    rng, how = pen.rng, pen.how
    words = how.locale.page
    number = rng.randint(1, 4)
    days = sorted(how.today - timedelta(days=rng.randint(1, 90)) for _ in range(number))
    sums = [Decimal(rng.randint(1000, 250000)).scaleb(-2) for _ in days]
    said = [
        (words.paid_on, [how.date(day).text for day in days], False),
        (words.paid_by, [rng.choice(words.ways) for _ in days], False),
        (words.paid, [how.number(one, 2).text for one in sums], True),
    ]
    return _beside_the_rows(pen, said)


def approvals(pen: Pen, story: Story) -> Grid:
    """Who signed it and when, which nobody asks for."""
    rng, how = pen.rng, pen.how
    words = how.locale.page
    roles = words.roles[: rng.randint(2, len(words.roles))]
    days = sorted(how.today - timedelta(days=rng.randint(0, 9)) for _ in roles)
    said = [
        (words.role, roles, False),
        (words.person, [how.locale.person(rng) for _ in roles], False),
        (words.signed_on, [how.date(day).text for day in days], False),
    ]
    return _beside_the_rows(pen, said)


def _beside_the_rows(pen: Pen, said: Sequence[tuple[Sequence[str], Sequence[str], bool]]) -> Grid:
    heads = (pen.look.setting(pen.rng.choice(titles)) for titles, _, _ in said)
    return Grid(
        [Column(head, cells, right) for head, (_, cells, right) in zip(heads, said, strict=True)],
        pen.look.table,
    )


def sums(pen: Pen, facts: Sequence[Fact]) -> Block:
    """Amounts below a table: at the right, at the left, in a frame, over the whole width."""
    rng, pairs = pen.rng, [pen.pair(fact) for fact in facts]
    if not pairs:
        return Nothing()
    block: Block = Aligned(
        pairs,
        right=True,
        ruled=rng.random() < 0.3,
        dotted=rng.random() < 0.1,
        bold_last=rng.random() < 0.5,
    )
    return Framed(block) if rng.random() < 0.15 else block


def sideways(rng: Random, block: Block, *, beside: Block | None = None) -> Block:
    """A narrow block at one side of the page, mostly the right one."""
    other, share = beside or Nothing(), rng.uniform(0.9, 1.6)
    if rng.random() < 0.75:
        return Beside([other, block], (share, 1.0))
    return Beside([block, other], (1.0, share))


def _address(rng: Random, party: Party) -> list[str]:
    """In lines, now and then all in one."""
    if rng.random() < 0.15:
        return [rng.choice((", ", " - ", " · ")).join(party.lines)]
    return list(party.lines)


def _also(pen: Pen, facts: Sequence[Fact], align: Align) -> Block:
    pairs: list[Pair] = [pen.pair(fact) for fact in facts]
    if align == "left" and pen.rng.random() < 0.3:
        return Aligned(pairs)
    if pen.rng.random() < 0.2:
        return Run(pairs, align=align)
    return Lines(pairs, align=align)
