"""A clerk who knows the right values and never touches the mouse: which keys she presses. Pure.

For a value that is wrong she looks for the shortest way there is: a choice, a word of the page
that is offered, the beginning of the value until the page completes it, words picked with the
arrows, the end of the old value corrected, or every character typed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appliance.review.hand.hand import Hand
from appliance.review.hand.picked import Picked

Keys = tuple[str, ...]
Right = Callable[[str | None], bool]

OFFERS = 12
"""How far down the page's words she walks before she types."""


@dataclass(frozen=True)
class Wanted:
    text: str | None
    """As labelled; None when it is not on the document."""
    right: Right
    """Whether a text means the same."""


def keys(hand: Hand, wanted: Wanted) -> Keys:
    """What she presses on the field she stands on, until it is settled."""
    if wanted.right(hand.entry.text):
        return ("enter",)
    if wanted.text is None:
        return ("n",)
    return min(_ways(hand, wanted), key=len)


def _ways(hand: Hand, wanted: Wanted) -> Iterator[Keys]:
    for number, choice in enumerate(hand.entry.choices[:3], start=1):
        if wanted.right(choice):
            yield (str(number),)
    assert wanted.text
    yield ("e", *wanted.text, "enter")
    yield from _walked(hand, wanted.right)
    yield from _completed(hand, wanted)
    yield from _corrected(hand, wanted.text)
    yield from _picked(hand, wanted.right)


def _walked(hand: Hand, right: Right) -> Iterator[Keys]:
    open_ = hand.type()
    for presses in range(1, OFFERS + 1):
        open_ = open_.walk(1)
        if open_.typed and right(open_.typed.kept):
            yield ("e", *["down"] * presses, "enter")
            return


def _completed(hand: Hand, wanted: Wanted) -> Iterator[Keys]:
    """Typed until what is offered is right, or leads on when it is taken with Right."""
    open_, pressed = hand.type(), 0
    for character in wanted.text or "":
        open_, pressed = open_.write(character), pressed + 1
        for rights, typed in enumerate(_led_on(open_)):
            if wanted.right(typed):
                yield ("e", *(wanted.text or "")[:pressed], *["right"] * rights, "enter")


def _led_on(open_: Hand) -> Iterator[str]:
    for _ in range(6):
        if open_.typed is None:
            return
        yield open_.typed.kept
        if open_.typed.offer is None:
            return
        open_ = open_.complete()


def _corrected(hand: Hand, wanted: str) -> Iterator[Keys]:
    """The old value's end is erased up to where it goes wrong."""
    old = hand.entry.text or ""
    same = next(
        (at for at, (one, other) in enumerate(zip(old, wanted, strict=False)) if one != other),
        min(len(old), len(wanted)),
    )
    if same:
        yield ("e", "right", *["backspace"] * (len(old) - same), *wanted[same:], "enter")


def _picked(hand: Hand, right: Right) -> Iterator[Keys]:
    """Breadth first: to a word, then over the words that belong to it."""
    begun = hand.pick()
    if begun.picked is None:
        return
    for way, there in _roam(begun.picked, hand, more=False, at_most=8):
        for further, taken in _roam(there, hand, more=True, at_most=6):
            if right(hand_text(hand, taken)):
                yield ("w", *way, *further, "enter")
                return


ARROWS = (("left", -1, False), ("right", 1, False), ("up", -1, True), ("down", 1, True))


def _roam(start: Picked, hand: Hand, *, more: bool, at_most: int) -> Iterator[tuple[Keys, Picked]]:
    document = hand.draft.document
    seen, open_ = {start}, deque([((), start)])
    while open_:
        way, there = open_.popleft()
        yield way, there
        if len(way) == at_most:
            continue
        for arrow, step, lines in ARROWS:
            go = there.climbed if lines else there.stepped
            further = go(document, step, more=more)
            if further not in seen:
                seen.add(further)
                open_.append(((*way, f"shift+{arrow}" if more else arrow), further))


def hand_text(hand: Hand, picked: Picked) -> str:
    return " ".join(word.text for word in picked.span.words(hand.draft.document))
