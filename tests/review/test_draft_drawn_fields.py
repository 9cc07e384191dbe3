"""Some fields of a header are keyed blind, drawn by lot; the others are shown beside them."""

from __future__ import annotations

from dataclasses import replace

from drafts import NOTE, SAID, draft, field, prediction, write

from appliance.domain.blockers import BlockerCode
from appliance.domain.doctype import FieldSpec
from appliance.domain.sections import FIELDS, NOTHING, Section, keyed_fields
from appliance.review.draft.places import FieldRef, Phase

SOME = frozenset({Section.FIELDS})
NAMES = sorted(SAID)


def lot(what: str) -> float:
    """Draws the first by name."""
    name = what.removeprefix("field ")
    return NAMES.index(name) / len(NAMES) if name in NAMES else 0.0


def needing(one) -> set[str]:
    return {entry.place.fieldtype for entry in one.entries if entry.needs}


def test_as_many_are_drawn_as_are_worth_keying_whatever_their_order():
    assert keyed_fields(NAMES, SOME, lot) == set(NAMES[:FIELDS])
    assert keyed_fields(NAMES[::-1], SOME, lot) == set(NAMES[:FIELDS])
    assert keyed_fields(NAMES[:2], SOME, lot) == set(NAMES[:2])
    assert keyed_fields(NAMES, NOTHING, lot) == set()


def test_the_drawn_ones_need_her_first_and_the_others_are_shown():
    one = draft(prediction(net=field("net", "191.00")), blind=SOME)
    drawn = one.derived.context.keyed
    assert len(drawn) == FIELDS and needing(one) == drawn
    for entry in one.entries:
        is_drawn = entry.place.fieldtype in drawn
        assert (entry.text is None) is is_drawn
        assert one.phase_of(entry.place) is (Phase.BLIND if is_drawn else Phase.REVIEW)


def test_what_another_field_says_does_not_tell_what_is_keyed():
    """The sender's name stands in a field that is drawn, too."""
    twice = replace(NOTE, fields=(*NOTE.fields, FieldSpec("addressee")))
    said = prediction(addressee=SAID["sender"])
    shown, blind = (draft(said, kind=twice, blind=which) for which in (NOTHING, SOME))
    assert "addressee" in blind.derived.context.keyed
    told = [[one.code for one in each.derived.context.blockers] for each in (shown, blind)]
    assert told == [[BlockerCode.SAME_NAME] * 2, []]


def test_once_they_are_keyed_what_else_is_wrong_needs_her():
    one = draft(prediction(net=field("net", "191.00")), blind=SOME)
    drawn = one.derived.context.keyed
    for name in drawn:
        one = one.act(write(FieldRef(name), SAID[name]))
    assert one.phase is Phase.COMPARE and "net" in needing(one)
    done = one.act(write(FieldRef("net"), "100.00"))
    found = {
        c.fieldtype: c.keyed for c in done.reviewed(1.0, "so").corrections if c.line_item_id is None
    }
    assert {name for name, keyed in found.items() if keyed is not None} == drawn
