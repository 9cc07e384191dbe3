"""The page's text beside the fields: laid out once a width, the marked words in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from appliance.domain.document import Document, Span
from appliance.review.widgets import page as pages
from appliance.review.widgets.header_footer import leaf
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.page_text import TextPiece, laid_out
from appliance.review.widgets.styled_text import StyledLine, StyledRun

Laid = Sequence[Sequence[TextPiece]]
NEAR = 2
"""Lines around what is marked that are in sight with it."""


class PagePane(Lines):
    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._document: Document | None = None
        self._laid: dict[tuple[int, int], tuple[Laid, list[StyledLine]]] = {}
        self._again: Callable[[], None] | None = None
        self.page = 0

    def on_resize(self) -> None:
        """Hidden behind a picture it did not know how wide it would be."""
        if self._again:
            self._again()

    def show(
        self,
        document: Document,
        *,
        page: int,
        marked: Sequence[Span],
        look: str = "found",
        above: Callable[[Laid], tuple[int, StyledLine] | None] | None = None,
    ) -> None:
        """``look`` is that of ``marked``; ``above`` gives a line of its own, and before which line
        of the page it belongs."""
        again = partial(self.show, document, page=page, marked=marked, look=look, above=above)
        self._again = again
        turned = page != self.page or document is not self._document
        if document is not self._document:
            self._document, self._laid = document, {}
        self.page = page
        if turned:
            self.roll(-len(self._drawn))
        laid, plain = self._laid_out(document, page)
        found = pages.marked(laid, page, marked, look)
        lines = [found.get(at, line) for at, line in enumerate(plain)]
        shown = (min(found) - NEAR, max(found) + NEAR) if found else None
        if own := above(laid) if above else None:
            lines.insert(*own)
            shown = (own[0] - NEAR, shown[1] + 1 if shown else own[0] + NEAR)
        if title := leaf(page, len(document.pages)):
            lines.insert(0, StyledLine((StyledRun(title, "dim"),)))
            shown = shown and (shown[0] + 1, shown[1] + 1)
        self.put(lines, show=shown)

    def _laid_out(self, document: Document, page: int) -> tuple[Laid, list[StyledLine]]:
        """The page's words, and its lines with nothing marked."""
        width = max(self.size.width - 1, 10)
        if (page, width) not in self._laid:
            laid = laid_out(document.pages[page], width)
            self._laid[page, width] = laid, pages.drawn(laid, page)
        return self._laid[page, width]
