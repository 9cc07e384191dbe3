"""The whole room over a fake engine."""

from dataclasses import replace
from decimal import Decimal

import pytest
from fake_engine import FakeEngine
from typed_pages import INVOICE, RECEIPT, document
from typed_tables import BOLTS, ORDER, typed

from appliance.doctypes.expressions import parse
from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.domain.errors import DoctypeError, Unfinished
from appliance.extraction.extract import Extractor

SHOP = document("ACME LTD\n25/12/2017\nTotal 9.00\nCash 10.00")
SHOP_ANSWER = '{"company": "ACME LTD", "date": "25/12/2017", "total": "9.00"}'
BILL = document("No A1\nwood 5 €\niron 6 €")
BILL_ANSWER = '{"number": "A1", "currency": {"words": "€", "value": "EUR"}}'


def extract(paper, doctype, *wants, **limits):
    return Extractor(FakeEngine(*wants), model="fake", **limits).extract(paper, doctype)


def texts(prediction):
    return {field.fieldtype: field.text for field in prediction.fields}


def test_fields_say_what_and_where():
    prediction = extract(SHOP, RECEIPT, SHOP_ANSWER)
    assert texts(prediction) == {"company": "ACME LTD", "date": "25/12/2017", "total": "9.00"}
    assert prediction.fields[0].spans == (Span(0, 0, 2),)
    assert (prediction.docid, prediction.doctype, prediction.model) == (
        SHOP.docid,
        "receipt",
        "fake",
    )
    assert prediction.blockers == ()


def test_a_value_has_the_scores_of_its_own_tokens():
    company, date, total = extract(SHOP, RECEIPT, SHOP_ANSWER).fields
    # Sampled: that there is a value, its first letter; the rest of a chunk is forced.
    assert all(field.tokens for field in (company, date, total))
    assert all(
        score.free <= score.allowed <= 0 for field in (company, date) for score in field.tokens
    )


def test_null_has_the_score_of_null():
    company = extract(SHOP, RECEIPT, '{"company": null, "date": null, "total": null}').fields[0]
    assert company.text is None and company.spans == () and len(company.tokens) == 1


def test_a_document_without_words_is_nothing_to_read():
    prediction = extract(document("", ""), RECEIPT)
    assert set(texts(prediction).values()) == {None}
    assert [blocker.code for blocker in prediction.blockers] == ["nothing-to-read"]


def test_a_word_too_long_for_the_model_is_told():
    prediction = extract(document("9.00 " + "x" * 900), RECEIPT, window=300)
    assert [blocker.code for blocker in prediction.blockers] == ["left-out"]


def test_half_a_surrogate_pair_does_not_stop_it():
    paper = document("ACME\ud800 9.00")
    wanted = '{"company": "ACME\ufffd", "date": null, "total": "9.00"}'
    assert texts(extract(paper, RECEIPT, wanted))["company"] == "ACME\ufffd"


def test_listed_values_are_read():
    prediction = extract(BILL, INVOICE, BILL_ANSWER)
    assert texts(prediction) == {"number": "A1", "currency": "EUR"}
    currency = prediction.fields[1]
    assert currency.words == "€" and len(currency.spans) == 2


def test_a_cut_answer_leaves_the_rest_null():
    prediction = extract(BILL, INVOICE, BILL_ANSWER, answer=len('{"number": "A1", '))
    assert texts(prediction) == {"number": "A1", "currency": None}
    assert prediction.blockers[0].code == "answer-cut"


def test_what_it_nearly_wrote_is_told_for_the_asked_fields():
    other = SHOP_ANSWER.replace('"9.00"', '"10.00"')
    extractor = Extractor(FakeEngine(SHOP_ANSWER, other), model="fake")
    first = extractor.extract(SHOP, RECEIPT)
    told = extractor.runners_up(SHOP, RECEIPT, first, ["total"], n=1)
    assert [field.runners_up for field in told.fields] == [(), (), ("10.00",)]
    bare = tuple(replace(field, runners_up=()) for field in told.fields)
    assert replace(told, fields=bare) == first


@pytest.mark.parametrize(("wrote", "read"), [('"11.00"', "11.00"), ("null", "")])
def test_what_it_wrote_is_a_choice_beside_a_number_that_fits_better(wrote, read):
    names = ("net", "tax", "gross")
    kind = DocType(
        "sums",
        "Sums",
        tuple(FieldSpec(name, FieldType.AMOUNT) for name in names),
        checks=(parse("net + tax == gross", None, Decimal("0.02")),),
    )
    paper = document("net 10.00\ntax 1.00\ngross 11.00")
    wrong = f'{{"net": {wrote}, "tax": "1.00", "gross": "11.00"}}'
    extractor = Extractor(FakeEngine(wrong, wrong.replace(wrote, '"10.00"', 1)), model="fake")
    prediction = extractor.extract(paper, kind)
    assert texts(prediction) == {"net": "10.00", "tax": "1.00", "gross": "11.00"}
    net = extractor.runners_up(paper, kind, prediction, names).fields[0]
    assert net.instead_of == read
    assert net.runners_up[:1] == ((read,) if read else ())
    assert "10.00" not in net.runners_up


