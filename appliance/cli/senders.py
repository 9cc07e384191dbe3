"""Commands for the directory of senders: whom it knows, what of them, and what is put right."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import sender_views
from appliance.cli.context import at_home, opened, out, tell_each, typed, user
from appliance.domain.errors import ConfigError
from appliance.domain.sender_rulings import (
    SenderForgotten,
    SenderImported,
    SenderRenamed,
    SenderRuling,
    SendersMerged,
)
from appliance.domain.senders import SenderEntry
from appliance.evaluation.evaluate import list_text
from appliance.fields.folding import fold_alnum
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.sender_list import SenderList
from appliance.records.store import Store
from appliance.records.told_senders import ToldSenders
from appliance.senders import card_file, wording
from appliance.senders.directory import SenderDirectory
from appliance.senders.profile import sender_profile, told_profile
from appliance.service import wiring
from appliance.settings.home import Home
from appliance.system import files

app = typer.Typer()
senders_app = typer.Typer(
    help="Show the known senders, and put right what is known of them.", no_args_is_help=True
)
app.add_typer(senders_app, name="senders")

Party = Annotated[
    str, typer.Argument(help="Id of the sender, its first letters, or a name.", callback=typed)
]


@senders_app.command("list")
def list_(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each sender as one line of JSON.")
    ] = False,
) -> None:
    """List the known senders, those with the newest documents first, then what other sites tell."""
    with _up_to_date(context) as (_, store):
        entries = every(store)
    if as_json:
        tell_each(map(asdict, entries))
    else:
        out.print(sender_views.entries(entries))


@senders_app.command()
def show(context: typer.Context, party: Party) -> None:
    """Show one sender: how it is recognised, its documents, and what is remembered of them."""
    with _up_to_date(context) as (home, store):
        entry = found(every(store), party)
        told = ToldSenders(store.database).told(entry.party) if entry.told_by else None
        if told:
            profile = told_profile(told, entry)
        else:
            profile = sender_profile(store, entry, doctype=partial(wiring.doctype, home))
        out.print(sender_views.sender(profile))


@senders_app.command()
def merge(
    context: typer.Context,
    party: Party,
    into: Annotated[str, typer.Argument(help="The sender that it is, said in the same way.")],
) -> None:
    """Make two senders one, which goes by the id of the second."""
    with _up_to_date(context) as (_, store):
        one, other = _known_here(store, party), _known_here(store, into)
        if one == other:
            raise ConfigError(
                f"{party} and {into} are one sender already",
                hint="`appliance senders list` shows which there are",
            )
        _rule(store, ruling := SendersMerged(one.party, other.party))
    _say(wording.ruled(ruling))


@senders_app.command()
def rename(
    context: typer.Context,
    party: Party,
    name: Annotated[
        str, typer.Argument(help="How it is called in lists; its id stays.", callback=typed)
    ],
) -> None:
    """Call a sender by another name in lists."""
    with _up_to_date(context) as (_, store):
        entry = _known_here(store, party)
        _rule(store, ruling := SenderRenamed(entry.party, name.strip()))
    _say(wording.ruled(ruling))


@senders_app.command()
def forget(
    context: typer.Context,
    party: Party,
    yes: Annotated[bool, typer.Option("--yes", help="Forget it without being asked.")] = False,
) -> None:
    """Forget a sender: it is new when a document of it is approved again."""
    with _up_to_date(context) as (_, store):
        entry = found(every(store), party)
        ruling = SenderForgotten(entry.party)
        if not yes:
            out.print(sender_views.entries([entry]))
            _say(wording.TOLD_NO_MORE if entry.told_by else wording.meaning(ruling))
            typer.confirm("Forget it?", abort=True)
        _rule(store, ruling)
    _say(wording.ruled(ruling))


@senders_app.command()
def export(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="SENDERS.jsonl", help="File to write, JSON lines.", dir_okay=False),
    ],
) -> None:
    """Write names, codes and marks of all senders into a file for another home."""
    with _up_to_date(context) as (_, store):
        cards = list(SenderList(store).cards())
        try:
            files.write(file, card_file.written(cards).encode())
        except OSError as error:
            raise ConfigError(
                f"{file} cannot be written: {error.strerror}",
                hint="name a file in a folder that you may write to",
            ) from error
        about = f"senders, {file.absolute()}"
        Audit(store.database).note(LinkKind.EXPORTED, who=user(), about=about, now=time.time())
    _say(f"{sender_views.senders({one.known.party for one in cards})} written to {file}")


@senders_app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="SENDERS.jsonl", help="File that `export` wrote.", exists=True, dir_okay=False
        ),
    ],
) -> None:
    """Know the senders of another home; those that are known here stay as they are."""
    cards = card_file.read(list_text(file), source=str(file))
    with _up_to_date(context) as (_, store):
        known = SenderList(store)
        new = [card for card in cards if not known.knows(card)]
        _rule(store, *map(SenderImported, new))
    imported = {one.known.party for one in new}
    _say(f"{sender_views.senders(imported)} imported")
    if there := {one.known.party for one in cards} - imported:
        _say(f"{sender_views.senders(there)} known here already")


@contextmanager
def _up_to_date(context: typer.Context) -> Iterator[tuple[Home, Store]]:
    """With a directory that knows all that was said."""
    home, _ = at_home(context)
    with opened(home) as store:
        SenderDirectory(store).learn()
        yield home, store


def _rule(store: Store, *rulings: SenderRuling) -> None:
    SenderDirectory(store).rule(*rulings, who=user(), now=time.time())


def every(store: Store) -> list[SenderEntry]:
    """Those that are known here, then those that other sites alone know."""
    known = SenderList(store)
    return [*known.entries(), *known.told()]


def _known_here(store: Store, said: str) -> SenderEntry:
    entry = found(every(store), said)
    if entry.told_by:
        raise ConfigError(
            f"{said} is known at other sites alone",
            hint="it is known here once a document of it is approved",
        )
    return entry


def found(entries: Sequence[SenderEntry], said: str) -> SenderEntry:
    """By its id, else by a name, else by the first letters of its id. Raises ConfigError."""
    folded = fold_alnum(said)
    ways = (
        [one for one in entries if one.party == said],
        [one for one in entries if folded in map(fold_alnum, one.known_as)],
        [one for one in entries if fold_alnum(one.party).startswith(folded)],
    )
    found = next((way for way in ways if folded and way), [])
    if not found:
        raise ConfigError(
            f"no sender is called {said}, nor begins its id so",
            hint="`appliance senders list` lists them",
        )
    if len(found) > 1:
        several = ", ".join(one.party for one in found[:_FEW])
        raise ConfigError(f"{said} fits several senders", hint=f"write a whole id: {several}")
    return found[0]


_FEW = 5
"""Of the ids that fit, by name."""


def _say(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True)
