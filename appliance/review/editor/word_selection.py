"""Words picked on a page with arrows or the mouse. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.document import Document, Page, Span


@dataclass(frozen=True, slots=True)
class WordSelection:
    page: int
    anchor: int
    at: int
    """Indexes of words; the one that was begun with and the one stood on."""

    @property
    def span(self) -> Span:
        return Span(self.page, min(self.anchor, self.at), max(self.anchor, self.at) + 1)

    def to(self, word: int, *, more: bool) -> WordSelection:
        return WordSelection(self.page, self.anchor if more else word, word)

    def stepped(self, document: Document, step: int, *, more: bool) -> WordSelection:
        """Word by word, over the page's ends into the next page with words unless more is taken."""
        there = self.at + step
        if 0 <= there < len(document.pages[self.page].words):
            return self.to(there, more=more)
        further = range(self.page + step, len(document.pages) if step > 0 else -1, step)
        page = next((at for at in further if document.pages[at].words), None)
        if more or page is None:
            return self
        word = 0 if step > 0 else len(document.pages[page].words) - 1
        return WordSelection(page, word, word)

    def climbed(self, document: Document, step: int, *, more: bool) -> WordSelection:
        """To the nearest word of the line above (-1) or below (1)."""
        page = document.pages[self.page]
        there = _nearest(page, self.at, step)
        return (
            self.stepped(document, step, more=more) if there is None else self.to(there, more=more)
        )


def begin(document: Document, span: Span | None, page: int) -> WordSelection | None:
    """On what stands there now, else on the page's first word; None when no page has a word."""
    if span:
        return WordSelection(span.page, span.start, span.end - 1)
    for at in (page, *range(len(document.pages))):
        if document.pages[at].words:
            return WordSelection(at, 0, 0)
    return None


def _nearest(page: Page, at: int, step: int) -> int | None:
    """None when there is no such line."""
    here = page.words[at]
    lines = sorted({word.line for word in page.words})
    row = lines.index(here.line) + step
    if not 0 <= row < len(lines):
        return None
    middle = (here.bbox.left + here.bbox.right) / 2
    return min(
        (index for index, word in enumerate(page.words) if word.line == lines[row]),
        key=lambda index: _distance(page, index, middle),
    )


def _distance(page: Page, index: int, x: float) -> float:
    box = page.words[index].bbox
    return max(box.left - x, x - box.right, 0.0)