def test_runners_up_do_not_depend_on_what_came_between():
    extractor = Extractor(FakeEngine(SHOP_ANSWER), model="fake")
    first = extractor.extract(SHOP, RECEIPT)
    told = extractor.runners_up(SHOP, RECEIPT, first, ["date", "total"])
    extractor.extract(BILL, INVOICE)
    assert extractor.runners_up(SHOP, RECEIPT, first, ["date", "total"]) == told


def test_c6_a_long_document_is_answered_in_turns_as_in_one():
    lines = [f"line {n}" for n in range(20)]
    paper = document("\n".join(["ACME LTD", *lines, "Total 9.00"]))
    wanted = '{"company": null, "date": null, "total": null}'

    def extractor():
        return Extractor(FakeEngine(*[wanted] * 9), model="fake", window=60)

    whole = extractor().extract(paper, RECEIPT)
    engine, begun, turns = extractor(), [], 0
    while True:
        turns += 1
        try:
            found = engine.extract(paper, RECEIPT, begun=begun, over=lambda: True)
        except Unfinished:
            assert len(begun) == turns
            continue
        break
    assert turns == len(begun) > 1
    assert found == whole
    assert engine.runners_up(paper, RECEIPT, found, ()) == found


def test_windows_are_asked_one_by_one_and_joined():
    engine = FakeEngine()
    engine.wants = lambda prompt: (
        ['{"company": "ACME LTD", "date": null, "total": null}']
        if "ACME" in prompt
        else ['{"company": null, "date": null, "total": "9.00"}']
    )
    paper = document("ACME LTD " + "x " * 20, "Total 9.00 " + "x " * 20)
    prediction = Extractor(engine, model="fake", window=60).extract(paper, RECEIPT)
    assert texts(prediction) == {"company": "ACME LTD", "date": None, "total": "9.00"}


def test_a_type_too_big_for_the_context_is_told():
    with pytest.raises(DoctypeError, match="no room"):
        Extractor(FakeEngine(context=300), model="fake").extract(SHOP, RECEIPT)


def test_documents_of_a_type_are_asked_with_one_beginning():
    engine = FakeEngine(SHOP_ANSWER)
    extractor = Extractor(engine, model="fake")
    extractor.extract(SHOP, RECEIPT)
    extractor.extract(document("Total 9.00"), RECEIPT)
    first, last = engine.asked[0], engine.asked[-1]
    assert first[0] == last[0] and first[1] != last[1]


def test_a_second_reading_says_where_the_first_is_alone():
    turned = '{"total": "10.00", "date": "25/12/2017", "company": "ACME LTD"}'
    engine = FakeEngine()
    engine.wants = lambda prompt: (
        [SHOP_ANSWER] if prompt.index("company") < prompt.index("total") else [turned]
    )
    once = Extractor(engine, model="fake").extract(SHOP, RECEIPT)
    twice = Extractor(engine, model="fake", twice=True).extract(SHOP, RECEIPT)
    assert [field.agrees for field in once.fields] == [None, None, None]
    assert [field.agrees for field in twice.fields] == [True, True, False]
    assert texts(once) == texts(twice)


ORDER_PAPER, ORDER_TABLE = typed(BOLTS, above="Order No A1", below="Total 17.70")
ORDER_HEAD = '{"number": "A1"}'
ORDER_COLUMNS = (
    '{"Article": "description", "Qty": "quantity", "Price": "unit_price", "Amount": "net_amount"}'
)
NONSENSE = (
    '{"Article": "quantity", "Qty": "description", "Price": "net_amount", "Amount": "unit_price"}'
)


def rows(prediction):
    return [[cell.text for cell in row] for row in prediction.rows]


def test_rows_are_read_from_the_columns_that_the_model_names():
    prediction = extract(ORDER_PAPER, ORDER, ORDER_HEAD, ORDER_COLUMNS)
    assert rows(prediction) == [
        ["Bolt M8 zinc plated", "4", "2.50", "10.00"],
        ["Nut M8", "7", "1.10", "7.70"],
    ]
    assert [row[0].line_item_id for row in prediction.rows] == [0, 1]
    assert texts(prediction)["number"] == "A1" and prediction.blockers == ()


