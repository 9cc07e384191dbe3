"""Commands of who has systemd keep it running: install, remove, how it stands."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from appliance.cli import views
from appliance.cli.context import at_home, out, tell, tell_file
from appliance.domain.errors import ConfigError
from appliance.service import systemd
from appliance.service.systemd import UnitStatus

app = typer.Typer()
service_app = typer.Typer(
    help="Have systemd start the appliance and keep it running.", no_args_is_help=True
)
app.add_typer(service_app, name="service")

UserOption = Annotated[
    bool,
    typer.Option("--user", help="A service of whoever is logged in, instead of the machine's."),
]
ForceOption = Annotated[
    bool,
    typer.Option("--force", help="Also over a file that was edited, or is another program's."),
]


@service_app.command("install")
def install(
    context: typer.Context,
    user: UserOption = False,
    run_as: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="USER",
            help="Name of the user as whom it runs.",
            show_default=systemd.USER,
        ),
    ] = None,
    station: Annotated[
        bool, typer.Option("--station", help="Also the clerks' station, in a browser.")
    ] = False,
    force: ForceOption = False,
    only_print: Annotated[
        bool, typer.Option("--print", help="Print what would be written, and write nothing.")
    ] = False,
) -> None:
    """Write a unit for this home, which starts with the machine, and one for its part of a fleet
    where it is in one: see docs/how-to/service.md."""
    home, settings = at_home(context)
    if user and run_as:
        raise ConfigError("a service of your own runs as you", hint="leave --as or --user out")
    name = None if user else run_as or systemd.USER
    folder = systemd.unit_folder(os.environ, user=user)
    stem = systemd.choose_stem(folder, home.folder.resolve())
    plan = systemd.plan(home, settings, user=name, stem=stem)
    texts = systemd.units(plan, station=station)
    if only_print:
        tell_file("\n".join(texts.values()))
        return
    systemd.check_booted()
    if name:
        systemd.check_user(home, name)
    written = systemd.install(folder, texts, home=plan.home, force=force)
    systemd.systemctl("daemon-reload", user=user)
    systemd.systemctl("enable", *texts, user=user)
    for path in written:
        _say(f"written: {path}")
    manager = "systemctl --user" if user else "systemctl"
    if home.daemon() is not None:
        _say("an appliance is running here already: stop it, or restart it if systemd runs it")
    again = f"`appliance service status{' --user' * user}`"
    _say(f"next: `{manager} restart {' '.join(texts)}`, then {again}")
    if user:
        _say(f"      `loginctl enable-linger {getpass.getuser()}`, to run while you are away")


@service_app.command("uninstall")
def uninstall(context: typer.Context, user: UserOption = False, force: ForceOption = False) -> None:
    """Stop the service and remove what `install` wrote; the home stays as it is."""
    home, _ = at_home(context)
    systemd.check_booted()
    folder = systemd.unit_folder(os.environ, user=user)
    there = systemd.installed(folder, home=home.folder.resolve(), force=force)
    if not there:
        _say(f"nothing is installed in {folder}")
        return
    systemd.systemctl("disable", "--now", *(path.name for path in there), user=user)
    systemd.remove(there)
    systemd.systemctl("daemon-reload", user=user)
    for path in there:
        _say(f"removed: {path}")


@service_app.command("status")
def status(
    context: typer.Context,
    user: UserOption = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each unit as one line of JSON.")
    ] = False,
) -> None:
    """Say whether the service is installed, whether it runs, since when, and what to do next."""
    home, settings = at_home(context)
    systemd.check_booted()
    folder = systemd.unit_folder(os.environ, user=user)
    stem = systemd.choose_stem(folder, home.folder.resolve())
    plan = systemd.plan(home, settings, user=None, stem=stem)
    for one in systemd.statuses(folder, plan, user=user):
        if as_json:
            tell({**asdict(one), "path": str(one.path), "next": one.next_step(user=user)})
            continue
        _say(f"{one.name}: {', '.join(_standing(one))}")
        _say(f"  → {one.next_step(user=user)}")


def _standing(one: UnitStatus) -> Iterator[str]:
    if one.writer is None:
        yield "not installed"
        return
    yield one.writer.value
    yield "starts by itself" if one.enabled else "does not start by itself"
    when = f" since {views.clock_time(one.since)}" if one.since else ""
    ended = f" ({one.result})" if one.active == "failed" else ""
    yield one.active + ended + when


def _say(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True)
