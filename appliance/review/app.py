"""The review station: what a clerk decides, done at her desk while the next document is shown."""

from __future__ import annotations

from collections import Counter
from functools import partial

from appliance.domain.doctype import DocType, display_name
from appliance.domain.local_time import at_time
from appliance.domain.results import JobState
from appliance.records.history import DoneEntry
from appliance.review import queue_order
from appliance.review.desk import Reopened
from appliance.review.draft.draft import Draft
from appliance.review.editor.command import Request
from appliance.review.editor.editor import Coming
from appliance.review.editor.standing import Mode
from appliance.review.flow import SIGN, display_error
from appliance.review.loading import Loaded
from appliance.review.pictures.sheets import PageRef
from appliance.review.pictures.view import PictureView
from appliance.review.ruling import RulingApp
from appliance.review.screens.choose import ChooseScreen
from appliance.review.screens.help import HelpScreen
from appliance.review.screens.idle import IdleScreen
from appliance.review.screens.queue import QueueChoice, QueueScreen
from appliance.review.screens.review import ReviewScreen

KIND_AGAIN = "It is again of the kind that it was, with your answers."
READ_ANEW = "Yes, read it anew"
AS_IT_IS = "No, leave it as it is"
NO_KIND = "none of these: refuse it"
UNDOES = "{undo}"
"""A line for her that names this key says what it takes back."""


