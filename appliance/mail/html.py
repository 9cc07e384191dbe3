"""What a person reads of a mail written in HTML, and which pictures it shows. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote

_UNSEEN = {"head", "script", "style", "template", "title"}
_LINES = {
    "address", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
_CID = "cid:"
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_NO_TAG = re.compile(r"<(?![a-zA-Z/][^<>]*>)")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.shown: set[str] = set()
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shown |= {_content_id(value) for _, value in attrs if value and _CID in value.lower()}
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag == "body":
            self._unseen.clear()  # a head that nobody closed
        self._separate(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        self._separate(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(" ".join(f"|{data}|".split())[1:-1])

    def _separate(self, tag: str) -> None:
        if tag in _LINES:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append("  ")


def _content_id(link: str) -> str:
    """Of ``cid:logo@1``, also where it stands in a style."""
    begin = link.lower().index(_CID) + len(_CID)
    return unquote(link[begin:].strip().split(")")[0].strip("'\""))


def page_text(html: str) -> tuple[str, set[str]]:
    """The text, a line for each block, and the Content-IDs of what is shown in it."""
    page = _Page()
    page.feed(_tidy(html))
    page.close()
    lines = [line.strip() for line in "".join(page.pieces).split("\n")]
    return "\n".join(line for line in lines if line), page.shown


def _tidy(html: str) -> str:
    """Without comments and declarations, and each ``<`` that begins no tag as a letter: at such
    the library takes time by the square of what follows."""
    before, *others = html.split("<!--")
    seen = before + "".join(piece.partition("-->")[2] for piece in others)
    return _NO_TAG.sub("&lt;", _DECLARATION.sub("", seen))
