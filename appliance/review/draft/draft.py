"""One document in a clerk's hand: what it says now, what needs her, and what she may do.

Pure and immutable: every action gives a new draft, or raises ActionRefused with words for her. A
draft is its beginning and its actions; done again they give the same draft.
"""

from __future__ import annotations

from functools import cached_property

from appliance.domain.corrections import Review
from appliance.domain.doctype import DocType, FieldType
from appliance.domain.document import Document
from appliance.domain.prediction import Judgement, Prediction
from appliance.domain.sections import NOTHING, Lot, Section, first_lot
from appliance.judgement.policy import AcceptancePolicy
from appliance.review.draft.actions import ActionKind, DraftAction, dumped, loaded
from appliance.review.draft.context import ReviewContext
from appliance.review.draft.corrections import approved, corrections
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.places import DOCUMENT, ActionRefused, FieldRef, FieldView, Phase
from appliance.review.draft.reducer import apply, shown_once_keyed
from appliance.review.draft.state import ReviewState
from appliance.review.draft.view_model import cautions, failing, remarks, unseen, view_model
from appliance.senders.history import UNKNOWN, SenderHistory


def begin(
    document: Document,
    doctype: DocType,
    prediction: Prediction,
    judgement: Judgement,
    *,
    policy: AcceptancePolicy,
    history: SenderHistory = UNKNOWN,
    blind: frozenset[Section] = NOTHING,
    lot: Lot = first_lot,
    actions: str = "",
) -> Draft:
    """``prediction`` is the model's answer, shown as it is recalled with ``history``; ``blind`` is
    keyed without it, of which ``lot`` draws a part; ``actions`` are those of a draft of
    the same answer. Those that cannot be done any more, since the type was edited or the pages were
    read anew, are left out. Takes some 100 ms for a few pages, for it looks up what is asked at
    every key afterwards."""
    context = ReviewContext(
        document,
        doctype,
        prediction,
        judgement,
        policy=policy,
        history=history,
        blind=blind,
        lot=lot,
    )
    state = ReviewState(Phase.BLIND if context.blind else Phase.REVIEW, context.rows_at_first)
    draft = Draft(DerivedState(context, shown_once_keyed(DerivedState(context, state))))
    for action in loaded(actions):
        try:
            draft = draft.act(action)
        except (ActionRefused, LookupError):
            continue
    context.prepare(draft.derived.style)
    _ = draft.derived.laid
    return draft


