"""HTML and SVG put together from elements, in which no text of others is ever markup. Pure."""

from __future__ import annotations

from html import escape

from appliance.domain.characters import shown

_VOID = {"meta", "rect", "line", "circle"}
"""They hold nothing, and need no end."""


class Markup(str):
    """What is markup already; any other text is escaped as it comes in."""

    __slots__ = ()


def element(name: str, /, *content: str, **attributes: object) -> Markup:
    """``element("td", "a < b", class_="n")``; an underscore within a name is a hyphen. An attribute
    that is None is left out."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{joined(*content)}</{name}>")


def joined(*content: str) -> Markup:
    return Markup("".join(one if isinstance(one, Markup) else _escaped(one) for one in content))


def _escaped(text: str) -> str:
    return escape(shown(text))
