"""How tables of papers look: as real ones do, and an eighth of the looks is never trained on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from appliance.domain.errors import ConfigError
from appliance.domain.limits import Limits
from appliance.reading.read import read

pytest.importorskip("fpdf", reason="the extra `samples` is not installed")

from appliance.samples.sheet import Sheet
from starter.facts import NUMBERING
from starter.kinds import KINDS
from starter.locales import LOCALES
from starter.page import parts, table
from starter.page.columns import columns
from starter.page.grid import Column
from starter.page.look import Pen, look
from starter.page.table_look import TableLook, read_traits, table_look
from starter.papers import paper
from starter.story import Story, story

PLAIN = TableLook(
    lines="grid",
    head="light",
    numbering="none",
    unit="column",
    code="column",
    name="wide",
    besides="nothing",
    extra="none",
    order="usual",
    next_page="headed",
    rows="apart",
)


class NoOcr:
    def recognise(self, image: object) -> list[object]:
        return []


def pen_with(told: Story, **ways: str) -> Pen:
    plain = look(Random(1), told)
    chosen = replace(plain, face="SansCondensed", setting=str, table=replace(PLAIN, **ways))
    return Pen(Sheet("SansCondensed"), chosen, told.how, Random(1))


def stories(kind: str, *, language: str = "en") -> Iterator[tuple[Story, dict[str, int]]]:
    """With rows, and the places of their columns."""
    for seed in range(60):
        told = story(Random(seed), KINDS[kind], locale=LOCALES[language])
        if told.rows and not told.sums:
            yield told, {one.names[0]: at for at, one in enumerate(told.columns)}


def printed(told: Story, **ways: str) -> list[Column]:
    pen = pen_with(told, **ways)
    made = columns(pen, told)
    pen.sheet.discard()
    return made


def words_of(told: Story, folder: Path, **ways: str) -> list[str]:
    """Of the table alone, drawn and read again."""
    pen = pen_with(told, **ways)
    table.table(pen, told).draw(pen, 20, 20, 170)
    path = folder / "table.pdf"
    path.write_bytes(pen.sheet.pdf())
    (page,) = read(path, docid="table", limits=Limits(), ocr=NoOcr()).pages
    return [word.text for word in page.words]


def test_papers_for_training_never_have_a_look_that_is_kept() -> None:
    rng = Random(0)
    seen = {table_look(rng) for _ in range(400)}
    kept = {table_look(rng, unseen=True) for _ in range(400)}
    assert not seen & kept
    assert not any(one.unseen for one in seen) and all(one.unseen for one in kept)


def test_which_looks_are_kept_is_fixed_for_ever() -> None:
    """Else looks that a shipped starter learned from would count as those it never saw."""
    heads, lines = ("light", "dark", "two_lines", "none"), ("grid", "striped", "plain")
    alike = [replace(PLAIN, head=head, lines=line) for head in heads for line in lines]
    assert [at for at, one in enumerate(alike) if one.unseen] == [0, 5, 11]


def test_a_paper_in_a_kept_look_says_the_same() -> None:
    usual, kept = paper("kept", 4, shape="clean"), paper("kept", 4, shape="clean", unseen=True)
    assert (usual.doctype, usual.labels) == (kept.doctype, kept.labels)
    assert usual.copy.data != kept.copy.data


def test_every_paper_with_rows_is_asked_for_its_columns() -> None:
    rows = 0
    for number in range(80):
        made = paper("columns", number)
        if made.story.kind.slip:  # a receipt's own type has no rows
            continue
        assert made.doctype.items or not made.story.rows
        cells = {label.line_item_id for label in made.labels} - {None}
        assert cells == set(range(len(made.story.rows)))
        rows += bool(made.story.rows)
    assert rows > 50


def test_a_position_may_stand_before_the_name_in_one_cell() -> None:
    glued = 0
    for told, at in stories("supplier_invoice"):
        made = printed(told, numbering="before_name")
        name, position = at["description"], at.get("position")
        for number, row in enumerate(told.rows):
            text = row[name].value.text
            counted = row[position].value.text if position is not None else None
            cells = [one.cells[number] for one in made]
            (cell,) = (one for one in cells if one.endswith(text))
            before = cell.removesuffix(text).strip(" .")
            if before:
                assert before == counted if counted else before.isdecimal()
                glued += 1
    assert glued > 40
    assert not any(one.names[0] in NUMBERING for one in KINDS["receipt"].table.columns)


def test_a_table_may_have_no_head_at_all(tmp_path: Path) -> None:
    told, _ = next(stories("packing_list"))
    heads = {word for one in printed(told) for word in one.title.split()}
    assert heads <= set(words_of(told, tmp_path))
    bare = words_of(told, tmp_path, head="none")
    said = [word for row in told.rows for fact in row for word in fact.value.text.split()]
    assert bare and not heads & set(bare) - set(said)


def test_heads_may_stand_in_two_lines() -> None:
    told = next(
        told for told, at in stories("supplier_invoice", language="de") if "net_amount" in at
    )
    titles = [one.title.split("\n") for one in printed(told, head="two_lines")]
    assert all(len(title) <= 2 for title in titles)
    assert sum(len(title) == 2 for title in titles) > len(titles) / 2
    kinds = [one.type for one in told.columns]
    amounts = [title for title, kind in zip(titles, kinds, strict=True) if kind == "amount"]
    assert all(told.how.currency in title[1] for title in amounts)


def test_a_list_price_and_a_discount_that_nobody_asks_for_make_the_price() -> None:
    checked = 0
    for told, at in stories("purchase_order"):
        made = printed(told, extra="discount")
        price = next((one for one in ("unit_price", "line_total") if one in at), None)
        if len(made) != len(told.columns) + 2 or price is None:
            continue
        place = next(
            n for n, one in enumerate(made) if one.title in told.how.locale.page.list_price
        )
        for number, row in enumerate(told.rows):
            full, off, after = (_number(told, made[place + n].cells[number]) for n in range(3))
            assert after == Decimal(row[at[price]].value.norm)
            assert abs(full * (100 - off) / 100 - after) <= Decimal("0.01")
            checked += 1
    assert checked > 20


def _number(told: Story, text: str) -> Decimal:
    plain = text.replace(told.how.thousands, "") if told.how.thousands else text
    digits = "".join(mark for mark in plain.replace(told.how.point, ".") if mark in "0123456789.-")
    return Decimal(digits.strip("."))


def test_a_long_name_is_wrapped_where_its_column_is_narrow(tmp_path: Path) -> None:
    wrapped = 0
    for told, _ in stories("supplier_invoice"):
        pen = pen_with(told, name="narrow")
        grid = table.table(pen, told)
        lines = [grid.high(pen, 170, number) for number in range(grid.rows)]
        pen.sheet.discard()
        wrapped += max(lines) > 1.9 * pen.look.line
    assert wrapped > 20


def test_tables_that_nobody_asks_for_stand_beside_the_rows() -> None:
    told, _ = next(stories("packing_list", language="fr"))
    pen = pen_with(told)
    words = told.how.locale.page
    paid, signed = parts.payments(pen, told), parts.approvals(pen, told)
    pen.sheet.discard()
    assert paid.columns[0].title in words.paid_on and paid.rows >= 1
    assert set(signed.columns[0].cells) <= set(words.roles) and signed.rows >= 2


def test_a_way_that_no_trait_has_is_a_fault_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "looks.toml"
    path.write_text("[lines]\ngrid = 0\n[colour]\nred = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"looks\.toml:2:1: lines\.grid.*|colour"):
        read_traits(path)
