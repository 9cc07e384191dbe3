"""What one document costs its clerk at the station's editor, key by key, in seconds. Pure.

The clerk knows what the document says, and judges what the station asks her to judge; the seconds
are those of the keystroke-level model.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from appliance.review.draft.draft import Draft
from appliance.review.draft.places import Phase
from appliance.review.editor.editor import EditorState
from appliance.review.scripted import (
    KnownValues,
    Same,
    ScriptedClerk,
    ScriptStep,
    pressed,
    steps,
)

ROSSUM = 3.8
"""Seconds a field, as Rossum reported of one customer: a fixed cost, whatever was keyed."""
ANSWERS = {"enter", "tab", "right", "ctrl+right", "backspace"}
"""Keys that take or drop what the page offers to one who types."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of the keystroke-level model for a practised clerk who makes no slips (S. K. Card,
    T. P. Moran, A. Newell: The Keystroke-Level Model for User Performance Time with Interactive
    Systems. Communications of the ACM 23(7), 1980, 396-410):

    | operator | seconds | here |
    |---|---|---|
    | K, a key, average non-secretary typist (40 words a minute) | 0.28 | ``key`` |
    | M, mentally preparing | 1.35 | ``step`` |
    | H, the hand to the mouse or back | 0.40 | none: all is done with keys |
    | P, pointing with the mouse | 1.10 | none |
    | R, waiting for the machine | measured | none: the station answers sooner than a key takes |

    Where she counts rows, her eye rests on each: 0.23 seconds (the same authors, The Psychology of
    Human-Computer Interaction, 1983, the Model Human Processor's eye movement).

    An M stands before what she has to think of as one: a value, a question, an offer; never
    between the characters of a value, nor before the key that ends it. A character with Shift is
    one key, by hand too; the paper counts two.
    """

    key: float = 0.28
    step: float = 1.35
    look: float = 0.23


PACE = Pace()


@dataclass(frozen=True, slots=True)
class Work:
    """What a document took: keys, and steps of thought."""

    keys: int = 0
    """As pressed, those among them that only lead on."""
    glances: int = 1
    """At the document as it comes."""
    judged: int = 0
    """Fields and cells that she had to judge, a table and the document as a whole among them; what
    is keyed blind once more where she and the appliance differ."""
    questions: int = 0
    """Whether to approve it, as often as she came to that, and each check that fails there."""
    offers: int = 0
    """Values that she did not type through: she had to read what the station offers, or to walk to
    the words. A row that is offered is in ``judged``, each of its cells."""
    confirmed: int = 0
    """Fields that were right, this and the following as ``ScriptStep.does`` calls them."""
    chosen: int = 0
    typed: int = 0
    picked: int = 0
    absent: int = 0
    named: int = 0
    """How often she said what the columns of a table are."""
    added: int = 0
    """Rows."""
    removed: int = 0
    counted: int = 0
    """Rows that she counted, of a table of which she keyed one blind."""

    @property
    def steps(self) -> int:
        return self.glances + self.judged + self.questions + self.offers

    def seconds(self, pace: Pace = PACE) -> float:
        return pace.key * self.keys + pace.step * self.steps + pace.look * self.counted


def scripted(
    draft: Draft, known: KnownValues, same: Same | None = None, *, pace: Pace = PACE
) -> ScriptedClerk:
    """Who judges what the station asks her to judge, and takes an offer where that is quicker;
    ``same`` as ``ScriptedClerk`` has it."""
    reading = round(pace.step / pace.key)
    return ScriptedClerk(draft, known, same, trusts=True, reading=reading)


def work(state: EditorState, script: ScriptedClerk) -> tuple[EditorState, Work]:
    """What she makes of a document that was taken up, and what that took. It is not ``done`` where
    she comes to no end with it: a label that the station does not take, say."""
    count: Counter[str] = Counter()
    for step, after in steps(state, script):
        count["keys"] += len(step.way) + len(step.keys)
        count["questions"] += state.approving
        if after.done:
            count["questions"] += len(after.draft.failing)
        count["offers"] += _aided(state, step)
        if pressed(state, step.way).counting:
            count["counted"] += int(step.said or 0)
        count[step.does] += 1
        state = after
    del count[""]
    return state, Work(judged=len(script.judged), **count)


def _aided(state: EditorState, step: ScriptStep) -> bool:
    """Whether she took something that the station offers, or refused it."""
    if step.does in ("chosen", "picked", "named"):
        return state.draft.phase_of(step.place) is not Phase.COMPARE
    there = pressed(state, step.way)
    for key in step.keys if step.does == "typed" else ():
        if there.typed and (key == "down" or (there.typed.ghost and key in ANSWERS)):
            return True
        there = pressed(there, (key,))
    return False


def by_hand(known: KnownValues, pace: Pace = PACE) -> float:
    """Seconds to key all that is known into empty fields, with one key to go on behind each."""
    said = [text for row in (known.values, *(known.rows or ())) for text in row.values() if text]
    return sum(pace.step + pace.key * (len(text) + 1) for text in said)
