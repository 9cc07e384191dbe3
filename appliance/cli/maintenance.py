"""Commands of who looks after it: is all in order, how good is it, its types."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from math import inf
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track
from rich.text import Text

from appliance.cli import evaluation_views, for_programs, verify_views, views
from appliance.cli.auditing import check_hash
from appliance.cli.context import (
    as_typed,
    at_home,
    complain,
    err,
    opened,
    out,
    tell,
    tell_done,
    tell_each,
    tell_file,
    user,
)
from appliance.delivery.schema import schema as result_schema
from appliance.doctypes import catalogue
from appliance.domain.errors import ApplianceError, ConfigError, DocumentError, HomeError
from appliance.domain.plurals import counted
from appliance.evaluation.evaluate import labels
from appliance.evaluation.labels_file import unknown_labels
from appliance.evaluation.scoring import CountedLabels, summarise
from appliance.learning.models.registry import Registry
from appliance.promise.policies import PolicyStore
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.service import backup as backups
from appliance.service import doctor as checkup
from appliance.service import health as monitor
from appliance.service import restore as restores
from appliance.service import wiring
from appliance.service.health import Health, HealthLevel, HealthLimits
from appliance.service.verify import Discrepancy
from appliance.service.versions import answer_versions
from appliance.settings.home import Home

app = typer.Typer()
doctypes_app = typer.Typer(help="List, print or check document types.")
app.add_typer(doctypes_app, name="doctypes")


@app.command()
def doctor(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each check as one line of JSON.")
    ] = False,
) -> None:
    """Check model, OCR, cage, folders, memory and disk, and say what to do."""
    home, settings = at_home(context)
    wrong = 0
    for check in checkup.checks(home, settings):
        wrong += not check.ok
        if as_json:
            tell(asdict(check))
            continue
        mark = ("ok   ", "green") if check.ok else ("wrong", "red")
        out.print(Text.assemble(mark, f" {check.name}: {check.found}"))
        if check.hint:
            out.print(f"      → {check.hint}", highlight=False, style="yellow")
    if wrong:
        raise typer.Exit(1)


@app.command()
def health(
    context: typer.Context,
    warning: Annotated[
        float,
        typer.Option(
            "--warning", "-w", metavar="MINUTES", help="How long a document may wait.", min=0
        ),
    ] = 60.0,
    critical: Annotated[
        float,
        typer.Option(
            "--critical", "-c", metavar="MINUTES", help="After how long it is an alarm.", min=0
        ),
    ] = 240.0,
    backup: Annotated[
        float,
        typer.Option(
            metavar="HOURS", help="How old the last backup may be.", min=0, show_default="any age"
        ),
    ] = inf,
) -> None:
    """Say in one line whether somebody has to look, for cron or Nagios: docs/how-to/service.md."""
    limits = HealthLimits(60 * warning, 60 * critical, 3600 * backup)
    try:
        home, _ = at_home(context)
        found = monitor.health(home, limits, now=time.time())
    except ApplianceError as error:
        found = Health(HealthLevel.UNKNOWN, error.in_words)
    out.print(str(found), highlight=False, soft_wrap=True)
    raise typer.Exit(found.level)


@app.command()
def verify(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each finding as one line of JSON.")
    ] = False,
    head: Annotated[
        str | None,
        typer.Option(
            metavar="HASH",
            help="Also find this link in the audit: `appliance audit --head` printed it once.",
        ),
    ] = None,
) -> None:
    """Check every stored file, record and link of the audit against what it was."""
    home, _ = at_home(context)
    if head is not None:
        check_hash(head)
    problems = _problems(home, head)
    if as_json:
        tell_each(map(asdict, problems))
    else:
        _tell_problems(problems)
    if any(not problem.harmless for problem in problems):
        raise typer.Exit(1)
    if not as_json:
        out.print("all files and rows agree", style="green")


def _problems(home: Home, head: str | None = None) -> list[Discrepancy]:
    with opened(home) as store, err.status("reading every stored file"):
        return wiring.verify(home, store, head=head)


def _tell_problems(problems: Sequence[Discrepancy]) -> None:
    """Name each problem, and count what ordinary work leaves behind."""
    usual = Counter(problem.usual for problem in problems if problem.usual)
    for kind, number in usual.items():
        out.print(
            verify_views.describe_usual(kind, number), highlight=False, style="dim", soft_wrap=True
        )
    for problem in problems:
        if problem.usual:
            continue
        style = "dim" if problem.harmless else "yellow"
        out.print(f"{problem.where} {problem.message}", highlight=False, style=style)
        out.print(f"  → {problem.hint}", highlight=False, style="dim")


def _progress(doing: str, names: Sequence[str]) -> Iterable[str]:
    return track(names, doing, console=err)


@app.command()
def backup(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(help="New folder, or the folder of an earlier backup.", file_okay=False),
    ],
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove from the backup what the home has no more.")
    ] = False,
) -> None:
    """Copy all that cannot be made again, while everything runs: see docs/how-to/keeping.md."""
    home, _ = at_home(context)
    with opened(home) as store:
        done = backups.backup(
            home, store, folder.absolute(), progress=_progress, now=time.time(), prune=prune
        )
        documents = counted(done.documents, "document")
        audit, about = Audit(store.database), f"{documents}, {folder.absolute()}"
        audit.note(LinkKind.BACKED_UP, who=user(), about=about, now=time.time())
    tell_done("whole", f"{documents}, {done.new} of them new, in {folder}")
    if done.pruned:
        files = counted(done.pruned, "file")
        out.print(f"removed there: {files} that the home has no more", highlight=False)
    if done.only_there:
        said = f"whole in the backup alone: {counted(len(done.only_there), 'document')}"
        err.print(said, style="yellow")
        hint = f"→ `appliance verify` names them: copy them back from {folder}/archive"
        err.print(hint, style="yellow")
    if done.lost:
        raise HomeError(
            f"{counted(len(done.lost), 'document')} missing from it: originals gone or damaged",
            hint="`appliance verify` names them; all else is in the backup",
        )


@app.command()
def restore(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(help="Folder of a backup.", exists=True, file_okay=False)
    ],
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Do without originals that the backup lacks.")
    ] = False,
) -> None:
    """Make a home of a backup, in a new or empty folder, and check all of it."""
    home: Home = context.obj
    done = restores.restore(
        home,
        folder.absolute(),
        progress=_progress,
        incomplete=incomplete,
        who=user(),
        now=time.time(),
    )
    problems = _problems(home)
    serious = [problem for problem in problems if not problem.harmless]
    documents = counted(done.documents, "document")
    tell_done("restored", f"{documents} as of {done.made_at}, in {home.folder}")
    if harmless := len(problems) - len(serious):
        said = f"{harmless} results and failed documents are on record, and not in their folders"
        out.print(f"{said}: a backup leaves them out", style="dim", highlight=False)
    _tell_problems(serious)
    if serious:
        raise typer.Exit(1)
    out.print("all files and rows agree", style="green")
    registry = Registry(home.models)
    there = registry.has_champion() and registry.whole(registry.champion())
    said = f"next: `appliance --home {as_typed(home.folder)} {'run' if there else 'init'}`"
    out.print(said, style="dim", highlight=False, soft_wrap=True)


@app.command()
def evaluate(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="Folder of documents with a labels.jsonl.",
            exists=True,
            file_okay=False,
        ),
    ],
    doctype: Annotated[
        str, typer.Option("--doctype", "-t", metavar="TYPE", help="Document type of the folder.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")] = False,
    limit: Annotated[
        int | None, typer.Option(help="Read only this many documents, from the first.", min=1)
    ] = None,
    fold_case: Annotated[
        bool, typer.Option("--fold-case", help="Ignore case in exact matches.")
    ] = False,
) -> None:
    """Compare the answers of the serving model with labelled documents."""
    home, settings = at_home(context)
    kind = wiring.doctype(home, doctype)
    counted = CountedLabels(fold_case=fold_case)
    lines = labels(folder)
    total = len(lines[:limit])
    if odd := ", ".join(
        dict.fromkeys(name for line in lines for name in unknown_labels(line, kind))
    ):
        err.print(f"no field of {kind.name}: {odd}", style="yellow")
    scores = []
    with wiring.evaluation(home, settings, folder, kind, counted, limit) as (model, progress):
        for scored in track(progress, "reading and asking", total=total, console=err):
            scores.append(scored)
            if scored.error:
                err.print(f"{scored.name}: {scored.error}", style="red")
    found = summarise(scores, kind, model=model.name, parties=frozenset(model.parties))
    if as_json:
        tell(asdict(found))
    else:
        kept = PolicyStore(home.models).calibrations(model.name).of(answer_versions(settings))
        grants = kept[kind.name].grants if kind.name in kept else ()
        out.print(
            evaluation_views.evaluation(found, promised=any(grant.proven for grant in grants))
        )
    if found.crashed or found.refused:
        raise typer.Exit(DocumentError.exit_code)


@app.command()
def schema(
    context: typer.Context,
    doctype: Annotated[str, typer.Argument(metavar="TYPE", help="Name of the document type.")],
) -> None:
    """Print the JSON Schema of the results of one document type."""
    home: Home = context.obj
    found = result_schema(wiring.doctype(home, doctype))
    tell_file(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


@doctypes_app.callback(invoke_without_command=True)
def doctypes_list(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each type as one line of JSON.")
    ] = False,
) -> None:
    """List the document types of this home, and say which cannot be used."""
    if context.invoked_subcommand is not None:
        return
    home: Home = context.obj
    kinds, faults = [], []
    for name in catalogue.names(home.doctypes):
        try:
            kinds.append(wiring.doctype(home, name))
        except ConfigError as error:
            faults.append(error)
    if as_json:
        tell_each(map(for_programs.doctype, kinds))
    else:
        out.print(views.doctypes(kinds))
        hint = f"`appliance doctypes show NAME` prints one; also {', '.join(catalogue.examples())}"
        out.print(hint, style="dim", highlight=False)
    for fault in faults:
        complain(fault)
    if faults:
        raise typer.Exit(ConfigError.exit_code)


@doctypes_app.command("show")
def doctypes_show(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Name of the document type.")]
) -> None:
    """Print the file of a document type, to start your own from."""
    home: Home = context.obj
    tell_file(catalogue.source(name, folder=home.doctypes))


@doctypes_app.command("check")
def doctypes_check(
    file: Annotated[
        Path, typer.Argument(help="File of the document type.", exists=True, dir_okay=False)
    ],
) -> None:
    """List everything that is wrong with the file of a document type."""
    problems = catalogue.problems(file)
    for problem in problems:
        out.print(f"{file}: {problem}", highlight=False)
    if problems:
        raise typer.Exit(ConfigError.exit_code)
    tell_done("fine", catalogue.load(file).title)
