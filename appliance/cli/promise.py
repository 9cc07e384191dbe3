"""The command of the promise: what may be accepted, on what evidence, and what is missing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import promise_views
from appliance.cli.context import at_home, err, opened, out, tell_each
from appliance.domain.doctype import DocType
from appliance.domain.errors import ConfigError
from appliance.learning.models.registry import Registry
from appliance.promise.evidence_answers import progress
from appliance.promise.evidence_standing import count_set_apart, list_unanswered
from appliance.promise.overview import Overview, rows, straight
from appliance.promise.policies import DoctypeCalibration
from appliance.promise.threshold import EvidenceValue
from appliance.records.store import Store
from appliance.service import wiring
from appliance.service.versions import answer_versions
from appliance.settings.config import Settings
from appliance.settings.home import Home
from appliance.system import files

if TYPE_CHECKING:
    from appliance.promise.calibration import Calibration

app = typer.Typer()

Seen = tuple[Overview, Mapping[str, Sequence[EvidenceValue]]]
"""A type with the values of its evidence."""


@app.command()
def promise(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="Show also types of which no document has come.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each promise as one line of JSON.")
    ] = False,
    plots: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Draw two pictures for each type into this folder.", file_okay=False
        ),
    ] = None,
) -> None:
    """Show what accuracy is promised, on what evidence, and what is missing."""
    home, settings = at_home(context)
    model = Registry(home.models).pointer().name
    versions = answer_versions(settings)
    with opened(home) as store, err.status("counting the evidence") as status:
        come = {name for name, _ in store.counts()}
        seen = [
            one
            for one in _seen(home, settings, store, model, told=status.update)
            if every or one[0].doctype in come
        ]
        types = {one.doctype: one.kept for one, _ in seen}
        unanswered = list_unanswered(store, home.models, model, versions, types)
    found = [one for one, _ in seen]
    if as_json:
        tell_each(row for one in found for row in rows(one))
    else:
        out.print(promise_views.overview(found, model=model), highlight=False)
        for line in promise_views.backfill(progress(home.models / model), versions):
            out.print(line, highlight=False)
        for told in promise_views.describe_unanswered(unanswered):
            out.print(told, style="yellow", highlight=False)
    if plots:
        _draw(seen, plots)


def _seen(
    home: Home, settings: Settings, store: Store, model: str, *, told: Callable[[str], None]
) -> Iterator[Seen]:
    """Each type; the version's calibrations are made anew where that is due."""
    # What counts and fits takes time and memory that no other command has to spend.
    from appliance.promise.calibration_job import calibration_of, renew

    promised = wiring.promised(home, settings, store)
    kinds, versions = [kind for kind, _ in promised], answer_versions(settings)
    about = model, home.models, store, kinds
    taught = Registry(home.models).taught(model)
    whole = cache(partial(calibration_of, *about, versions=versions, taught=taught))
    calibrations = renew(
        *(model, home.models, store, promised),
        versions=versions,
        now=time.time(),
        told=told,
        whole=whole,
    )
    calibration, set_apart = whole(), count_set_apart(store)
    for kind, _ in promised:
        told(kind.name)
        kept = calibrations.types[kind.name]
        values = calibration.values(kind, kept.weights)
        found = _overview(kind, model, kept, values, calibration)
        yield replace(found, set_apart=set_apart[kind.name]), values


def _overview(
    kind: DocType,
    model: str,
    kept: DoctypeCalibration,
    values: Mapping[str, Sequence[EvidenceValue]],
    calibration: Calibration,
) -> Overview:
    through = straight(values, kept.policy, table=kind.items.name if kind.items else None)
    since = {
        grant: when
        for grant in kept.grants
        if grant.withdrawn and (when := calibration.doubted_since(kind, grant)) is not None
    }
    return Overview(kind.name, model, kept, through, since)


def _draw(seen: Sequence[Seen], folder: Path) -> None:
    from appliance.promise import curves  # matplotlib takes half a second

    for found, values in seen:
        name, kept = found.doctype, found.kept
        every = [value for told in values.values() for value in told]
        if not any(value.score for value in every):
            err.print(f"{name}: nothing to draw yet", highlight=False)
            continue
        drawn = [grant for grant in found.promises if curves.of_grant(grant, values)]
        pictures = {
            f"{name}-risk.png": curves.risk(name, drawn, values),
            f"{name}-reliability.png": curves.reliability(
                name, every, fitted=kept.weights is not None
            ),
        }
        for file, figure in pictures.items():
            _keep(folder / file, curves.png(figure))


def _keep(path: Path, picture: bytes) -> None:
    try:
        files.write(path, picture)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be written: {error.strerror}",
            hint="name a folder that you may write to with --plots",
        ) from error
    err.print(f"drawn: {path}", highlight=False, soft_wrap=True)
