"""From the table down: rows, sums, taxes, a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from starter.facts import Fact
from starter.page import parts, table
from starter.page.blocks import Beside, Block, Text
from starter.page.flow import Flow
from starter.page.look import Pen
from starter.story import Story

_SIDE_BY_SIDE = 0.22
"""Share of the few sums that stand beside each other, each below its label."""
_ASIDE = 0.16
"""Share of the sheets with rows that have a table besides, which nobody asks for."""


def below(rng: Random, story: Story) -> tuple[Fact, ...]:
    """What is printed after the table: amounts, mostly, and other sums of its columns."""
    summed = story.kind.table.summed.values() if story.kind.table else ()
    return tuple(
        fact
        for fact in story.facts
        if (fact.concept.type in ("amount", "percent") and rng.random() < 0.93)
        or (fact.concept.names[:1] and fact.concept.names[0] in summed and rng.random() < 0.4)
    )


def rows(pen: Pen, story: Story, flow: Flow, *, forms: float) -> None:
    """As a table; few of them in a share of ``forms`` as boxes, which have no place for sums."""
    if not story.rows:
        return
    aside = pen.rng.random()
    if aside < _ASIDE / 2:
        other_table(pen, story, flow)
    if not story.sums and len(story.rows) <= 4 and pen.rng.random() < forms:
        for form in table.forms(pen, story):
            flow.place(form, gap=1.5)
        flow.y += 2.5
    else:
        flow.table(table.table(pen, story))
    if _ASIDE / 2 <= aside < _ASIDE:
        other_table(pen, story, flow)


def other_table(pen: Pen, story: Story, flow: Flow) -> None:
    """One that nobody asks for, unless the kind knows something like it."""
    words = pen.how.locale.page
    grids = {
        words.payments: (parts.payments, ("paid", "payment", "balance")),
        words.approvals: (parts.approvals, ("approv", "sign", "check", "by", "inspector")),
    }
    heading = pen.rng.choice([*grids])
    grid, alike = grids[heading]
    if any(word in name for one in story.kind.concepts for name in one.names for word in alike):
        return
    if pen.rng.random() < 0.7:
        flow.place(Text([pen.rng.choice(heading)], bold=pen.rng.random() < 0.5), gap=1)
    flow.table(grid(pen, story))


def end(pen: Pen, story: Story, flow: Flow, facts: Sequence[Fact]) -> None:
    rng = pen.rng
    if 2 <= len(facts) <= 5 and rng.random() < _SIDE_BY_SIDE:
        pairs = [pen.pair(fact) for fact in facts]
        flow.place(parts.strip(pen, pairs, across=len(pairs)))
        taxes(pen, story, flow)
    elif facts and story.taxes and rng.random() < 0.3:
        blocks: list[Block] = [parts.taxes(pen, story), parts.sums(pen, facts)]
        flow.place(Beside(parts.turned(rng, blocks), (1.2, 1)))
    else:
        if facts:
            block = parts.sums(pen, facts)
            flow.place(parts.sideways(rng, block) if rng.random() < 0.85 else block)
        taxes(pen, story, flow)
    if story.sentence:
        flow.place(Text([story.sentence]))


def taxes(pen: Pen, story: Story, flow: Flow) -> None:
    labelled = {name for fact in story.facts for name in fact.concept.names[:1]}
    if story.taxes and {*story.kind.taxed[1:]} <= labelled and pen.rng.random() < 0.4:
        block = parts.tax_lines(pen, story)
        flow.place(block if story.kind.slip else parts.sideways(pen.rng, block))
    elif story.taxes:
        heading = pen.rng.choice(pen.how.locale.page.taxes)
        if heading:
            flow.place(Text([heading], bold=pen.rng.random() < 0.4), gap=1)
        flow.table(parts.taxes(pen, story))


def remark(pen: Pen, flow: Flow, chance: float) -> None:
    if pen.rng.random() < chance:
        flow.place(Text([pen.rng.choice(pen.how.locale.remarks)]))
