"""The review station: what a clerk decides, done at her desk while the next document is shown."""

from __future__ import annotations

from functools import partial

from appliance.domain.corrections import QueueEntry
from appliance.domain.doctype import DocType, display_name
from appliance.review import queue_order
from appliance.review.draft.draft import Draft
from appliance.review.editor.commands import Request
from appliance.review.flow import OTHER_HANDS, SIGN, QueueApp, display_error
from appliance.review.loading import Loaded
from appliance.review.pictures.sheets import PageRef
from appliance.review.pictures.view import PictureView
from appliance.review.screens.choose import ChooseScreen
from appliance.review.screens.help import HelpScreen
from appliance.review.screens.idle import IdleScreen
from appliance.review.screens.queue import QueueChoice, QueueScreen
from appliance.review.screens.review import ReviewScreen

NO_KIND = "none of these: refuse it"


class StationApp(QueueApp):
    async def action_quit(self) -> None:
        """Ctrl+Q, everywhere."""
        self.exit()

    def on_review_screen_pressed(self) -> None:
        now = self._clock()
        if now - self._signed >= SIGN and self.session.in_hand:
            self._signed = now
            then = partial(self._still_ours, self.session.in_hand)
            self.tasks.ask(self.desk.touched, then=then, failed=self._failed)

    def _still_ours(self, loaded: Loaded, ours: bool) -> None:
        if not ours and loaded is self.session.in_hand:
            self._review.lose()
            self.session.came_first(loaded)
            self._next(f"{loaded.waiting.job.source} {OTHER_HANDS}")

    def on_review_screen_changed(self, message: ReviewScreen.Changed) -> None:
        if loaded := self._meant(message.draft):
            keep = partial(self.desk.keep, loaded, message.draft)
            self.tasks.ask(keep, failed=self._failed)

    def on_review_screen_approved(self, message: ReviewScreen.Approved) -> None:
        if loaded := self._meant(message.draft):
            self.tasks.ask(
                partial(self.desk.approve, loaded, message.draft, message.seconds, message.because),
                failed=partial(self._not_done, loaded, "approved"),
            )
            self.session.finished()
            self._next()

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
            failed=partial(self._not_done, loaded, "rejected"),
        )
        self.session.finished()
        self._next(f"{loaded.waiting.job.source} is refused: {reason}.")

    def _not_done(self, loaded: Loaded, what: str, error: BaseException) -> None:
        """It waits again with all that was keyed."""
        self.session.done -= 1
        notice = f"{loaded.waiting.job.source} was not {what}, it waits again: "
        self._list(lambda: self._tell(notice + display_error(error)))

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
                self._reopen()
            case Request.HELP:
                self.push_screen(HelpScreen(self.keyboard))
            case Request.QUIT:
                self.exit()

    # Another document

    def _skip(self) -> None:
        if loaded := self.session.in_hand:
            self._release()
            self.session.left(loaded.waiting)
            self._next(f"{loaded.waiting.job.source} is left for later.")

    def _show_queue(self, *, searching: bool) -> None:
        def show() -> None:
            session = self.session
            screen = QueueScreen(
                self.keyboard,
                session.waiting,
                session.order,
                station=session.station,
                left=session.remaining,
                searching=searching,
            )
            self.push_screen(screen, self._chosen)

        self._list(show)

    def _chosen(self, chosen: QueueChoice | None) -> None:
        if chosen is None:
            return
        self.session.order = chosen.order
        in_hand = self.session.in_hand
        if chosen.waiting and not (in_hand and in_hand.waiting.job == chosen.waiting.job):
            self._release()
            self._load(chosen.waiting, "")

    def _reopen(self) -> None:
        def reopened(waiting: QueueEntry | None) -> None:
            if waiting is None:
                self._tell("There is nothing to undo.")
                return
            self._release()
            self.session.done -= 1
            self._load(waiting, f"{waiting.job.source} is open again: what you approve now counts.")

        self.tasks.ask(self.desk.reopen_last, then=reopened, failed=self._failed)

    # Another kind

    def _ask_kind(self, loaded: Loaded) -> None:
        self.tasks.ask(
            self.desk.kinds, then=partial(self._choose_kind, loaded), failed=self._failed
        )

    def _choose_kind(self, loaded: Loaded, kinds: list[DocType]) -> None:
        # Held because its kind was broken, it may be read again as the same once that is mended.
        other = kinds if loaded.draft is None else [k for k in kinds if k != loaded.doctype]
        names = {kind.title: kind.name for kind in other}

        def chosen(title: str | None) -> None:
            if loaded is not self.session.in_hand:
                return  # it went to other hands meanwhile
            if title in names:
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
            about=loaded.waiting.job.source,
            document=loaded.document,
            picture=self._unread(loaded),
        )
        self.push_screen(ask, chosen)

    def _unread(self, loaded: Loaded) -> PictureView | None:
        """The picture of a document of which no words are known."""
        if loaded.document is not None or self._picture is None:
            return None
        view = self._picture()
        view.show(PageRef(loaded.path, 0, 0.0), None)
        return view

    def _retype(self, loaded: Loaded, doctype: str) -> None:
        self.tasks.ask(
            partial(self.desk.retype, loaded, doctype),
            failed=self._failed,
        )
        self.session.finished(done=False)
        self._next(f"{loaded.waiting.job.source} is read again as {display_name(doctype)}.")
