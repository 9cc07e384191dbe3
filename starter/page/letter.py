"""A letter: who sends it, to whom, particulars, table, sums."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.samples.sheet import Align
from starter.facts import Fact
from starter.page import ending, parts
from starter.page.blocks import Beside, Block, Nothing, Stack, Text
from starter.page.flow import Flow
from starter.page.look import Pen
from starter.story import Story

_CONTACT_BESIDE = 0.4
"""Share of the letters with nothing else beside the receiver that have there whom to ask."""


def letter(pen: Pen, story: Story, flow: Flow, title: str) -> None:
    rng = pen.rng
    heading = Text([title], rng.uniform(1.3, 2.4), rng.random() < 0.8, inked=True)
    ends = ending.below(rng, story) if story.rows else ()
    facts = [fact for fact in story.facts if fact not in ends]
    first, second = parts.split(rng, facts)
    foot = rng.random() < 0.35  # the sender's numbers stand there
    early = rng.random() < 0.3
    if early:
        flow.place(parts.day(pen, story))
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
        flow.place(parts.day(pen, story))
    if second:
        block = parts.particulars(pen, second, narrow=(aside := rng.random() < 0.2))
        if aside and not _knows_a_contact(story):
            block = Beside(parts.turned(rng, [block, parts.contact(pen, story)]), (1.2, 1))
        flow.place(block)
    ending.remark(pen, flow, 0.4)
    ending.rows(pen, story, flow, forms=0.1)
    ending.end(pen, story, flow, ends)
    ending.remark(pen, flow, 0.6)
    if foot:
        flow.place(parts.foot(pen, story.sender, story.sender.also))


def _boxes(pen: Pen, story: Story, flow: Flow, heading: Block, facts: Sequence[Fact]) -> None:
    """Both parties under the title, no letterhead."""
    sender = parts.addressed(pen, story.sender, labelled=True)
    flow.place(heading)
    flow.place(Beside(parts.turned(pen.rng, [sender, _receiver(pen, story)]), (1, 1)))
    flow.place(parts.particulars(pen, facts, narrow=False))


def _columns(pen: Pen, story: Story, flow: Flow, heading: Block, facts: Sequence[Fact]) -> None:
    """Both parties and the facts in three columns."""
    parties = [parts.addressed(pen, story.sender, labelled=True), _receiver(pen, story)]
    early = pen.rng.random() < 0.5
    if early:
        flow.place(heading)
    block = parts.particulars(pen, facts, narrow=True)
    flow.place(Beside([*parts.turned(pen.rng, parties), block], (1, 1, 1.4), gap=4.0))
    if not early:
        flow.place(heading)


def _shared_head(
    pen: Pen, story: Story, flow: Flow, heading: Block, facts: Sequence[Fact], *, full: bool
) -> None:
    """Title and facts beside the sender."""
    sender = parts.letterhead(pen, story.sender, align="left", full=full)
    block = Stack([heading, parts.particulars(pen, facts, narrow=True)])
    flow.place(Beside(parts.turned(pen.rng, [sender, block]), (1.3, 1)))
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
    receiver = _receiver(pen, story)
    if story.receiver and not _knows_a_contact(story) and rng.random() < _CONTACT_BESIDE:
        receiver = Beside([receiver, parts.contact(pen, story)], (1.4, 1))
    flow.place(receiver)
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


def _knows_a_contact(story: Story) -> bool:
    """Whether somebody who answers questions may be asked for."""
    names = (name for one in story.kind.concepts for name in one.names)
    return any(word in name for name in names for word in ("contact", "clerk", "agent"))
