from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.characters import (
    UNKNOWN,
    as_json,
    legible,
    shown,
    shown_lines,
    stealthy,
    unseen,
    visible,
)

ANY = st.text(st.characters(exclude_categories=()))
ESCAPES = "\x1b]2;PWNED\x1b\\\x9b2J\x07\x7f"


@given(ANY)
def test_d1_nothing_that_is_shown_drives_a_terminal_or_hides(text: str) -> None:
    said = shown(text)
    assert len(said) == len(text)
    assert not {unicodedata.category(one) for one in said} & {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
    assert shown(said) == said
    kept = [pair for pair in zip(text, said, strict=True) if pair[1] != UNKNOWN]
    assert all(one == other for one, other in kept)


@pytest.mark.parametrize("text", ["Größe 7 €", "漢字\u3000カナ", "עברית", "ΑΒΓ ½ m²", "a\u00a0b"])
def test_what_can_be_seen_is_shown_and_read_as_it_is(text: str) -> None:
    assert shown(text) == legible(text) == visible(text) == text
    assert not unseen(text)


def test_d1_lines_stay_lines() -> None:
    assert shown_lines("one\x1bc\n\ttwo\r") == f"one{UNKNOWN}c\n\ttwo{UNKNOWN}"


@pytest.mark.parametrize("name", ["\ufe0f", "\U000e0041", "\u115f", "\u3164", "\u2800", "\u034f"])
def test_d1_what_python_calls_printable_may_not_be_seen_either(name: str) -> None:
    assert shown(f"a{name}b") == f"a{UNKNOWN}b"
    assert unseen(f"a{name}b") == name
    assert visible(f"a{name}b") == "ab"


def test_d1_what_is_read_holds_no_control_and_nothing_invisible() -> None:
    assert legible(ESCAPES) == "\ufffd]2;PWNED\ufffd\\\ufffd2J\ufffd\ufffd"
    assert legible("IN\u200bV-\U000e004147\u200d11\ufeff") == "INV-4711"
    assert legible("\u200fעברית\u202c") == "\u200fעברית\u202c", "papers in Hebrew need them"


@given(ANY)
def test_d1_json_is_the_same_to_a_machine_and_nothing_to_a_terminal(text: str) -> None:
    written = as_json({text: [text, 1.5, None]})
    assert json.loads(written) == {text: [text, 1.5, None]}
    assert shown(written).replace(UNKNOWN, "") == written


def test_d6_only_what_no_script_needs_is_told_as_a_trick() -> None:
    assert stealthy("Nr. IN\u200bV-47\u200d11 of A\U000e0042") == ["INV-4711", "A"]
    for usual in ("\ufeffInvoice 7", "می\u200cخواهم", "Rech\u00adnung", "1\ufe0f\u20e3 7 \u200b"):
        assert stealthy(usual) == []
