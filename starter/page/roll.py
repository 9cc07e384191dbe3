"""A receipt on a roll of paper, as tills print them."""

from __future__ import annotations

from random import Random

from appliance.samples.sheet import Align, Sheet
from starter.page import ending, parts, table
from starter.page.blocks import Aligned, Beside, Lines, Text
from starter.page.flow import Flow
from starter.page.look import Look, Pen, look
from starter.story import Story


def slip(rng: Random, story: Story, *, unseen: bool = False) -> bytes:
    """As long as it has to be; ``unseen``: see ``draw``."""
    wide = rng.choice((58.0, 72.0, 80.0))
    how = look(rng, story, slip=True, unseen=unseen)
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
    heading = Text([parts.title(rng, story)], 1.1, True, rng.choice(("centre", "left")))
    early = rng.random() < 0.3
    if early:
        flow.place(heading, gap=1)
    flow.place(parts.letterhead(pen, story.sender, align=align, full=True), gap=2)
    if not early and (story.number or rng.random() < 0.8):
        flow.place(heading, gap=1)
    if story.receiver:
        flow.place(parts.addressed(pen, story.receiver, labelled=True), gap=2)
    ends = ending.below(rng, story)
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
            flow.table(table.table(pen, story), gap=1)
        else:
            _goods(pen, story, flow)
        _line(pen, flow, margin, wide)
    if ends:
        sums = [pen.pair(fact) for fact in ends]
        flow.place(Aligned(sums, right=True, bold_last=rng.random() < 0.2), gap=2)
    ending.taxes(pen, story, flow)
    for remark in rng.sample(story.how.locale.remarks, rng.randint(0, 2)):
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
