"""The columns of a document's table: what its rows say, and what tables have besides.

Two facts of a row may stand in one cell, and a column may be one that nobody asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from random import Random

from appliance.domain.doctype import FieldType
from starter.consistent.common import rates
from starter.facts import NUMBERING, Concept
from starter.page.grid import Column
from starter.page.look import Pen
from starter.story import Story

_UNIT = "unit"
_DISCOUNTS = ("5", "10", "10", "15", "20")
"""Percent."""


def columns(pen: Pen, story: Story) -> list[Column]:
    """In the order in which they are printed."""
    made = {one.names[0]: _column(pen, story, at) for at, one in enumerate(story.columns)}
    made = _with_extra(pen, story, _joined_cells(pen, story, made))
    first, *others = made.values()
    if pen.look.table.order == "shuffled":
        pen.rng.shuffle(others)
    numbered = any(one.names[0] in NUMBERING for one in story.columns)
    if pen.look.table.numbering == "column" and not numbered:
        title = pen.rng.choice(("#", "Pos.", "No", ""))
        return [Column(title, _below(story, _counted(pen, story))), first, *others]
    return [first, *others]


def column_title(pen: Pen, concept: Concept) -> str:
    return pen.look.setting(pen.rng.choice(concept.labels[pen.how.locale.code]))


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
    return Column(_head(pen, concept), cells, right and rng.random() < 0.9)


def _head(pen: Pen, concept: Concept) -> str:
    """In one line, or in two: with the currency, the unit or the same in English below."""
    title = column_title(pen, concept)
    if pen.look.table.head != "two_lines":
        return title
    if below := pen.how.currency if concept.type is FieldType.AMOUNT else concept.unit:
        return f"{title}\n{pen.rng.choice(('{}', '({})')).format(below)}"
    english = concept.labels.get("en")
    if english and pen.how.locale.code != "en":
        return f"{title}\n{pen.look.setting(pen.rng.choice(english))}"
    return title.replace(" ", "\n", 1)


def _below(story: Story, cells: Sequence[str]) -> list[str]:
    """With an empty one where others have their sum."""
    return [*cells, ""] if story.sums else [*cells]


def _counted(pen: Pen, story: Story) -> list[str]:
    start = pen.rng.choice((1, 1, 10))
    return [str(start * number) for number in range(1, len(story.rows) + 1)]


def _joined_cells(pen: Pen, story: Story, made: dict[str, Column]) -> dict[str, Column]:
    """With two facts of a row in one cell, as the look of the table has them."""
    rng, look = pen.rng, pen.look.table
    number, code = (_first(story, kind) for kind in (FieldType.QUANTITY, FieldType.CODE))
    name = _named(story, made)
    if number and _UNIT in made and look.unit == "behind_number":
        made[number] = _joined("{} {}", made[number], made.pop(_UNIT).cells)
    if not name:
        return made
    if code and code != next(iter(made)) and look.code != "column":
        of = made.pop(code)
        label = rng.choice((f"{of.title}: ", f"{of.title} ")) if "label" in look.code else ""
        below = "{1}\n{0}" if look.code == "above_name" else f"{{}}\n{_literal(label)}{{}}"
        made[name] = _joined(below, made[name], of.cells)
    elif look.besides != "nothing":
        made[name] = _joined("{}\n{}", made[name], _more(pen, story))
    position = next((one for one in made if one in NUMBERING), None)
    if look.numbering == "before_name":
        counted = made.pop(position).cells if position else _counted(pen, story)
        said = rng.choice(("{1} {0}", "{1}. {0}"))
        made[name] = _joined(said, made[name], counted)
    return made


def _literal(text: str) -> str:
    return text.replace("\n", " ").replace("{", "{{").replace("}", "}}")


def _with_extra(pen: Pen, story: Story, made: dict[str, Column]) -> dict[str, Column]:
    """With columns that nobody asks for, where goods are counted and priced and none of it is in
    percent."""
    kinds = {one.type for one in story.kind.table.columns} if story.kind.table else set()
    amounts = [
        at
        for at, one in enumerate(story.columns)
        if one.type is FieldType.AMOUNT and one.names[0] in made
    ]
    counted = kinds & {FieldType.QUANTITY, FieldType.INTEGER}
    if story.kind.slip or FieldType.PERCENT in kinds or not counted or not amounts:
        return made
    if pen.look.table.extra == "tax_rate":
        return _before(made, story.columns[amounts[-1]].names[0], [_tax_rate(pen, story)])
    if pen.look.table.extra == "discount":
        price = amounts[0]
        return _before(made, story.columns[price].names[0], _discount(pen, story, price))
    return made


def _before(made: dict[str, Column], name: str, extra: Sequence[Column]) -> dict[str, Column]:
    told: dict[str, Column] = {}
    for known, column in made.items():
        if known == name:
            told |= {f"{name} {at}": one for at, one in enumerate(extra)}
        told[known] = column
    return told


def _tax_rate(pen: Pen, story: Story) -> Column:
    rng, known = pen.rng, rates(pen.how)
    charged = known[:1] if rng.random() < 0.7 else known
    percent = rng.choice(("{}", "{}%", "{} %"))
    places = rng.choice((0, 0, 2))
    said = [pen.how.number(rng.choice(charged), places).text for _ in story.rows]
    cells = _below(story, [percent.format(rate) for rate in said])
    return Column(pen.look.setting(rng.choice(pen.how.locale.page.rate)), cells, True)


def _discount(pen: Pen, story: Story, price: int) -> list[Column]:
    """What the ``price`` of each row would be without it, and its percent."""
    rng, words = pen.rng, pen.how.locale.page
    off = [Decimal(rng.choice(_DISCOUNTS)) for _ in story.rows]
    full = [
        Decimal(row[price].value.norm) * 100 / (100 - percent)
        for row, percent in zip(story.rows, off, strict=True)
    ]
    said = {
        rng.choice(words.list_price): [pen.how.number(one, 2).text for one in full],
        rng.choice(words.discount): [pen.how.number(one, 0).text for one in off],
    }
    return [
        Column(pen.look.setting(title), _below(story, cells), True) for title, cells in said.items()
    ]


def _named(story: Story, made: dict[str, Column]) -> str:
    """The name of the first column that says in words what its row is, or nothing."""
    for concept in story.columns:
        name = concept.names[0]
        if concept.type is FieldType.TEXT and name != _UNIT:
            cells = made[name].cells[: len(story.rows)]
            if all(cell[:1].isalpha() for cell in cells):
                return name
    return ""


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
    article = pen.look.table.besides == "article"
    if article and (FieldType.CODE not in known or _first(story, FieldType.CODE)):
        word = rng.choice(("EAN ", "EAN: ", "GTIN: "))
        return [f"{word}{rng.randrange(4 * 10**12, 5 * 10**12)}" for _ in story.rows]
    if not article and FieldType.DATE not in known and not kind.spans:
        between = rng.choice((" - ", "-", " / "))
        months = [_month(rng, how.today) for _ in story.rows]
        return [between.join(how.date(day).text for day in month) for month in months]
    return []


def _month(rng: Random, today: date) -> tuple[date, date]:
    """One that is over, from its first day to its last."""
    last = (today - timedelta(days=30 * rng.randint(0, 3))).replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last
