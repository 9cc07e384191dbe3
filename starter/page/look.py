"""How the pages of one document look all the way down: face, size, colours, how labels are set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from appliance.samples.sheet import BLACK, GREY, Face, Ink, Sheet
from starter.facts import Fact
from starter.manner import Manner
from starter.page.table_look import TableLook, table_look
from starter.story import Story

_MM = 0.3528
_INKS: tuple[Ink, ...] = (BLACK, BLACK, (25, 55, 105), (120, 30, 40), (30, 90, 60), (70, 70, 70))
_TINTS: tuple[Ink, ...] = ((238, 238, 238), (225, 232, 242), (244, 234, 226), (230, 240, 230))


@dataclass(frozen=True, slots=True)
class Look:
    face: Face
    size: float
    """Of running text, in points."""
    leading: float
    """Height of a line, in sizes."""
    ink: Ink
    """Of heads and titles."""
    tint: Ink
    """Behind heads of tables."""
    quiet: Ink
    """Of labels that stand back."""
    bold_labels: bool
    bold_values: bool
    colon: str
    """Between a label and its value on one line."""
    setting: Callable[[str], str]
    """Of labels: as they are, or in capitals."""
    table: TableLook

    @property
    def line(self) -> float:
        """Millimetres."""
        return self.size * _MM * self.leading


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    text: str


def look(rng: Random, story: Story, *, slip: bool = False, unseen: bool = False) -> Look:
    """``unseen``: see ``table_look``."""
    how = story.how
    faces: tuple[Face, ...] = ("SansCondensed", "SerifCondensed")
    if how.locale.western and all(map(_western, (how.mark, *story.texts))):
        faces = ("SansCondensed", "Helvetica", "Helvetica", "Times", "SerifCondensed", "Courier")
    if slip:
        faces = ("SansMono", "SansMono", "SansCondensed")
    return Look(
        rng.choice(faces),
        rng.uniform(7.0, 8.5) if slip else rng.uniform(7.5, 10.5),
        rng.uniform(1.25, 1.6),
        rng.choice(_INKS),
        rng.choice(_TINTS),
        rng.choice((BLACK, GREY)),
        rng.random() < 0.3,
        rng.random() < 0.2,
        rng.choice((":", ":", ":", " :", "", "", ".")),
        str.upper if rng.random() < 0.15 else str,
        table_look(rng, unseen=unseen),
    )


def _western(text: str) -> bool:
    return text.encode("cp1252", "replace").decode("cp1252") == text


@dataclass(frozen=True, slots=True)
class Pen:
    """A sheet, and how one writes on it."""

    sheet: Sheet
    look: Look
    how: Manner
    rng: Random

    def pair(self, fact: Fact) -> Pair:
        """As it is printed: label, and value with its unit or currency."""
        concept = fact.concept
        text = fact.value.text
        if concept.type == "amount":
            text = self.how.money.format(text)
        elif concept.unit:
            text = f"{text} {concept.unit}"
        elif concept.type == "percent":
            text = self.rng.choice((f"{text}%", f"{text} %"))
        elif concept.type == "country" and text != fact.value.norm and self.rng.random() < 0.3:
            text = f"{text} {self.rng.choice(('({})', '{}')).format(fact.value.norm)}"
        return Pair(self.label(fact), text)

    def label(self, fact: Fact) -> str:
        return self.look.setting(self.rng.choice(fact.concept.labels[self.how.locale.code]))
