"""The station's two themes: one accent colour, quiet grounds."""

from __future__ import annotations

from textual.theme import Theme

THEMES = (
    Theme(
        "station-dark",
        primary="#7aa2c8",
        accent="#e0b050",
        error="#e8836b",
        success="#8fb573",
        foreground="#d8d8d2",
        background="#16181c",
        surface="#1c1f24",
        panel="#262a31",
        dark=True,
    ),
    Theme(
        "station-light",
        primary="#2f5d8a",
        accent="#8a5a00",
        error="#b03a20",
        success="#3f7030",
        foreground="#22252a",
        background="#fbfaf7",
        surface="#f3f1ec",
        panel="#e6e3db",
        dark=False,
    ),
)
