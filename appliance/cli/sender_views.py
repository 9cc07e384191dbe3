"""What the command line shows of senders: values in, rich renderables out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from appliance.cli import views
from appliance.domain.senders import SenderCard, SenderDocument, SenderEntry
from appliance.senders.identity import lasting
from appliance.senders.memory import RememberedValue

MOST = 20
"""Documents of one sender that are listed, the newest."""


@dataclass(frozen=True, slots=True)
class RememberedField:
    doctype: str
    name: str
    value: RememberedValue


def entries(found: Iterable[SenderEntry]) -> RenderableType:
    table = Table(
        "id",
        "names",
        Column("documents", justify="right"),
        "kinds",
        "last approved",
        box=None,
        pad_edge=False,
    )
    for one in found:
        approved = views.clock_time(one.approved_at) if one.approved_at is not None else ""
        kinds = ", ".join(one.doctypes)
        table.add_row(Text(one.party), _names(one), str(one.documents), Text(kinds), approved)
    return table if table.row_count else Text("no sender is known yet", style="dim")


def sender(
    entry: SenderEntry,
    cards: Iterable[SenderCard],
    documents: Sequence[SenderDocument],
    remembered: Iterable[RememberedField],
) -> RenderableType:
    """``cards`` are one for each that was merged; ``documents`` come the newest first."""
    cards = list(cards)
    facts = Table.grid(padding=(0, 2))
    facts.add_row(Text("names", style="dim"), _names(entry))
    for title, texts in (
        ("codes", {code.upper() for card in cards for code in card.codes}),
        ("marks", {mark for card in cards for mark in lasting(card.known)}),
    ):
        facts.add_row(Text(title, style="dim"), Text(", ".join(sorted(texts)) or "none"))
    parts = [Text(entry.party, style="bold"), facts, Text(), _remembered(remembered), Text()]
    return Group(*parts, _documents(documents))


def senders(parties: Sized) -> str:
    """``1 sender``, ``2 senders``."""
    return views.counted(parties, "sender")


def _names(one: SenderEntry) -> Text:
    """The owner's first."""
    return Text(", ".join(dict.fromkeys([one.called, *one.names] if one.called else one.names)))


def _remembered(found: Iterable[RememberedField]) -> RenderableType:
    table = Table(
        "remembered", "type", "value", Column("on", justify="right"), box=None, pad_edge=False
    )
    for one in found:
        on = f"{one.value.documents} document{'s' * (one.value.documents != 1)}"
        table.add_row(one.name, Text(one.doctype), Text(one.value.text), on)
    return table if table.row_count else Text("nothing is remembered of it", style="dim")


def _documents(found: Sequence[SenderDocument]) -> RenderableType:
    if not found:
        return Text("no document of it was approved here", style="dim")
    table = Table("docid", "document", "type", "approved", box=None, pad_edge=False)
    for one in found[:MOST]:
        table.add_row(
            one.docid[:8],
            Text(one.source),
            Text(one.doctype),
            views.clock_time(one.approved_at),
        )
    more = len(found) - MOST
    return Group(table, Text(f"and {more} earlier ones", style="dim")) if more > 0 else table
