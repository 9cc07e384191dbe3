"""The known senders at the station: shown, and put right, beside whatever is in hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from appliance.domain.document import Document
from appliance.domain.sender_rulings import SendersMerged
from appliance.domain.senders import SenderEntry
from appliance.review.desk import KnownSenders
from appliance.review.draft.places import Phase
from appliance.review.flow import QueueApp, display_error
from appliance.review.screens.sender import SenderScreen
from appliance.review.screens.senders import SendersScreen
from appliance.senders import wording
from appliance.senders.profile import SenderProfile
from appliance.senders.wording import KnownRuling


class RulingApp(QueueApp):
    def _show_senders(self) -> None:
        def show(known: KnownSenders) -> None:
            now = self.desk.now()
            self.push_screen(SendersScreen(self.keyboard, known.entries, sent=known.sent, now=now))

        ask = partial(self.desk.senders, self._seen_document)
        self.tasks.ask(ask, then=show, failed=self._failed)

    @property
    def _seen_document(self) -> Document | None:
        """What is in hand, unless it is keyed blind: whom the appliance takes for its sender would
        be a hint."""
        loaded = self.session.in_hand
        if loaded is None or (loaded.draft and self._review.editor.draft.phase is Phase.BLIND):
            return None
        return loaded.document

    def on_senders_screen_opened(self, message: SendersScreen.Opened) -> None:
        listed, entries = message.screen, message.entries

        def show(profile: SenderProfile) -> None:
            screen = SenderScreen(self.keyboard, profile, entries, now=self.desk.now())
            self.push_screen(screen, partial(self._ruled, listed, entries))

        ask = partial(self.desk.sender, message.entry)
        self.tasks.ask(ask, then=show, failed=partial(self._told_on, listed))

    def _ruled(
        self, listed: SendersScreen, entries: Sequence[SenderEntry], ruling: KnownRuling | None
    ) -> None:
        if ruling is None:
            return
        titles = {one.party: one.title for one in entries}
        notice = f"{wording.ruled(ruling, lambda party: titles.get(party, party))}."
        there = ruling.into if isinstance(ruling, SendersMerged) else ruling.party
        document = self._seen_document

        def rule() -> KnownSenders:
            self.desk.rule(ruling)
            return self.desk.senders(document)

        def done(known: KnownSenders) -> None:
            if listed.is_attached:
                listed.show(known.entries, sent=known.sent, marked=there, notice=notice)
            self.session.ahead = None  # it was loaded by what was known before
            self._list(self._prefetch)

        self.tasks.ask(rule, then=done, failed=partial(self._told_on, listed))

    def _told_on(self, listed: SendersScreen, error: BaseException) -> None:
        if listed.is_attached:
            listed.tell(display_error(error))
