"""The station's two themes: one accent colour, quiet grounds."""

from __future__ import annotations

from textual.theme import Theme

# The style sheet's own colours: ``quiet`` for what is read second, ``faint`` for what is offered,
# ``chosen`` under text that the next key replaces, ``rule`` for lines.

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
        variables={"quiet": "#8d929b", "faint": "#6f747d", "chosen": "#5a4a24", "rule": "#33373f"},
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
        variables={"quiet": "#6c6f76", "faint": "#8b8e94", "chosen": "#f0dca8", "rule": "#d2cec4"},
    ),
)
