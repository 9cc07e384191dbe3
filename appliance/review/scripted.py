"""A clerk who is a script: she knows what documents say, and works with the keys of the station.

For demonstration and measurement: what she approves says nothing of how people key. All but
``work_off``, which works at a real desk, is pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import eq
from time import monotonic

from appliance.domain.doctype import NUMBERS, FieldSpec
from appliance.domain.results import Job
from appliance.fields.comparison import normalised
from appliance.fields.folding import fold_alnum
from appliance.fields.style import WritingStyle, style_of
from appliance.fields.types import normalise
from appliance.review.desk import Desk
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import DOCUMENT, FieldRef, FieldView, Phase
from appliance.review.editor.commands import WHY_RIGHT
from appliance.review.editor.editor import EditorState, take_up
from appliance.review.editor.keyboard import Keyboard, edited
from appliance.review.editor.shortest import Keys, Wanted, keys, way
from appliance.review.scripted_columns import namings
from appliance.review.scripted_rows import Pair, Pairing, Row, paired, rest_keys, worth_picking

ANYWAY: Keys = ("a", "1")
"""She approves although a check fails: the document itself is wrong."""
OPENS = ("o", "f10")
"""The columns of a table."""
PICKS_ROW: Keys = ("plus", "enter")
"""A row of the page that is missing."""
REST: tuple[Keys, ...] = (("a",), ("a", "a"), ("ctrl+end",), ("ctrl+end", "ctrl+end"))
"""The row in hand and all below it are right."""
STOPS = 3
"""At one field: more means that she and the desk do not understand each other."""
KEYBOARD = Keyboard()

Same = Callable[[FieldSpec, str, str], bool]
"""Whether a text, the second, means what the document says, the first."""


@dataclass(frozen=True)
class KnownValues:
    """What a document says, by fieldtype, as a clerk would key it; None: it does not say that."""

    values: Row
    rows: tuple[Row, ...] | None = None
    """None when nothing is known of the table: what stands there is taken for right."""


def means(
    spec: FieldSpec, said: str, text: str, *, style: WritingStyle, written: WritingStyle
) -> bool:
    """Whether ``text``, in the document's ``style``, means what is known, which is ``written``."""
    if not normalised(text, said, spec.type, style, written):
        return False
    # A number among words may mean the same: the station does not take it.
    return spec.type not in NUMBERS or normalise(text, spec, style).value is not None


@dataclass(frozen=True)
class ScriptStep:
    """What she does next: she goes to a place and settles what stands there."""

    place: FieldRef
    way: Keys
    keys: Keys
    said: str | None
    """What the document says there."""
    right: bool
    """It was right as it stood."""
    settled: bool
    """She had said so before."""

    @property
    def does(self) -> str:
        """``confirmed``, ``chosen``, ``typed``, ``picked``, ``absent``, ``named`` (columns),
        ``added`` or ``removed`` (rows); empty where it only leads on."""
        if self.keys[0] in OPENS:
            return "named"
        if self.keys in (("enter",), PICKS_ROW) and not self.right:
            return "added"  # the row that the page offers
        if self.keys in REST:
            return "confirmed"
        if self.keys == ("enter",):
            return "" if self.settled or self.place == DOCUMENT else "confirmed"
        if self.keys == ANYWAY:
            return ""
        if len(self.keys) == 1:
            return _DOES.get(self.keys[0], "typed")
        return "picked" if self.keys[0] in ("w", "f6") else "typed"


_DOES = dict.fromkeys("123", "chosen") | dict.fromkeys(("n", "f4"), "absent")
_DOES |= {"insert": "added", "delete": "removed", "escape": "", "tab": ""}


@dataclass
class ScriptedReview:
    """What a document cost her."""

    job: Job
    keys: int = 0
    did: Counter[str] = field(default_factory=Counter)
    """How often what, as ``ScriptStep.does`` calls it."""


def work_off(
    desk: Desk, truth: Callable[[Job], KnownValues | None], *, same: Same | None = None
) -> Iterator[ScriptedReview]:
    """Approves what waits and ``truth`` knows, evidence first.

    What the desk cannot open, and what she does not come to an end with, is left for later.
    """
    for waiting in sorted(desk.queue(), key=lambda one: not one.evidence):
        said, began = truth(waiting.job), monotonic()
        if said is None:
            continue
        loaded = desk.load(waiting)
        if loaded.draft is None or not desk.open(loaded):
            continue
        state, work = take_up(loaded.draft), ScriptedReview(waiting.job)
        for step, after in steps(state, ScriptedClerk(loaded.draft, said, same)):
            state = after
            work.keys += len(step.way) + len(step.keys)
            work.did[step.does] += 1
        if state.done:
            desk.approve(loaded, state.draft, monotonic() - began, state.because)
            yield work
        else:
            desk.skip(loaded)


