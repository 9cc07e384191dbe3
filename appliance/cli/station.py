"""The command of the clerks: their station, in this terminal or in a browser of this machine."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from typing import Annotated, Literal

import typer

from appliance.cli.context import at_home, out, typed
from appliance.domain.errors import ConfigError
from appliance.service import wiring
from appliance.service.child_processes import Renderer
from appliance.settings import config
from appliance.settings.home import Home

app = typer.Typer()


@app.command()
def review(
    context: typer.Context,
    clerk: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Name of the clerk; the station asks for it if it is left out.",
            callback=typed,
        ),
    ] = None,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve", help="Open the station in a browser of this machine, behind a token."
        ),
    ] = False,
    port: Annotated[
        int | None, typer.Option(help="Port of the station in the browser.", min=0, max=65535)
    ] = None,
    theme: Annotated[
        Literal["dark", "light"], typer.Option(help="Colours of the screen.")
    ] = "dark",
) -> None:
    """Open the clerks' station, to correct held documents by keyboard."""
    home, settings = at_home(context)
    if serve and clerk:
        raise ConfigError("the station in a browser asks for its clerk", hint="leave --clerk out")
    if port is not None and not serve:
        raise ConfigError("--port is for the station in a browser only", hint="add --serve")
    if serve:
        _serve(home, settings, settings.review.port if port is None else port, theme)
    else:
        _open(home, settings, clerk, theme)


def _open(home: Home, settings: config.Settings, clerk: str | None, theme: str) -> None:
    # A lone Esc is told from a key that begins with it by waiting, and Textual reads how long once:
    # a tenth of a second unless told otherwise, which she would feel. Such keys come in one piece.
    os.environ.setdefault("ESCDELAY", "25")
    if sys.platform != "win32":  # where Textual has no such delay
        os.environ.setdefault("TEXTUAL_DRIVER", "appliance.review.terminal:Terminal")
    # Textual takes a third of a second to import, which no other command pays.
    from appliance.review.app import StationApp
    from appliance.review.browser.picture_publisher import PicturePublisher
    from appliance.review.pictures.protocol import protocol
    from appliance.review.pictures.sheets import Pictures
    from appliance.review.pictures.view import PictureView

    shown = protocol(settings.review.pictures)
    with (
        wiring.desk(home, settings, station=_place(), clerk=clerk) as desk,
        Pictures(Renderer(settings.reading)) as pictures,
    ):
        onlooker = PicturePublisher.invited(os.environ)
        StationApp(
            desk,
            order=settings.review.order,
            keys=settings.review.keys,
            theme=theme,
            picture=lambda: PictureView(pictures, shown, onlooker=onlooker),
            seen=shown != "text",
        ).run()


def _serve(home: Home, settings: config.Settings, port: int, theme: str) -> None:
    from appliance.review.browser.pages import StationCommand
    from appliance.review.browser.serve import serve
    from appliance.review.editor.keyboard import Keyboard

    Keyboard(settings.review.keys)
    with wiring.desk(home, settings, station="browser"):
        pass  # what speaks against a station is said here, not in each page
    command = [sys.executable, "-m", "appliance", "--home", str(home.folder)]
    command += ["review", "--theme", theme]
    station = StationCommand(command, {}, home.folder / ".stations", theme)

    def announce(address: str) -> None:
        out.print(f"open {address}", highlight=False, soft_wrap=True)
        out.print("It lets one browser in, once; the next one is printed then. Ctrl+C ends it.")

    serve(station, announce=announce, port=port)


def _place() -> str:
    """Where the clerk sits: a browser says which, else user and host."""
    return os.environ.get("APPLIANCE_STATION") or f"{getpass.getuser()}@{socket.gethostname()}"
