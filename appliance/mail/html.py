"""What a person reads of a mail written in HTML, and which pictures it shows. Pure.

Text that the page hides is left out, by its own styles or by those of a sheet: mail programs hide
there what they show in their lists. So is text in the colour of its ground.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import unquote

from PIL import ImageColor

from appliance.mail.styles import StyleSheets, subject

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
    r"|(?:left|top|text-indent|margin-left)\s*:\s*-\d{3,}"
    r"|color\s*:\s*transparent)",
    re.IGNORECASE,
)
"""As senders of mail hide what lists of mails alone show."""
_SIZE = re.compile(r"(?<![\w-])font-size\s*:\s*([\d.]*)\s*(px|pt)?", re.IGNORECASE)
_LEAST_SIZE = 2.0
"""Points or dots: lower letters nobody sees. Inner elements may have a size of their own."""
_INK = re.compile(r"(?<![\w-])color\s*:([^;]*)", re.IGNORECASE)
_GROUND = re.compile(r"(?<![\w-])background(?:-color)?\s*:([^;]*)", re.IGNORECASE)
_PAINTED = re.compile(r"url\(|gradient\(", re.IGNORECASE)
_COLOUR = re.compile(r"\w+\([^()]*\)|#?\w+")
_WHITE = (255, 255, 255)
_LEAST_CONTRAST = 24
"""Of 255, of any part of a colour; as on a drawn page (``reading/hidden.py``)."""
_CID = "cid:"
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_NO_TAG = re.compile(r"<(?![a-zA-Z/][^<>]*>)")


def page_text(html: str) -> tuple[str, set[str]]:
    """The text, a line for each block, and the Content-IDs of what is shown in it."""
    page = _Page(StyleSheets(html))
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


_Colour = tuple[int, int, int] | None
"""None where nobody knows."""
_Attrs = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Look:
    """What declarations say; the later ones count."""

    hides: bool
    size: tuple[str, str] | None
    """Number and unit; None where nothing says it."""
    ink: _Colour
    ground: _Colour
    painted: bool
    """With a picture, which is of any colour."""

    def under(self, later: _Look) -> _Look:
        return _Look(
            self.hides or later.hides,
            later.size or self.size,
            later.ink or self.ink,
            later.ground or self.ground,
            self.painted or later.painted,
        )


@dataclass(frozen=True, slots=True)
class _Element:
    tag: str
    state: int
    """As ``StyleSheets`` counts it."""
    hides: bool
    """All that is in it."""
    tiny: bool
    """What is in it has no size that an eye could see, unless it has a size of its own."""
    ink: _Colour
    ground: _Colour

    @property
    def is_legible(self) -> bool:
        if self.tiny:
            return False
        if self.ink is None or self.ground is None:
            return True
        parts = zip(self.ink, self.ground, strict=True)
        return max(abs(ink - ground) for ink, ground in parts) >= _LEAST_CONTRAST


_BLANK = _Element("", 0, hides=False, tiny=False, ink=None, ground=_WHITE)


class _Page(HTMLParser):
    def __init__(self, sheets: StyleSheets) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.shown: set[str] = set()
        self._sheets = sheets
        self._look_of_rules = lru_cache(1000)(lambda rules: _look(sheets.declarations(rules)))
        self._look_of_style = lru_cache(1000)(_look)
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
            element = self._element(tag, {name: value or "" for name, value in attrs})
            self._open.append(element)
            self._counts[tag] += 1
            self._hiding += element.hides
        self._separate(tag)

    def _element(self, tag: str, attrs: _Attrs) -> _Element:
        outer = self._open[-1] if self._open else _BLANK
        classes = [f".{name}" for name in attrs.get("class", "").split()]
        ids = [f"#{name}" for name in attrs.get("id", "").split()]
        state, rules = self._sheets.within(outer.state, subject(tag, [*classes, *ids]))
        look = self._look_of_rules(rules).under(self._look_of_style(attrs.get("style", "")))
        said = _last_colour([attrs.get("text", ""), attrs.get("color", "")])
        ground = look.ground or _last_colour([attrs.get("bgcolor", "")]) or outer.ground
        return _Element(
            tag,
            state,
            hides=tag in _UNSEEN or "hidden" in attrs or look.hides,
            tiny=_is_tiny(look.size, outer=outer.tiny),
            ink=look.ink or said or (None if tag == "a" else outer.ink),  # a link is blue
            ground=None if "background" in attrs or look.painted else ground,
        )

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
        if not self._hiding and (not self._open or self._open[-1].is_legible):
            self.pieces.append(" ".join(f"|{data}|".split())[1:-1])

    def _separate(self, tag: str) -> None:
        if tag in _LINES:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append("  ")


def _look(declarations: str) -> _Look:
    sizes = [one for one in _SIZE.finditer(declarations) if one[1].strip(".")]
    return _Look(
        hides=bool(_HIDING.search(declarations)),
        size=(sizes[-1][1], sizes[-1][2] or "") if sizes else None,
        ink=_last_colour(_INK.findall(declarations)),
        ground=_last_colour(_GROUND.findall(declarations)),
        painted=bool(_PAINTED.search(declarations)),
    )


def _is_tiny(size: tuple[str, str] | None, *, outer: bool) -> bool:
    if size is None:
        return outer
    number, unit = size
    try:
        return float(number) < (_LEAST_SIZE if unit else 0.01)
    except ValueError:
        return outer


def _last_colour(said: list[str]) -> _Colour:
    for one in reversed(said):
        for word in _COLOUR.findall(one):
            try:
                red, green, blue, *cover = ImageColor.getrgb(word)
            except ValueError:
                continue
            if cover != [0]:
                return red, green, blue
    return None


def _content_id(link: str) -> str:
    """Of ``cid:logo@1``, also where it stands in a style."""
    begin = link.lower().index(_CID) + len(_CID)
    return unquote(link[begin:].strip().split(")")[0].strip("'\""))
