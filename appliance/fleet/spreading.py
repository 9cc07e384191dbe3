"""At the hub: what is worth telling all sites, of senders, document types and versions.

A sender that is seen a thousand times is not told of a thousand times, and one of which nothing is
left is told of once more: that nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from appliance.domain.senders import ToldSender
from appliance.records.fleet_hub_outbox import HubOutbox
from appliance.records.sender_rows import SENDER
from appliance.senders import telling
from appliance.senders.directory import SenderDirectory

DOCTYPE = "doctype."
"""How it is noted about which type something was told; its name follows."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told to all sites, in place of what was told about the same."""

    about: str
    body: bytes
    """Empty where nothing is left to tell."""
    party: str | None = None
    """Whom it is about; None where it is about no sender that is known."""


def about_sender(party: str) -> str:
    """It names no one."""
    return SENDER + sha256(party.encode()).hexdigest()[:16]


class Spreading:
    def __init__(
        self,
        outbox: HubOutbox,
        directory: SenderDirectory,
        *,
        sender: Callable[[str], ToldSender | None],
        doctypes: Callable[[], Mapping[str, str]],
    ) -> None:
        """``sender`` gives what there is to tell of a party; ``doctypes`` the owner's types, each
        the text of its file."""
        self._outbox = outbox
        self._directory = directory
        self._sender = sender
        self._doctypes = doctypes
        self._known = 0
        """Number of the last review or ruling that is told of."""

    def due(self) -> Iterator[Told]:
        """To be told now, and then noted. Raises StoreError."""
        self._known = self._directory.learn()
        gone = set(self._outbox.tell_all_again())
        for party in self._outbox.untold():
            now = self._sender(party)
            about = about_sender(party)
            if now is None and self._outbox.told(about):
                yield Told(about, b"", party)
            elif now is not None and self._differs(about, now):
                gone.discard(about)
                yield Told(about, telling.written(now), party)
            else:
                self._outbox.settle(party, known=self._known)
        yield from (Told(about, b"") for about in sorted(gone))
        for name, text in sorted(self._doctypes().items()):
            if self._outbox.told(DOCTYPE + name) != text:
                yield Told(DOCTYPE + name, text.encode())

    def note(self, told: Told, *, number: int) -> None:
        """All sites can hear it, as the message of this number."""
        if told.body:
            self._outbox.note_told(told.about, told.body.decode(), number=number)
        else:
            self._outbox.note_nothing(told.about)
        if told.party is not None:
            self._outbox.settle(told.party, known=self._known)

    def _differs(self, about: str, now: ToldSender) -> bool:
        before = self._outbox.told(about)
        return not before or telling.differs(telling.read(before.encode()), now)
