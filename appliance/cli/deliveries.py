"""Commands for calls: what the owner's programs and servers are still to be told of deliveries."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Annotated

import typer

from appliance.cli import views
from appliance.cli.context import at_home, opened, out, tell_each, typed
from appliance.cli.documents import found
from appliance.domain.plurals import counted
from appliance.records.calls import Calls, CallState

app = typer.Typer()
deliveries_app = typer.Typer(
    help="List the calls of your programs and servers that wait or failed, and make them again."
)
app.add_typer(deliveries_app, name="deliveries")


@deliveries_app.callback(invoke_without_command=True)
def deliveries(
    context: typer.Context,
    failed: Annotated[
        bool, typer.Option("--failed", help="List only what failed for good.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each call as one line of JSON.")
    ] = False,
) -> None:
    """List the calls of your programs and servers that wait or failed, and make them again."""
    if context.invoked_subcommand is not None:
        return
    home, _ = at_home(context)
    with opened(home) as store:
        wanted = [one for one in Calls(store).open() if not failed or one.state is CallState.FAILED]
    if as_json:
        tell_each(map(asdict, wanted))
        return
    empty = "no call failed for good" if failed else "no call waits, and none failed for good"
    out.print(views.calls(wanted, empty=empty))
    if wanted:
        hint = "next: see to what the last error says, then `appliance deliveries retry`"
        out.print(hint, style="dim", highlight=False)


@deliveries_app.command()
def retry(
    context: typer.Context,
    docid: Annotated[
        str | None,
        typer.Argument(
            help="Docid of the document, or its first letters.",
            callback=typed,
            show_default="all documents",
        ),
    ] = None,
) -> None:
    """Make the calls that wait or failed for good again, from now on."""
    home, _ = at_home(context)
    with opened(home) as store:
        whole = None if docid is None else found(store, docid)[0].docid
        number = Calls(store).retry(whole, now=time.time())
    if not number:
        out.print("no call waits, and none failed for good", highlight=False)
        return
    when = "within seconds" if home.daemon() else "with the next `appliance run`"
    out.print(f"{counted(number, 'call')} will be made {when}", highlight=False)
