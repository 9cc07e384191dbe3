import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.fields.comparison import RowCounts, exact, normalised, pairs, rows_f1
from appliance.fields.style import WritingStyle
from bench.runs import contains_run

UNKNOWN = WritingStyle()
GERMAN = WritingStyle(",", True)
COLUMNS = (
    FieldSpec("description"),
    FieldSpec("quantity", FieldType.QUANTITY),
    FieldSpec("net_amount", FieldType.AMOUNT),
)


def test_exact_forgives_white_space_and_composition_only():
    assert exact(" Mu\u0308ller\n GmbH ", "Müller GmbH")
    assert not exact("MÜLLER GMBH", "Müller GmbH")
    assert exact("MÜLLER GMBH", "Müller GmbH", fold_case=True)
    assert not exact("Müller, GmbH", "Müller GmbH")
    assert not exact(None, "")


@pytest.mark.parametrize(
    ("kind", "predicted", "truth", "style", "same"),
    [
        ("text", "MÜLLER, GmbH.", "Müller GmbH", UNKNOWN, True),
        ("text", "Müller AG", "Müller GmbH", UNKNOWN, False),
        ("code", "re-2018/7", "RE 20187", UNKNOWN, True),
        ("iban", "DE88 2008", "de882008", UNKNOWN, True),
        ("date", "25/12/2018 10:15", "2018-12-25", UNKNOWN, True),
        ("date", "03/04/2018", "2018-04-03", UNKNOWN, True),
        ("date", "03/04/2018", "2018-04-03", WritingStyle(None, False), False),
        ("date", "03/04/2018", "04/03/2018", UNKNOWN, False),
        ("date", "03/04/18", "03/04/2018", UNKNOWN, True),
        ("date", "soon", "soon", UNKNOWN, False),
        ("amount", "1.234,50 €", "1234.5000", GERMAN, True),
        ("amount", "1.234", "1234", GERMAN, True),
        ("amount", "1.234", "1.234", GERMAN, False),
        ("amount", "1.234", "1234", UNKNOWN, True),
        ("amount", "RM 9.00", "9.00", UNKNOWN, True),
        ("amount", "-9.00", "9.00", UNKNOWN, False),
        ("quantity", "12 Stk", "12.0000", GERMAN, True),
        ("percent", "19,00 %", "19", GERMAN, True),
        ("currency", "EUR", "eur", UNKNOWN, True),
        ("currency", "€", "£", UNKNOWN, False),
    ],
)
def test_normalised_matches_by_type(kind, predicted, truth, style, same):
    assert normalised(predicted, truth, FieldType(kind), style) is same


@given(st.text(), st.sampled_from(FieldType))
def test_no_text_breaks_a_match(text, kind):
    normalised(text, text, kind, UNKNOWN)
    assert not normalised(None, text, kind, UNKNOWN)


def row(description, quantity, net_amount):
    return {"description": description, "quantity": quantity, "net_amount": net_amount}


def test_rows_are_paired_once_and_by_the_cells_that_the_truth_has():
    truth = [row("Bolt", "2", "20.00"), row("Bolt", "2", "20.00"), row("Nut", None, "5.00")]
    predicted = [row("BOLT", "2 pcs", "20,00"), row("Nut", "7", "5,00"), row("Washer", "1", "1,00")]
    found = rows_f1(predicted, truth, COLUMNS, GERMAN)
    assert found == RowCounts(matched=2, predicted=3, true=3)
    assert found.f1 == pytest.approx(2 / 3)


def test_as_many_rows_are_paired_as_can_be():
    truth = [row("Nut", None, None), row("Nut", "2", None)]
    predicted = [row("Nut", "2", "1"), row("Nut", "3", "1")]
    assert rows_f1(predicted, truth, COLUMNS, UNKNOWN).matched == 2


def test_a_table_may_have_more_rows_than_python_calls_within_each_other():
    rows = 2 * sys.getrecursionlimit()
    moved_on = [[at, at + 1] for at in range(rows)]
    assert pairs([*moved_on, [0]]) == {0: rows} | {at + 1: at for at in range(rows)}
    assert len(pairs([range(rows // 2)] * rows)) == rows // 2


def test_rows_without_any_truth_do_not_count():
    assert rows_f1([], [row(None, None, None)], COLUMNS, UNKNOWN).f1 is None


ROWS = st.lists(
    st.builds(row, st.sampled_from("ab"), st.sampled_from(["1", "2", None]), st.just("1.00"))
)


@given(ROWS)
def test_a_table_matches_itself_in_any_order(rows):
    found = rows_f1(rows[::-1], rows, COLUMNS, UNKNOWN)
    assert found.matched == found.predicted == found.true == len(rows)


@given(ROWS, ROWS)
def test_f1_lies_between_nothing_and_all(predicted, truth):
    f1 = rows_f1(predicted, truth, COLUMNS, UNKNOWN).f1
    assert f1 is None or 0 <= f1 <= 1


WORDS = [
    *("ACME", "Tools", "Ltd.", "Invoice", "No.", "RE-7", "of", "5", "May", "2018"),
    *("due", "12/06/2018", "1", "234,50", "€", "total"),
]


@pytest.mark.parametrize(
    ("kind", "truth", "stands"),
    [
        ("text", "Acme Tools, Ltd", True),
        ("text", "Acme Ltd", False),
        ("text", "cme Tools", False),
        ("code", "RE7", True),
        ("code", "E7", False),
        ("date", "2018-05-05", True),
        ("date", "2018-06-12", True),
        ("date", "2018-05-12", False),
        ("amount", "1234.5000", True),
        ("amount", "34.50", False),
        ("currency", "EUR", True),
        ("currency", "USD", False),
    ],
)
def test_a_label_stands_as_a_run_of_whole_words(kind, truth, stands):
    says = ("€",) if truth == "EUR" else ()
    assert contains_run(WORDS, truth, FieldType(kind), style=GERMAN, says=says) is stands


@given(st.lists(st.text("abc 1.", min_size=1).map(lambda t: t.replace(" ", "")).filter(bool)))
def test_every_run_of_words_is_found(words):
    for start in range(len(words)):
        run = " ".join(words[start : start + 3])
        if any(character.isalnum() for character in run):
            assert contains_run(words, run, FieldType.TEXT)


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)), st.lists(st.sampled_from(["a", "7", "May"])))
def test_a_date_is_found_among_other_words(day, noise):
    words = [*noise, "on", day.strftime("%d.%m.%Y"), "and", *noise]
    assert contains_run(words, day.isoformat(), FieldType.DATE)
