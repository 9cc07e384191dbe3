"""Senders and rulings in words: the same for the command and the station. Pure."""

from __future__ import annotations

from collections.abc import Callable

from appliance.domain.plurals import counted
from appliance.domain.sender_rulings import SenderForgotten, SenderRenamed, SendersMerged
from appliance.domain.senders import ToldSender

KnownRuling = SendersMerged | SenderRenamed | SenderForgotten
"""Of senders that are known here."""

NOT_REMEMBERED = "nothing is remembered of it"
NOT_APPROVED = "no document of it was approved here"
TOLD_NO_MORE = "Nothing that other sites told of it is offered any more, until they tell it again."
NOBODY_KNOWN = "no sender is known yet"


def earlier(count: int) -> str:
    """Of documents that are not listed."""
    return f"and {counted(count, 'earlier one')}"


def told(one: ToldSender) -> str:
    """That other sites know it."""
    on = counted(one.card.known.documents, "document")
    return f"{one.party} is known at other sites from {on}, as {one.hub} tells"


def meaning(ruling: KnownRuling) -> str:
    """What comes of it, for whoever is about to say it."""
    match ruling:
        case SendersMerged():
            return (
                "What is remembered of both is remembered of one sender from then on. Pages of "
                "both are recognised as before. A merge cannot be undone: one can only forget the "
                "sender, and then both are learned anew."
            )
        case SenderForgotten():
            return (
                "Nothing that was approved of it until now is proposed any more, and it is not "
                "recognised until a document of it is approved again. This cannot be undone. "
                "Documents that were approved stay approved."
            )
        case SenderRenamed():
            return "Lists call it so; its id stays."


def ruled(ruling: KnownRuling, name: Callable[[str], str] = str) -> str:
    """What was done; ``name`` says how to call the sender of an id."""
    match ruling:
        case SendersMerged(party, into):
            return f"{name(party)} is {name(into)} from now on"
        case SenderForgotten(party):
            return f"{name(party)} is forgotten"
        case SenderRenamed(party, called):
            return f"{name(party)} is called {called}"
