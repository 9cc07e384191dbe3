"""The command for what leaves the home because its owner wants it elsewhere."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from appliance.cli.context import as_typed, at_home, complain, err, opened, out, user
from appliance.domain.errors import DoctypeError, DocumentError
from appliance.domain.plurals import counted
from appliance.learning.exporting.exporting import ExportedLabels
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.service import wiring
from appliance.service.export import Export
from appliance.settings.home import Home

app = typer.Typer()
export_app = typer.Typer(help="Write what clerks approved into files.", no_args_is_help=True)
app.add_typer(export_app, name="export")


@export_app.callback()
def _export() -> None:
    """Write what clerks approved into files."""


@export_app.command()
def corrections(
    context: typer.Context,
    doctype: Annotated[
        str | None,
        typer.Option("--type", "-t", metavar="TYPE", help="Only documents of this type."),
    ] = None,
    to: Annotated[Path, typer.Option(help="New folder, or an empty one.", file_okay=False)] = Path(
        "corrections"
    ),
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Write also the evidence, into a folder apart.")
    ] = False,
) -> None:
    """Write what clerks approved: labels that `import` reads, and chats for other trainers."""
    home, _ = at_home(context)
    if doctype:
        wiring.doctype(home, doctype)
    with opened(home) as store:
        names = [doctype] if doctype else list(_known_types(home, store))
        if not names:
            out.print("nothing is approved yet, and nothing is written", style="dim")
            return
        exports = Export(home, store, to)
        lost = 0
        for name in track(names, "writing labels", console=err):
            lost += _tell_labels(name, exports.labels(name))
            if evidence:
                lost += _tell_labels(f"evidence/{name}", exports.evidence(name))
        kept_back = sum(kind in names for _, kind in Labels(store).evidence_keys())
        if kept_back and not evidence:
            said = f"left out: {counted(kept_back, 'document')} of the evidence, which models are"
            out.print(f"{said} measured by and never trained on", highlight=False, soft_wrap=True)
        for name, count in track(
            exports.chats(names), "writing chats", total=len(names), console=err
        ):
            out.print(f"{name}: {counted(count, 'chat')}", highlight=False)
        about = f"{', '.join(names)}, {to.absolute()}"
        Audit(store.database).note(LinkKind.EXPORTED, who=user(), about=about, now=time.time())
    said = f"written to {to}: `appliance import {as_typed(to / 'TYPE')} -t TYPE` reads it"
    out.print(said, style="dim", highlight=False, soft_wrap=True)
    if lost:
        raise typer.Exit(DocumentError.exit_code)


def _known_types(home: Home, store: Store) -> list[str]:
    """Of what clerks approved; one that is gone or broken is told."""
    names = []
    for name in Labels(store).doctypes():
        try:
            wiring.doctype(home, name)
        except DoctypeError as error:
            complain(error, about=f"{name} is left out")
        else:
            names.append(name)
    return names


def _tell_labels(name: str, done: ExportedLabels) -> int:
    """How many documents are lost."""
    said = f"{name}: {counted(done.documents, 'document')} with {counted(done.values, 'value')}"
    out.print(said, highlight=False)
    if done.unknown_tables:
        said = f"{done.unknown_tables} without their rows: nobody looked at the whole table"
        out.print(f"  {said}", highlight=False, style="dim")
    if done.at_sites:
        said = f"{done.at_sites} left out: their originals stayed at their sites"
        out.print(f"  {said}", highlight=False, style="dim")
    if done.lost:
        said = f"{len(done.lost)} left out: their originals are gone or damaged"
        err.print(f"  {said}; `appliance verify` names them", style="yellow")
    return len(done.lost)
