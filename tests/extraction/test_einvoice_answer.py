"""An e-invoice answers what is asked, and the page beside it is compared."""

import time
from dataclasses import replace
from random import Random

import pytest
from einvoice_papers import INVOICE, PAGE, TYPE, hybrid, saying, terms

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.domain.einvoice import Level, TermPlace, TermValue
from appliance.domain.prediction import NO_MODEL, Field, Prediction
from appliance.extraction.einvoice_answer import answered, completed, most_shared, unanswered
from appliance.fields.grounding import row_line
from appliance.fields.occurrences import Occurrences


def said(document, doctype=TYPE):
    found = answered(document, doctype)
    assert found is not None
    return found


def header(found):
    return {field.fieldtype: field for field in found.header}


def differences(document):
    return [one for one in said(document).blockers if one.code == BlockerCode.EINVOICE_DIFFERS]


def test_all_that_is_asked_is_answered_and_no_model_is_needed():
    found = said(hybrid())
    assert found.model == NO_MODEL and not unanswered(TYPE, found)
    assert {name: field.text for name, field in header(found).items()} == {
        "kind": "invoice",
        "number": "RE-1042",
        "date": "2026-01-31",
        "due": None,
        "supplier": "Muster GmbH",
        "iban": "DE02120300000000202051",
        "net": "950.00",
        "gross": "1130.50",
    }
    assert header(found)["number"].einvoice == TermPlace("BT-1", "/Invoice/BT-1")
    assert header(found)["due"].einvoice == TermPlace("BT-9", None)
    assert found.blockers == ()


def test_a_value_is_found_on_the_page_as_the_page_writes_it():
    document = hybrid()
    gross = header(said(document))["gross"]
    assert gross.words == "1.130,50"
    assert [word.text for word in gross.spans[0].words(document)] == ["1.130,50"]
    assert header(said(document))["number"].words is None


def test_rows_stand_each_on_its_line():
    document = hybrid()
    first, second = said(document).rows
    assert [cell.text for cell in first] == ["Bolzen", "1.500", "900.00"]
    lines = {document.pages[0].words[cell.spans[0].start].line for cell in second}
    assert lines == {3} and all(len(cell.spans) == 1 for cell in second)


@pytest.mark.parametrize("line", ["7 10 10,00 100,00 Bolzen", "7 10,00 10 100,00 Bolzen"])
def test_a_price_that_equals_the_quantity_stands_where_the_page_says_the_price(line):
    price = FieldSpec("price", FieldType.AMOUNT, einvoice="BT-146")
    doctype = replace(TYPE, items=replace(TYPE.items, fields=(*TYPE.items.fields, price)))
    row = {"BT-153": "Bolzen", "BT-129": "10", "BT-131": "100.00", "BT-146": "10.00"}
    invoice = replace(INVOICE, lines=(tuple(TermValue(t, v, "x") for t, v in row.items()),))
    paper = replace(hybrid(line), einvoice=invoice)
    shown = {
        cell.fieldtype: paper.pages[0].words[cell.spans[0].start].text
        for cell in answered(paper, doctype).rows[0]
    }
    assert shown == {"what": "Bolzen", "quantity": "10", "amount": "100,00", "price": "10,00"}


def test_what_many_lines_say_is_looked_for_once(monkeypatch):
    """A bill of a thousand equal lines would else take minutes."""
    asked = []
    search = Occurrences.of
    monkeypatch.setattr(
        Occurrences,
        "of",
        lambda self, text, spec: asked.append((text, spec)) or search(self, text, spec),
    )
    line = {"BT-129": "2", "BT-131": "100.00", "BT-153": "Muttern"}
    alike = replace(INVOICE, lines=tuple(terms(line, f"/L[{at}]") for at in range(30)))
    found = said(hybrid(PAGE.replace("2 Muttern 100,00", "2 Muttern 100,00\n" * 30), alike))
    assert [len(cell.spans) for row in found.rows for cell in row] == [1] * 90
    assert len([one for one in asked if one[1] in TYPE.items.fields]) == 3


def test_two_thousand_equal_rows_are_answered_at_once():
    line = {"BT-129": "2", "BT-131": "100.00", "BT-153": "Muttern"}
    alike = replace(INVOICE, lines=tuple(terms(line, f"/L[{at}]") for at in range(2000)))
    document = hybrid(PAGE.replace("2 Muttern 100,00", "2 Muttern 100,00\n" * 2000), alike)
    began = time.monotonic()
    rows = said(document).rows
    assert time.monotonic() - began < 3
    on = [document.pages[0].words[cell.spans[0].start].line for row in rows for cell in row]
    assert on == sorted(on) and len(set(on)) == 2000


def test_a_day_that_is_named_thousands_of_times_is_compared_at_once():
    days = [TermValue("BT-9", "2026-02-28", f"/Invoice/BT-9[{at}]") for at in range(2000)]
    document = hybrid(
        PAGE + "\n28.02.2026" * 2000, replace(INVOICE, values=(*INVOICE.values, *days))
    )
    began = time.monotonic()
    assert differences(document) == []
    assert time.monotonic() - began < 3


def test_most_cells_share_the_line_on_which_a_row_stands():
    chance = Random(1)
    document = hybrid("word\n" * 12)
    for _ in range(300):
        cells = [chance.sample(range(12), chance.randrange(6)) for _ in range(4)]
        after = chance.choice([None, *range(12)])
        spans = [[Span(0, at, at + 1) for at in on] for on in cells]
        stands = row_line(document, spans, after=None if after is None else (0, after))
        bits = [sum(1 << at for at in on) for on in cells]
        assert most_shared(bits, after=after) == (stands[1] if stands else None)


