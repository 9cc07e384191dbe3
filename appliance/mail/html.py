"""What a person reads of a mail written in HTML, and which pictures it shows. Pure.

Text that the page hides is left out: mail programs hide there what they show in their lists. What
a style sheet hides is not known.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote

_UNSEEN = {"head", "script", "style", "template", "title"}
_EMPTY = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr",
}  # fmt: skip
_ENDED_BY_THE_NEXT = {"dd", "dt", "li", "option", "p", "td", "th", "tr"}
_LINES = {
    "address", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
_HIDING = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|opacity\s*:\s*0*(?:\.0\d*)?%?\s*(?![\w.])"
    r"|max-height\s*:\s*0*(?:px|pt|r?em|%)?\s*(?![\w.])"
    r"|(?:left|top|text-indent|margin-left)\s*:\s*-\d{3,})",
    re.IGNORECASE,
)
"""As senders of mail hide what lists of mails alone show."""
_SIZE = re.compile(r"(?<![\w-])font-size\s*:\s*([\d.]*)\s*(px|pt)?", re.IGNORECASE)
_LEAST_SIZE = 2.0
"""Points or dots: lower letters nobody sees. Inner elements may have a size of their own."""
_CID = "cid:"
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_NO_TAG = re.compile(r"<(?![a-zA-Z/][^<>]*>)")


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


@dataclass(frozen=True, slots=True)
class _Element:
    tag: str
    hides: bool
    """All that is in it."""
    tiny: bool
    """What is in it has no size that an eye could see, unless it has a size of its own."""


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.shown: set[str] = set()
        self._open: list[_Element] = []
        """Within each other."""
        self._counts = Counter[str]()
        self._hiding = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shown |= {_content_id(value) for _, value in attrs if value and _CID in value.lower()}
        if tag in _ENDED_BY_THE_NEXT and self._open and self._open[-1].tag == tag:
            self._close_last()
        if tag == "body":
            while self._open:  # a head that nobody closed
                self._close_last()
        if tag not in _EMPTY:
            hides = tag in _UNSEEN or _is_hidden(attrs)
            outer = bool(self._open) and self._open[-1].tiny
            self._open.append(_Element(tag, hides, _is_tiny(attrs, outer=outer)))
            self._counts[tag] += 1
            self._hiding += hides
        self._separate(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._counts[tag]:
            while self._close_last() != tag:
                pass
        self._separate(tag)

    def _close_last(self) -> str:
        last = self._open.pop()
        self._counts[last.tag] -= 1
        self._hiding -= last.hides
        return last.tag

    def handle_data(self, data: str) -> None:
        if not self._hiding and not (self._open and self._open[-1].tiny):
            self.pieces.append(" ".join(f"|{data}|".split())[1:-1])

    def _separate(self, tag: str) -> None:
        if tag in _LINES:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append("  ")


def _is_hidden(attrs: list[tuple[str, str | None]]) -> bool:
    return any(
        name == "hidden" or (name == "style" and _HIDING.search(value or ""))
        for name, value in attrs
    )


def _is_tiny(attrs: list[tuple[str, str | None]], *, outer: bool) -> bool:
    found = [_SIZE.search(value) for name, value in attrs if name == "style" and value]
    sizes = [one for one in found if one and one[1].strip(".")]
    if not sizes:
        return outer
    number, unit = sizes[-1].groups()
    try:
        return float(number) < (_LEAST_SIZE if unit else 0.01)
    except ValueError:
        return outer


def _content_id(link: str) -> str:
    """Of ``cid:logo@1``, also where it stands in a style."""
    begin = link.lower().index(_CID) + len(_CID)
    return unquote(link[begin:].strip().split(")")[0].strip("'\""))
