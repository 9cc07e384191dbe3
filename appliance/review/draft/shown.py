"""What a clerk is shown of one place. Pure. Blind, nothing of the model's is in it."""

from __future__ import annotations

from dataclasses import replace

from appliance.review.draft.choices import choices
from appliance.review.draft.places import DOCUMENT, Entry, Phase, Place
from appliance.review.draft.problems import problems
from appliance.review.draft.standing import Standing


def shown(standing: Standing, place: Place) -> Entry:
    """Raises KeyError for a place that the document does not have."""
    state = standing.state
    entry = Entry(
        place,
        standing.case.spec(place),
        seen=place in state.seen,
        needs=place in standing.needed,
        problems=problems(standing, place),
        choices=tuple(choice.text for choice in choices(standing, place)),
    )
    if place in (DOCUMENT, standing.case.table):
        return replace(entry, hers=place in state.closed)
    field, said = standing.field(place), state.said.get(place)
    model = said is None and state.phase is Phase.REVIEW
    return replace(
        entry,
        text=field.text,
        value=standing.normal(place).value,
        spans=field.spans,
        score=standing.decided[place].score if model else None,
        hers=said is not None,
        illegible=said is not None and said.illegible,
    )