def test_without_an_einvoice_or_a_term_there_is_no_answer():
    assert answered(hybrid(invoice=None), TYPE) is None
    assert answered(hybrid(), replace(TYPE, fields=(FieldSpec("number"),))) is None


@pytest.mark.parametrize(
    ("code", "kind"), [("380", "invoice"), ("384", "invoice"), ("381", "credit_note")]
)
def test_a_code_says_what_the_document_is(code, kind):
    assert header(said(hybrid(invoice=saying(BT_3=code))))["kind"].text == kind


def test_what_the_profile_cannot_say_is_left_to_a_model():
    least = replace(INVOICE, level=Level.MINIMUM, lines=())
    found = said(hybrid(invoice=least))
    assert unanswered(TYPE, found) and not found.rows
    assert {"due", "iban"}.isdisjoint(header(found))
    guess = Prediction(
        found.docid, "invoice", "m1", (Field("due", "1.3.2026"), Field("gross", "7"))
    )
    both = completed(found, guess, TYPE)
    assert both.model == "m1"
    assert [field.fieldtype for field in both.header] == [
        *("kind", "number", "date", "due", "supplier", "net", "gross")
    ]
    assert header(both)["gross"].text == "1130.50" and header(both)["due"].einvoice is None


def test_a_field_without_a_term_is_left_to_a_model():
    wider = replace(TYPE, fields=(*TYPE.fields, FieldSpec("cost_centre")))
    assert unanswered(wider, said(hybrid(), wider))


def test_what_a_model_doubts_of_what_the_einvoice_says_holds_nothing():
    wider = replace(TYPE, fields=(*TYPE.fields, FieldSpec("cost_centre")))
    of_table = Blocker(BlockerCode.TABLE_CUT, "no table of rows was found: are there any?")
    number, centre = (
        Blocker(BlockerCode.WINDOWS_DIFFER, f"more than one {name} possible", name)
        for name in ("number", "cost_centre")
    )
    left = Blocker(BlockerCode.LEFT_OUT, "2 words are too long to be read: is it a document?")
    doubts = (of_table, number, centre, left)

    def kept(invoice):
        found = said(hybrid(invoice=invoice), wider)
        guess = Prediction(found.docid, "invoice", "m1", (), doubts)
        return completed(found, guess, wider).blockers

    assert kept(INVOICE) == (centre, left)
    assert kept(replace(INVOICE, level=Level.MINIMUM, lines=())) == (of_table, centre, left)


def test_of_two_accounts_the_one_on_the_page_is_meant():
    other = "DE75512108001245126199"
    two = replace(INVOICE, values=(*terms({"BT-84": other}), *INVOICE.values))
    assert header(said(hybrid(invoice=two)))["iban"].text == "DE02120300000000202051"


def test_a_fault_is_said():
    faulty = replace(INVOICE, faults=("the rows add up to 1.00, the invoice says 2.00",))
    (blocker,) = said(hybrid(invoice=faulty)).blockers
    assert blocker.code == BlockerCode.EINVOICE_INVALID and "add up" in blocker.message


@pytest.mark.parametrize(
    ("before", "after", "field", "shown"),
    [
        ("1.130,50", "1.910,50", "gross", "1.910,50"),
        ("RE-1042", "RE-1043", "number", "RE-1043"),
        ("31.01.2026", "13.01.2026", "date", "13.01.2026"),
        ("2020 51", "2020 52", "iban", "DE02120300000000202052"),
    ],
)
def test_a_page_that_says_something_else_is_a_difference(before, after, field, shown):
    (blocker,) = differences(hybrid(PAGE.replace(before, after)))
    assert blocker.fieldtype == field
    assert shown in blocker.message or field == "number"


def test_a_supplier_of_another_vat_id_is_a_difference_and_a_logo_is_none():
    unnamed = PAGE.replace("Muster GmbH", "").replace("DE02 1203 0000 0000 2020 51", "")
    assert differences(hybrid(unnamed)) == []
    (blocker,) = differences(hybrid(unnamed + "USt-IdNr. DE811569869\n"))
    assert blocker.fieldtype == "supplier" and "DE811569869" in blocker.message


def test_a_page_that_shows_nothing_differs_in_nothing():
    assert differences(hybrid("Guten Tag")) == []


def test_a_difference_of_what_the_type_does_not_ask_is_said_of_the_document():
    narrow = replace(TYPE, fields=(FieldSpec("number", FieldType.CODE, einvoice="BT-1"),))
    document = hybrid(PAGE.replace("1.130,50", "1.910,50"))
    (blocker,) = said(document, narrow).blockers
    assert blocker.fieldtype is None


def test_a_day_that_stands_for_the_delivery_is_not_the_invoices():
    """The page says 13 January, and 31 January of the delivery alone."""
    both = replace(INVOICE, values=(*INVOICE.values, *terms({"BT-72": "2026-01-31"})))
    page = PAGE.replace("31.01.2026", "13.01.2026") + "Lieferung 31.01.2026\n"
    (blocker,) = differences(hybrid(page, both))
    assert blocker.fieldtype == "date" and "13.01.2026" in blocker.message
    assert differences(hybrid(PAGE, both)) == [], "one day may be said once for both"


def test_a_number_that_stands_only_within_others_is_a_difference():
    (blocker,) = differences(hybrid(invoice=saying(BT_1="42")))
    assert blocker.fieldtype == "number" and blocker.message.endswith("the page does not")


def test_a_word_behind_an_account_is_no_part_of_it():
    austrian = "AT611904300234573201"
    page = PAGE.replace("DE02 1203 0000 0000 2020 51", "AT61 1904 3002 3457 3201 BIC")
    assert differences(hybrid(page, saying(BT_84=austrian))) == []