class StationApp(RulingApp):
    async def action_quit(self) -> None:
        """Ctrl+Q, everywhere."""
        self.exit()

    def on_review_screen_pressed(self) -> None:
        now = self._clock()
        if now - self._signed >= SIGN and self.session.in_hand:
            self._signed = now
            then = partial(self._still_ours, self.session.in_hand)
            self.tasks.ask(self.desk.touched, then=then, failed=self._failed)

    def on_review_screen_changed(self, message: ReviewScreen.Changed) -> None:
        if loaded := self._meant(message.draft):
            keep = partial(self.desk.keep, loaded, message.draft)
            self.tasks.ask(keep, failed=self._failed)

    def on_review_screen_approved(self, message: ReviewScreen.Approved) -> None:
        if (loaded := self._meant(message.draft)) and self.desk.wants_another(
            loaded, message.draft
        ):
            self._hand_on(loaded, message.draft)
        elif loaded:
            stays = self.desk.stays_delivered(loaded, message.draft, message.because)
            how = " and stays as it was delivered" if stays else ""
            self.tasks.ask(
                partial(self.desk.approve, loaded, message.draft, message.seconds, message.because),
                failed=partial(self._not_done, loaded, "approved"),
            )
            self.session.finished(approved=1, sender=message.draft.sender)
            self._next(f"{loaded.waiting.job.source} is approved{how}. {UNDOES} takes it back.")

    def _hand_on(self, loaded: Loaded, draft: Draft) -> None:
        hand_on = partial(self.desk.hand_on, loaded, draft)
        self.tasks.ask(hand_on, failed=partial(self._not_done, loaded, "approved"))
        self.session.hand_on(loaded.waiting)
        self._next(f"{loaded.waiting.job.source} waits for another clerk: the account is new.")

    def on_review_screen_rejected(self, message: ReviewScreen.Rejected) -> None:
        if loaded := self._meant(message.draft):
            self._reject(loaded, message.reason)

    def _meant(self, draft: Draft) -> Loaded | None:
        """What is in hand, if that is what she saw: it may have gone to other hands meanwhile, and
        what she decided is not meant for the next."""
        loaded, shown = self.session.in_hand, (draft.prediction.docid, draft.prediction.doctype)
        return loaded if loaded and shown == queue_order.key(loaded.waiting.job) else None

    def _reject(self, loaded: Loaded, reason: str) -> None:
        self.tasks.ask(
            partial(self.desk.reject, loaded, reason),
            failed=partial(self._not_done, loaded, "refused"),
        )
        self.session.finished(refused=1)
        self._next(f"{loaded.waiting.job.source} is refused: {reason}. {UNDOES} takes it back.")

    def _not_done(self, loaded: Loaded, what: str, error: BaseException) -> None:
        """It waits with all that was keyed, unless somebody else has decided."""
        notice = f"{loaded.waiting.job.source} was not {what}: {display_error(error)}"

        def told() -> None:
            self._tell(f"{notice} It waits again." if self.session.waits(loaded) else notice)

        self._list(told)

    def on_review_screen_broken(self) -> None:
        if loaded := self.session.in_hand:
            self._set_aside(loaded)

    def on_review_screen_requested(self, message: ReviewScreen.Requested) -> None:
        self._answer(message.request)

    def on_idle_screen_chosen(self, message: IdleScreen.Chosen) -> None:
        self._answer(message.request)

    def _answer(self, request: Request) -> None:
        match request:
            case Request.SKIP:
                self._skip()
            case Request.KIND:
                if self.session.in_hand:
                    self._ask_kind(self.session.in_hand)
            case Request.QUEUE | Request.SEARCH:
                self._show_queue(searching=request is Request.SEARCH)
            case Request.REOPEN:
                self._undo_earlier()
            case Request.SENDERS:
                self._show_senders()
            case Request.NAME:
                self._ask_name(Mode.CHOICE)
            case Request.HELP:
                self.push_screen(HelpScreen(self.keyboard))
            case Request.QUIT:
                self.exit()

    # Another document

    def _undo_earlier(self) -> None:
        """Take back what was decided last, of another document: at once where the line for her says
        so, else the first key only says of which document, and what."""
        if UNDOES in self.told:
            self._take_back()
        else:
            self.tasks.ask(self.desk.last_decided, then=self._ask_back, failed=self._failed)

    def _ask_back(self, done: DoneEntry | None) -> None:
        if done is None or done.outcome not in ("approved", "rejected"):
            self._take_back()  # touches no other document, and says why
            return
        what = "approved" if done.outcome == "approved" else "refused"
        when = f" {at_time(done.reviewed_at, now=self.desk.now())}" if done.reviewed_at else ""
        fixed = self.session.in_hand is not None and self._review.is_fixed
        here = "What you typed blind is kept." if fixed else "Nothing to undo here."
        self._tell(f"{here} {UNDOES} again: {done.job.source}, {what}{when}, is open again.")

    def _take_back(self) -> None:
        then = partial(self._reopened, coming=Coming.TAKEN_BACK)
        self.tasks.ask(self.desk.reopen_last, then=then, failed=self._failed)

    def _skip(self) -> None:
        if loaded := self.session.in_hand:
            self._release()
            self.session.left(loaded.waiting)
            self._next(f"{loaded.waiting.job.source} is left for later.")

    def _show_queue(self, *, searching: bool) -> None:
        def show(found: tuple[list[DoneEntry], bool]) -> None:
            session, (done, running) = self.session, found
            screen = QueueScreen(
                self.keyboard,
                session.waiting,
                session.order,
                done=done,
                station=session.station,
                left=session.remaining,
                now=self.desk.now(),
                running=running,
                searching=searching,
            )
            self.push_screen(screen, self._chosen)

        def ask() -> None:
            self.tasks.ask(
                lambda: (self.desk.done(), self.desk.running()), then=show, failed=self._failed
            )

        self._list(ask)

    def on_queue_screen_sought(self, message: QueueScreen.Sought) -> None:
        screen, words = message.screen, message.words

        def find() -> list[DoneEntry] | None:
            return self.desk.find(words) if words == screen.words else None  # she typed on

        def found(entries: list[DoneEntry] | None) -> None:
            if entries is not None:
                screen.show_found(words, entries)

        self.tasks.ask(find, then=found, failed=self._failed)

    def on_queue_screen_passed_on(self, message: QueueScreen.PassedOn) -> None:
        self._answer(message.request)

    def _chosen(self, chosen: QueueChoice | None) -> None:
        if chosen is None:
            return
        self.session.order = chosen.order
        one, in_hand = chosen.entry, self.session.in_hand
        if isinstance(one, DoneEntry):
            reopen = partial(self.desk.reopen, one)
            then = partial(self._reopened, coming=Coming.OPENED)
            self.tasks.ask(reopen, then=then, failed=self._failed)
        elif one and not (in_hand and in_hand.waiting.job == one.job):
            self._release()
            self._load(one, "")

    def _reopened(self, back: Reopened | None, *, coming: Coming) -> None:
        if back is None and self._review.undo_earlier():
            return
        if back is None:
            self._tell("There is nothing to undo.")
        elif back.waiting is None:
            self._tell(self._read_again(back.done))
        else:
            self._release()
            if back.waiting.job.doctype != back.done.job.doctype:  # she had approved nothing
                self._load(back.waiting, KIND_AGAIN, coming=Coming.OPENED)
                return
            self._load(back.waiting, reopened(back.done, now=self.desk.now()), coming=coming)

    def _read_again(self, done: DoneEntry) -> str:
        coming = done.job.state in (JobState.ARRIVED, JobState.READ)
        kind = self.keyboard.said("{kind}", Mode.FIELD)
        how = f"press {kind} when it comes back" if coming else f"open it and press {kind}"
        said = f"{done.job.source} {'is being' if coming else 'was'} read again"
        return f"{said} as {queue_order.kind(done)}. That cannot be undone: {how}."

    # Another kind

    def _ask_kind(self, loaded: Loaded) -> None:
        self.tasks.ask(
            self.desk.kinds, then=partial(self._choose_kind, loaded), failed=self._failed
        )

    def _choose_kind(self, loaded: Loaded, kinds: list[DocType]) -> None:
        # Held because its kind was broken, it may be read again as the same once that is mended.
        other = kinds if loaded.draft is None else [k for k in kinds if k != loaded.doctype]
        titles = Counter(kind.title for kind in other)
        names = {
            kind.title if titles[kind.title] == 1 else f"{kind.title} ({kind.name})": kind.name
            for kind in other
        }

        def chosen(title: str | None) -> None:
            if loaded is not self.session.in_hand:
                return  # it went to other hands meanwhile
            if title in names and loaded.draft is not None:
                self._confirm_kind(loaded, title or "", names[title or ""])
            elif title in names:
                self._retype(loaded, names[title])
            elif title == NO_KIND:
                self._reject(loaded, "no kind of document that we know")
            elif loaded.draft is None:
                self._skip()

        choices = (*names, NO_KIND) if loaded.draft is None else tuple(names)
        ask = ChooseScreen(
            self.keyboard,
            "What kind of document is this?",
            choices,
            marked=loaded.draft is None,
            about=loaded.waiting.job.source,
            document=loaded.document,
            picture=self._unread(loaded),
        )
        self.push_screen(ask, chosen)

    def _confirm_kind(self, loaded: Loaded, title: str, doctype: str) -> None:
        """Nothing is marked, so that an Enter that is still held answers nothing."""

        def answered(answer: str | None) -> None:
            if answer == READ_ANEW and loaded is self.session.in_hand:
                self._retype(loaded, doctype)

        ask = ChooseScreen(
            self.keyboard,
            f"Read {loaded.waiting.job.source} as {title}?",
            (READ_ANEW, AS_IT_IS),
            marked=False,
            about="Your answers of this document are dropped; undo brings them back.",
            document=loaded.document,
        )
        self.push_screen(ask, answered)

    def _unread(self, loaded: Loaded) -> PictureView | None:
        """The picture of a document of which no words are known."""
        if loaded.document is not None or self._picture is None:
            return None
        view = self._picture()
        view.show(PageRef(loaded.path, 0, 0.0))
        return view

    def _retype(self, loaded: Loaded, doctype: str) -> None:
        self.tasks.ask(
            partial(self.desk.retype, loaded, doctype),
            failed=self._failed,
        )
        self.session.finished()
        self._next(
            f"{loaded.waiting.job.source} is read again as {display_name(doctype)}. "
            "{undo} takes it back."
        )


def reopened(done: DoneEntry, *, now: float) -> str:
    """What she has to know of a document that was done."""
    if done.outcome == "rejected" and done.reviewed_at:
        return f"It was refused {at_time(done.reviewed_at, now=now)}: {done.reason}."
    if done.delivered_at:
        when = at_time(done.delivered_at, now=now)
        return f"Delivered already {when}. What you approve now is sent as a correction."
    if done.reviewed_at:
        when = at_time(done.reviewed_at, now=now)
        return f"It was approved {when}. It waits again until you approve it."
    return "It is open again. It waits until you approve it."
