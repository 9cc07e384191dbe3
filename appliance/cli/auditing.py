"""The command that says who did what, and when."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from appliance.cli import for_programs, views
from appliance.cli.context import at_home, opened, out, tell, tell_each, typed
from appliance.domain.errors import ConfigError
from appliance.domain.plurals import counted
from appliance.domain.sender_rulings import SenderImported, SenderTold, SenderUntold
from appliance.records.audit import Audit, AuditEntry
from appliance.records.chain import LinkKind
from appliance.records.sender_rulings import read_ruling
from appliance.senders import wording
from appliance.service.changes import REMOVED

app = typer.Typer()

MANY = {LinkKind.IMPORTED, LinkKind.EINVOICE, LinkKind.COLLECTED}
"""Of which there is one for each document: those in a row are one line."""


@app.command()
def audit(
    context: typer.Context,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE|HASH", help="Only from this day on, or behind this link."),
    ] = None,
    who: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Only what was done by whoever has this in the name.",
            callback=typed,
        ),
    ] = None,
    last: Annotated[int, typer.Option(help="At most so many lines, the last ones.", min=1)] = 100,
    head: Annotated[
        bool,
        typer.Option("--head", help="Print only the hash of the last link, to be kept elsewhere."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each link, also earlier ones, as a line of JSON.")
    ] = False,
) -> None:
    """List who did what, the last one last: see docs/how-to/keeping.md."""
    home, _ = at_home(context)
    with opened(home) as store:
        chain = Audit(store.database)
        if head:
            tell({"head": chain.head()}) if as_json else out.print(chain.head(), highlight=False)
            return
        after, moment = _since(chain, since)
        entries = chain.entries(after=after, since=moment, who=who)
        if as_json:
            tell_each(map(for_programs.audit, entries))
            return
        lines, earlier = deque[list[AuditEntry]](maxlen=last), 0
        for line in _lines(entries):
            earlier += len(lines) == last
            lines.append(line)
    if earlier:
        out.print(f"{earlier} earlier lines: --last, --since", style="dim", highlight=False)
    out.print(_table(lines))


def check_hash(said: str) -> None:
    """Raises ConfigError."""
    if not re.fullmatch("[0-9a-fA-F]{12,64}", said):
        raise ConfigError(
            f"{said} is no hash of a link", hint="`appliance audit --head` prints one of 64 letters"
        )


def _since(chain: Audit, said: str | None) -> tuple[int, float]:
    """Behind which link, and from which moment on."""
    if said is None:
        return 0, 0.0
    try:
        return 0, datetime.fromisoformat(said).timestamp()
    except ValueError:
        pass
    try:
        check_hash(said)
    except ConfigError as error:
        hint = "write a day such as 2026-03-31, or the hash of a link"
        raise ConfigError(f"{said} is neither a day nor a hash", hint=hint) from error
    number = chain.find(said)
    if number is None:
        raise ConfigError(
            f"the audit has no link {said}",
            hint="it was rewritten since, or this is an older copy of the home: `appliance verify`",
        )
    return number, 0.0


def _lines(entries: Iterable[AuditEntry]) -> Iterator[list[AuditEntry]]:
    def alike(entry: AuditEntry) -> tuple[object, ...]:
        alone = None if entry.kind in MANY else entry.number
        return entry.kind, entry.who, entry.about, alone

    for _, line in groupby(entries, alike):
        yield list(line)


def _table(lines: Iterable[list[AuditEntry]]) -> RenderableType:
    table = Table("when", "who", "did what", "at", box=None, pad_edge=False)
    for line in lines:
        entry = line[-1]
        seat = re.sub(r" [0-9]+$", "", entry.station)  # of which process says nothing here
        table.add_row(
            views.clock_time(entry.at),
            Text(entry.who or "somebody"),
            Text(_several(line) if len(line) > 1 else _did(entry)),
            Text(seat),
        )
    return table if table.row_count else Text("nothing was done", style="dim")


def _several(line: list[AuditEntry]) -> str:
    entry = line[-1]
    return f"{_DID[entry.kind]} {counted(len(line), 'document')} of type {entry.about}"


_DID = {
    LinkKind.APPROVED: "approved",
    LinkKind.REJECTED: "refused",
    LinkKind.RETYPED: "gave another type to",
    LinkKind.IMPORTED: "imported",
    LinkKind.EINVOICE: "took the e-invoice at its word:",
    LinkKind.COLLECTED: "told of",
    LinkKind.SECONDED: "approved, and asked for a second clerk:",
    LinkKind.REOPENED: "opened again",
    LinkKind.RETRIED: "had processed again",
    LinkKind.JUDGED: "judged after a night",
    LinkKind.SERVES: "let serve",
    LinkKind.SEALED: "sealed the models anew",
    LinkKind.SETTING: "set",
    LinkKind.EXPORTED: "exported",
    LinkKind.BACKED_UP: "backed up",
    LinkKind.RESTORED: "restored the backup of",
}


def _did(entry: AuditEntry) -> str:
    match entry.kind:
        case LinkKind.RULED:
            return _ruled(entry)
        case LinkKind.DOCTYPE:
            name, _, form = entry.about.rpartition(" = ")
            gone = form == REMOVED
            return f"removed the type {name}" if gone else f"gave the type {name} the form {form}"
        case LinkKind.FORGOTTEN:
            number = f"forgot {entry.about} document{'s' * (entry.about != '1')}"
            return f"{number}: {entry.why}" if entry.why else number
    return " ".join(filter(None, (_DID[entry.kind], entry.about, _document(entry))))


def _document(entry: AuditEntry) -> str:
    if entry.forgotten:
        return "(forgotten since)"
    if entry.docid is None:
        return ""
    changed = f", {counted(entry.changed, 'value')} changed" if entry.changed else ""
    return f"{entry.source} ({entry.docid[:8]}){changed}"


def _ruled(entry: AuditEntry) -> str:
    if entry.ruling is None:
        return f"said of a sender: {entry.about} (forgotten since)"
    ruling = read_ruling(entry.ruling)
    if isinstance(ruling, SenderImported):
        return f"said of a sender: {ruling.card.known.party} is known from another home"
    if isinstance(ruling, SenderTold):
        return f"said of a sender: {wording.told(ruling.told)}"
    if isinstance(ruling, SenderUntold):
        return f"said of a sender: nothing is told of {ruling.party} by other sites any more"
    return f"said of a sender: {wording.ruled(ruling)}"
