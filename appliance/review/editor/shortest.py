"""The fewest keys to a field and to its right value, for a clerk who knows it. Pure.

For a value that is wrong she looks for the shortest way there is: a choice, a word of the page
that is offered, the value typed as far as the page does not complete it, another of its offers,
what it completes wrongly corrected, the old value's end corrected, or words picked with the
arrows. In a cell that is open already (a row was added) she types.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from appliance.fields.folding import fold_alnum
from appliance.review.draft.places import FieldRef, Phase
from appliance.review.editor.editor import EditorState
from appliance.review.editor.keyboard import Keyboard, edited
from appliance.review.editor.standing import Mode
from appliance.review.editor.word_selection import WordSelection

Keys = tuple[str, ...]
"""As Textual names them."""
Right = Callable[[str | None], bool]

Way = tuple[int, EditorState, Keys]
"""How far into the goal, what stands there, and what was pressed for it."""

MOVES = ("tab", "shift+tab", "down", "up", "right", "left", "end", "home")
OFFERS = 12
"""How far down the page's words she walks before she types."""
_PICKED = 3
"""Keys that picking words takes at least, where the words that are picked at first are wrong."""


@dataclass(frozen=True)
class Wanted:
    text: str | None
    """As labelled; None when it is not on the document."""
    right: Right
    """Whether a text means the same."""


def way(state: EditorState, place: FieldRef, keyboard: Keyboard) -> Keys:
    """To another place; within the header by Tab, as it may be far around the table. From the
    question whether to approve also by way of what was not looked at."""
    if state.approving:
        back = ("up", *way(state.back(), place, keyboard))
        return min(back, ("tab", *way(state.to_unseen(), place, keyboard)), key=len)
    header = [entry.place for entry in state.draft.entries]
    if state.place in header and place in header:
        by = header.index(place) - header.index(state.place)
        return ("tab" if by > 0 else "shift+tab",) * abs(by)
    seen = {state.place}
    open_: deque[tuple[Keys, EditorState]] = deque([((), state)])
    while open_:
        gone, there = open_.popleft()
        if there.place == place:
            return gone
        for key in MOVES:
            further = edited(there, key, keyboard)
            if further.place not in seen:
                seen.add(further.place)
                open_.append(((*gone, key), further))
    raise KeyError(place)


def keys(state: EditorState, wanted: Wanted, *, reading: int = 0) -> Keys:
    """What she presses on the field she stands on, until it is settled. ``reading``: she rather
    types it through, with so many keys more, than looks for what saves them."""
    if state.typed and state.entry.unclear:
        found = next(_among_readings(state, wanted.right), None)
        return found or ("escape",)
    if state.typed:
        typed = wanted.text and next(_typed([(0, state, ())], wanted), (*wanted.text, "enter"))
        return typed or ("escape",)
    empty = state.mode is Mode.EMPTY
    absent = "f4" if empty else "n"
    unclear = state.entry.text is not None and state.entry.value is None  # two dates possible
    if wanted.right(state.entry.text) and not unclear:
        if state.row_offer:  # which Enter would take
            return (absent,) if state.on_table else ("tab",)
        missing = state.draft.phase_of(state.place) is Phase.BLIND or state.entry.spec.required
        none = wanted.text is None and missing and state.entry.needs
        return (absent,) if none else ("enter",)
    if wanted.text is None:
        return (absent,)
    typed = (*wanted.text, "enter") if empty else ("e", *wanted.text, "enter")
    found = min(_ways(state, wanted), key=len, default=typed)
    if len(found) > _PICKED:
        found = next(_picked(state, wanted.right, fewer=len(found)), found)
    asked = state.draft.phase_of(state.place) is Phase.COMPARE  # which of the two readings is right
    if reading and not asked and len(typed) <= len(found) + reading:
        return typed if _is_plain(state, typed, wanted.right) else found
    return found


def _is_plain(state: EditorState, typed: Keys, right: Right) -> bool:
    """Typed through it is right, and the page offers nothing behind it."""
    *text, _ = typed if state.mode is Mode.EMPTY else typed[1:]
    there = state.type(empty=True)
    for character in text:
        there = there.write(character)
    return bool(there.typed and not there.typed.ghost and right(there.typed.kept))


def _ways(state: EditorState, wanted: Wanted) -> Iterator[Keys]:
    empty = state.mode is Mode.EMPTY
    for number, choice in enumerate(state.entry.choices[:3], start=1):
        if wanted.right(choice) and (state.digits_choose or not empty):
            yield (str(number),)
    yield from _walked(state, wanted.right)
    if empty:
        yield from _typed([(0, state, ())], wanted)
        return
    old = state.type().complete(end=True)
    begun = [(0, state.type(), ("e",)), *_corrected(old, wanted.text or "", ("e", "right"))]
    yield from _typed(begun, wanted)


def _among_readings(state: EditorState, right: Right) -> Iterator[Keys]:
    """She was asked which day a text means, and walks to it."""
    for presses in range(1, OFFERS + 1):
        state = state.walk(1)
        if state.typed and state.typed.offer and right(state.typed.kept):
            yield (*["down"] * presses, "enter")


def _walked(state: EditorState, right: Right) -> Iterator[Keys]:
    open_, key = state.type(), "f2" if state.mode is Mode.EMPTY else "e"
    for presses in range(1, OFFERS + 1):
        open_ = open_.walk(1)
        if open_.typed and right(open_.typed.kept):
            yield (key, *["down"] * presses, "enter")
            return


