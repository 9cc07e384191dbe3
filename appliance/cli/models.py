"""Commands for the models: which there are, which one serves, another one."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import for_programs, model_views
from appliance.cli.context import (
    at_home,
    complain,
    err,
    opened,
    out,
    tell_done,
    tell_each,
    typed,
    user,
)
from appliance.domain.errors import ApplianceError, ModelError
from appliance.domain.plurals import counted
from appliance.domain.results import ModelVersion
from appliance.learning.models import bundles
from appliance.learning.models.packages import GEMMA3, PACKAGED
from appliance.learning.models.received import ReceivedVersions
from appliance.learning.models.registry import Registry
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.labels import Labels
from appliance.service import doctor, model_files, wiring
from appliance.service.changes import promoting
from appliance.settings.config import Settings
from appliance.settings.home import Home

app = typer.Typer()
model_app = typer.Typer(help="List the model versions, or add a model.", no_args_is_help=True)
app.add_typer(model_app, name="model")

_RISK = (
    "What is there now will be taken for what this appliance made. If somebody else changed it, a"
    " model that answers wrongly serves from then on. A restored backup is the safer way."
)


JsonOption = Annotated[bool, typer.Option("--json", help="Print each version as one line of JSON.")]


@app.command()
def models(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the model versions with the verdict on each; an arrow marks the serving one. Below stand
    those of other homes that are not judged yet."""
    home, _ = at_home(context)
    registry = Registry(home.models)
    found = [(version, registry.size(version)) for version in registry.readable()]
    found.sort(key=lambda pair: (pair[0].made_at, pair[0].name))
    champion = _champion(registry)
    if as_json:
        tell_each(for_programs.version(*one, champion=champion) for one in found)
    else:
        out.print(model_views.versions(found, champion=champion))
        for line in model_views.received(registry):
            out.print(line, highlight=False, soft_wrap=True)
    for flaw in registry.flaws(quick=True):
        complain(flaw)


@app.command()
def promote(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="Name of the version, or its first letters.")],
) -> None:
    """Let another version serve."""
    home, settings = at_home(context)
    registry = Registry(home.models)
    found = registry.find(version)
    _make_whole(registry, found, settings)
    with opened(home) as store, promoting(home, store, who=user()):
        registry.promote(found)
    _say(home, registry, found)


@app.command()
def rollback(context: typer.Context) -> None:
    """Let the previous version serve again."""
    home, settings = at_home(context)
    registry = Registry(home.models)
    if back := registry.back():
        _make_whole(registry, registry.version(back), settings)
    with opened(home) as store, promoting(home, store, who=user()):
        version = registry.rollback()
    _say(home, registry, version)


