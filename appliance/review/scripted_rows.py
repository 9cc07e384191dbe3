"""How the rows that stand are paired with those that a document says, by the keys it takes. Pure.

The keys are guesses, for choosing; what a scripted clerk presses is counted elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from appliance.review.draft.places import FieldRef, FieldView
from appliance.review.editor.editor import EditorState
from appliance.review.editor.keyboard import Keyboard, edited
from appliance.review.editor.standing import Mode

Row = Mapping[str, str | None]
"""What a document says in it, by fieldtype; None: it does not say that."""
Pair = tuple[Sequence[FieldView], Row | None]
"""A row as it stands and the document's: no cells where it is missing, None for one too many."""
StandsRight = Callable[[FieldView, Row], bool]

_REMOVED = 2.0


@dataclass(frozen=True, slots=True)
class Pairing:
    keys: float
    """To make the table right."""
    pairs: tuple[Pair, ...]
    """From the top."""


def paired(
    standing: Sequence[Sequence[FieldView]], said: Sequence[Row], right: StandsRight
) -> Pairing:
    """In order, as it makes the fewest keys."""
    # The cheapest pairing of what stands above and what the document says above.
    best = {(0, 0): Pairing(0.0, ())}
    for i in range(len(standing) + 1):
        for j in range(len(said) + 1):
            ways: list[Pairing] = []
            if i:
                ways.append(_and(best[i - 1, j], _REMOVED, (standing[i - 1], None)))
            if j:
                ways.append(_and(best[i, j - 1], _added(said[j - 1]), ((), said[j - 1])))
            if i and j:
                here, there = standing[i - 1], said[j - 1]
                ways.append(_and(best[i - 1, j - 1], _mended(here, there, right), (here, there)))
            if ways:
                best[i, j] = min(ways, key=lambda one: one.keys)
    return best[len(standing), len(said)]


def worth_picking(state: EditorState, missing: Row, right: StandsRight) -> bool:
    """Does the page offer that row, or so much of it that to mend the rest is less work than to
    key all of it?"""
    offer = state.row_offer
    if offer is None:
        return False
    columns = state.draft.derived.context.columns
    cells = [
        FieldView(FieldRef(spec.name), spec, text=cell.text or None)
        for spec, cell in zip(columns, offer.cells, strict=True)
    ]
    return _mended(cells, missing, right) < _added(missing)


def rest_keys(
    state: EditorState, pairs: Sequence[Pair], right: StandsRight, keyboard: Keyboard
) -> tuple[str, ...]:
    """Return the keys that accept all rows from the one in hand on, where all of them are right and
    that is fewer than to accept their doubtful cells one by one; else none."""
    rows = [row[0].place.row for row in state.draft.rows if row]
    if state.place.row not in rows or state.draft.draws or state.approving:
        return ()
    rest = rows[rows.index(state.place.row) :]
    below = [(cells, said) for cells, said in pairs if cells and cells[0].place.row in rest]
    if not all(
        said is not None and all(right(one, said) for one in cells) for cells, said in below
    ):
        return ()
    key = "ctrl+end" if state.mode is Mode.EMPTY else "a"
    after = edited(state, key, keyboard)
    keys: tuple[str, ...] = (key,)
    if after.asked is not state.asked:  # the second answers what it asks
        keys, after = (key, key), edited(after, key, keyboard)
    return keys if _needed(state) - _needed(after) > len(keys) else ()


def _needed(state: EditorState) -> int:
    return sum(cell.needs for row in state.draft.rows for cell in row)


def _and(above: Pairing, keys: float, pair: Pair) -> Pairing:
    return Pairing(above.keys + keys, (*above.pairs, pair))


def _mended(cells: Sequence[FieldView], said: Row, right: StandsRight) -> float:
    wrong = [one.place.fieldtype for one in cells if not right(one, said)]
    return sum(_keyed(said.get(name)) for name in wrong)


def _added(said: Row) -> float:
    return 1.0 + sum(map(_keyed, said.values()))


def _keyed(text: str | None) -> float:
    return 1.0 if text is None else 2 + len(text) / 2
