"""The known senders at the station: shown, and put right, beside whatever is in hand."""

from __future__ import annotations

from functools import partial

from appliance.domain.document import Document
from appliance.domain.sender_rulings import SendersMerged
from appliance.domain.senders import ListedSenders
from appliance.review.draft.places import Phase
from appliance.review.flow import QueueApp, display_error
from appliance.review.screens.list_screen import ListScreen
from appliance.review.screens.sender import SenderScreen
from appliance.review.screens.senders import SendersScreen
from appliance.senders import wording
from appliance.senders.profile import SenderProfile
from appliance.senders.wording import KnownRuling

BLIND = "Not while you key blind."


class RulingApp(QueueApp):
    def _show_senders(self) -> None:
        """Not beside what is keyed blind: what is remembered would be a hint."""
        if self._is_blind:
            tell = self.screen.tell if isinstance(self.screen, ListScreen) else self._tell
            tell(BLIND)
            return

        def show(listed: ListedSenders) -> None:
            self.push_screen(SendersScreen(self.keyboard, listed, now=self.desk.now()))

        ask = partial(self.desk.senders, self._seen_document)
        self.tasks.ask(ask, then=show, failed=self._failed)

    @property
    def _is_blind(self) -> bool:
        loaded = self.session.in_hand
        return bool(loaded and loaded.draft and self._review.editor.draft.phase is Phase.BLIND)

    @property
    def _seen_document(self) -> Document | None:
        """What is in hand."""
        return self.session.in_hand.document if self.session.in_hand else None

    def on_senders_screen_opened(self, message: SendersScreen.Opened) -> None:
        below, entry = message.screen, message.entry

        def show(profile: SenderProfile) -> None:
            if self.screen is below:  # else she pressed twice, or the document was lost
                others = [one for one in below.listed.entries if one.party != entry.party]
                screen = SenderScreen(self.keyboard, profile, others, now=self.desk.now())
                self.push_screen(screen, partial(self._ruled, below))

        ask, failed = partial(self.desk.sender, entry), partial(self._told_on, below)
        self.tasks.ask(ask, then=show, failed=failed)

    def _ruled(self, below: SendersScreen, ruling: KnownRuling | None) -> None:
        if ruling is None:
            return
        titles = {one.party: one.title for one in below.listed.entries}
        done = f"{wording.ruled(ruling, lambda party: titles.get(party, party))}."
        marked = ruling.into if isinstance(ruling, SendersMerged) else ruling.party

        def told(notice: str) -> None:
            self.session.ahead = None  # it was loaded by what was known before
            self._list(self._prefetch)
            show = partial(below.show, marked=marked, notice=notice)
            ask = partial(self.desk.senders, self._seen_document)
            self.tasks.ask(ask, then=show, failed=partial(self._told_on, below))

        self.tasks.ask(
            partial(self.desk.rule, ruling),
            then=lambda _: told(done),
            failed=lambda error: told(display_error(error)),
        )

    def _told_on(self, below: SendersScreen, error: BaseException) -> None:
        below.tell(display_error(error))