@model_app.command("list")
def model_list(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the model versions, as `appliance models` does."""
    models(context, as_json)


@model_app.command("add")
def model_add(
    context: typer.Context,
    model: Annotated[
        str, typer.Argument(metavar="FILE.gguf", help=f"GGUF file of the model, or {GEMMA3.name}.")
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="Agree to the terms of the model, if it has any.")
    ] = False,
) -> None:
    """Copy a model in, try it, and let it serve."""
    home, settings = at_home(context)
    registry = Registry(home.models)
    packaged = PACKAGED.get(model)
    if packaged:
        packaged.find()  # before anybody agrees to the terms of what is not there
        if packaged.terms:
            out.print(packaged.terms, highlight=False)
            if not yes:
                typer.confirm("Do you agree to them?", abort=True)
    with err.status("copying and trying the model"):
        there = registry.names()
        version = registry.add_packaged(packaged) if packaged else registry.add(Path(model))
        try:
            doctor.try_model(version, settings)
        except ApplianceError:
            if version.name not in there:
                registry.remove(version)
            raise
        with opened(home) as store, promoting(home, store, who=user()):
            registry.promote(version)
    _say(home, registry, version)


@model_app.command("export")
def model_export(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="Name of the version, or its first letters.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Model bundle to write.", dir_okay=False)
    ],
    origin: Annotated[
        str,
        typer.Option(
            help="What this home is called in the other; the machine's name.", callback=typed
        ),
    ] = "",
) -> None:
    """Write a tuned version into one file, a model bundle, for another home."""
    home, _ = at_home(context)
    registry = Registry(home.models)
    found = registry.find(version)
    with opened(home) as store:
        bundle, learned = bundles.write(
            registry, Labels(store), found, file, origin=origin or socket.gethostname()
        )
        about = f"{found.name}, {file.absolute()}"
        Audit(store.database).note(LinkKind.EXPORTED, who=user(), about=about, now=time.time())
    size = f"{file.stat().st_size / 1e6:.1f} MB"
    tell_done("written", f"{found.name} of {bundle.origin} to {file}, {size}")
    if learned.unknown:
        out.print(
            f"of {counted(learned.unknown, 'document')} that it learned from nothing is known any"
            " more: another home may measure it on other scans of them",
            style="yellow",
            highlight=False,
            soft_wrap=True,
        )
    out.print(_SAYS, style="dim", highlight=False, soft_wrap=True)
    out.print("next: `appliance model import FILE` in the other home", highlight=False)


_SAYS = (
    "it holds what the version was taught, names of senders, and hashes of numbers of the"
    " documents: give it to homes of yours alone"
)


@model_app.command("import")
def model_import(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Model bundle that `export` wrote.", exists=True, dir_okay=False
        ),
    ],
) -> None:
    """Take a version of another home, for a night to judge; what serves stays."""
    home, _ = at_home(context)
    received = ReceivedVersions(Registry(home.models))
    with err.status("checking the bundle"):
        found = received.add(file, now=time.time())
    documents = counted(found.bundle.training.documents, "document")
    known = f"{found.name} of {found.bundle.origin}, tuned on {documents}"
    tell_done("received", known)
    for older in received.replaced():
        out.print(f"{older.name}, which waited, is not judged any more", highlight=False)
    out.print(_JUDGED, highlight=False, soft_wrap=True)


_JUDGED = "next: a night judges it, or `appliance tune` now; it serves only if it is proven better"


@model_app.command("seal")
def model_seal(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Take the risk without being asked.")] = False,
) -> None:
    """Take changed model versions for the appliance's own."""
    home, _ = at_home(context)
    registry = Registry(home.models)
    flaws = list(registry.flaws())
    if registry.seals.begun and not flaws:
        tell_done("nothing to do", "all versions are as they were sealed")
        return
    for flaw in flaws:
        out.print(str(flaw), highlight=False, soft_wrap=True)
    out.print(_RISK, highlight=False, style="yellow")
    if not yes:
        typer.confirm("Seal what is there now?", abort=True)
    with opened(home) as store, store.database.writing():
        registry.seal()
        Audit(store.database).note(LinkKind.SEALED, who=user(), now=time.time())
    for flaw in registry.flaws():
        complain(flaw)
    tell_done("sealed", ", ".join(registry.names()))
    out.print("next: `appliance promise` computes anew what may be accepted", highlight=False)


def _champion(registry: Registry) -> str | None:
    """None when nothing says which."""
    with suppress(ModelError):
        return registry.pointer().name
    return None


def _make_whole(registry: Registry, version: ModelVersion, settings: Settings) -> None:
    if not registry.sound(version):
        with err.status("making its file again, from the base and what it was taught"):
            model_files.restore(registry, version, threads=wiring.threads(settings))


def _say(home: Home, registry: Registry, version: ModelVersion) -> None:
    """What is so now, and what happens next."""
    tell_done("serves", version.name)
    service = registry.service()
    if home.daemon() is None:
        then = "`appliance run` starts with it"
    elif service and service.name == version.name:
        then = "the daemon serves it already"
    else:
        then = "the daemon switches to it between two documents, once it has answered there"
    out.print(f"next: {then}", highlight=False, soft_wrap=True)
    if back := registry.back():
        out.print(f"back: `appliance rollback` to {back}", highlight=False, soft_wrap=True)
