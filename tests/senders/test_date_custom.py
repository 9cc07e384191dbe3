"""Whether the day or the month comes first is taken from earlier documents where a page is mute."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from letter_room import KIND, LetterRoom
from typed_pages import document

from appliance.domain.corrections import Correction, CorrectionKind, Review
from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.domain.labels import Label, Labelled
from appliance.domain.prediction import Field, FieldJudgement, Judgement, Prediction, TokenScore
from appliance.domain.sections import NOTHING, WHOLE
from appliance.domain.senders import SenderLookup
from appliance.judgement.judge import judge
from appliance.judgement.policy import least_certain, uniform_policy
from appliance.promise.values import replayed
from appliance.records.proof import Proof
from appliance.records.store import Store
from appliance.review.draft.actions import ActionKind, DraftAction
from appliance.review.draft.draft import begin
from appliance.review.draft.places import FieldRef
from appliance.senders.history import TELLING, UNKNOWN, SenderHistory, sender_history

SENT = FieldRef("sent")
NOTE = DocType(KIND, "Note", (FieldSpec("sent", FieldType.DATE, required=True),))
DAYS = ("13/02/2025", "2025-02-13"), ("04/06/2025", "2025-06-04"), ("28/1/25", "2025-01-28")
MONTHS = ("02/13/2025", "2025-02-13"), ("06/04/2025", "2025-06-04")
MUTE = ("05/05/2025", "2025-05-05"), ("13.02.2025", "2025-02-13"), ("3 June 2025", "2025-06-03")
DAY_FIRST, MONTH_FIRST = SenderHistory(custom=True), SenderHistory(custom=False)


class Room(LetterRoom):
    def dated(self, *dates: tuple[str, str], name: str = "Acme", seen: bool = True) -> int:
        """Approves a document for each. The number of the last review."""
        for text, day in dates:
            paper = self.read(f"{name} wrote on {text}")
            self.now += 1.0
            field = FieldJudgement(Field("sent", text), day, None, "probability", looked_at=seen)
            judgement = Judgement((field,), (), party=name.casefold(), sender=name)
            change = Correction("sent", None, text, text, CorrectionKind.CONFIRMED, seen, value=day)
            review = Review("", (change,), judgement, 1.0)
            self.reviews.note(self.jobs[paper.docid], "1", "Ann", review, now=self.now)
        return self.directory.learn()

    def custom(self, party: str | None, until: int) -> bool | None:
        lookup = SenderLookup(party, until)
        return sender_history(Proof(self.store), "", KIND, lookup).custom


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with closing(Store(tmp_path / "appliance.db")) as store:
        yield Room(store)


@pytest.mark.parametrize(("dates", "first"), [(DAYS, True), (MONTHS, False), (MUTE, None)])
def test_one_date_that_tells_is_the_custom_of_its_sender(room: Room, dates, first) -> None:
    assert room.custom("acme", room.dated(*dates)) is first


def test_of_a_type_many_have_to_tell(room: Room) -> None:
    few = room.dated(*DAYS[:1] * (TELLING - 1), *MUTE)
    many = room.dated(*DAYS[:1])
    assert [room.custom(None, until) for until in (few, many)] == [None, True]
    assert room.custom("nobody's", many) is True


def test_dates_that_differ_are_no_custom(room: Room) -> None:
    until = room.dated(*DAYS * TELLING, *MONTHS)
    assert room.custom("acme", until) is None is room.custom(None, until)


def test_a_sender_keeps_its_own_custom_among_others(room: Room) -> None:
    room.dated(*DAYS * TELLING)
    until = room.dated(*MONTHS, name="Bolt")
    assert room.custom("bolt", until) is False


def test_what_came_later_or_nobody_looked_at_tells_nothing(room: Room) -> None:
    before = room.dated(*MUTE)
    room.dated(*DAYS * TELLING)
    assert room.custom(None, before) is None
    until = room.dated(*MONTHS, name="Bolt", seen=False)
    assert room.custom(None, until) is room.custom("bolt", until) is True


def answered(text: str) -> tuple[Prediction, Labelled]:
    """What a model wrote, and that a clerk said it means 4 June."""
    paper = document(f"Acme wrote on {text}")
    at = [word.text for word in paper.pages[0].words].index(text)
    field = Field("sent", text, (Span(0, at, at + 1),), tokens=(TokenScore(-0.01, -0.01),))
    label = Label("sent", text, value="2025-06-04")
    labelled = Labelled(paper, KIND, (label,), False, None, None, 0.0, 1.0)
    return Prediction(paper.docid, KIND, "m1", (field,)), labelled


@pytest.mark.parametrize(
    ("text", "history", "day"),
    [
        ("04/06/2025", DAY_FIRST, "2025-06-04"),
        ("04/06/2025", MONTH_FIRST, "2025-04-06"),
        ("04/06/2025", UNKNOWN, None),
        ("4.6.2025", MONTH_FIRST, "2025-06-04"),
        ("25/06/2025", MONTH_FIRST, "2025-06-25"),
    ],
)
def test_a_custom_reads_what_may_mean_several_days(text, history, day) -> None:
    said, labelled = answered(text)
    policy = uniform_policy(NOTE, 0.5)
    decided = judge(labelled.document, NOTE, said, policy=policy, history=history)
    assert [one.value for one in decided.fields] == [day]
    assert [one.code for one in decided.blockers] == ([] if day else ["ambiguous-date"])


@pytest.mark.parametrize(
    ("other", "day"), [("06/25/25", "2025-04-06"), ("06/05/25", None), ("5.6.25", None)]
)
def test_another_date_of_the_header_tells_before_any_custom(other, day) -> None:
    two = replace(NOTE, fields=(*NOTE.fields, FieldSpec("due", FieldType.DATE)))
    paper = document(f"sent on 04/06/2025 due on {other}")
    words = [word.text for word in paper.pages[0].words]
    fields = [
        Field(name, text, (Span(0, words.index(text), words.index(text) + 1),))
        for name, text in (("sent", "04/06/2025"), ("due", other))
    ]
    said = Prediction(paper.docid, KIND, "m1", tuple(fields))
    decided = judge(paper, two, said, policy=uniform_policy(two, 0.5), history=UNKNOWN)
    assert decided.fields[0].value == day


@pytest.mark.parametrize(("history", "right"), [(DAY_FIRST, True), (MONTH_FIRST, False)])
def test_evidence_says_whether_a_custom_was_right(history, right) -> None:
    said, labelled = answered("04/06/2025")
    replay = replayed(labelled, said, NOTE, history)
    (found,), (sample,) = replay.values(least_certain)["sent"], replay.samples
    assert (found.right, sample.right) == (right, right) and found.score > 0.5


@pytest.mark.parametrize(("blind", "said_beside"), [(NOTHING, "4 June 2025"), (WHOLE, "")])
def test_no_custom_reads_what_a_clerk_keys_blind(blind, said_beside) -> None:
    said, labelled = answered("04/06/2025")
    policy = uniform_policy(NOTE, 0.5)
    decided = judge(labelled.document, NOTE, said, policy=policy, history=DAY_FIRST)
    one = begin(
        *(labelled.document, NOTE, said, decided), policy=policy, history=DAY_FIRST, blind=blind
    )
    if blind:
        one = one.act(DraftAction(ActionKind.WRITE, SENT, "04/06/2025"))
    assert one.entry(SENT).unclear is bool(blind)
    assert one.entry(SENT).reading == said_beside, "she sees which day a custom takes it for"
