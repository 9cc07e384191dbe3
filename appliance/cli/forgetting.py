"""The command that forgets documents, with all that was made of them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text

from appliance.cli import views
from appliance.cli.context import at_home, err, opened, out, tell, tell_done, typed, user
from appliance.cli.documents import found as documents_found
from appliance.cli.senders import every
from appliance.cli.senders import found as sender_found
from appliance.domain.errors import ConfigError
from appliance.domain.local_time import earlier
from appliance.domain.plurals import counted
from appliance.fields.folding import fold_alnum
from appliance.learning.models.registry import Registry
from appliance.records.erasures import Erasure, ErasureChoice, Erasures
from appliance.records.store import Store
from appliance.records.told_senders import ToldSenders
from appliance.senders.directory import SenderDirectory
from appliance.service import forgetting, keeping, model_files, wiring
from appliance.service.forgetting import ErasurePlan
from appliance.settings.home import Home

app = typer.Typer()


@app.command()
def forget(
    context: typer.Context,
    docids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DOCID...",
            help="Docids of the documents, or their first letters.",
            show_default=False,
        ),
    ] = None,
    sender: Annotated[
        str | None,
        typer.Option(help="All documents of this sender: its id or a name.", callback=typed),
    ] = None,
    older_than: Annotated[
        str | None,
        typer.Option(metavar="AGE", help="All that came longer ago than 8y, 18m or 90d."),
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help="All that its type keeps no longer: [keep] years.")
    ] = False,
    results: Annotated[
        bool, typer.Option("--results", help="Remove their results from the outbox too.")
    ] = False,
    because: Annotated[
        str,
        typer.Option(help="Why; this is kept for good, so name nobody in it.", callback=typed),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Forget them without being asked.")] = False,
    past: Annotated[
        bool, typer.Option("--list", help="List only what was forgotten when, by whom and why.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print what would go, or the list, as JSON."),
    ] = False,
) -> None:
    """Remove documents for good, with all that was made of them: see docs/how-to/keeping.md."""
    home, settings = at_home(context)
    with opened(home) as store:
        if past:
            _list(Erasures(store).erasures(), as_json=as_json)
            return
        goes_on = Erasures(store).unfinished() is not None
        if goes_on:
            _go_on(home, store)
        if goes_on and not (docids or sender or older_than or due):
            return
        chosen, these, senders = _chosen(store, docids or [], sender, older_than, due=due)
        if chosen is ErasureChoice.TYPE:
            kept = keeping.kept_no_longer(home, store, now=time.time())
            these, because = kept.docids, because or kept.why
        plan = forgetting.plan(home, store, these, senders=senders)
        if as_json:
            tell(_as_json(plan))
        else:
            _show(plan, results=results)
        if not (plan.docids or plan.senders) or as_json and not yes:
            return
        with home.resting():
            pass  # or nobody need be asked
        if not yes:
            typer.confirm("Forget them for good?", abort=True)
        with home.resting(), err.status("forgetting"):
            forgetting.forget(
                home,
                store,
                plan.docids,
                senders=plan.senders,
                chosen=chosen,
                results=results,
                who=user(),
                why=because,
                make_whole=lambda version: model_files.make_whole(
                    Registry(home.models), version, threads=wiring.threads(settings)
                ),
                now=time.time(),
            )
    if not as_json:
        tell_done("forgotten", counted(len(plan.docids), "document"))
        out.print(_NEXT, style="dim", highlight=False, soft_wrap=True)


def _go_on(home: Home, store: Store) -> None:
    with home.resting(), err.status("going on with an erasure that was cut"):
        forgetting.finish(home, store)
    err.print("an erasure that was cut is finished now", style="yellow")


_NEXT = (
    "next: `appliance run`, which computes anew what may be accepted; earlier backups still hold"
    " them: `appliance backup FOLDER --prune` removes them from one"
)


def _chosen(
    store: Store, docids: list[str], sender: str | None, older_than: str | None, *, due: bool
) -> tuple[ErasureChoice, Collection[str], Collection[str]]:
    """How they are chosen, and which; none yet by their type. And ids of senders of whom what was
    said goes too. Raises ConfigError."""
    ways = [bool(docids), sender is not None, older_than is not None, due]
    if sum(ways) != 1:
        raise ConfigError(
            "which documents?", hint="name docids, or give --sender, --older-than or --due"
        )
    if due:
        return ErasureChoice.TYPE, (), ()
    if sender is not None:
        return ErasureChoice.SENDER, *_of_sender(store, sender)
    if older_than is not None:
        return ErasureChoice.AGE, Erasures(store).last_came_before(_moment(older_than)), ()
    named = {documents_found(store, typed(one) or "")[0].docid for one in docids}
    return ErasureChoice.NAMED, named, ()


def _of_sender(store: Store, said: str) -> tuple[Collection[str], Collection[str]]:
    """Docids, and ids of the sender: by which other sites tell of it, and its own where what was
    said of it is all that there is. Raises ConfigError where nobody is called so, and no document
    names it."""
    SenderDirectory(store).learn()
    entries = every(store)
    if not any(fold_alnum(said) in map(fold_alnum, (one.party, *one.known_as)) for one in entries):
        unknown = Erasures(store).of_sender([said], None)
        if not unknown:
            raise ConfigError(
                f"no sender is called {said}", hint="`appliance senders list` lists them"
            )
        return unknown, ()
    entry = sender_found(entries, said)
    names = entry.party, *entry.known_as
    senders = {*ToldSenders(store.database).called(names)}
    if not entry.documents:
        senders.add(entry.party)
    return Erasures(store).of_sender(entry.known_as, entry.party), sorted(senders)


def _moment(older_than: str) -> float:
    try:
        return earlier(time.time(), older_than)
    except ValueError as error:
        raise ConfigError(
            f"{older_than} is no age", hint="write years, months or days: 8y, 18m, 90d"
        ) from error


def _show(plan: ErasurePlan, *, results: bool) -> None:
    out.print(views.jobs(plan.jobs, empty="no document is to be forgotten"))
    for told in _consequences(plan, results=results):
        out.print(told, highlight=False, soft_wrap=True, style="yellow")


def _consequences(plan: ErasurePlan, *, results: bool) -> Iterator[str]:
    for mail in plan.mails:
        yield (
            f"the mail {mail.source} ({mail.docid[:8]}) stays, with their bytes in it: other"
            " documents came in it too; forget the mail, and all of them go"
        )
    if plan.results and not results:
        yield "what is in the outbox stays: --results removes it too"
    if plan.senders:
        yield f"what you or other sites said of {', '.join(plan.senders)} goes too"
    if plan.versions:
        names = ", ".join(version.name for version in plan.versions)
        yield f"these model versions learned from them and go too: {names}"
    if plan.received:
        names = ", ".join(one.name for one in plan.received)
        yield f"these, which are not judged yet, learned from them and go too: {names}"
    if origins := ", ".join(sorted(_origins(plan))):
        yield f"what was learned from them in {origins} stays there: forget them there too"
    if plan.serves:
        yield f"{plan.serves.name}, which never saw them, serves from then on"
    if plan.night:
        yield "the night in progress is given up"


def _origins(plan: ErasurePlan) -> set[str]:
    """Other homes that learned from the documents."""
    tuned = {version.origin for version in plan.versions if version.origin}
    return tuned | {one.bundle.origin for one in plan.received}


def _as_json(plan: ErasurePlan) -> dict[str, object]:
    return {
        "documents": [{**asdict(job), "state": job.state.value} for job in plan.jobs],
        "mails_that_stay": [mail.docid for mail in plan.mails],
        "results": list(plan.results),
        "senders": list(plan.senders),
        "versions": [version.name for version in plan.versions],
        "received": [one.name for one in plan.received],
        "serves": plan.serves.name if plan.serves else None,
        "night": plan.night,
    }


def _list(erasures: Iterable[Erasure], *, as_json: bool) -> None:
    if as_json:
        tell([asdict(one) for one in erasures])
    else:
        out.print(_table(erasures))


def _table(erasures: Iterable[Erasure]) -> RenderableType:
    table = Table(
        "when",
        Column("documents", justify="right"),
        "chosen",
        "by",
        "because",
        box=None,
        pad_edge=False,
    )
    for one in erasures:
        when, number = views.clock_time(one.erased_at), str(one.documents)
        table.add_row(when, number, one.chosen.value, Text(one.who), Text(one.why))
    return table if table.row_count else Text("nothing was ever forgotten", style="dim")
