"""Papers whose truth is known become rows that say that truth: made-up ones, and real ones."""

from __future__ import annotations

import hashlib

import pytest
from keyed_papers import labelled
from taught_rows import asked_of_columns, check_decoded, check_forced, made, said

from appliance.doctypes import catalogue
from appliance.domain.labels import Label
from appliance.evaluation.evaluate import labels
from appliance.evaluation.scoring import CountedLabels, truth
from appliance.extraction.header_answer import parse
from appliance.extraction.taught_tables import taught_tables
from appliance.learning.dataset.column_examples import column_examples
from appliance.learning.dataset.examples import examples
from appliance.reading.read import read
from appliance.samples.drafts import NTH
from appliance.samples.make import make
from appliance.tables.parts import part_of
from appliance.tables.table import cell_text
from bench.runs import contains_run

pytestmark = pytest.mark.model
INVOICE = catalogue.find("supplier_invoice", folder=None)


def reading(path, ocr):
    return read(path, docid=hashlib.sha256(path.read_bytes()).hexdigest(), ocr=ocr)


def keyed(told):
    """All that a made-up document is asked for, as a clerk would key it, null where it has none."""
    header = [Label(name, one.label if one else None) for name, one in told.fields.items()]
    return header + [
        Label(name, one.label if one else None, number)
        for number, row in enumerate(told.rows)
        for name, one in row.items()
    ]


@pytest.mark.parametrize("index", range(5))  # English, German, French, Spanish, Polish
def test_a_made_up_invoice_teaches_its_whole_truth(engine, rapid, tmp_path, index):
    samples = make(tmp_path, doctypes=["supplier_invoice"], number=index + 1, renderings=["clean"])
    sample = samples[index]
    paper, told = reading(sample.path, rapid), sample.draft.truth
    found = made(engine, paper, INVOICE, keyed(told))
    assert not found.refused and not found.unread
    check_forced(engine, paper, INVOICE, found.rows)
    check_decoded(engine, paper, INVOICE, found.rows, whole=False)
    answers = [parse(text, INVOICE) for text in said(engine, paper, INVOICE, found.rows)]
    for name, one in told.fields.items():
        texts = {value.text for one in answers for value in one.values if value.spec.name == name}
        # A row ends behind its last choice: an answer that was cut there may lack its last value.
        assert texts - {None} <= ({one.label} if one else set())
        assert not one or one.label in texts or not all(one.whole for one in answers)


@pytest.mark.parametrize("index", range(5))
def test_its_rows_name_the_columns_that_hold_them(engine, rapid, tmp_path, index):
    samples = make(tmp_path, doctypes=["supplier_invoice"], number=index + 1, renderings=["clean"])
    paper, told = reading(samples[index].path, rapid), samples[index].draft.truth
    one = labelled(paper, *keyed(told), doctype=INVOICE, table=True)
    found = column_examples(engine, one, INVOICE)
    assert found.rows and (found.located, found.lost) == (len(told.rows), 0)
    assert not found.refused and not found.disputed
    check_forced(engine, paper, INVOICE, found.rows, ask=asked_of_columns)
    check_decoded(engine, paper, INVOICE, found.rows, whole=False, ask=asked_of_columns)
    tables = taught_tables(one.document, one.labels, INVOICE.items, whole=one.table).taught
    for name in tables[0].naming:
        there = (row[name] for table in tables for row in _said(paper, table))
        wanted = [row[name].label for row in told.rows if row.get(name)]
        # In the same order; sums of a page may stand among them.
        assert wanted and all(label in there for label in wanted), name


def _said(paper, one):
    """What the named columns say, row by row."""
    for row in one.table.rows:
        yield {
            name: cell_text(paper, row.page, part_of(paper, one.table, row, where))
            for name, where in one.naming.items()
        }


@pytest.mark.parametrize("doctype", [name for name in NTH if name != "supplier_invoice"])
def test_other_made_up_papers_do_too(engine, rapid, tmp_path, doctype):
    kind = catalogue.find(doctype, folder=None)
    for sample in make(tmp_path, doctypes=[doctype], number=3, renderings=["clean"]):
        paper = reading(sample.path, rapid)
        found = made(engine, paper, kind, keyed(sample.draft.truth))
        assert found.rows and not found.refused and not found.unread
        check_forced(engine, paper, kind, found.rows)


REAL = [("sroie", 6), ("ad_orders", 6), ("invoices_de_fr", 12)]


@pytest.mark.data
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("folder", "most"), REAL)
def test_of_real_labels_as_many_are_taught_as_were_read(engine, rapid, data, folder, most):
    kind = catalogue.load(catalogue.EXAMPLES / f"{folder}.toml")
    stand = taught = total = 0
    for line in labels(data / folder)[:most]:
        paper = reading(data / folder / line["file"], rapid)
        known = truth(line, kind, CountedLabels())
        every = [Label(name, text) for name, text in known.values.items()]
        found = examples(engine, labelled(paper, *every, doctype=kind), kind)
        assert not found.refused
        assert found.taught + found.unread.total() == len(every)
        check_forced(engine, paper, kind, found.rows)
        total += len(every)
        taught += found.taught
        stand += sum(_stands(paper, kind, label) for label in every)
    assert taught >= stand - 0.04 * total


@pytest.mark.data
@pytest.mark.timeout(600)
def test_of_real_tables_most_rows_are_found_and_name_most_of_their_columns(engine, rapid, data):
    kind = catalogue.load(catalogue.EXAMPLES / "invoices_de_fr.toml")
    located = taught = rows = tables = 0
    for line in labels(data / "invoices_de_fr")[:12]:
        paper = reading(data / "invoices_de_fr" / line["file"], rapid)
        known = truth(line, kind, CountedLabels()).rows
        keyed = [
            Label(name, text, number)
            for number, row in enumerate(known)
            for name, text in row.items()
            if text is not None
        ]
        one = labelled(paper, *keyed, doctype=kind, table=bool(known))
        found = column_examples(engine, one, kind)
        check_forced(engine, paper, kind, found.rows, ask=asked_of_columns)
        assert found.located + found.lost == len(known) and not found.refused
        located += found.located
        rows += len(known)
        taught += found.taught
        tables += bool(known)
    assert located >= 0.9 * rows
    assert taught >= 3 * tables  # of five fields


def _stands(paper, kind, label):
    """By the eyes that measure the ceiling of every reading."""
    spec = kind.spec(label.fieldtype, in_items=label.line_item_id is not None)
    words = [word.text for page in paper.pages for word in page.words]
    says = spec.values.get(label.text, ())
    return contains_run(words, label.text, spec.type, says=says)
