"""How documents come to a station's screen: listed, loaded ahead, shown at once, leased beside.

What one document does wrong never ends the station.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from math import inf
from operator import attrgetter
from pathlib import Path
from typing import ClassVar

from textual import events

from appliance.domain.corrections import QueueEntry
from appliance.domain.errors import ApplianceError
from appliance.records.reviews import ClerkPace
from appliance.review import queue_order
from appliance.review.background import BackgroundTasks
from appliance.review.desk import NAMES, Desk
from appliance.review.draft.places import ActionRefused
from appliance.review.editor.editor import Coming
from appliance.review.editor.keyboard import Keyboard
from appliance.review.editor.standing import Mode
from appliance.review.loading import Loaded
from appliance.review.pictures.view import PictureView
from appliance.review.screens.choose import ChooseScreen
from appliance.review.screens.hearing import HearingApp
from appliance.review.screens.idle import IdleScreen
from appliance.review.screens.review import ReviewScreen
from appliance.review.session import StationSession
from appliance.review.themes import THEMES
from appliance.review.widgets.header_footer import Head
from appliance.review.widgets.styled_text import wrapped

log = logging.getLogger(__name__)

LOOK = 5.0
"""Seconds between two looks at the queue while nothing waits, and at whose the document in hand
is."""
SHIFT = 4 * 3600.0
"""Seconds without a key after which another clerk may sit there."""
AGAIN = 60.0
"""Seconds after which a document that could not be loaded is tried once more."""
SIGN = 5.0
"""Seconds within which one sign of her being at work is enough."""
REPORT = "Tell whoever looks after the appliance."


class QueueApp(HearingApp):
    CSS_PATH = Path(__file__).with_name("station.tcss")
    ENABLE_COMMAND_PALETTE = False
    TITLE = "Review"
    BINDINGS: ClassVar = []

    def __init__(
        self,
        desk: Desk,
        *,
        order: str = "oldest",
        keys: Mapping[str, str] | None = None,
        theme: str = "dark",
        picture: Callable[[], PictureView] | None = None,
        seen: bool = False,
        clock: Callable[[], float] = time.monotonic,
        pressed_at: Callable[[events.Key], float] = attrgetter("time"),
    ) -> None:
        """``picture`` makes a view of pages as pictures; ``seen`` begins with the picture in place
        of the page's text; ``keys`` gives commands other keys; ``clock`` gives seconds, from any
        beginning, and ``pressed_at`` when a key was pressed.

        Raises ConfigError for keys that do not do.
        """
        super().__init__(Keyboard(keys), pressed_at)
        self.desk = desk
        self.tasks = BackgroundTasks(self)
        self.session = StationSession(desk.station, order)
        self._clerk = desk.clerk
        self._seen_at = desk.now()
        """Her last key, on the desk's clock."""
        self._at_rest_told = ""
        """The line for her while no document is in hand."""
        self._asking = False
        """For her name: nothing is shown before she has said it."""
        self._clock = clock
        self._signed = clock() - SIGN
        self._picture = picture
        self._review = ReviewScreen(self.keyboard, clock, picture() if picture else None, seen=seen)
        self._rest = IdleScreen(self.keyboard)
        for each in THEMES:
            self.register_theme(each)
        self.theme = f"station-{theme}"

    async def on_mount(self) -> None:
        self.install_screen(self._rest, "rest")  # else it would end when it is taken away
        await self.push_screen(self._review)
        await self.push_screen(self._rest)
        self.set_interval(LOOK, self._look_again)
        if not self._clerk:
            self._ask_name()
        else:
            self._begin()

    def _begin(self) -> None:
        self._rest.say(["One moment …"])
        self._list(self._next)

    async def on_unmount(self) -> None:
        self.tasks.ask(partial(self.desk.depart, self._seen_at), failed=self._failed)
        await self.tasks.close()

    # Who she is

    async def on_event(self, event: events.Event) -> None:
        """The first key after some hours only asks who pressed it."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste):
            if self._away and self._clerk and not self._asking:
                self._ask_name()
                return
            if not self._asking:
                self._seen_at = self.desk.now()
        await super().on_event(event)

    @property
    def _away(self) -> bool:
        """Also where the clock was set back meanwhile."""
        return not 0 <= self.desk.now() - self._seen_at < SHIFT

    def _ask_name(self, mode: Mode = Mode.NAME) -> None:
        """In ``Mode.NAME`` there is no way around it but to leave, and Enter alone names nobody: it
        may have been meant for what was there before."""
        known = self.desk.known_clerks()
        names = tuple(dict.fromkeys((self._clerk, *known) if self._clerk else known))
        about = "What you decide is kept under this name."
        ask = ChooseScreen(
            self.keyboard,
            "Who is at this station?",
            names[:NAMES],
            free="another name" if names else "your name",
            about=f"{about} A digit chooses a name." if names else about,
            marked=mode is not Mode.NAME,
            mode=mode,
        )
        self._asking = mode is Mode.NAME
        self.push_screen(ask, self._introduced if self._asking else self._renamed)

    def _introduced(self, name: str | None) -> None:
        if name is None:
            self.exit()
            return
        self._asking, self._seen_at = False, self.desk.now()
        self._renamed(name)
        if self.session.in_hand is None:
            self._begin()

    def _renamed(self, name: str | None) -> None:
        if name is not None:
            if name != self._clerk:
                self.session.handed_on.clear()
            self._clerk = name
            self.tasks.ask(partial(self.desk.introduce, name), failed=self._failed)
            self._list(self._told_again)

    def _told_again(self) -> None:
        """What is told of her changes with her name."""
        if loaded := self.session.in_hand:
            self._review.tell("", self._head(loaded))

    # The next document

    def _list(self, then: Callable[[], None]) -> None:
        def listed(found: tuple[list[QueueEntry], ClerkPace]) -> None:
            self.session.waiting, self.session.pace = found
            then()

        self.tasks.ask(
            lambda: (self.desk.queue(), self.desk.pace()), then=listed, failed=self._failed
        )

    def _look_again(self) -> None:
        if self.tasks.busy or self._asking:
            return
        loaded = self.session.in_hand
        if loaded and isinstance(self.screen, ReviewScreen | ChooseScreen):
            self.tasks.ask(
                partial(self.desk.holds, loaded),
                then=partial(self._still_ours, loaded),
                failed=self._failed,
            )
        elif self.screen is self._rest:
            self._list(self._next)

    def _still_ours(self, loaded: Loaded, ours: bool) -> None:
        if not ours and loaded is self.session.in_hand:
            self._passed_over(loaded)

    def _passed_over(self, loaded: Loaded) -> None:
        """It is not this station's: the next one is shown, and she is told why."""
        self.session.came_first(loaded)
        self._review.lose()
        self._review.idle()

        def told(where: str) -> None:
            self._list(partial(self._next, f"{loaded.waiting.job.source} {where}."))

        self.tasks.ask(partial(self.desk.whereabouts, loaded), then=told, failed=self._failed)

    def _next(self, notice: str = "") -> None:
        self._review.idle()
        if self._asking:
            return
        waiting = self.session.next(now=self._clock())
        ahead = self.session.ahead
        if waiting is not None and self._away:
            self._ask_name()
        elif waiting is None:
            self._nothing(notice)
        elif ahead and queue_order.key(ahead.waiting.job) == queue_order.key(waiting.job):
            self._show(ahead, notice)
        else:
            self._load(waiting, notice)

    def _nothing(self, notice: str) -> None:
        session = self.session
        words = ["Nothing waits."]
        if session.waiting:
            lent = any(one.station not in (None, session.station) for one in session.waiting)
            words = ["What still waits cannot be shown."]
            if session.handed_on:
                words = ["What still waits is for another clerk, or cannot be shown."]
            if lent:
                after = f"{self.desk.lease:.0f} seconds without a key"
                words = [
                    "What still waits is open at another station; a station gives it back",
                    f"after {after}.",
                ]
        words += ["", f"{session.done_today}."]
        words += ["New documents are shown as they come."]
        self._at_rest_told = ""
        if notice:
            words += ["", *self._at_rest(notice)]
        self._rests()
        self._rest.say(words)

    def _uncover(self) -> None:
        """What lies on top was about the document that was in hand."""
        while self.screen not in (self._review, self._rest):
            self.pop_screen()

    def _rests(self) -> None:
        self._uncover()
        if self.screen is self._review:
            self.push_screen(self._rest)

    def _load(self, waiting: QueueEntry, notice: str, *, coming: Coming = Coming.WAITING) -> None:
        def loaded(found: Loaded) -> None:
            self._show(found, notice, coming=coming)

        def failed(error: BaseException) -> None:
            self.session.broken[queue_order.key(waiting.job)] = self._clock() + AGAIN
            self._next(f"{waiting.job.source} cannot be opened: {display_error(error)}")

        self.tasks.ask(lambda: self.desk.load(waiting), then=loaded, failed=failed)

    def _show(self, loaded: Loaded, notice: str = "", *, coming: Coming = Coming.WAITING) -> None:
        """At once; whether it is ours turns out beside."""
        self.session.take(loaded)
        self._uncover()
        if loaded.draft is None:
            self._review.idle()
        else:
            if self.screen is self._rest:
                self.pop_screen()
            head = self._head(loaded)
            self._review.present(loaded.draft, head, notice=notice, path=loaded.path, coming=coming)
        self.tasks.ask(
            lambda: self.desk.open(loaded),
            then=partial(self._opened, loaded),
            failed=partial(self._lost, loaded),
        )

    def _opened(self, loaded: Loaded, ours: bool) -> None:
        if loaded is not self.session.in_hand:  # she went on meanwhile
            return
        if not ours:
            self._passed_over(loaded)
            return
        if loaded.draft is None:
            self._ask_kind(loaded)
        self._list(self._prefetch)

    def _prefetch(self) -> None:
        in_hand, waiting = self.session.in_hand, self.session.next(now=self._clock())
        if in_hand is not None:
            self._review.tell("", self._head(in_hand))
        if waiting is not None:
            # Once this one is on the screen: loading keeps the processor for some 20 ms.
            self.screen.call_after_refresh(self._load_ahead, waiting)

    def _load_ahead(self, waiting: QueueEntry) -> None:
        self.tasks.ask(lambda: self.desk.load(waiting), then=self._ahead, failed=self._not_ahead)

    def _ahead(self, loaded: Loaded) -> None:
        self.session.ahead = loaded
        self._review.expect(loaded.path, loaded.document)

    def _not_ahead(self, error: BaseException) -> None:
        """It is told when it comes to hand."""
        log.info("not loaded ahead: %s", error)

    def _head(self, loaded: Loaded) -> Head:
        return Head(
            loaded.waiting.job.source,
            loaded.doctype.title if loaded.doctype else "kind not known",
            mail=loaded.mail,
            at=self.session.at,
            clerk=self._clerk,
        )

    # What went wrong

    def _tell(self, notice: str) -> None:
        self._review.tell(notice)
        if self.screen is self._rest:
            self._rest.say(self._at_rest(notice))

    @property
    def told(self) -> str:
        """The line for her, keys by their command's id in braces."""
        return self._at_rest_told if self.session.in_hand is None else self._review.notice

    def _at_rest(self, notice: str) -> list[str]:
        self._at_rest_told = notice
        return wrapped(self.keyboard.said(notice, Mode.REST), 70)

    def _failed(self, error: BaseException) -> None:
        self._tell(display_error(error))

    def _lost(self, loaded: Loaded, error: BaseException) -> None:
        """Whether it is ours could not be found out."""
        if loaded is not self.session.in_hand:  # she went on meanwhile
            return
        self.session.left(loaded.waiting)
        self._review.idle()
        self._rests()
        self._rest.say([loaded.waiting.job.source, "", *wrapped(display_error(error), 70)])

    def _set_aside(self, loaded: Loaded) -> None:
        self._release()
        self.session.broken[queue_order.key(loaded.waiting.job)] = inf
        self._next(f"{loaded.waiting.job.source} cannot be shown, it is left as it was. {REPORT}")

    def _release(self) -> None:
        if loaded := self.session.in_hand:
            self.tasks.ask(partial(self.desk.skip, loaded), failed=self._failed)
            self.session.in_hand = None
            self._review.idle()

    def _ask_kind(self, loaded: Loaded) -> None:
        """The appliance wants to be told which kind of document it is."""
        raise NotImplementedError


def display_error(error: BaseException) -> str:
    """For her; what is no fault that we know goes to the log in full."""
    if isinstance(error, ApplianceError):
        return f"{error}. {error.hint[:1].upper()}{error.hint[1:]}" if error.hint else f"{error}."
    if isinstance(error, ActionRefused):
        return str(error)
    log.error("bug: unexpected error at the desk", exc_info=error)
    return f"an unexpected error. {REPORT}"
