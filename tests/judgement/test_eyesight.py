"""What is accepted of a typed page is seen there: what a font, a cover or a layer hides is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from paper import answer, document

from appliance.domain.blockers import BlockerCode
from appliance.domain.document import Document, PagePart, Span
from appliance.domain.prediction import Basis, FieldJudgement, Judgement
from appliance.judgement.eyesight import is_seen, nobody_looks, seen_otherwise

PAGE = document("Total 190.00 EUR", "Miller Ltd")


class Eye:
    """Sees what it is told, at each look the next."""

    def __init__(self, *looks: str | None) -> None:
        self.looks = [*looks]
        self.parts: list[PagePart] = []

    def __call__(self, parts: Sequence[PagePart]) -> Sequence[str | None]:
        self.parts += parts
        return [self.looks.pop(0) for _ in parts]


def told(*looks: str | None, page: Document = PAGE, how: str = Basis.PROBABILITY) -> list[str]:
    said = answer(page, "net_total", "190.00")
    accepted = Judgement((FieldJudgement(said, "190.00", 0.99, how),), ())
    found = seen_otherwise(accepted, page, Eye(*looks))
    assert all(one.code == BlockerCode.SEEN_OTHERWISE for one in found)
    assert all(one.fieldtype == "net_total" for one in found)
    return [one.message for one in found]


def test_what_is_seen_is_not_told() -> None:
    assert told("190.00") == []
    assert told("1 9O.OO", "190.00") == []  # at the second look


def test_what_is_seen_otherwise_is_told_of_its_field() -> None:
    assert told("1,190.00", "Total\n1,190.00 EUR") == [
        'net total: the page shows "Total 1,190.00 EUR" where its text says "190.00"'
    ]
    assert told("", "") == ['net total: the page shows nothing where its text says "190.00"']


def test_nobody_looks_where_there_is_nothing_to_see_or_to_accept() -> None:
    assert told(None) == []  # a text has no pages
    assert told(how=Basis.UNSUPPORTED) == []
    (page,) = PAGE.pages
    scan = replace(PAGE, pages=(replace(page, source="ocr"),))
    assert told(page=scan) == []
    said = FieldJudgement(answer(PAGE, "net_total", "190.00"), "190.00", 0.99, Basis.CHECK)
    assert seen_otherwise(Judgement((said,), ()), PAGE, nobody_looks) == ()


def test_of_a_long_table_the_first_rows_are_looked_at_and_the_header() -> None:
    page = document("Total 190.00", *["Bolts 12.50"] * 600)
    cells = [answer(page, "amount", "12.50", row=at) for at in range(600)]
    said = [*cells, answer(page, "net_total", "190.00")]
    accepted = [FieldJudgement(one, one.text, 0.99, Basis.CHECK) for one in said]
    eye = Eye(*["190.00", *["12.50"] * 600])
    assert seen_otherwise(Judgement(tuple(accepted), ()), page, eye) == ()
    assert 100 < len(eye.parts) < 600


def test_of_a_value_in_two_lines_both_are_looked_at() -> None:
    page = document("Part A-4711", "/190")
    first, last = Span(0, 1, 2), Span(0, 2, 3)
    code = replace(answer(page, "part", None), text="A-4711 /190", spans=(first,), wraps=(last,))
    accepted = Judgement((FieldJudgement(code, code.text, 0.99, Basis.PROBABILITY),), ())
    assert seen_otherwise(accepted, page, Eye("A-4711", "/190")) == ()
    (found,) = seen_otherwise(accepted, page, Eye("A-4712", "/190", "A-4712"))
    assert 'its text says "A-4711"' in found.message


def test_what_a_clerk_keys_blind_she_sees_herself() -> None:
    header = answer(PAGE, "net_total", "190.00")
    cell = answer(PAGE, "net_total", "190.00", row=0)
    judged = tuple(FieldJudgement(one, "190.00", 0.99, Basis.CHECK) for one in (header, cell))
    eye = Eye("", "")
    found = seen_otherwise(Judgement(judged, ()), PAGE, eye, keyed=["net_total"])
    assert [one.line_item_id for one in found] == [0]
    assert len(seen_otherwise(Judgement(judged, ()), PAGE, Eye(*[""] * 4), keyed=["other"])) == 2


def test_the_second_look_is_wider() -> None:
    eye = Eye("", "")
    said = FieldJudgement(answer(PAGE, "net_total", "190.00"), "190.00", 0.99, Basis.CHECK)
    seen_otherwise(Judgement((said,), ()), PAGE, eye)
    first, second = (part.box for part in eye.parts)
    assert second.left < first.left and second.right > first.right
    assert (second.top, second.bottom) == (first.top, first.bottom)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("1,190.00", "$1,190.00 EUR"),
        ("2026-03-30", "No. 7\n2026-03 -30"),
        ("DE89 3704 0044", "3704 0044\nDE89"),
        ("1 190,00", "1 190,00"),
        ("0,5l", "0,51"),
        ("PO-34567", "PO-34567·5"),
        ("Łódź Sp. z o.o.", "Lodz Sp z 0.o."),
        ("Αθήνα 12", "A0nva 12"),
    ],
)
def test_an_ocr_may_read_it_in_its_own_way(text: str, there: str) -> None:
    assert is_seen(text, there)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("190.00", "1,190.00"),
        ("190.00", "1 190.00"),
        ("1,190.00", "8,190.00"),
        ("Miller Ltd", "Somebody Else"),
        ("Miller Ltd", ""),
    ],
)
def test_other_digits_and_other_letters_are_not_it(text: str, there: str) -> None:
    assert not is_seen(text, there)


def test_a_number_before_it_is_no_part_of_it_if_the_text_has_it_too() -> None:
    assert is_seen("190.00", "2 190.00", before="2")
    assert not is_seen("190.00", "2 190.00", before="EUR")


def test_whoever_looks_may_say_anything_and_takes_no_time_and_no_terminal() -> None:
    endless = "\x1b[2J" + "1 " * 10**6
    (message,) = told(endless, endless)
    assert "\x1b" not in message and len(message) < 150
