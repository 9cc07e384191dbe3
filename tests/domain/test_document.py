from __future__ import annotations

import json
import pickle
from dataclasses import asdict

import pytest
from pydantic import TypeAdapter

from appliance.domain.document import BBox, Document, Page, Span, Word, page_text
from appliance.domain.errors import DoctypeError, DocumentError

BOX = BBox(0.1, 0.1, 0.2, 0.2)


def test_a_page_is_shown_line_by_line_with_its_gaps() -> None:
    words = (
        Word("Total", BOX, line=0),
        Word("RM", BOX, line=0, gap=2),
        Word("9.00", BOX, line=0, gap=0),
        Word("Thank", BOX, line=1),
        Word("you", BOX, line=1),
    )
    assert page_text(Page(1, 1, words, "text")) == "Total  RM9.00\nThank you"
    assert page_text(Page(1, 1, (), "text")) == ""


@pytest.mark.parametrize("text", ["", " ", "two words", "line\nbreak"])
def test_a_word_has_no_white_space(text: str) -> None:
    with pytest.raises(ValueError, match="white space"):
        Word(text, BOX, line=0)


@pytest.mark.parametrize("text", ["INV\x1bc", "INV\x9bc", "INV\x00c", "INV\x7fc", "INV\ud800c"])
def test_d1_a_word_holds_nothing_that_drives_a_terminal(text: str) -> None:
    assert Word(text, BOX, line=0).text == "INV\ufffdc"
    kept = {"text": text.replace("\ud800", "\x1b"), "bbox": asdict(BOX), "line": 0}
    loaded = TypeAdapter(Word).validate_json(json.dumps(kept))
    assert loaded.text == "INV\ufffdc", "also one that was kept before"


def test_a_box_and_a_span_check_themselves() -> None:
    with pytest.raises(ValueError, match="BBox"):
        BBox(0.2, 0, 0.1, 1)
    with pytest.raises(ValueError, match="Span"):
        Span(0, 3, 3)


def test_a_span_knows_its_words_and_their_box() -> None:
    right = BBox(0.5, 0.1, 0.9, 0.3)
    page = Page(1, 1, (Word("a", BOX, line=0), Word("b", right, line=0)), "text")
    document = Document("d", (page,))
    assert [word.text for word in Span(0, 0, 2).words(document)] == ["a", "b"]
    assert Span(0, 0, 2).bbox(document) == BBox(0.1, 0.1, 0.9, 0.3)


def test_an_error_crosses_to_another_process_with_its_hint() -> None:
    error = pickle.loads(pickle.dumps(DocumentError("broken", hint="drop another")))
    assert (type(error), str(error), error.hint) == (DocumentError, "broken", "drop another")


def test_each_kind_of_error_has_its_exit_code() -> None:
    assert (DoctypeError("x").exit_code, DocumentError("x").exit_code) == (2, 3)
