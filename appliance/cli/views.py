"""What the command line shows: values in, rich renderables out. Reads and decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Column, Table
from rich.text import Text

from appliance.domain.corrections import QueueEntry
from appliance.domain.doctype import DocType, FieldSpec, TableSpec
from appliance.domain.document import Document
from appliance.domain.mail import MailOrigin
from appliance.domain.plurals import counted
from appliance.domain.prediction import Basis, FieldJudgement, Judgement, in_short
from appliance.domain.results import Job, JobState
from appliance.domain.rows import rows as rows_of
from appliance.records.calls import CallState, OpenCall

if TYPE_CHECKING:  # `status` must stay quick
    from appliance.learning.importing.importing import ImportSummary
    from appliance.review.scripted import ScriptedReview

STYLES = {
    JobState.ARRIVED: "dim",
    JobState.READ: "dim",
    JobState.ACCEPTED: "cyan",
    JobState.DELIVERED: "green",
    JobState.HELD: "yellow",
    JobState.FAILED: "red",
    JobState.OPENED: "magenta",
    JobState.JOINED: "magenta",
    JobState.IMPORTED: "blue",
}


_RARE = {JobState.OPENED, JobState.JOINED, JobState.IMPORTED}


def mark(state: JobState) -> Text:
    return Text(state.value, style=STYLES[state])


WORK = {JobState.ARRIVED: "reading", JobState.READ: "extracting", JobState.ACCEPTED: "delivering"}
"""What is done to a job that is in hand."""


def in_hand(jobs: Iterable[Job]) -> str:
    """Empty when nothing is worked on."""
    return ", ".join(f"{WORK[job.state]} {job.source}" for job in jobs)


def clock_time(seconds: float) -> str:
    """Local time; the year only where it is another."""
    when = datetime.fromtimestamp(seconds)
    same = when.year == datetime.now().year
    return when.strftime("%d %b %H:%M" if same else "%d %b %Y %H:%M")


def counts(numbers: Mapping[tuple[str, JobState], int]) -> RenderableType:
    """A row a document type, a column a state; of mails and imports only where there are some."""
    if not numbers:
        return Text("no document has arrived yet", style="dim")
    table = Table("type", box=None, pad_edge=False)
    seen = {state for _, state in numbers}
    states = [state for state in JobState if state in seen or state not in _RARE]
    for state in states:
        table.add_column(state.value, justify="right", style=STYLES[state])
    for doctype in sorted({doctype for doctype, _ in numbers}):
        cells = [str(numbers.get((doctype, state), "") or "·") for state in states]
        table.add_row(doctype or "unknown", *cells)
    return table


def jobs(rows: Iterable[Job], *, empty: str) -> RenderableType:
    table = Table("docid", "document", "type", "arrived", "state", "why", box=None, pad_edge=False)
    for job in rows:
        table.add_row(
            job.docid[:8],
            Text(job.source),
            job.doctype or "unknown",
            clock_time(job.arrived_at),
            mark(job.state),
            Text(job.reason),
        )
    return table if table.row_count else Text(empty, style="dim")


def why(waiting: QueueEntry) -> Job:
    """The job with the reason why a clerk is to look at it."""
    if waiting.evidence:
        return replace(waiting.job, reason="a sample: to be keyed without the model's values")
    return waiting.job


def overview(rows: Iterable[tuple[Job, Judgement]]) -> RenderableType:
    """A line a document below its type: how many fields were read, and in short why it is held."""
    columns = [Column(name, no_wrap=True) for name in ("document", "state", "read", "rows")]
    table = Table(*columns, "why", box=None, pad_edge=False)
    for doctype, group in groupby(rows, key=lambda row: row[0].doctype):
        table.add_row(Text(doctype, style="bold"))
        for job, judgement in group:
            found = sum(one.field.text is not None for one in judgement.header)
            codes = Counter(one.code for one in judgement.blockers)
            why = ", ".join(f"{number} {code}" for code, number in codes.items()).replace("-", " ")
            read, lines = f"{found} of {len(judgement.header)}", str(len(judgement.rows) or "")
            cells = Text(f"  {job.source}"), mark(job.state), read, lines
            table.add_row(*cells, Text(why, no_wrap=True, overflow="ellipsis"))
    return table


def values(job: Job, doctype: DocType, judgement: Judgement) -> RenderableType:
    """What was read of one document, and no more."""
    table = Table("field", "as it stands", "value", box=None, pad_edge=False)
    for one in judgement.header:
        shown = one.field.text if one.field.words is None else one.field.words
        table.add_row(one.field.fieldtype, Text(shown or "–"), Text(one.value or ""))
    title = Text.assemble((job.source, "bold"), "  ", job.doctype, "  ", mark(job.state))
    items = [_items(doctype.items, judgement.fields)] if doctype.items else []
    return Group(title, table, *items, Text())


def calls(open_calls: Iterable[OpenCall], *, empty: str) -> RenderableType:
    """Of each what was to be told, by what, when it goes on, and what went wrong."""
    lines = []
    for one in open_calls:
        failed = one.state is CallState.FAILED
        after = "failed for good" if failed else f"next at {clock_time(one.due_at)}"
        what = f"  {one.docid[:8]}, revision {one.revision}  {one.kind} of {one.doctype}, "
        how = (f"tried {one.attempts} times, {after}", "red" if failed else "")
        lines.append(Text.assemble((one.source, "bold"), what, how))
        lines += [Text(f"  {one.error}", style="dim")] if one.error else []
    return Group(*lines) if lines else Text(empty, style="dim")


def calls_in_short(open_calls: Iterable[OpenCall]) -> Text | None:
    """Nothing where every delivery is told."""
    states = Counter(one.state for one in open_calls)
    if not states:
        return None
    waiting, failed = states[CallState.WAITING], states[CallState.FAILED]
    said = f"calls: {waiting} wait, {failed} failed for good (`appliance deliveries`)"
    return Text(said, style="yellow" if failed else "dim")


DID = {
    "confirmed": "confirmed",
    "chosen": "chosen",
    "typed": "typed",
    "picked": "picked from the page",
    "absent": "not on the document",
    "added": "rows added",
    "removed": "rows removed",
}
"""What a scripted clerk does, in words that follow a number."""


def reviews(rows: Iterable[ScriptedReview]) -> RenderableType:
    """A line a document: how many keys it took, and what they did."""
    table = Table.grid(Column(), Column(justify="right"), Column(), padding=(0, 2))
    for one in rows:
        did = [f"{one.did[name]} {words}" for name, words in DID.items() if one.did[name]]
        table.add_row(Text(f"  {one.job.source}"), f"{one.keys} keys", ", ".join(did))
    return table


def document(
    job: Job,
    doctype: DocType | None,
    judgement: Judgement | None,
    *,
    why: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> RenderableType:
    """One document: its fields, its rows, what was decided; ``why`` explains doubts in words."""
    parts: list[RenderableType] = []
    if job.reason and (judgement is None or job.reason != in_short(judgement.blockers)):
        parts.append(Text(job.reason, style=STYLES[job.state]))
    if judgement:
        parts.append(_fields(judgement.header))
        if doctype and doctype.items:
            parts.append(_items(doctype.items, judgement.fields))
        parts += [
            Text(f"• {blocker.message}", style=STYLES[JobState.HELD])
            for blocker in judgement.blockers
        ]
        if judgement.checks_failed:
            parts += [Text(f"• {check}", style="yellow") for check in judgement.checks_failed]
            parts.append(Text(f"approved all the same: {judgement.because}", style="yellow"))
    parts += [Text(line) for line in why]
    parts += [Text(note, style="dim") for note in notes]
    kind = job.doctype or "unknown"
    title = Text.assemble((job.source, "bold"), "  ", kind, "  ", mark(job.state))
    return Panel(
        Group(*parts),
        title=title,
        title_align="left",
        subtitle=job.docid[:8],
        subtitle_align="right",
        border_style=STYLES[job.state],
    )


def mail(origin: MailOrigin) -> str:
    """What it says of itself, in one line."""
    sent = "" if origin.sent_at is None else f"sent {clock_time(origin.sent_at)}"
    told = filter(None, (origin.sender, origin.subject, sent, origin.message_id))
    return f"e-mail: {', '.join(told)}"


def _fields(header: Iterable[FieldJudgement]) -> Table:
    table = Table("field", "as it stands", "value", "page", "sure", "how", box=None, pad_edge=False)
    for decided in header:
        field = decided.field
        if field.text is None:
            table.add_row(
                field.fieldtype, Text("–", style="dim"), "", "", _sure(decided), Basis.ABSENT
            )
            continue
        shown = field.text if field.words is None else field.words
        places = len(field.spans)
        page = str(field.spans[0].page + 1) if places else "?"
        table.add_row(
            field.fieldtype,
            Text(shown),
            Text(decided.value or "?", style="yellow" if decided.blockers else ""),
            f"{page} (1 of {places})" if places > 1 else page,
            _sure(decided),
            decided.how,
        )
        if field.runners_up:
            others = " | ".join(field.runners_up)
            table.add_row("", Text(f"or {others}", style="dim"))
    return table


def _sure(decided: FieldJudgement) -> str:
    return "" if decided.score is None else f"{decided.score:.0%}"


def _items(items: TableSpec, fields: Iterable[FieldJudgement]) -> RenderableType:
    names = [spec.name for spec in items.fields]
    rows = {
        number: {cell.fieldtype: cell.field.text or "–" for cell in row}
        for number, row in rows_of(fields).items()
    }
    table = Table("#", *names, title=items.name, title_justify="left", pad_edge=False)
    for number in sorted(rows):
        table.add_row(str(number + 1), *[Text(rows[number].get(name, "–")) for name in names])
    return table if rows else Text(f"{items.name}: no rows", style="dim")


def imported(found: ImportSummary) -> RenderableType:
    """What came in, what did not, and what of it cannot be taught."""
    drawn = f", {found.evidence} of them evidence: to measure with alone" if found.evidence else ""
    lines = [Text(f"{found.imported} imported{drawn}")]
    if found.there:
        lines.append(Text(f"{found.there} are there already, with their values"))
    if found.refused:
        lines.append(Text(f"{found.refused} refused", style="red"))
    if found.lost:
        lines.append(Text(f"cannot be taught, not in the text as read: {_many(found.lost)}"))
    if found.unlisted:
        lines.append(Text(f"left out, none of the type's values: {_many(found.unlisted)}"))
    return Group(*lines)


def _many(counted: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counted)


def doctypes(types: Iterable[DocType]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for kind in types:
        table.add_row(Text(kind.name, style="bold"), Text(kind.title))
        table.add_row(_label("fields"), _names(kind.fields))
        if kind.items:
            table.add_row(_label(kind.items.name), _names(kind.items.fields))
        table.add_row(_label("sent by"), Text(", ".join(kind.party)))
        table.add_row(
            _label("checks"), Text("\n".join(check.expression for check in kind.checks) or "none")
        )
        table.add_row()
    return Group(table, Text("* required: a document without it is held", style="dim"))


def _label(text: str) -> Text:
    return Text(f"  {text}", style="dim")


def _names(specs: Iterable[FieldSpec]) -> Text:
    return Text(", ".join(f"{spec.name}*" if spec.required else spec.name for spec in specs))


def pages(document: Document) -> str:
    """How it was read, in a few words."""
    scans = sum(page.source == "ocr" for page in document.pages)
    many = counted(len(document.pages), "page")
    return f"{many}, {scans} by OCR" if scans else f"{many} with a text layer"
