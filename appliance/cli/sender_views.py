"""What the command line shows of senders: values in, rich renderables out."""

from __future__ import annotations

from collections.abc import Iterable, Sized

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from appliance.cli import views
from appliance.domain.plurals import counted
from appliance.domain.senders import SenderEntry
from appliance.senders import wording
from appliance.senders.profile import SenderProfile


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
        if one.told_by:
            approved = f"told by {one.told_by}"
        kinds = ", ".join(one.doctypes)
        table.add_row(Text(one.party), _names(one), str(one.documents), Text(kinds), Text(approved))
    return table if table.row_count else Text(wording.NOBODY_KNOWN, style="dim")


def sender(profile: SenderProfile) -> RenderableType:
    facts = Table.grid(padding=(0, 2))
    facts.add_row(Text("names", style="dim"), _names(profile.entry))
    told = [("paid elsewhere", profile.accounts)] if profile.accounts else []
    for title, texts in (("codes", profile.codes), ("marks", profile.marks), *told):
        facts.add_row(Text(title, style="dim"), Text(", ".join(texts) or "none"))
    remembered, documents = _remembered(profile), _documents(profile)
    party = Text(profile.entry.party, style="bold")
    return Group(party, facts, Text(), remembered, Text(), documents)


def senders(parties: Sized) -> str:
    """``1 sender``, ``2 senders``."""
    return counted(len(parties), "sender")


def _names(one: SenderEntry) -> Text:
    return Text(", ".join(one.known_as))


def _remembered(profile: SenderProfile) -> RenderableType:
    title = "told" if profile.entry.told_by else "remembered"
    table = Table(title, "type", "value", Column("on", justify="right"), box=None, pad_edge=False)
    for one in profile.remembered:
        on = counted(one.value.documents, "document")
        table.add_row(one.name, Text(one.doctype), Text(one.value.text), on)
    return table if table.row_count else Text(wording.NOT_REMEMBERED, style="dim")


def _documents(profile: SenderProfile) -> RenderableType:
    if not profile.documents:
        return Text(wording.NOT_APPROVED, style="dim")
    table = Table("docid", "document", "type", "approved", box=None, pad_edge=False)
    for one in profile.documents:
        table.add_row(
            one.docid[:8],
            Text(one.source),
            Text(one.doctype),
            views.clock_time(one.approved_at),
        )
    earlier = Text(wording.earlier(profile.earlier), style="dim")
    return Group(table, earlier) if profile.earlier else table
