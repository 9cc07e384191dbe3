"""The nth paper of a seed: a file as it would be dropped, what is asked of it and what is right.

The same seed and number give the same paper, whatever else is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.labels import Label, Labelled
from appliance.samples.renderings import TURNED, Copy, render
from starter.asking import ask
from starter.facts import DocumentKind
from starter.kinds import KINDS
from starter.page.paper import draw
from starter.story import Story, story

CLEAN, _SEARCHABLE, _DEGRADED = "clean", "searchable", "degraded"
_SHEETS = {CLEAN: 0.62, _SEARCHABLE: 0.06, _DEGRADED: 0.30, TURNED: 0.02}
_SLIPS = {CLEAN: 0.2, _DEGRADED: 0.8}
"""In which shape they are dropped."""


@dataclass(frozen=True)
class Paper:
    seed: str
    number: int
    story: Story
    doctype: DocType
    labels: tuple[Label, ...]
    unseen: bool = False
    """Its tables look as in no paper for training."""
    shape: str | None = None
    """In which it is dropped, of ``appliance.samples.renderings``; None leaves it to chance."""

    @cached_property
    def copy(self) -> Copy:
        """Drawn when it is asked for."""
        rng = Random(f"{self.seed}/{self.number}/copy")
        pdf = draw(rng, self.story, unseen=self.unseen)
        shapes = _SLIPS if self.story.kind.slip else _SHEETS
        drawn = rng.choices(list(shapes), list(shapes.values()))[0]
        return render(pdf, self.shape or drawn, rng=rng)

    def labelled(self, document: Document) -> Labelled:
        """With what is right, once it is read."""
        table = self.doctype.items is not None
        return Labelled(document, self.doctype.name, self.labels, table, None, None, 0.0, 0.0)


def table_paper(
    seed: str, number: int, *, kinds: Mapping[str, DocumentKind] = KINDS
) -> Paper | None:
    """One that is asked for the columns of its table alone, typed, since that is soon read; None
    where it has no rows, or comes from a roll."""
    made = paper(seed, number, kinds=kinds, shape=CLEAN)
    if made.story.kind.slip or not made.story.rows or not made.doctype.items:
        return None
    cells = tuple(label for label in made.labels if label.line_item_id is not None)
    asked = replace(made.doctype, name=f"table_{number}", fields=())
    return replace(made, doctype=asked, labels=cells)


def paper(
    seed: str,
    number: int,
    *,
    kind: DocumentKind | None = None,
    kinds: Mapping[str, DocumentKind] = KINDS,
    unseen: bool = False,
    shape: str | None = None,
) -> Paper:
    """Of ``kind``, or of one of ``kinds``. Its type is called after its number.

    ``unseen`` and ``shape`` change how it is drawn and dropped, and nothing of what it says.
    """
    rng = Random(f"{seed}/{number}")
    drawn = rng.choices(list(kinds.values()), [one.weight for one in kinds.values()])[0]
    told = story(rng, kind or drawn)
    others = [one for one in kinds.values() if one is not told.kind]
    doctype, labels = ask(rng, told, others, name=f"paper_{number}")
    return Paper(seed, number, told, doctype, labels, unseen, shape)
