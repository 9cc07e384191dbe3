"""A clerk who knows what documents say, and works at the real desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.review.desk import Desk
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, FieldRef

STOPS = 50
"""At one document: more means that she and the desk do not understand each other."""

Truth = Mapping[str, str]
"""By fieldtype, as it stands on the document."""


def work_off(desk: Desk, truth: Callable[[str], Truth]) -> int:
    """All that waits, evidence first; how many documents it was. ``truth`` of the name under which
    a document was dropped."""
    waiting = sorted(desk.queue(), key=lambda one: not one.evidence)
    for one in waiting:
        loaded = desk.load(one)
        assert loaded.draft and desk.open(loaded)
        desk.approve(loaded, done(loaded.draft, truth(one.job.source)), seconds=9.0)
    return len(waiting)


def done(draft: Draft, truth: Truth) -> Draft:
    """She looks at every field, and then at what still needs her."""
    for fieldtype in truth:
        draft = _settled(draft, FieldRef(fieldtype), truth)
    for _ in range(STOPS):
        place = draft.next(None)
        if place is None:
            return draft
        draft = _settled(draft, place, truth)
    raise AssertionError(f"it is never done: {draft.next(None)}")


def _settled(draft: Draft, place: FieldRef, truth: Truth) -> Draft:
    right = place == DOCUMENT or draft.entry(place).text == truth[place.fieldtype]
    kind = ActionKind.CONFIRM if right else ActionKind.WRITE
    return draft.act(DraftAction(kind, place, "" if right else truth[place.fieldtype]))
