"""Commands of a fleet: a home becomes hub or site, sites are admitted and expelled."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from appliance.cli import fleet_views
from appliance.cli.context import at_home, err, opened, out, tell
from appliance.domain.errors import ConfigError, FleetError, HomeError
from appliance.domain.fleet import Sharing
from appliance.fleet import membership, server
from appliance.fleet.together import together
from appliance.records.fleet_hub import HubInbox
from appliance.records.fleet_site import SiteOutbox
from appliance.settings.home import Home

app = typer.Typer()
fleet_app = typer.Typer(
    help="Let the homes of several sites learn from each other: docs/fleet.md.",
    no_args_is_help=True,
)
app.add_typer(fleet_app, name="fleet")
init_app = typer.Typer(help="Make this home the hub of a fleet, or a site.", no_args_is_help=True)
fleet_app.add_typer(init_app, name="init")

SiteName = Annotated[str, typer.Argument(metavar="SITE", help="Name of the site.")]


@init_app.command("hub")
def init_hub(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(metavar="HUB", help="Its name: lower-case letters, digits and hyphens."),
    ],
    listen: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help=f"Where sites may connect. Without it: {membership.LISTEN}, this machine alone.",
        ),
    ] = None,
    reached_at: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="The same place as sites see it, where that is another address.",
        ),
    ] = None,
) -> None:
    """Make this home the hub, or change where it listens; keys and sites stay."""
    home, _ = at_home(context)
    with home.changing_fleet(), _written(home.fleet):
        hub = membership.make_hub(
            home.fleet, name, listen=listen, reached_at=reached_at, now=time.time()
        )
    _say(f"this home is the hub {hub.name}; sites reach it at {hub.reached_at}")
    _next("`appliance fleet admit SITE` for each site, and `appliance fleet run`")


@init_app.command("site")
def init_site(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="INVITATION",
            help="File that `fleet admit` wrote at the hub.",
            exists=True,
            dir_okay=False,
        ),
    ],
) -> None:
    """Make this home a site, by the invitation of its hub."""
    home, _ = at_home(context)
    invitation = membership.read_invitation(file)
    with home.changing_fleet(), _written(home.fleet):
        membership.join(home.fleet, invitation)
    _say(f"this home is the site {invitation.site} of {invitation.hub}, at {invitation.address}")
    _next(f"`appliance fleet run`; remove {file}, which lets in whoever has it")


@fleet_app.command()
def admit(
    context: typer.Context,
    site: SiteName,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="INVITATION", help="File to write. Without it: SITE.invitation.", dir_okay=False
        ),
    ] = None,
) -> None:
    """Let a site speak to this hub, and write the invitation that it needs."""
    home, _ = at_home(context)
    with home.changing_fleet():
        hub, invitation = membership.admit(membership.read_hub(home.fleet), site, now=time.time())
        file = file or Path(f"{site}.invitation")
        if file.exists():
            raise ConfigError(f"{file} is there already", hint="name another file")
        with _written(file):  # first: a key without a site does no harm
            membership.write_invitation(file, invitation)
        with opened(home) as store:
            # Before the server is told: where it cannot be, the command ends.
            HubInbox(store).admit(site)
        _changed(home, hub)
    _say(f"{site} is admitted; its invitation is {file}")
    _next(f"carry it to the site, and there `appliance fleet init site {file.name}`")


@fleet_app.command()
def expel(context: typer.Context, site: SiteName) -> None:
    """Let a site speak to this hub no more; nothing that came from it is learned from again."""
    home, _ = at_home(context)
    with home.changing_fleet():
        hub = membership.expel(membership.read_hub(home.fleet), site)
        with opened(home) as store:
            HubInbox(store).expel(site, now=time.time())
        cut = _changed(home, hub)
    _say(f"{site} is expelled" + ("; its connection is cut" if cut else ""))


@fleet_app.command("run")
def run_fleet(context: typer.Context) -> None:
    """Keep this site and its hub in touch, or be the hub; beside `appliance run`."""
    from appliance.service import fleet  # nats, which other commands do without

    home, settings = at_home(context)
    what = (
        f"the hub {membership.read_hub(home.fleet).name} works"
        if membership.is_hub(home.fleet)
        else f"in touch with {membership.read_site(home.fleet).hub}"
    )
    err.print(f"{what}; Ctrl-C ends it", style="dim", highlight=False)
    asyncio.run(_until_asked_to_stop(fleet.run(home, settings)))


@fleet_app.command()
def status(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each site, or the hub, as one line of JSON.")
    ] = False,
) -> None:
    """How the sites of this hub are, or how far this site and its hub are."""
    home, _ = at_home(context)
    with opened(home) as store:
        if membership.is_hub(home.fleet):
            _hub_status(HubInbox(store), as_json=as_json)
        else:
            membership.read_site(home.fleet)
            _site_status(SiteOutbox(store, lambda name: Sharing()), as_json=as_json)


async def _until_asked_to_stop(work: Coroutine[Any, Any, None]) -> None:
    asked = asyncio.Event()
    with suppress(NotImplementedError):  # of Windows, where Ctrl-C alone ends it
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, asked.set)

    async def until_asked() -> None:
        await asked.wait()

    await together(work, until_asked())


def _hub_status(inbox: HubInbox, *, as_json: bool) -> None:
    every, accuracies = inbox.sites(), inbox.accuracies()
    if as_json:
        for one in every:
            of_site = [asdict(said) for said in accuracies if said.site == one.name]
            tell({**asdict(one), "evidence": of_site})
    elif every:
        out.print(fleet_views.sites(every, accuracies, now=time.time()))
    else:
        _say("no site is admitted")
        _next("`appliance fleet admit SITE`")


def _site_status(outbox: SiteOutbox, *, as_json: bool) -> None:
    hub, backlog = outbox.hub(), outbox.backlog()
    if hub is None:
        raise FleetError(
            "this site was never in touch with its hub", hint="start `appliance fleet run`"
        )
    if as_json:
        tell({**asdict(hub), "backlog": backlog})
    else:
        out.print(fleet_views.hub(hub, backlog, now=time.time()))


def _changed(home: Home, hub: membership.Hub) -> bool:
    """Whether a server runs, which knows it now."""
    with _written(home.fleet):
        membership.write_hub(home.fleet, hub)
        return asyncio.run(server.reload(home.fleet, hub))


@contextmanager
def _written(path: Path) -> Iterator[None]:
    """Raises HomeError."""
    try:
        yield
    except OSError as error:
        raise HomeError(
            f"{path} cannot be written: {error.strerror}",
            hint="work as the user whose appliance it is",
        ) from error


def _say(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True)


def _next(step: str) -> None:
    out.print(f"next: {step}", highlight=False, soft_wrap=True, style="dim")
