"""Draws a story: as a letter, as a form, or on a roll of paper."""

from __future__ import annotations

from random import Random

from appliance.samples.sheet import Sheet
from starter.page import parts
from starter.page.flow import Flow
from starter.page.form import form
from starter.page.letter import letter
from starter.page.look import Pen, look
from starter.page.roll import slip
from starter.story import Story

_STAMPS = ("PAID", "COPY", "RECEIVED", "ORIGINAL", "CHECKED", "ENTERED")
_RED, _BLUE = (170, 40, 40), (40, 60, 150)


def draw(rng: Random, story: Story, *, unseen: bool = False) -> bytes:
    """The PDF; ``unseen``: its tables look as in no paper for training."""
    if story.kind.slip and rng.random() < 0.85:
        return slip(rng, story, unseen=unseen)
    return _sheet(rng, story, unseen=unseen)


def _sheet(rng: Random, story: Story, *, unseen: bool) -> bytes:
    how = look(rng, story, unseen=unseen)
    pen = Pen(Sheet(how.face), how, story.how, rng)
    margin = rng.uniform(12, 25)
    title = parts.title(rng, story)

    def turn() -> float:
        if rng.random() < 0.7:
            pen.sheet.text(margin, 15, f"{title}  {story.sender.name.value.text}", size=8)
        return 24.0

    flow = Flow(pen, left=margin, right=210 - margin, top=margin, bottom=272, turn=turn)
    (form if rng.random() < 0.35 else letter)(pen, story, flow, title)
    _marks(pen, story)
    return pen.sheet.pdf()


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
