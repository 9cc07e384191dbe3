"""How this terminal can show a picture.

The terminal is asked, and its answer comes as if typed: ask before the screen starts. What is no
terminal (a pipe, the browser) is never asked.
"""

from __future__ import annotations

import sys
from typing import Literal

Setting = Literal["auto", "kitty", "sixel", "blocks", "text"]
Protocol = Literal["kitty", "sixel", "blocks", "text"]
"""``blocks``: half-blocks of two dots a cell; ``text``: the page's text, half-blocks on demand."""


def protocol(setting: Setting) -> Protocol:
    if setting in ("blocks", "text") or not _is_terminal():
        return "blocks" if setting == "blocks" else "text"
    # Its import asks the terminal, for its kind and for the size of a cell.
    from textual_image import renderable, widget  # noqa: F401

    if setting != "auto":
        return setting
    if renderable.Image is renderable.SixelImage:
        return "sixel"
    return "kitty" if renderable.Image is renderable.TGPImage else "text"


def _is_terminal() -> bool:
    streams = sys.__stdin__, sys.__stdout__
    return all(stream is not None and stream.isatty() for stream in streams)
