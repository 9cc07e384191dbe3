"""The command for what is known from before the appliance came."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from appliance.cli import views
from appliance.cli.context import at_home, err, out, user
from appliance.domain.errors import DocumentError
from appliance.learning.importing.importing import ImportOutcome, summarise
from appliance.learning.importing.manifest import listed
from appliance.service import wiring

app = typer.Typer()

STOPPED = 130
"""Exit code of what Ctrl-C ended."""


@app.command("import")
def import_(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="Folder of documents with a labels.jsonl or one CSV.",
            exists=True,
            file_okay=False,
        ),
    ],
    doctype: Annotated[
        str, typer.Option("--doctype", "-t", metavar="TYPE", help="Document type of the folder.")
    ],
    limit: Annotated[
        int | None, typer.Option(help="Read only this many documents, from the first.", min=1)
    ] = None,
) -> None:
    """Take over documents whose values are known, to learn from and to measure with."""
    home, settings = at_home(context)
    kind = wiring.doctype(home, doctype)
    found = listed(folder, kind)
    given = found.given[:limit]
    if found.strange:
        names = ", ".join(found.strange)
        err.print(f"no field of {kind.name}: {names}", style="yellow")
    done: list[ImportOutcome] = []
    stopped = False
    with wiring.importer(home, settings, who=user()) as importer:
        ends = importer.run(folder, given, kind)
        try:
            for outcome in track(ends, "reading", total=len(given), console=err):
                done.append(outcome)
                if outcome.end == "refused":
                    err.print(f"{outcome.file}: {outcome.reason}", style="red")
        except KeyboardInterrupt:
            stopped = True
    summary = summarise(done)
    out.print(views.imported(summary))
    if stopped:
        out.print("stopped: the same command goes on from here", style="yellow")
        raise typer.Exit(STOPPED)
    out.print("next: `appliance tune`", style="dim", highlight=False)
    if summary.evidence:
        said = "evidence counts once the serving model answered it, in idle time of `appliance run`"
        out.print(said, style="dim", highlight=False)
    if summary.refused:
        raise typer.Exit(DocumentError.exit_code)
