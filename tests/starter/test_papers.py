"""The maker of the starter's documents: what is asked of a paper stands on it, or is null."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from appliance.doctypes import catalogue
from appliance.domain.doctype import NUMBERS, DocType
from appliance.domain.limits import Limits
from appliance.learning.dataset.targets import Targets
from appliance.reading.read import read

pytest.importorskip("fpdf", reason="the extra `samples` is not installed")

from appliance.samples.sheet import Sheet
from starter import papers
from starter.asking import SHIPPED, ask, shipped
from starter.facts import Fact
from starter.kinds import KINDS
from starter.locales import LOCALES
from starter.page import table
from starter.page.blocks import Strip
from starter.page.look import Pair, Pen, look
from starter.page.paper import draw
from starter.story import Story, story

OTHERS = list(KINDS.values())
QUICK = ("customs_declaration", "supplier_invoice")
EVERY = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in sorted(KINDS)
]


class NoOcr:
    def recognise(self, image: object) -> list[object]:
        return []


def printed(told: Story, kind: DocType, labels: object, folder: Path, *, seed: str) -> Targets:
    """As read from its text layer."""
    path = folder / "paper.pdf"
    path.write_bytes(draw(Random(seed), told))
    document = read(path, docid="paper", limits=Limits(), ocr=NoOcr())
    made = papers.Paper(seed, 0, told, kind, labels)
    return Targets(made.labelled(document), kind)


def test_the_same_number_of_the_same_seed_is_the_same_paper() -> None:
    first, again = papers.paper("a", 3), papers.paper("a", 3)
    assert first.copy == again.copy
    assert (first.doctype, first.labels) == (again.doctype, again.labels)
    assert papers.paper("b", 3).copy != first.copy


@pytest.mark.parametrize("name", EVERY)
def test_nearly_all_that_is_asked_stands_on_the_page(name: str, tmp_path: Path) -> None:
    """A value may be torn apart where a name is wrapped beside another column."""
    taught, unread = 0, Counter()
    languages = list(KINDS[name].titles)
    for number in range(6):
        code = languages[number % len(languages)]
        rng = Random(f"{name}/{number}")
        told = story(rng, KINDS[name], locale=LOCALES[code])
        kind, labels = ask(rng, told, OTHERS, name="paper")
        found = printed(told, kind, labels, tmp_path, seed=f"{number}")
        taught += found.taught
        unread += found.unread
    assert taught > 20
    assert sum(unread.values()) <= 0.2 * taught, unread


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_type_is_asked_as_it_is(name: str) -> None:
    told = story(Random(1), KINDS[name], locale=LOCALES["de"])
    kind, labels = shipped(told, name=name)
    wanted = catalogue.find(name, folder=None)
    assert kind == wanted
    said = {label.fieldtype: label.text for label in labels if label.line_item_id is None}
    assert set(said) == {spec.name for spec in wanted.fields}
    assert sum(text is not None for text in said.values()) >= len(said) / 2


def test_fields_that_are_not_on_the_document_are_null_and_common() -> None:
    asked, absent = 0, 0
    for number in range(60):
        made = papers.paper("null", number)
        header = [label for label in made.labels if label.line_item_id is None]
        asked += len(header)
        absent += sum(label.text is None for label in header)
    assert 0.1 < absent / asked < 0.5


def test_names_are_unique_within_a_type() -> None:
    for number in range(60):
        kind = papers.paper("names", number).doctype
        names = [spec.name for spec in kind.fields] + ([kind.items.name] if kind.items else [])
        assert len(set(names)) == len(names)


@pytest.mark.slow
def test_the_same_story_is_laid_out_in_many_ways(tmp_path: Path) -> None:
    """Sixty layouts and more: as many orders in which its words are read."""
    told = story(Random(5), KINDS["supplier_invoice"], locale=LOCALES["en"])
    path, orders = tmp_path / "paper.pdf", set()
    for seed in range(80):
        path.write_bytes(draw(Random(seed), told))
        document = read(path, docid="paper", limits=Limits(), ocr=NoOcr())
        orders.add(tuple(word.text.lower() for page in document.pages for word in page.words))
    assert len(orders) >= 60


@pytest.mark.parametrize("name", ["supplier_invoice", "customs_declaration", "production_report"])
def test_sums_are_right(name: str) -> None:
    checked = 0
    for seed in range(40):
        told = story(Random(seed), KINDS[name])
        said = {fact.concept.names[0]: fact.value.norm for fact in told.facts}
        wanted = {
            "supplier_invoice": ("net_total", "tax_total", "gross_total"),
            "production_report": ("good_quantity", "scrap_quantity", "total_quantity"),
        }.get(name)
        if wanted and set(wanted) <= said.keys():
            one, other, total = (float(said[part]) for part in wanted)
            assert one + other == pytest.approx(total)
            checked += 1
        rows = [{fact.concept.names[0]: fact.value.norm for fact in row} for row in told.rows]
        if name == "customs_declaration" and "packages" in said and rows and "packages" in rows[0]:
            assert sum(int(row["packages"]) for row in rows) == int(said["packages"])
            checked += 1
    assert checked > 5


@pytest.mark.parametrize(
    "name", sorted(name for name in KINDS if KINDS[name].table and KINDS[name].table.products)
)
def test_amounts_of_rows_are_what_quantity_and_price_come_to(name: str) -> None:
    checked = 0
    ((amount, (quantity, price, *off)),) = KINDS[name].table.products.items()
    for seed in range(30):
        told = story(Random(seed), KINDS[name])
        for row in told.rows:
            said = {
                fact.concept.names[0]: Decimal(fact.value.norm) for fact in row if _counts(fact)
            }
            if {amount, quantity, price} <= said.keys():
                part = 1 - sum(said.get(one, 0) for one in off) / Decimal(100)
                assert abs(said[quantity] * said[price] * part - said[amount]) <= Decimal("0.005")
                checked += 1
    assert checked > 20


def _counts(fact: Fact) -> bool:
    return fact.concept.type in NUMBERS


@pytest.mark.parametrize("name", ["supplier_invoice", "receipt"])
def test_a_table_of_taxes_says_what_the_totals_say(name: str) -> None:
    checked = 0
    for seed in range(80):
        told = story(Random(seed), KINDS[name])
        said = {fact.concept.names[0]: float(fact.value.norm) for fact in told.facts if _sum(fact)}
        due = sum(float(line.tax.norm) for line in told.taxes)
        if told.taxes and "tax_total" in said:
            assert due == pytest.approx(said["tax_total"], abs=0.005)
            checked += 1
        if told.taxes and "net_total" in said:
            net = sum(float(line.net.norm) for line in told.taxes)
            assert net == pytest.approx(said["net_total"], abs=0.005)
    assert checked > 10


def _sum(fact: Fact) -> bool:
    return fact.concept.type == "amount"


def test_a_number_in_the_title_and_a_day_in_a_sentence_stand_nowhere_else() -> None:
    titled = dated = due = 0
    for seed in range(80):
        told = story(Random(seed), KINDS["supplier_invoice"])
        beside = {fact.concept.names[0]: fact.value.text for fact in told.facts}
        said = {fact.concept.names[0]: fact.value.text for fact in told.told}
        if (number := said.get("invoice_number", "")) and number in told.number:
            assert "invoice_number" not in beside
            titled += 1
            if said["invoice_date"] in told.number:
                assert "invoice_date" not in beside
                dated += 1
        if told.sentence:
            assert said["due_date"] in told.sentence and "due_date" not in beside
            due += 1
    assert titled > 3 and dated and due > 10


def test_whom_goods_go_to_and_who_orders_them_are_asked_for() -> None:
    """They stand in blocks like those of the parties, one with a label of its own, one without."""
    elsewhere = persons = 0
    for seed in range(80):
        told = story(Random(seed), KINDS["supplier_invoice"])
        said = {fact.concept.names[0]: fact.value.text for fact in told.told}
        assert told.receiver
        if told.elsewhere:
            assert said["ship_to_name"] == told.elsewhere.name.value.text
            elsewhere += 1
        if (person := said.get("buyer_contact")) and person in told.receiver.lines:
            assert all(fact.value.text != person for fact in told.receiver.also)
            persons += 1
    assert elsewhere > 5 and persons > 5
    assert not any(story(Random(seed), KINDS["delivery_note"]).elsewhere for seed in range(30)), (
        "it asks for a delivery address of its own"
    )


def test_postcode_and_town_are_asked_apart_where_each_is_in_one_piece() -> None:
    apart = {
        tuple(
            fact.value.text
            for fact in story(Random(seed), KINDS["receipt"], locale=LOCALES[code]).sender.facts
            if fact.concept.names[0].endswith(("postcode", "city"))
        )
        for code in ("de", "en", "cs")
        for seed in range(30)
    } - {()}
    assert len(apart) > 10
    for code, town in apart:
        assert any(mark.isdigit() for mark in code) and "," not in town
        assert not any(mark.isdigit() for mark in town)


@pytest.mark.parametrize(
    "name", ["supplier_invoice", "receipt", "production_report", "customs_declaration"]
)
def test_what_a_table_says_is_not_null(name: str) -> None:
    """Sums below columns and taxes by rate are values of fields, with a label or without."""
    summed = taxed = 0
    for seed in range(120):
        told = story(Random(seed), KINDS[name])
        said = {fact.concept.names[0]: fact.value for fact in told.told}
        for column, value in told.sums.items():
            field = KINDS[name].table.summed[column]
            assert field in said
            if field != "gross_total":
                assert float(said[field].norm) == pytest.approx(float(value.norm), abs=0.005)
            summed += 1
        if told.taxes:
            rate, net, tax = KINDS[name].taxed
            assert {net, tax} <= said.keys()
            assert len(told.taxes) > 1 or rate in said
            taxed += 1
    assert summed > 5
    assert taxed > 10 or not any(KINDS[name].taxed)


def test_rows_are_counted_once_and_upwards() -> None:
    for seed in range(40):
        told = story(Random(seed), KINDS["advertising_order"])
        names = [concept.names[0] for concept in told.columns]
        if "line" in names:
            counted = [int(row[names.index("line")].value.text) for row in told.rows]
            assert counted == sorted(set(counted))


def test_a_day_without_a_label_stands_in_a_line_of_its_own(tmp_path: Path) -> None:
    bare = 0
    for seed in range(60):
        told = story(Random(seed), KINDS["quotation"])
        if not told.dated:
            continue
        first = next(one for one in told.kind.concepts if one.type == "date")
        day = next(fact for fact in told.told if fact.concept is first)
        assert day.value.text in told.dated and day not in told.facts
        path = tmp_path / "paper.pdf"
        path.write_bytes(draw(Random(seed), told))
        document = read(path, docid="paper", limits=Limits(), ocr=NoOcr())
        assert told.dated.split() in [
            [word.text for word in page.words[at : at + len(told.dated.split())]]
            for page in document.pages
            for at in range(len(page.words))
        ]
        bare += 1
    assert bare > 2


def test_a_day_without_a_label_is_the_one_on_which_the_document_was_written() -> None:
    """Not the first on the page: of a vehicle that is its first registration."""
    bare = 0
    for kind in OTHERS:
        days = [one.names[0] for one in kind.concepts if one.type == "date"]
        assert kind.written in ("", *days)
    for seed in range(80):
        told = story(Random(seed), KINDS["vehicle_service"])
        if told.dated:
            (day,) = (one for one in told.told if one.concept.names[0] == "invoice_date")
            assert day.value.text in told.dated and day not in told.facts
            bare += 1
    assert bare > 2


def test_masses_below_their_columns_keep_their_decimals() -> None:
    fine = 0
    for seed in range(80):
        told = story(Random(seed), KINDS["customs_declaration"])
        if total := told.sums.get("gross_mass_kg"):
            masses = [fact for row in told.rows for fact in row]
            parts = [
                Decimal(fact.value.norm)
                for fact in masses
                if fact.concept.names[0] == "gross_mass_kg"
            ]
            assert Decimal(total.norm) == sum(parts)
            fine += "." in total.norm
    assert fine > 2


def test_labels_may_stand_below_their_values(tmp_path: Path) -> None:
    told = story(Random(3), KINDS["production_report"], locale=LOCALES["en"])
    pen = Pen(Sheet("Helvetica"), look(Random(1), told), told.how, Random(1))
    Strip([Pair("Good", "812"), Pair("Scrap", "9")], below=True).draw(pen, 20, 20, 170)
    path = tmp_path / "strip.pdf"
    path.write_bytes(pen.sheet.pdf())
    (page,) = read(path, docid="paper", limits=Limits(), ocr=NoOcr()).pages
    assert [word.text for word in page.words] == ["812", "9", "Good", "Scrap"]


def test_two_facts_of_a_row_may_stand_in_one_cell() -> None:
    """A unit behind its number, an article's number below its name; none is lost by it."""
    units = numbers = more = 0
    for seed in range(80):
        told = story(Random(seed), KINDS["supplier_invoice"])
        if not told.rows:
            continue
        pen = Pen(Sheet("SansMono"), look(Random(seed), told), told.how, Random(seed))
        columns = table.table(pen, told).columns
        for at, row in enumerate(told.rows):
            cells = [column.cells[at] for column in columns]
            said = {fact.concept.names[0]: fact.value.text for fact in row}
            assert all(any(text in cell for cell in cells) for text in said.values())
            both = [cell.split("\n") for cell in cells if "\n" in cell]
            units += f"{said.get('quantity')} {said.get('unit')}" in cells
            numbers += any(said.get("article_number", "?") in "".join(cell) for cell in both)
            more += any(said.get("article_number", "?") not in "".join(cell) for cell in both)
        pen.sheet.discard()
    assert units > 20 and numbers > 20 and more > 10