class Draft:
    def __init__(
        self,
        derived: DerivedState,
        log: tuple[DraftAction, ...] = (),
        before: Draft | None = None,
        *,
        first: DerivedState | None = None,
    ) -> None:
        """``before`` the last action that was not a look; ``first`` as it was begun."""
        self._derived = derived
        self._log = log
        self._before = before
        self._first = first or derived
        self._views: dict[FieldRef, FieldView] = {}

    @property
    def document(self) -> Document:
        return self._derived.context.document

    @property
    def doctype(self) -> DocType:
        return self._derived.context.doctype

    @property
    def prediction(self) -> Prediction:
        return self._derived.context.prediction

    @property
    def phase(self) -> Phase:
        return self._derived.state.phase

    @property
    def blind(self) -> frozenset[Section]:
        """What is keyed without the model's values."""
        return self._derived.context.blind

    def phase_of(self, place: FieldRef) -> Phase:
        """A section that is not keyed blind is reviewed all the while; a table of which one row is,
        once that is done."""
        return self._derived.phase_of(place)

    @property
    def draws(self) -> bool:
        """One row of the table is in sight, which she keys blind, and she is asked how many there
        are."""
        return self._derived.draws

    @property
    def derived(self) -> DerivedState:
        """For those who ask more of it than is shown."""
        return self._derived

    @cached_property
    def entries(self) -> tuple[FieldView, ...]:
        """The header in the order of the page; the document first when something is said of it, or
        where there is no header."""
        document, header = self.entry(DOCUMENT), self._derived.context.header
        told = [document] if document.problems or document.by_clerk or not header else []
        return (*told, *map(self.entry, header))

    @cached_property
    def rows(self) -> tuple[tuple[FieldView, ...], ...]:
        """From the top of the table, cells in the order of its columns."""
        return tuple(tuple(map(self.entry, row)) for row in self._derived.cells)

    @property
    def table(self) -> FieldView | None:
        """The table as a whole; None for a kind of document that has none."""
        table = self._derived.context.table
        return self.entry(table) if table else None

    def entry(self, place: FieldRef) -> FieldView:
        """Raises KeyError for a place that the document does not have."""
        if place not in self._views:
            self._views[place] = view_model(self._derived, place)
        return self._views[place]

    @property
    def sender(self) -> str:
        """As it stands on the document; empty while it is not known."""
        return self._derived.judgement.sender or ""

    @cached_property
    def failing(self) -> tuple[str, ...]:
        """What every check says that fails as the document stands, whoever wrote its values."""
        return failing(self._derived)

    @property
    def new_account(self) -> bool:
        """The page names one that no earlier page of its sender did, or none that other sites paid
        to, or the clerk says such a one."""
        return bool(self._derived.new_accounts)

    @property
    def accounts(self) -> tuple[str | None, ...]:
        """That would be delivered."""
        return tuple(one.value for one in self.entries if one.spec.type is FieldType.IBAN)

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """What was said of the document and still holds: rows that may be missing, for one."""
        return cautions(self._derived)

    @cached_property
    def unseen(self) -> tuple[FieldView, ...]:
        """What would be delivered without a promise and without anybody's look: values of the
        header, and the table as a whole."""
        return tuple(map(self.entry, unseen(self._derived)))

    @property
    def left_to_say(self) -> bool:
        """Before it is approved she has to hear what fails, is doubtful, or was not looked at."""
        return bool(self.unseen or self.failing or self.cautions)

    @cached_property
    def last(self) -> DraftAction | None:
        """What she did last, looks aside."""
        done = (action for action in reversed(self._log) if action.do is not ActionKind.LOOK)
        return next(done, None)

    @property
    def asks_before_approval(self) -> bool:
        """The last answer leads to a question instead of approving: something is left to say, or
        the document is evidence, where the answer before was mostly the same key."""
        return self.left_to_say or bool(self.blind)

    @property
    def ended_by_deciding(self) -> bool:
        """She looked at nothing since she decided last, and nothing was left to say: that approved
        it, if it is approved."""
        is_last = bool(self._log) and self._log[-1].do is not ActionKind.LOOK
        return is_last and not self.left_to_say

    def next(self, after: FieldRef | None) -> FieldRef | None:
        """The next that needs her behind ``after``, from the top again at the end; None when
        nothing does any more."""
        return self._derived.next(after)

    def look(self, place: FieldRef) -> Draft:
        return (
            self
            if place in self._derived.state.seen
            else self.act(DraftAction(ActionKind.LOOK, place))
        )

    def act(self, action: DraftAction) -> Draft:
        """A text without a normal form is kept, but the field needs her still. The same draft where
        nothing but looks would be new.

        Raises ActionRefused, and KeyError for a place that the document does not have."""
        state = apply(self._derived, action)
        if action.do is not ActionKind.LOOK and state == self._derived.state:
            return self  # there is nothing that undo could take back
        log = (*self._log, action)
        if action.do is ActionKind.LOOK:
            looked = Draft(self._derived.seen(state), log, self._before, first=self._first)
            looked._views = {at: one for at, one in self._views.items() if at != action.place}
            return looked
        return Draft(DerivedState(self._derived.context, state), log, self, first=self._first)

    def undo(self) -> Draft | None:
        """Without the last thing that she did; what she saw stays seen. None when there is nothing
        to undo: what she keyed blind is fixed once she sees what the model read."""
        if self._before is None or self._before.phase is not self.phase:
            return None
        undone = self._log[len(self._before._log) :]
        draft = self._before
        for action in (*undone[1:], DraftAction(ActionKind.LOOK, undone[0].place)):
            draft = draft.look(action.place)
        return draft

    def remarks(self, place: FieldRef, text: str) -> tuple[str, ...]:
        """What would be said of ``text`` there; nothing is changed."""
        return remarks(self._derived, place, text)

    def actions(self) -> str:
        """For ``begin``."""
        return dumped(self._log)

    def reviewed(self, seconds: float, because: str = "") -> Review:
        """``seconds`` with the document in hand; ``because`` is why it is approved although a check
        fails. Raises ActionRefused while something needs her, also while nobody said that."""
        derived, asked, because = self._derived, self._first.asked, because.strip()
        if derived.needed:
            raise ActionRefused("something on this document still needs you")
        if self.failing and not because:
            raise ActionRefused("a check fails, and nobody said why it is right")
        because = because if self.failing else ""
        return Review(
            self.prediction.model,
            corrections(derived, asked=asked),
            approved(derived, asked=asked, failing=self.failing, because=because),
            seconds,
            blind=bool(derived.context.blind),
        )
