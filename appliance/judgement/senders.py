"""What approved documents of a sender say about the next one of the same sender. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.domain.document import Document
from appliance.domain.prediction import Field, Judgement
from appliance.judgement.features import SenderHabits

ValuePlace = tuple[int, float, float]
"""Page, and the left upper corner in shares of it."""


@dataclass(frozen=True, slots=True)
class ApprovedDocument:
    """An approved document."""

    values: Mapping[str, str | None]
    """Normal forms by fieldtype."""
    places: Mapping[str, ValuePlace]


def approved_document(judgement: Judgement, document: Document) -> ApprovedDocument:
    """``document`` may have been read anew since: what no longer lies in it has no place."""
    header = judgement.header
    placed = [one.field for one in header if one.field.spans]
    return ApprovedDocument(
        {one.field.fieldtype: one.value for one in header},
        {
            field.fieldtype: _place(field, document)
            for field in placed
            if field.spans[0].lies_in(document)
        },
    )


def sender_habits(
    field: Field, value: str | None, history: Sequence[ApprovedDocument], document: Document
) -> SenderHabits | None:
    """None when nothing is known of the sender."""
    if not history:
        return None
    name = field.fieldtype
    told = [one.values[name] for one in history if name in one.values]
    same = sum(one == value for one in told) / len(told) if told else 0.0
    here = _place(field, document) if field.spans else None
    places = [one.places[name] for one in history if name in one.places]
    aside = min((_apart(here, one) for one in places), default=1.0) if here else 1.0
    return SenderHabits(len(history), same, aside)


def _place(field: Field, document: Document) -> ValuePlace:
    span = field.spans[0]
    box = span.bbox(document)
    return span.page, box.left, box.top


def _apart(one: ValuePlace, other: ValuePlace) -> float:
    if one[0] != other[0]:
        return 1.0
    return min(1.0, abs(one[1] - other[1]) + abs(one[2] - other[2]))
