"""Draws a story: as a letter, as a form, or on a roll of paper."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from appliance.samples.sheet import Align, Sheet
from starter.facts import Fact
from starter.labels.page import TAXES
from starter.page import parts
from starter.page.blocks import Aligned, Beside, Block, Framed, Lines, Nothing, Stack, Text
from starter.page.flow import Flow
from starter.page.look import Look, Pen, look
from starter.story import Story

_STAMPS = ("PAID", "COPY", "RECEIVED", "ORIGINAL", "CHECKED", "ENTERED")
_RED, _BLUE = (170, 40, 40), (40, 60, 150)


def draw(rng: Random, story: Story) -> bytes:
    """The PDF."""
    if story.theme.slip and rng.random() < 0.85:
        return _slip(rng, story)
    return _sheet(rng, story)


def _sheet(rng: Random, story: Story) -> bytes:
    pen = Pen(Sheet((how := look(rng, story)).face), how, story.how, rng)
    margin = rng.uniform(12, 25)
    title = _title(rng, story)

    def turn() -> float:
        if rng.random() < 0.7:
            pen.sheet.text(margin, 15, f"{title}  {story.sender.name.value.text}", size=8)
        return 24.0

    flow = Flow(pen, left=margin, right=210 - margin, top=margin, bottom=272, turn=turn)
    (_form if rng.random() < 0.35 else _letter)(pen, story, flow, title)
    _marks(pen, story)
    return pen.sheet.pdf()


def _letter(pen: Pen, story: Story, flow: Flow, title: str) -> None:
    rng = pen.rng
    heading = Text([title], rng.uniform(1.3, 2.4), rng.random() < 0.8, inked=True)
    ends = _below(rng, story) if story.rows else ()
    facts = [fact for fact in story.facts if fact not in ends]
    first, second = _split(rng, facts)
    foot = rng.random() < 0.35  # the sender's numbers stand there
    early = rng.random() < 0.3
    if early:
        _day(pen, story, flow)
    how = rng.random()
    if how < 0.25 and story.receiver:
        foot = False
        _boxes(pen, story, flow, heading, first)
    elif how < 0.45:
        _shared_head(pen, story, flow, heading, first, full=not foot)
    elif how < 0.55 and story.receiver:
        _columns(pen, story, flow, heading, first)
    else:
        _letterhead(pen, story, flow, heading, first, full=not foot)
    if not early:
        _day(pen, story, flow)
    if second:
        block = parts.particulars(pen, second, narrow=(aside := rng.random() < 0.2))
        if aside and not _knows_a_contact(story):
            block = Beside(_turned(rng, [block, parts.contact(pen, story)]), (1.2, 1))
        flow.place(block)
    _remark(pen, flow, 0.4)
    _rows(pen, story, flow, forms=0.1)
    _end(pen, story, flow, ends)
    _remark(pen, flow, 0.6)
    if foot:
        flow.place(parts.foot(pen, story.sender, story.sender.also))


def _boxes(pen: Pen, story: Story, flow: Flow, heading: Block, facts: Sequence[Fact]) -> None:
    """Both parties under the title, no letterhead."""
    sender = parts.addressed(pen, story.sender, labelled=True)
    flow.place(heading)
    flow.place(Beside(_turned(pen.rng, [sender, _receiver(pen, story)]), (1, 1)))
    flow.place(parts.particulars(pen, facts, narrow=False))


def _columns(pen: Pen, story: Story, flow: Flow, heading: Block, facts: Sequence[Fact]) -> None:
    """Both parties and the facts in three columns."""
    parties = [parts.addressed(pen, story.sender, labelled=True), _receiver(pen, story)]
    early = pen.rng.random() < 0.5
    if early:
        flow.place(heading)
    block = parts.particulars(pen, facts, narrow=True)
    flow.place(Beside([*_turned(pen.rng, parties), block], (1, 1, 1.4), gap=4.0))
    if not early:
        flow.place(heading)


def _shared_head(
    pen: Pen, story: Story, flow: Flow, heading: Block, facts: Sequence[Fact], *, full: bool
) -> None:
    """Title and facts beside the sender."""
    sender = parts.letterhead(pen, story.sender, align="left", full=full)
    block = Stack([heading, parts.particulars(pen, facts, narrow=True)])
    flow.place(Beside(_turned(pen.rng, [sender, block]), (1.3, 1)))
    flow.place(_receiver(pen, story))


def _letterhead(
    pen: Pen, story: Story, flow: Flow, heading: Block, facts: Sequence[Fact], *, full: bool
) -> None:
    """The sender above all, the title before or after the receiver."""
    rng = pen.rng
    align: Align = rng.choice(("left", "left", "centre", "right"))
    flow.place(parts.letterhead(pen, story.sender, align=align, full=full), gap=6)
    early = rng.random() < 0.4
    if early:
        flow.place(heading)
    if rng.random() < 0.65:
        block = parts.particulars(pen, facts, narrow=True)
        flow.place(parts.sideways(rng, block, beside=_receiver(pen, story)))
        if not early:
            flow.place(heading)
        return
    flow.place(_receiver(pen, story))
    if not early:
        flow.place(heading)
    flow.place(parts.particulars(pen, facts))


def _receiver(pen: Pen, story: Story) -> Block:
    if not story.receiver:
        return Nothing()
    labelled = pen.rng.random() < 0.65
    blocks = [parts.addressed(pen, story.receiver, labelled=labelled)]
    if not labelled and pen.rng.random() < 0.3:
        blocks.insert(0, parts.returned(pen, story.sender))
    if story.elsewhere:
        blocks.append(parts.addressed(pen, story.elsewhere, labelled=True))
    return Stack(blocks, gap=2.0)


def _form(pen: Pen, story: Story, flow: Flow, title: str) -> None:
    """Title, boxes of both parties and boxes of all else."""
    rng = pen.rng
    heading = Text([title], rng.uniform(1.2, 1.9), True, rng.choice(("left", "centre")), True)
    flow.place(heading)
    blocks: list[Block] = [parts.addressed(pen, story.sender, labelled=rng.random() < 0.8)]
    if story.receiver:
        blocks.append(parts.addressed(pen, story.receiver, labelled=True))
    if story.elsewhere:
        blocks.append(parts.addressed(pen, story.elsewhere, labelled=True))
    if rng.random() < 0.7:
        framed = [Framed(block) for block in blocks] if rng.random() < 0.5 else blocks
        flow.place(Beside(framed, [1] * len(framed), gap=rng.choice((0.5, 5.0))))
    else:
        for block in blocks:
            flow.place(block)
    ends = _below(rng, story) if story.rows and rng.random() < 0.5 else ()
    facts = [fact for fact in story.facts if fact not in ends]
    for group in _split(rng, facts):
        if group:
            flow.place(parts.particulars(pen, group), gap=rng.choice((0.0, 4.0)))
    flow.y += 4.0
    _rows(pen, story, flow, forms=0.4)
    _day(pen, story, flow)
    _end(pen, story, flow, ends)
    _remark(pen, flow, 0.5)


def _slip(rng: Random, story: Story) -> bytes:
    """As long as it has to be."""
    wide = rng.choice((58.0, 72.0, 80.0))
    how = look(rng, story, slip=True)
    trial = _roll(Random(seed := rng.random()), story, how, wide, 2000.0)
    trial[0].sheet.discard()
    pen, _ = _roll(Random(seed), story, how, wide, trial[1] + 10.0)
    return pen.sheet.pdf()


def _roll(rng: Random, story: Story, how: Look, wide: float, high: float) -> tuple[Pen, float]:
    """And the y at its end."""
    pen = Pen(Sheet(how.face, size=(wide, high)), how, story.how, rng)
    margin = rng.uniform(3, 6)
    flow = Flow(pen, left=margin, right=wide - margin, top=6, bottom=high, turn=lambda: 6.0)
    align: Align = rng.choice(("centre", "centre", "left"))
    heading = Text([_title(rng, story)], 1.1, True, rng.choice(("centre", "left")))
    early = rng.random() < 0.3
    if early:
        flow.place(heading, gap=1)
    flow.place(parts.letterhead(pen, story.sender, align=align, full=True), gap=2)
    if not early and (story.number or rng.random() < 0.8):
        flow.place(heading, gap=1)
    if story.receiver:
        flow.place(parts.addressed(pen, story.receiver, labelled=True), gap=2)
    ends = _below(rng, story)
    tops = [fact for fact in story.facts if fact not in ends]
    bare = [fact for fact in tops if fact.concept.names[:1] in (("date",), ("time",))]
    if bare and rng.random() < 0.4:
        # As most tills print them.
        tops = [fact for fact in tops if fact not in bare]
        said = [fact.value.text for fact in bare]
        flow.place(Text(["  ".join(said)], align=rng.choice(("left", "centre"))), gap=1)
    pairs = [pen.pair(fact) for fact in tops]
    if pairs:
        flow.place(rng.choice((Lines(pairs), Aligned(pairs), Aligned(pairs, right=True))), gap=1)
    _line(pen, flow, margin, wide)
    if story.rows:
        if story.sums or rng.random() < 0.4:
            flow.table(parts.table(pen, story), gap=1)
        else:
            _goods(pen, story, flow)
        _line(pen, flow, margin, wide)
    if ends:
        sums = [pen.pair(fact) for fact in ends]
        flow.place(Aligned(sums, right=True, bold_last=rng.random() < 0.2), gap=2)
    _taxes(pen, story, flow)
    for remark in rng.sample(story.how.tongue.remarks, rng.randint(0, 2)):
        flow.place(Text([remark], 0.9, align="centre"), gap=1)
    return pen, flow.y


def _goods(pen: Pen, story: Story, flow: Flow) -> None:
    """The name of each in a line, its numbers in the next."""
    joined = pen.rng.choice((" x ", " @ ", "   ", " * "))
    for row in story.rows:
        name, *numbers = (fact.value.text for fact in row)
        flow.place(Text([name]), gap=0)
        if numbers:
            *few, last = numbers
            flow.place(
                Beside([Text([joined.join(few)]), Text([last], align="right")], (2, 1), gap=1),
                gap=0.3,
            )


def _line(pen: Pen, flow: Flow, margin: float, wide: float) -> None:
    if pen.rng.random() < 0.5:
        pen.sheet.rule(margin, flow.y, wide - margin, flow.y)
        flow.y += 1.5
    elif pen.rng.random() < 0.5:
        count = int((wide - 2 * margin) / pen.sheet.width("-", size=pen.look.size)) - 1
        flow.place(Text([pen.rng.choice("-=*") * count]), gap=0.5)


def _title(rng: Random, story: Story) -> str:
    """With its number, now and then in capitals."""
    whole = story.title + story.number
    return whole.upper() if rng.random() < 0.35 else whole


def _below(rng: Random, story: Story) -> tuple[Fact, ...]:
    """What is printed after the table: amounts, mostly, and other sums of its columns."""
    summed = story.theme.table.summed.values() if story.theme.table else ()
    return tuple(
        fact
        for fact in story.facts
        if (fact.concept.type in ("amount", "percent") and rng.random() < 0.93)
        or (fact.concept.names[:1] and fact.concept.names[0] in summed and rng.random() < 0.4)
    )


def _rows(pen: Pen, story: Story, flow: Flow, *, forms: float) -> None:
    """As a table; few of them in a share of ``forms`` as boxes, which have no place for sums."""
    if not story.rows:
        return
    if not story.sums and len(story.rows) <= 4 and pen.rng.random() < forms:
        for form in parts.forms(pen, story):
            flow.place(form, gap=1.5)
        flow.y += 2.5
    else:
        flow.table(parts.table(pen, story))


def _day(pen: Pen, story: Story, flow: Flow) -> None:
    if story.dated:
        flow.place(Text([story.dated], align=pen.rng.choice(("left", "right"))))


def _knows_a_contact(story: Story) -> bool:
    """Whether somebody who answers questions may be asked for."""
    names = (name for one in story.theme.concepts for name in one.names)
    return any(word in name for name in names for word in ("contact", "clerk", "agent"))


def _split(rng: Random, facts: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Those that come first, and the others; their order is not always the theme's."""
    every = list(facts)
    if rng.random() < 0.4:
        rng.shuffle(every)
    at = rng.randint(0, len(every)) if rng.random() < 0.6 else len(every)
    return every[:at], every[at:]


