"""How fast keys come tells whose they are, as a pure function of their times."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.review.editor.rhythm import BURST, REPEAT, Hand, Rhythm

Press = tuple[str, float]
"""A key, and seconds since the one before."""

KEYS = st.sampled_from(["a", "r", "1", "enter", "tab", "escape", "down"])
GAPS = st.floats(0, 0.5)
PRESSES = st.lists(st.tuples(KEYS, GAPS), max_size=30)


def hands(presses: Sequence[Press]) -> list[Hand]:
    rhythm, at, found = Rhythm(), 0.0, []
    for key, gap in presses:
        at += gap
        rhythm = rhythm.heard(key, at, character=len(key) == 1)
        found.append(rhythm.hand)
    return found


@given(PRESSES, KEYS, st.floats(REPEAT, 3))
def test_what_comes_after_a_pause_is_meant(before: list[Press], key: str, pause: float) -> None:
    # The sum of the times before rounds: a hair more than the pause.
    assert hands([*before, (key, pause + 1e-9)])[-1] is Hand.MEANT


@given(PRESSES)
def test_only_characters_and_enter_are_text_and_only_enter_is_held(presses: list[Press]) -> None:
    for (key, _), hand in zip(presses, hands(presses), strict=True):
        assert hand is not Hand.BURST or len(key) == 1 or key == "enter"
        assert hand is not Hand.HELD or key == "enter"


@given(PRESSES, st.text("abrq1", min_size=1), st.floats(0, BURST * 0.9))
def test_of_a_burst_no_key_but_the_first_is_a_command(
    before: list[Press], text: str, gap: float
) -> None:
    burst = [(text[0], 1.0), *((key, gap) for key in [*text[1:], "enter", "enter"])]
    first, *others = hands([*before, *burst])[len(before) :]
    assert first is Hand.MEANT
    assert set(others) == {Hand.BURST}


@given(PRESSES, st.integers(2, 40), st.floats(0.02, REPEAT * 0.9))
def test_of_a_held_enter_only_the_first_is_meant(
    before: list[Press], many: int, gap: float
) -> None:
    held = [("enter", 1.0), *[("enter", gap)] * (many - 1)]
    first, *others = hands([*before, *held])[len(before) :]
    assert first is Hand.MEANT
    assert set(others) == {Hand.HELD}


@given(PRESSES, st.lists(KEYS, max_size=20))
def test_a_hand_is_never_taken_for_a_burst(before: list[Press], keys: list[str]) -> None:
    """Two fingers of a fast typist are some 80 ms apart."""
    typed = hands([*before, ("tab", 1.0), *((key, 0.08) for key in keys)])[len(before) :]
    assert Hand.BURST not in typed


@pytest.mark.parametrize(
    ("presses", "last"),
    [
        ([("tab", 1.0), ("enter", 0.001)], Hand.MEANT),
        ([("a", 1.0), ("enter", 0.001)], Hand.BURST),
        ([("a", 1.0), ("enter", 0.08)], Hand.MEANT),
        ([("enter", 1.0), ("enter", 0.092)], Hand.HELD),
        ([("enter", 1.0), ("a", 0.001)], Hand.MEANT),
        ([("a", 1.0), ("tab", 0.001), ("b", 0.001)], Hand.MEANT),
    ],
)
def test_what_came_before_tells_what_a_key_is(presses: list[Press], last: Hand) -> None:
    assert hands(presses)[-1] is last
