"""What approved documents of a sender say about a value on the next one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.domain.document import Document
from appliance.domain.prediction import Field
from appliance.fields.places import apart, place_of
from appliance.judgement.features import SenderHabits
from appliance.senders.history import ApprovedDocument


def sender_habits(
    field: Field, value: str | None, earlier: Sequence[ApprovedDocument], document: Document
) -> SenderHabits | None:
    """None when nothing is known of the sender."""
    if not earlier:
        return None
    name = field.fieldtype
    told = [one.values[name] for one in earlier if name in one.values]
    same = sum(one == value for one in told) / len(told) if told else 0.0
    here = place_of(field.spans[0], document) if field.spans else None
    places = [place_of(one.spans[name], one.document) for one in earlier if name in one.spans]
    aside = min((apart(here, one) for one in places), default=1.0) if here else 1.0
    return SenderHabits(len(earlier), same, aside)
