"""A form: boxes of the parties, boxes of all else."""

from __future__ import annotations

from starter.page import ending, parts
from starter.page.blocks import Beside, Block, Framed, Text
from starter.page.flow import Flow
from starter.page.look import Pen
from starter.story import Story


def form(pen: Pen, story: Story, flow: Flow, title: str) -> None:
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
    ends = ending.below(rng, story) if story.rows and rng.random() < 0.5 else ()
    facts = [fact for fact in story.facts if fact not in ends]
    for group in parts.split(rng, facts):
        if group:
            flow.place(parts.particulars(pen, group), gap=rng.choice((0.0, 4.0)))
    flow.y += 4.0
    ending.rows(pen, story, flow, forms=0.4)
    flow.place(parts.day(pen, story))
    ending.end(pen, story, flow, ends)
    ending.remark(pen, flow, 0.5)