def _typed(begun: Sequence[Way], wanted: Wanted) -> Iterator[Keys]:
    """The cheapest way (Dijkstra's) to type it: a character, or what the page offers taken with
    Right and corrected from where it goes wrong. ``begun`` anew or with the old value."""
    goal = wanted.text or ""
    beside = itertools.count()
    open_ = _queued(begun, beside)
    heapify(open_)
    seen: set[tuple[int, bool]] = set()
    while open_:
        _, _, at, there, pressed = heappop(open_)
        if there.typed and wanted.right(there.typed.kept):
            if not there.typed.ambiguous:
                yield (*pressed, "enter")
                return
            heappush(open_, *_queued([(at, there.keep(), (*pressed, "enter"))], beside))
        elif presses := _downs(there, wanted.right):
            walked = (at, _walk(there, presses), (*pressed, *["down"] * presses))
            heappush(open_, *_queued([walked], beside))
        offered = bool(there.typed and there.typed.ghost)
        if (at, offered) in seen:
            continue
        seen.add((at, offered))
        for further in _queued(_further(there, goal, at, pressed), beside):
            heappush(open_, further)


def _downs(there: EditorState, right: Right) -> int:
    """To the right one of what is offered; 0 when none is."""
    offers = there.typed.offers if there.typed and there.typed.at == 0 else ()
    return next((at for at, one in enumerate(offers) if right(one.text)), 0)


def _walk(there: EditorState, presses: int) -> EditorState:
    for _ in range(presses):
        there = there.walk(1)
    return there


def _queued(
    ways: Iterable[Way], beside: Iterator[int]
) -> list[tuple[int, int, int, EditorState, Keys]]:
    return [(len(pressed), next(beside), at, there, pressed) for at, there, pressed in ways]


def _further(there: EditorState, goal: str, at: int, pressed: Keys) -> Iterator[Way]:
    if at < len(goal):
        yield at + 1, there.write(goal[at]), (*pressed, goal[at])
    if there.typed and there.typed.ghost:
        yield at, there.erase(), (*pressed, "backspace")
    yield from _led_on(there, EditorState.complete, "right", goal, pressed)
    yield from _led_on(there, EditorState.complete_word, "ctrl+right", goal, pressed)


def _led_on(
    there: EditorState,
    take: Callable[[EditorState], EditorState],
    key: str,
    goal: str,
    pressed: Keys,
) -> Iterator[Way]:
    for _ in range(6):
        if there.typed is None or there.typed.offer is None:
            return
        there, pressed = take(there), (*pressed, key)
        yield from _corrected(there, goal, pressed)


def _corrected(there: EditorState, goal: str, pressed: Keys) -> Iterator[Way]:
    """Its end erased as far as it is wrong; nothing when all of it is."""
    assert there.typed
    good, at = _agreement(there.typed.text, goal)
    if not good:
        return
    if there.typed.text != good:
        there, pressed = there.erase(), (*pressed, "backspace")
    yield at, *_erased(there, good, pressed)


def _erased(there: EditorState, good: str, pressed: Keys) -> tuple[EditorState, Keys]:
    """Erased on until ``good`` is left: the page is asked only what goes on from there."""
    if there.typed is None or (more := len(there.typed.text) - len(good)) <= 0:
        return there, pressed
    last = there.typed.text[: len(good) + 1]
    almost = replace(there.typed, text=last, cursor=len(last), offers=(), at=-1)
    return replace(there, typed=almost).erase(), (*pressed, *["backspace"] * more)


def _agreement(text: str, goal: str) -> tuple[str, int]:
    """The longest beginning of ``text`` whose letters the goal begins with, and the goal's part."""
    wanted = [
        (fold_alnum(character), at) for at, character in enumerate(goal) if fold_alnum(character)
    ]
    good, reached, count = 0, 0, 0
    for at, character in enumerate(text):
        if said := fold_alnum(character):
            if count == len(wanted) or wanted[count][0] != said:
                break
            good, reached, count = at + 1, wanted[count][1] + 1, count + 1
    return text[:good], reached


def _picked(state: EditorState, right: Right, *, fewer: int) -> Iterator[Keys]:
    """Breadth first: to a word, then over the words that belong to it, in ``fewer`` keys."""
    begun, key = state.pick(), "f6" if state.mode is Mode.EMPTY else "w"
    if begun.picked is None:
        return
    arrows = fewer - _PICKED
    for way, there in _roam(begun.picked, state, more=False, at_most=min(8, arrows)):
        for further, taken in _roam(there, state, more=True, at_most=min(6, arrows - len(way))):
            if right(hand_text(state, taken)):
                yield (key, *way, *further, "enter")
                return


ARROWS = (("left", -1, False), ("right", 1, False), ("up", -1, True), ("down", 1, True))


def _roam(
    start: WordSelection, state: EditorState, *, more: bool, at_most: int
) -> Iterator[tuple[Keys, WordSelection]]:
    document = state.draft.document
    seen = {start}
    open_: deque[tuple[Keys, WordSelection]] = deque([((), start)])
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


def hand_text(state: EditorState, picked: WordSelection) -> str:
    return " ".join(word.text for word in picked.span.words(state.draft.document))