def _turned(rng: Random, blocks: list[Block]) -> list[Block]:
    return blocks[::-1] if rng.random() < 0.3 else blocks


def _end(pen: Pen, story: Story, flow: Flow, facts: Sequence[Fact]) -> None:
    rng = pen.rng
    if 2 <= len(facts) <= 5 and rng.random() < 0.12:
        pairs = [pen.pair(fact) for fact in facts]
        flow.place(parts.strip(pen, pairs, across=len(pairs)))
        _taxes(pen, story, flow)
    elif facts and story.taxes and rng.random() < 0.3:
        blocks: list[Block] = [parts.taxes(pen, story), parts.sums(pen, facts)]
        flow.place(Beside(_turned(rng, blocks), (1.2, 1)))
    else:
        if facts:
            block = parts.sums(pen, facts)
            flow.place(parts.sideways(rng, block) if rng.random() < 0.85 else block)
        _taxes(pen, story, flow)
    if story.sentence:
        flow.place(Text([story.sentence]))


def _taxes(pen: Pen, story: Story, flow: Flow) -> None:
    labelled = {name for fact in story.facts for name in fact.concept.names[:1]}
    if story.taxes and {*story.theme.taxed[1:]} <= labelled and pen.rng.random() < 0.4:
        block = parts.tax_lines(pen, story)
        flow.place(block if story.theme.slip else parts.sideways(pen.rng, block))
    elif story.taxes:
        heading = pen.rng.choice(TAXES[pen.how.tongue.code])
        if heading:
            flow.place(Text([heading], bold=pen.rng.random() < 0.4), gap=1)
        flow.table(parts.taxes(pen, story))


def _remark(pen: Pen, flow: Flow, chance: float) -> None:
    if pen.rng.random() < chance:
        flow.place(Text([pen.rng.choice(pen.how.tongue.remarks)]))


def _marks(pen: Pen, story: Story) -> None:
    """A stamp over the page, a bar code: on some."""
    rng, sheet = pen.rng, pen.sheet
    if rng.random() < 0.12:
        text = rng.choice(_STAMPS)
        if rng.random() < 0.5:
            text += f" {pen.how.date(pen.how.today).text}"
        sheet.stamp(
            text,
            rng.uniform(60, 150),
            rng.uniform(120, 250),
            angle=rng.uniform(-20, 20),
            size=rng.uniform(11, 20),
            colour=rng.choice((_RED, _BLUE)),
        )
    if rng.random() < 0.06:
        sheet.barcode(f"{rng.randrange(10**9):09}", 120, rng.uniform(5, 9), 7)
