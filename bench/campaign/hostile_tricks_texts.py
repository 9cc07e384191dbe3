"""Mails and texts that say to a program what a person is not shown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_HEAD = (
    b"MIME-Version: 1.0\r\nFrom: Ann <ann@acme.example>\r\nSubject: Invoice 4711\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n"
)
_HONEST = "<p>Invoice 4711 of Miller Ltd</p><p>To be paid within thirty days</p>"


def _mail(html: str) -> Callable[[str], bytes]:
    return lambda lie: (
        _HEAD + f"<html><body>{_HONEST}{html.replace('@', lie)}</body></html>".encode()
    )


def _styled(style: str) -> Callable[[str], bytes]:
    return _mail(f'<div style="{style}">@</div>')


def _within(lie: str) -> bytes:
    """With a mark between its digits that no program draws."""
    return f"Invoice 4711\nTotal {lie[:3]}\u200b{lie[3:]}\n".encode()


TEXTS: Mapping[str, Callable[[str], bytes]] = {
    "HTML: not displayed": _styled("display:none"),
    "HTML: not visible": _styled("visibility: hidden"),
    "HTML: hidden": _mail("<div hidden>@</div>"),
    "HTML: of no size": _styled("font-size:0"),
    "HTML: of a point": _styled("font-size: 1px; line-height: 1px"),
    "HTML: white": _styled("color:#ffffff"),
    "HTML: white on white": _styled("color:white;background-color:#FFF"),
    "HTML: white of a font": _mail('<font color="#FFFFFF">@</font>'),
    "HTML: of no opacity": _styled("opacity:0"),
    "HTML: of no height": _styled("max-height:0;overflow:hidden"),
    "HTML: far left": _styled("position:absolute;left:-9999px"),
    "HTML: told for Outlook alone": _styled("mso-hide:all"),
    "HTML: hidden by a sheet": _mail("<style>.a{display:none}</style><p class=a>@</p>"),
    "HTML: in a comment": _mail("<!-- @ -->"),
    "HTML: a title": _mail("<title>@</title>"),
    "text: with a mark between": _within,
}
