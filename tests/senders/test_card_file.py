"""A file of senders says the same again, and what is wrong with it is said with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.errors import ConfigError
from appliance.domain.senders import KnownSender, SenderCard
from appliance.senders.card_file import read, written

HEAD = '{"format": "senders", "version": 1}'
SENDER = '{"party": "acme", "documents": 2, "named": 1}'
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
NUMBERS = st.integers(1, 20)


@st.composite
def cards(draw: st.DrawFn) -> SenderCard:
    documents = draw(NUMBERS)
    known = KnownSender(
        draw(TEXTS),
        documents,
        draw(st.integers(0, documents)),
        draw(st.frozensets(TEXTS, max_size=3)),
        draw(st.dictionaries(TEXTS, st.just(documents), max_size=3)),
    )
    return SenderCard(known, tuple(draw(st.lists(TEXTS, max_size=2))), draw(st.none() | TEXTS))


@given(st.lists(cards(), max_size=3))
def test_what_is_written_is_read_again(found: list[SenderCard]) -> None:
    text = written(found)
    assert read(text, source="a.jsonl") == found
    assert text.count("\n") == 1 + len(found)


def test_a_number_that_stood_on_few_documents_stays_at_home() -> None:
    known = KnownSender("acme", 10, 10, marks={"0711987654": 9, "20260001": 1})
    (again,) = read(written([SenderCard(known)]), source="a.jsonl")
    assert again.known.marks == {"0711987654": 9}


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "a.jsonl is empty"),
        (["{}"], "line 1: format"),
        (["[" * 100_000], "line 1"),
        (['{"format": "senders", "version": 2}'], "of version 2"),
        ([HEAD, "no json"], "line 2"),
        ([HEAD, SENDER, "", SENDER.replace("acme", "")], "line 4: party"),
        ([HEAD, SENDER.replace("2", "0")], "line 2: documents"),
        ([HEAD, SENDER.replace("acme", "\\ud800")], "line 2"),
        ([HEAD, SENDER.replace("named", "nmaed")], "line 2: named"),
    ],
)
def test_what_is_no_file_of_senders_is_refused_with_its_line(lines: list[str], why: str) -> None:
    with pytest.raises(ConfigError, match=why) as caught:
        read("\n".join(lines), source="a.jsonl")
    assert caught.value.hint
