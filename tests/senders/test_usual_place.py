"""A value that changes is found where its sender prints it, and only where the words say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from typed_pages import document

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Span, Word
from appliance.domain.prediction import Field, Prediction
from appliance.senders.history import ApprovedDocument, SenderHistory
from appliance.senders.recall import recalled_header
from appliance.senders.surroundings import surroundings

KIND = DocType(
    "invoice",
    "Invoice",
    (
        FieldSpec("number", FieldType.CODE),
        FieldSpec("date", FieldType.DATE),
        FieldSpec("total", FieldType.AMOUNT),
        FieldSpec("note"),
    ),
    number="number",
    gross="total",
)
PAGE = """\
ACME Tools Ltd
Number R-{n} of 0{n}.02.2026
Paid 7.50
Total {n}5.00
Given {n}9.00"""


def paper(n: int, page: str = PAGE) -> str:
    return page.format(n=n)


def approved(n: int, answered: Mapping[str, str | None], page: str = PAGE) -> ApprovedDocument:
    """As clerks left it, whatever the model had ``answered``."""
    sheet = document(paper(n, page), docid=f"{n:064x}")
    texts = {"number": f"R-{n}", "date": f"0{n}.02.2026", "total": f"{n}5.00"}
    words = [word.text for word in sheet.pages[0].words]
    spans = {
        name: Span(0, words.index(text), words.index(text) + 1) for name, text in texts.items()
    }
    return ApprovedDocument(sheet, texts, texts, spans, answered)


def field(
    name: str, said: str | None, earlier: list[ApprovedDocument], page: str | None = None
) -> Field:
    sheet = document(paper(9) if page is None else page)
    prediction = Prediction(sheet.docid, KIND.name, "m", (Field(name, said),))
    return recalled_header(prediction, sheet, KIND, SenderHistory("acme", tuple(earlier))).fields[0]


RIGHT = {"number": "R-1", "date": "01.02.2026", "total": "15.00"}


@pytest.mark.parametrize(
    ("name", "text"), [("number", "R-9"), ("date", "09.02.2026"), ("total", "95.00")]
)
def test_what_the_model_did_not_find_stands_where_it_stood(name: str, text: str) -> None:
    found = field(name, None, [approved(1, RIGHT)])
    assert found.text == text and found.from_memory
    assert found.remembered is not None and found.remembered.placed
    assert found.remembered.in_words == "where it stood on an earlier document"


def test_the_model_goes_first_until_the_place_was_right_more_often() -> None:
    wrong = {"total": "7.50"}
    one, two = ([approved(n, wrong) for n in range(1, many + 1)] for many in (1, 2))
    assert field("total", "99.00", one).text == "99.00"
    found = field("total", "99.00", two)
    assert found.text == "95.00" and found.runners_up == ("99.00",)
    both_right = [approved(n, {"total": f"{n}5.00"}) for n in (1, 2, 3)]
    assert field("total", "99.00", both_right).text == "99.00"
    imported = [approved(n, {}) for n in (1, 2, 3)]  # no model was asked
    assert field("total", "99.00", imported).text == "99.00"


def test_an_answer_that_stands_there_agrees() -> None:
    found = field("total", "95.00", [approved(n, RIGHT) for n in (1, 2)])
    assert not found.from_memory and found.remembered is not None
    assert (found.remembered.documents, found.remembered.share) == (2, 1.0)


@pytest.mark.parametrize(
    "page",
    [
        "ACME Tools Ltd\n95.00",  # nothing says what it is
        "Total 95.00\nTotal 85.00",  # two that differ stand so
        "Sum due 95.00",
        "",
    ],
)
def test_where_no_words_or_two_places_say_it_nothing_is_proposed(page: str) -> None:
    assert field("total", None, [approved(1, RIGHT)], page).text is None


def test_a_text_has_no_usual_place() -> None:
    assert field("note", None, [approved(1, RIGHT)]).text is None


def test_words_that_were_misread_are_the_same_words() -> None:
    assert field("total", None, [approved(1, RIGHT)], "Tota1 due 3\nTotal: 95.00").text == "95.00"
    captions = [
        surroundings(Span(0, 2, 3), document(f"{words} 95.00"))
        for words in ("Amount payable", "Amounl payable", "Carried over")
    ]
    assert captions[0].likeness(captions[1]) > captions[0].likeness(captions[2])


def test_on_an_endless_line_only_so_many_words_are_looked_back_at() -> None:
    """Else a page of a hostile sender would take the square of its words."""
    many = 3_000
    sheet = document(" ".join(["Total"] + ["1.00"] * many))
    asked: list[int] = []

    class Watched(tuple[Word, ...]):
        def __getitem__(self, at: Any) -> Any:
            asked.append(1)
            return super().__getitem__(at)

    words = Watched(sheet.pages[0].words)
    watched = replace(sheet, pages=(replace(sheet.pages[0], words=words),))
    surroundings(Span(0, many, many + 1), watched)
    assert len(asked) < many / 2
