"""Documents that take long: others go between, and nothing of them is done twice."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress

import pytest

from appliance.domain.errors import TimeoutExceeded, Unfinished
from appliance.system.turns import OPEN, Unended, take_turn


class Office:
    """Each part takes a second."""

    def __init__(self) -> None:
        self.now = 0.0
        self.unended = Unended(clock=lambda: self.now)
        self.made: list[str] = []

    def work(self, name: str, parts: int, *, turn: float = 2.0, granted: float = 99.0) -> list[str]:
        def left(first: int) -> Generator[tuple[str, int]]:
            for at in range(first, parts):
                self.now += 1
                self.made.append(f"{name}{at}")
                yield f"{name}{at}", parts

        with self.unended.turn(name, turn, granted=granted) as (done, over):
            take_turn(done, left(len(done)), over)
            return done

    def turns(self, name: str, parts: int) -> Iterator[str]:
        """What each says that is not the last."""
        while True:
            try:
                self.work(name, parts)
            except Unfinished as error:
                yield str(error)
            else:
                return


@pytest.fixture
def office() -> Office:
    return Office()


def test_c6_long_work_goes_on_where_its_last_turn_ended(office: Office) -> None:
    told = [f"{done} of 5 parts of it are done; others go first" for done in (2, 4)]
    assert list(office.turns("a", 5)) == told
    assert office.made == ["a0", "a1", "a2", "a3", "a4"]
    assert office.work("a", 2) == ["a0", "a1"]  # what is finished is not kept


def test_c6_what_is_done_in_its_turn_waits_for_no_other(office: Office) -> None:
    assert list(office.turns("a", 2)) == []
    assert list(office.turns("nothing", 0)) == []


def test_c6_all_turns_together_take_no_more_than_is_granted(office: Office) -> None:
    for _ in range(2):
        with pytest.raises(Unfinished):
            office.work("a", 9, granted=4.0)
    with pytest.raises(TimeoutExceeded, match="4 s"):
        office.work("a", 9, granted=4.0)
    with pytest.raises(Unfinished, match="2.*9"):  # dropped again it begins anew
        office.work("a", 9, granted=4.0)


def test_c6_however_many_are_begun_little_of_them_is_done_twice(office: Office) -> None:
    names = [f"{number}." for number in range(3 * OPEN)]
    left = list(names)
    while left:
        for name in list(left):
            office.now += 0.1
            with suppress(Unfinished):
                office.work(name, 5)
                left.remove(name)
    # A first turn tells whether one takes long; with no room for it, it is done again.
    assert len(office.made) <= 5 * len(names) + 2 * 2 * len(names)


def test_c6_what_nobody_comes_for_any_more_keeps_no_other_waiting(office: Office) -> None:
    for number in range(OPEN):
        with pytest.raises(Unfinished):
            office.work(f"given up {number}", 5)
    assert len(list(office.turns("a", 5))) < 8