def test_cells_have_the_scores_of_the_tokens_that_named_their_column():
    first, second = extract(ORDER_PAPER, ORDER, ORDER_HEAD, ORDER_COLUMNS).rows
    for cell, below in zip(first, second, strict=True):
        assert cell.tokens == below.tokens and len(cell.tokens) > 2
    assert all(cell.tokens[0] == first[0].tokens[0] for cell in first)


def test_a_model_that_knows_nothing_of_columns_is_overruled_and_its_doubt_is_kept():
    told = extract(ORDER_PAPER, ORDER, ORDER_HEAD, NONSENSE)
    assert rows(told) == rows(extract(ORDER_PAPER, ORDER, ORDER_HEAD, ORDER_COLUMNS))
    assert all(token.allowed < -1 for token in told.rows[0][0].tokens)


def test_rows_are_read_without_asking_a_model():
    engine = FakeEngine(ORDER_HEAD)
    extractor = Extractor(engine, model="fake", asks_columns=False)
    prediction = extractor.extract(ORDER_PAPER, ORDER)
    assert rows(prediction) == rows(extract(ORDER_PAPER, ORDER, ORDER_HEAD, ORDER_COLUMNS))
    assert all(cell.tokens == () for row in prediction.rows for cell in row)


def test_c6_questions_about_columns_take_turns_too():
    def extractor():
        return Extractor(FakeEngine(ORDER_HEAD, ORDER_COLUMNS), model="fake")

    begun = []
    with pytest.raises(Unfinished):
        extractor().extract(ORDER_PAPER, ORDER, begun=begun, over=lambda: True)
    assert len(begun) == 1
    again = extractor().extract(ORDER_PAPER, ORDER, begun=begun)
    assert len(begun) > 1 and again == extractor().extract(ORDER_PAPER, ORDER)


def test_a_second_reading_asks_the_header_alone():
    twice = extract(ORDER_PAPER, ORDER, ORDER_HEAD, ORDER_COLUMNS, twice=True)
    assert [field.agrees for field in twice.header] == [True]
    assert twice.rows and all(cell.agrees is None for row in twice.rows for cell in row)


def test_a_likely_answer_is_drafted():
    engine = FakeEngine(ORDER_HEAD, ORDER_COLUMNS)
    Extractor(engine, model="fake").extract(ORDER_PAPER, ORDER)
    asked = [
        batches
        for batches in engine.asked
        if b"Table:" in b"".join(bytes(batch.stays) for batch in batches)
    ]
    assert 0 < len(asked) < len(ORDER_COLUMNS) / 4


def long_order(rows):
    lines = [f"Bolt no{at}  2  1.50  3.00" for at in range(rows)]
    text = "\n".join(["Article  Qty  Price  Amount", *lines])
    return typed(text, above="Order No A1", below=f"Total {rows * 3}.00")[0]


@pytest.mark.parametrize(("number", "shown"), [(11, 11), (12, 6), (40, 6)])
def test_the_header_question_leaves_out_the_inner_rows_of_a_long_table(number, shown):
    engine = FakeEngine(ORDER_HEAD, ORDER_COLUMNS)
    found = Extractor(engine, model="fake").extract(long_order(number), ORDER)
    question = b"".join(bytes(batch.stays) for batch in engine.asked[0]).decode()
    assert [f"no{at} " in question for at in range(number)].count(True) == shown
    assert "Order No A1" in question and f"Total {number * 3}.00" in question
    assert "no0 " in question and f"no{number - 1} " in question
    assert len(found.rows) == number and found.blockers == ()


def test_runners_up_come_from_the_same_question():
    engine = FakeEngine(ORDER_HEAD, '{"number": "Order"}', ORDER_COLUMNS)
    first = Extractor(engine, model="fake")
    found = first.extract(long_order(40), ORDER)
    other = Extractor(engine, model="fake")
    known = [one.runners_up(long_order(40), ORDER, found, {"number"}) for one in (first, other)]
    assert known[0] == known[1] and known[0].header[0].runners_up[0] == "Order"


def test_a_long_table_of_something_else_is_shown_whole():
    staff = "\n".join(["Name  Room  Since", *(f"Ann no{at}  A{at}  May" for at in range(40))])
    engine = FakeEngine(ORDER_HEAD)
    Extractor(engine, model="fake", asks_columns=False).extract(typed(staff)[0], ORDER)
    question = b"".join(bytes(batch.stays) for batch in engine.asked[0]).decode()
    assert all(f"no{at} " in question for at in range(40))
