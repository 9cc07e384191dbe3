"""The rows of a document: as a table, or each in boxes of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import zip_longest
from random import Random

from appliance.domain.doctype import FieldType
from starter.facts import NUMBERING, Concept
from starter.page.blocks import Block, Cells
from starter.page.grid import Column, Grid
from starter.page.look import Pair, Pen
from starter.story import Story

_UNIT = "unit"
_WITH_UNIT = 0.4
"""Share of the tables with a unit that have it behind the number."""
_WITH_CODE = 0.25
"""Share of the tables with a number of the goods that have it with their name."""
_WITH_MORE = 0.15
"""Share of the tables that say something else below the name, which nobody asks for."""


def table(pen: Pen, story: Story) -> Grid:
    rng = pen.rng
    first, *others = _columns(pen, story)
    if rng.random() < 0.3:
        rng.shuffle(others)
    if rng.random() < 0.4 and not any(one.names[0] in NUMBERING for one in story.columns):
        start = rng.choice((1, 1, 10))
        numbers = [str(start * number) for number in range(1, len(story.rows) + 1)]
        others.insert(0, first)
        first = Column(
            rng.choice(("#", "Pos.", "No", "")), [*numbers, *([""] if story.sums else [])]
        )
    return grid(rng, [first, *others])


def forms(pen: Pen, story: Story) -> list[Block]:
    """The rows of the table, each in boxes with labels of its own."""
    rng = pen.rng
    titles = [_title(pen, one) for one in story.columns]
    across, boxed, numbered = rng.randint(2, 4), rng.random() < 0.8, rng.random() < 0.4
    return [
        Cells(
            [Pair(title, pen.pair(fact).text) for title, fact in zip(titles, row, strict=True)],
            across=across,
            boxed=boxed,
            numbered=numbered,
        )
        for row in story.rows
    ]


def grid(rng: Random, columns: Sequence[Column]) -> Grid:
    return Grid(
        columns,
        ruled=rng.random() < 0.45,
        striped=rng.random() < 0.3,
        dark=rng.random() < 0.2,
        headed_again=rng.random() < 0.7,
    )


def _columns(pen: Pen, story: Story) -> list[Column]:
    """Two facts of a row may stand in one cell, as bills have them."""
    rng = pen.rng
    made = {one.names[0]: _column(pen, story, at) for at, one in enumerate(story.columns)}
    number, name, code = (
        _first(story, kind) for kind in (FieldType.QUANTITY, FieldType.TEXT, FieldType.CODE)
    )
    if number and _UNIT in made and rng.random() < _WITH_UNIT:
        made[number] = _joined("{} {}", made[number], made.pop(_UNIT).cells)
    if name and code and code != next(iter(made)) and rng.random() < _WITH_CODE:
        of = made.pop(code)
        label = rng.choice((f"{of.title}: ", f"{of.title} ", ""))
        below = rng.choice(("{}\n%s{}", "{}\n%s{}", "%s{1}\n{0}")) % label
        made[name] = _joined(below, made[name], of.cells)
    elif name and rng.random() < _WITH_MORE:
        made[name] = _joined("{}\n{}", made[name], _more(pen, story))
    return list(made.values())


def _first(story: Story, kind: FieldType) -> str:
    """The name of the first column of its kind, or nothing."""
    names = (one.names[0] for one in story.columns if one.type is kind)
    return next((name for name in names if name != _UNIT), "")


def _joined(how: str, column: Column, others: Sequence[str]) -> Column:
    """Only where there are two."""
    pairs = zip_longest(column.cells, others, fillvalue="")
    cells = [how.format(one, other) if one and other else one or other for one, other in pairs]
    return replace(column, cells=cells)


def _more(pen: Pen, story: Story) -> list[str]:
    """For each row what could not be taken for anything that is asked."""
    rng, how, kind = pen.rng, pen.how, story.kind
    known = {one.type for one in kind.table.columns} if kind.table else set()
    ways: list[Callable[[], str]] = []
    if FieldType.CODE not in known or _first(story, FieldType.CODE):
        word = rng.choice(("EAN ", "EAN: ", "GTIN: "))
        ways.append(lambda: f"{word}{rng.randrange(4 * 10**12, 5 * 10**12)}")
    if FieldType.DATE not in known and not kind.spans:
        between = rng.choice((" - ", "-", " / "))
        ways.append(lambda: between.join(how.date(day).text for day in _month(rng, how.today)))
    way = rng.choice(ways) if ways else str
    return [way() for _ in story.rows]


def _month(rng: Random, today: date) -> tuple[date, date]:
    """One that is over, from its first day to its last."""
    last = (today - timedelta(days=30 * rng.randint(0, 3))).replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def _column(pen: Pen, story: Story, place: int) -> Column:
    rng, concept = pen.rng, story.columns[place]
    facts = [row[place] for row in story.rows]
    cells = [pen.pair(fact).text for fact in facts]
    # Columns hardly ever carry the currency, and often only their head the percent sign.
    if rng.random() < {"amount": 0.8, "percent": 0.4}.get(concept.type, 0.0):
        cells = [fact.value.text for fact in facts]
    if story.sums:
        word = rng.choice(pen.how.locale.page.total) if place == 0 else ""
        below = story.sums.get(concept.names[0])
        cells.append(below.text if below else word)
    right = concept.type in ("amount", "quantity", "integer", "percent")
    return Column(_title(pen, concept), cells, right and rng.random() < 0.9)


def _title(pen: Pen, concept: Concept) -> str:
    return pen.look.setting(pen.rng.choice(concept.labels[pen.how.locale.code]))
