"""How this terminal can show a picture.

The terminal is asked, and its answer comes as if typed: ask before the screen starts. What is no
terminal (a pipe, the browser) is never asked. tmux answers for the terminals attached to it that
they draw Sixel, whether they do or not, so tmux is asked for what they really can.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Literal

Setting = Literal["auto", "kitty", "sixel", "blocks", "text"]
Protocol = Literal["kitty", "sixel", "blocks", "text"]
"""``blocks``: half-blocks of two dots a cell; ``text``: the page's text, half-blocks on demand."""

PATIENCE = 1.0
"""Seconds that tmux gets for its answer."""


def protocol(setting: Setting) -> Protocol:
    if setting in ("blocks", "text") or not _is_terminal():
        return "blocks" if setting == "blocks" else "text"
    # Its import asks the terminal, for its kind and for the size of a cell.
    from textual_image import renderable, widget  # noqa: F401

    if setting != "auto":
        return setting
    if renderable.Image is renderable.SixelImage:
        return sixel_or_text(os.environ, tmux_clients(os.environ))
    return "kitty" if renderable.Image is renderable.TGPImage else "text"


def sixel_or_text(environment: Mapping[str, str], clients: str | None) -> Protocol:
    """For a terminal that answers that it draws Sixel; ``clients`` as ``tmux_clients`` returns it.

    The ``TERM`` of a tmux that cannot be asked comes along through SSH and sudo.
    """
    inside = "TMUX" in environment or environment.get("TERM", "").startswith(("tmux", "screen"))
    if not inside:
        return "sixel"
    features = [line.split(",") for line in (clients or "").splitlines()]
    return "sixel" if features and all("sixel" in those for those in features) else "text"


def tmux_clients(environment: Mapping[str, str]) -> str | None:
    """The features of each terminal attached to this session, one line a terminal.

    None outside of tmux and when tmux does not answer.
    """
    if "TMUX" not in environment:
        return None
    command = ["tmux", "list-clients", "-F", "#{client_termfeatures}"]
    if pane := environment.get("TMUX_PANE"):
        command += ["-t", pane]
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def _is_terminal() -> bool:
    streams = sys.__stdin__, sys.__stdout__
    return all(stream is not None and stream.isatty() for stream in streams)
