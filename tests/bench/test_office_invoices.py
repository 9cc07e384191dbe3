"""Three hundred invoices of forty senders: as many, as alike and as legible as the bench says."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from appliance.doctypes import catalogue
from appliance.domain.doctype import DocType
from appliance.fields.style import style_of_words
from appliance.samples.drafts import SampleDraft
from appliance.samples.make import label_line
from bench.office.invoices import DUPLICATES, NUMBER, Paper, arrival, make, papers, write
from bench.office.senders import SENDERS
from bench.runs import contains_run

MUST = ("kind", "invoice_number", "invoice_date", "supplier_name", "buyer_name", "gross_total")


@pytest.fixture(scope="module")
def every() -> list[Paper]:
    return papers()


@pytest.fixture(scope="module")
def drafts(every: list[Paper]) -> list[SampleDraft]:
    """The first paper of each sender."""
    first = {paper.sender.rank: paper for paper in reversed(every)}
    return [paper.draft() for paper in first.values()]


@pytest.fixture(scope="module")
def doctype() -> DocType:
    return catalogue.find("supplier_invoice", folder=None)


def test_two_runs_give_the_same_bytes(every: list[Paper], tmp_path: Path) -> None:
    some = {paper.rendering: paper for paper in every}
    again = {paper.place: paper for paper in papers()}
    for paper in some.values():
        one, other = write(tmp_path, paper), again[paper.place]
        data = one.path.read_bytes()
        assert write(tmp_path, other).path.read_bytes() == data
        assert label_line(one)["rendering"] == other.rendering


def test_every_sender_is_among_the_three_hundred_and_the_first_sends_the_most(
    every: list[Paper],
) -> None:
    sent = Counter(paper.sender.rank for paper in every)
    assert [paper.place for paper in every] == list(range(NUMBER))
    assert sorted(sent) == list(range(1, SENDERS + 1))
    assert sent.most_common(1)[0][0] == 1
    assert len({paper.sender.party.name for paper in every}) == SENDERS
    assert len({paper.sender.party.vat_id for paper in every}) == SENDERS


def test_a_duplicate_is_a_scan_that_comes_3_to_40_places_after_its_original(
    every: list[Paper],
) -> None:
    pairs = [
        (paper, every[paper.duplicate_of]) for paper in every if paper.duplicate_of is not None
    ]
    assert len(pairs) == DUPLICATES
    assert all(3 <= paper.place - original.place <= 40 for paper, original in pairs)
    assert all(paper.invoice == original.invoice for paper, original in pairs)
    assert all(paper.rendering != "clean" for paper, _ in pairs)


def test_no_other_number_comes_twice_and_numbers_rise_with_time(every: list[Paper]) -> None:
    fresh = [paper for paper in every if paper.duplicate_of is None]
    assert len({(paper.sender.rank, paper.invoice.number) for paper in fresh}) == len(fresh)
    for rank in range(1, SENDERS + 1):
        own = [paper.invoice for paper in fresh if paper.sender.rank == rank]
        days = [invoice.day for invoice in own]
        assert days == sorted(days)
        assert date(2026, 1, 5) <= days[0]
    assert arrival(0) == date(2026, 1, 5)
    assert arrival(NUMBER - 1) == date(2026, 1, 30)


def test_a_third_is_scanned_and_a_few_are_credit_notes_or_have_two_pages(
    every: list[Paper],
) -> None:
    scanned = sum(paper.rendering != "clean" for paper in every) / NUMBER
    assert scanned == pytest.approx(1 / 3, abs=0.05)
    assert sum(paper.invoice.credit for paper in every) / NUMBER == pytest.approx(0.03, abs=0.01)
    long = [paper for paper in every if len(paper.invoice.lines) > 8]
    assert len(long) / NUMBER == pytest.approx(0.05, abs=0.01)
    with pdfium.PdfDocument(long[0].draft().pdf) as document:
        assert len(document) == 2


def test_three_senders_send_the_same_lines_every_time(every: list[Paper]) -> None:
    alike = {paper.sender.rank for paper in every if paper.sender.repeats}
    assert len(alike) == 3
    for rank in alike:
        own = [paper.invoice for paper in every if paper.sender.rank == rank]
        assert len(own) >= 3
        assert len({invoice.lines for invoice in own}) == 1


def test_there_are_more_than_twenty_layouts_and_one_buyer(drafts: list[SampleDraft]) -> None:
    assert len({draft.layout for draft in drafts}) > 20
    (buyer,) = {draft.truth.labels()["buyer_name"] for draft in drafts}
    assert {draft.truth.labels_norm()["buyer_vat_id"] for draft in drafts} == {"DE375892180", None}
    assert buyer == "Seewald & Thoms Handelskontor GmbH"


def test_every_layout_says_what_makes_an_invoice(drafts: list[SampleDraft]) -> None:
    for draft in drafts:
        labels = draft.truth.labels()
        assert [name for name in MUST if labels[name] is None] == []
        assert all(row["description"] and row["net_amount"] for row in labels["line_items"])


def test_every_label_stands_on_its_page(drafts: list[SampleDraft], doctype: DocType) -> None:
    assert doctype.items is not None
    for draft in drafts:
        with pdfium.PdfDocument(draft.pdf) as document:
            layers = [page.get_textpage().get_text_range() for page in document]
        words = " ".join(layers).replace("£", "£ ").split()
        style, labels, said = style_of_words(words), draft.truth.labels(), draft.truth.words()
        asked = [(labels[field.name], field) for field in doctype.fields]
        for row in labels["line_items"]:
            asked += [(row[field.name], field) for field in doctype.items.fields]
        missing = [
            (field.name, label)
            for label, field in asked
            if label
            and not contains_run(
                words, label, field.type, style=style, says=[said.get(field.name, label)]
            )
        ]
        assert missing == [], draft.layout


def test_each_file_has_a_line_in_the_order_of_arrival(every: list[Paper], tmp_path: Path) -> None:
    first = next(paper.place for paper in every if paper.duplicate_of is not None)
    make(tmp_path, first + 1)
    text = (tmp_path / "labels.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    names = [line["file"] for line in lines]
    assert names == sorted(names)
    assert {*names, "labels.jsonl"} == {path.name for path in tmp_path.iterdir()}
    again = lines[-1]
    assert again["labels"] == lines[names.index(again["duplicate_of"])]["labels"]