def steps(state: EditorState, script: ScriptedClerk) -> Iterator[tuple[ScriptStep, EditorState]]:
    """What she does and the state after it, until the document is done."""
    for _ in range(STOPS * (len(state.places) + script.cells)):
        if state.done:
            return
        stop = script.stop(state)
        if stop.keys == ANYWAY:
            state = state.approve(WHY_RIGHT[0])
        else:
            state = pressed(state, (*stop.way, *stop.keys))
        yield stop, state


def pressed(state: EditorState, those: Keys) -> EditorState:
    for key in those:
        state = edited(state, key, KEYBOARD)
    return state


class ScriptedClerk:
    """What she does at one document."""

    def __init__(
        self,
        draft: Draft,
        truth: KnownValues,
        same: Same | None = None,
        *,
        clears: bool = False,
        columns: bool = True,
        trusts: bool = False,
        reading: int = 0,
    ) -> None:
        """``same`` unless given: both mean the same in the writing style of the document.
        ``columns``: she names columns where that is less work than to key their cells.
        ``clears``: she removes all rows first and types them anew. ``trusts``: what the station
        does not ask her to judge she takes as it stands, right or wrong. ``reading`` as ``keys``
        has it."""
        self._truth, self._clears, self._trusts = truth, clears, trusts
        self._reading, self._columns = reading, columns
        self._told: set[FieldRef] = set()
        """Values that the question whether to approve says she checked."""
        self._whole = False
        """The station led her to the table as a whole."""
        self._proven: set[tuple[FieldRef, str | None]] = set()
        """Cells of which the station said that arithmetic proves them, with their texts."""
        self.judged: set[tuple[Phase, FieldRef]] = set()
        """What the station asked her to judge, and what she settled; of a whole table each cell
        that is not proven, an empty column as one."""
        style = style_of(draft.document)
        self._same = same or partial(means, style=style, written=style)
        self._known: dict[tuple[str, bool, str, str], bool] = {}
        self.cells = sum(map(len, truth.rows or ()))
        """Of the document's table."""
        self._weighed: set[tuple[str | None, ...]] = set()
        """Tables, cell by cell, of which she has asked herself whether to name their columns."""

    def stop(self, state: EditorState) -> ScriptStep:
        """She goes where she is led. Before she approves she looks for what else is wrong, and in
        the table she makes all of it right; where she trusts, only if the station asks for it."""
        step = self._step(state, ends=state.approving)
        if self._trusts or state.approving:
            return step
        approves = pressed(state, (*step.way, *step.keys)).done
        return self._step(state, ends=True) if approves else step

    def _step(self, state: EditorState, *, ends: bool) -> ScriptStep:
        """``ends``: unless she finds something to do before, it approves."""
        if state.typed:
            return self._settle(state, state.place, ())
        self._look(state)
        wrong = self._astray(state) if ends else None
        if wrong is None and (naming := self._naming(state, ends=ends)):
            self.judged.add((state.draft.phase_of(state.place), state.place))
            return ScriptStep(state.place, (), naming, None, right=False, settled=False)
        if wrong is None and (ends or self._in_table(state)):
            wrong = self._wrong_cell(state, new=True)
            if wrong is None and (change := self._rows_change(state)):
                place, those = change
                self.judged.add((state.draft.phase_of(state.place), state.place))
                going = way(state, place, KEYBOARD)
                return ScriptStep(place, going, those, None, right=False, settled=False)
            wrong = wrong or self._wrong_cell(state)
        if wrong is None and state.approving:
            approving = ANYWAY if state.draft.failing else ("enter",)
            return ScriptStep(state.place, (), approving, None, right=True, settled=True)
        place = wrong or state.place
        return self._settle(state, place, way(state, place, KEYBOARD))

    def _look(self, state: EditorState) -> None:
        """At what the station asks her to judge where she stands."""
        draft = state.draft
        if state.approving:
            self._told |= {entry.place for entry in draft.unseen}
            self.judged |= {(draft.phase_of(place), place) for place in self._told}
        elif state.on_table and not draft.draws:
            self._whole = True
        table = draft.table.place if draft.table else DOCUMENT
        if self._whole and draft.phase_of(table) is not Phase.COMPARE:
            self._proven |= {
                (cell.place, cell.text) for row in draft.rows for cell in row if cell.proven
            }
            self.judged |= {(draft.phase_of(table), cell.place) for cell in self._compared(draft)}

    def _settle(self, state: EditorState, place: FieldRef, going: Keys) -> ScriptStep:
        self.judged.add((state.draft.phase_of(place), place))
        there = pressed(state, going)
        wanted = self._wanted(there, place)
        those = keys(there, wanted, reading=self._reading)
        if those == ("enter",) and (rest := self._rest(there)):
            those = rest
        if self._leads_away(there, those):
            those = (*those[:-1], "tab")
        entry = there.entry
        right = wanted.right(entry.text)
        return ScriptStep(place, going, those, wanted.text, right, settled=entry.by_clerk)

    def _rest(self, there: EditorState) -> Keys:
        """What accepts all rows from here on, each of whose doubtful cells she has judged then."""
        if self._truth.rows is None or there.typed:
            return ()
        those = rest_keys(there, self._pairs(there.draft), self._stands_right, KEYBOARD)
        if those:
            needed = {cell.place for row in there.draft.rows for cell in row if cell.needs}
            left = {c.place for row in pressed(there, those).draft.rows for c in row if c.needs}
            self.judged |= {(there.draft.phase_of(place), place) for place in needed - left}
        return those

    def _leads_away(self, there: EditorState, those: Keys) -> bool:
        """Enter behind a cell goes on to what needs her: too early while another cell is wrong."""
        if those[-1] != "enter" or those[0] in ("enter", "w") or there.place.row is None:
            return False
        after = pressed(there, those)
        if self._in_table(after) and not after.approving:
            return False
        return bool(self._rows_change(after) or self._wrong_cell(after))

    def _astray(self, state: EditorState) -> FieldRef | None:
        """A wrong value of the header that she would not be led to."""
        for entry in state.draft.entries:
            if self._trusts and entry.place not in self._told:
                continue
            led = entry.place == DOCUMENT or entry.needs or entry.by_clerk
            if not led and not self._stands_right(entry, self._truth.values):
                return entry.place
        return None

    def _wanted(self, state: EditorState, place: FieldRef) -> Wanted:
        table = state.draft.table
        if state.draft.draws and table and place == table.place:
            rows = self._truth.rows
            many = str(len(state.draft.derived.context.rows if rows is None else rows))
            return Wanted(many, partial(eq, many))
        if table and place == table.place and self._truth.rows == ():
            return Wanted(None, lambda text: text is None)
        whole = place == DOCUMENT or (table and place == table.place)
        if whole or (place.row is not None and self._truth.rows is None):
            return Wanted("", lambda text: True)
        said = self._truth.values if place.row is None else self._said(state.draft, place.row)
        text = said.get(place.fieldtype)
        return Wanted(text, partial(self._right, state.draft.entry(place), text))

    def _stands_right(self, entry: FieldView, row: Row) -> bool:
        return self._right(entry, row.get(entry.place.fieldtype), entry.text)

    def _right(self, entry: FieldView, said: str | None, text: str | None) -> bool:
        if said is None or text is None:
            return said is text
        key = entry.spec.name, entry.place.row is None, said, text
        if key not in self._known:
            self._known[key] = self._same(entry.spec, said, text)
        return self._known[key]

    # The table

    def _in_table(self, state: EditorState) -> bool:
        table = state.draft.table
        return state.place.row is not None or (table is not None and state.place == table.place)

    def _said(self, draft: Draft, row: int) -> Row:
        for cells, said in self._pairs(draft):
            if cells and cells[0].place.row == row and said is not None:
                return said
        return {}

    def _naming(self, state: EditorState, *, ends: bool) -> Keys:
        """Of the columns, where that is less work than to key what is wrong; else nothing."""
        table = tuple(cell.text for row in state.draft.rows for cell in row)
        rows = () if state.draft.draws else self._truth.rows
        here = ends or self._in_table(state)
        if not (rows and here and self._columns) or table in self._weighed:
            return ()
        if self._trusts and not self._whole and self._wrong_cell(state) is None:
            return ()
        self._weighed.add(table)
        best: Keys = ()
        least = self._picked_work(state)
        for those in namings(state, rows, self._same):
            work = len(those) + self._work(pressed(state, those).draft)
            if work < least:
                least, best = work, those
        return best

    def _work(self, draft: Draft) -> float:
        """Keys to make the table right as it stands."""
        return self._paired(draft).keys

    def _picked_work(self, state: EditorState) -> float:
        """The same, once the missing rows that the page offers are picked."""
        keys, table = 0, state.draft.table
        for _ in self._truth.rows or () if table else ():
            assert table
            state = state.stand(table.place)
            picks = self._picks(state, self._pairs(state.draft))
            if not picks:
                break
            state, keys = pressed(state, picks), keys + len(picks)
        return keys + self._work(state.draft)

    def _rows_change(self, state: EditorState) -> tuple[FieldRef, Keys] | None:
        """The first row from the top that is too many or missing: where she stands for it, and the
        keys."""
        pairs, table = self._judged_pairs(state), state.draft.table
        if table is None:
            return None
        standing = [said for cells, said in pairs if cells]
        if len(standing) > 1 and (self._clears or not any(standing)):
            self._clears = False
            return table.place, ("delete",)
        for at, (cells, said) in enumerate(pairs):
            if cells and said is None:
                return _beside(state, cells[0].place), ("delete",)
            if not cells and said is not None:
                if picks := self._picks(state.stand(table.place), pairs):
                    return table.place, picks
                behind = next((cells for cells, _ in pairs[at:] if cells), ())
                place = _beside(state, behind[0].place) if behind else table.place
                return place, ("insert",)
        return None

    def _picks(self, whole: EditorState, pairs: Sequence[Pair]) -> Keys:
        """The keys by which a missing row is picked from the page; empty where none is offered."""
        missing = [said for cells, said in pairs if not cells and said is not None]
        for picks in (("enter",), PICKS_ROW) if missing else ():
            offering = pressed(whole, picks[:-1])
            if any(worth_picking(offering, said, self._stands_right) for said in missing):
                return picks
        return ()

    def _wrong_cell(self, state: EditorState, *, new: bool = False) -> FieldRef | None:
        """``new``: of a row that she added, which is filled before another one is added."""
        for cells, said in self._judged_pairs(state):
            for entry in cells if said is not None else ():
                if (new and not state.is_new(entry.place)) or self._takes(entry):
                    continue
                if said is not None and not self._stands_right(entry, said):
                    return entry.place
        return None

    def _compared(self, draft: Draft) -> Iterator[FieldView]:
        """The cells that she compares with the page; of an empty column one look tells all."""
        for column in zip(*draft.rows, strict=True):
            empty = all(cell.text is None for cell in column)
            yield from (cell for cell in column[: 1 if empty else None] if not self._takes(cell))

    def _takes(self, cell: FieldView) -> bool:
        """As it stands, right or wrong: the station said that it is proven."""
        return self._trusts and (cell.place, cell.text) in self._proven

    def _judged_pairs(self, state: EditorState) -> Sequence[Pair]:
        """All of them; where she trusts, and was not led to the table, the row in hand alone, if
        it is none of the document's."""
        pairs = self._pairs(state.draft)
        if self._whole or not self._trusts:
            return pairs
        return [
            (cells, said)
            for cells, said in pairs
            if said is None and not state.approving and cells[0].place.row == state.place.row
        ]

    def _pairs(self, draft: Draft) -> Sequence[Pair]:
        """In order, paired as it makes the fewest keys; none where nothing is known of rows."""
        return self._paired(draft).pairs

    def _paired(self, draft: Draft) -> Pairing:
        if self._truth.rows is None:
            return Pairing(0.0, ())
        rows = _drawn(draft, self._truth.rows) if draft.draws else self._truth.rows
        return paired(draft.rows, rows, self._stands_right)


_THERE = 0.5
"""Share of a row's values that stand on the marked line, from which on it is the marked row."""


def _drawn(draft: Draft, rows: Sequence[Row]) -> Sequence[Row]:
    """The row of the document that is marked on its page; none where the marked line is of no row,
    and where none is marked."""
    mark = draft.derived.context.mark
    words = mark.words(draft.document) if mark else ()
    there = fold_alnum(" ".join(word.text for word in words))

    def share(row: Row) -> float:
        said = [text for text in row.values() if text]
        return sum(fold_alnum(text) in there for text in said) / max(len(said), 1)

    likeliest = max(rows, key=share, default={})
    return (likeliest,) if draft.rows and share(likeliest) >= _THERE else ()


def _beside(state: EditorState, place: FieldRef) -> FieldRef:
    """Any cell of the row will do."""
    return state.place if state.place.row == place.row else place
