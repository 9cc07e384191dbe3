"""Which actions make sense now: what the footer shows. Pure."""

from __future__ import annotations

from appliance.review.draft.places import DOCUMENT
from appliance.review.editor.commands import Mode
from appliance.review.editor.editor import EditorState

_ALWAYS = frozenset({"accept", "undo", "skip", "reject", "kind", "queue", "search", "help", "quit"})
_VALUE = frozenset({"edit", "words", "absent", "illegible"})


def possible(hand: EditorState, *, pictures: bool) -> frozenset[str] | None:
    """Ids; None when all that the mode knows can be done. ``pictures``: this station has some."""
    if hand.mode is Mode.WORDS:
        return None
    if hand.typed:
        offered = {"complete"} if hand.typed.ghost else set()
        others = {"other"} if hand.others else set()
        return frozenset({"keep", "leave"} | offered | others)
    table = hand.draft.table is not None and hand.place == hand.draft.table.place
    found = set(_ALWAYS)
    if pictures:
        found.add("picture")
    if hand.place != DOCUMENT and not table:
        found |= _VALUE
    if table and not hand.draft.rows:
        found.add("absent")
    if hand.entry.choices:
        found.add("first")
    if table or hand.place.row is not None:
        found.add("add_row")
    if hand.place.row is not None:
        found.add("remove_row")
    return frozenset(found)
