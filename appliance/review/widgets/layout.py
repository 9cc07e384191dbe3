"""All that the screen shows of the editor: page or picture, fields, line items, a line of words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import starmap
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size

from appliance.domain.document import Document, Span
from appliance.domain.sections import Section
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import Phase
from appliance.review.editor.columns_in_hand import table_in_hand
from appliance.review.editor.command import Command
from appliance.review.editor.editor import EditorState
from appliance.review.pictures.crops import MarkedColumn, Marks
from appliance.review.pictures.sheets import PageRef
from appliance.review.pictures.view import PictureView
from appliance.review.widgets import columns, fields, header_footer, rows
from appliance.review.widgets.header_footer import FooterClick, Head
from appliance.review.widgets.lines import Lines
from appliance.review.widgets.page_pane import PagePane
from appliance.review.widgets.styled_text import StyledLine, StyledRun

_TO_TYPE = {
    Section.HEADER: "every value outside the table",
    Section.TABLE: "the rows",
    Section.ROW: "the marked row",
    Section.FIELDS: "what is empty",
}
_COMPARED = "All is typed. Where you and the appliance differ, you decide."
ROWS = 3
"""The table gets one part in so many of the screen's height."""
WIDE = 160
"""Columns of a screen from which on the table stands under the fields."""
OTHERS = 16
"""Lines beside the table's and a line for each field: head, foot, what is said of the field."""


def _calm(draft: Draft) -> str | None:
    """What she is to do where she keys blind."""
    if draft.phase is not Phase.BLIND:
        return _COMPARED if draft.phase is Phase.COMPARE else None
    if Section.ROW in draft.blind and len(draft.blind) > 1:
        (header,) = draft.blind - {Section.ROW}
        return f"Type {_TO_TYPE[header]} yourself, and the marked row: this tests the appliance."
    if len(draft.blind) == 1 and (draft.table or Section.FIELDS in draft.blind):
        (section,) = draft.blind
        return f"Type {_TO_TYPE[section]} yourself: this tests how good the appliance is there."
    return "Type every value yourself. This document tests how good the appliance is."


class ReviewLayout(Vertical):
    def __init__(self, picture: PictureView | None, *, seen: bool) -> None:
        """``picture`` is shown in place of the text from the start when ``seen``."""
        super().__init__(id="board")
        self._picture = picture
        self._seen = seen
        self._head = Head("")
        self._path: Path | None = None
        self.shown: set[str] = set()
        """Ids of the commands whose keys stand on the screen."""
        self.told = 0
        """Of what nobody looked at, how much the question whether to approve names."""
        self._laid: tuple[str, str, Size] | None = None
        """For which document and screen there is room now."""
        self._room = self._side = 0
        """Cells of the fields, and of all that stands beside the page."""

    def compose(self) -> ComposeResult:
        yield Lines(id="head")
        yield Lines(id="calm")
        with Horizontal(id="desk"):
            yield PagePane(id="paper")
            if self._picture is not None:
                self._picture.display = False
                yield self._picture
            with Vertical(id="side"):
                yield Lines(id="fields")
                yield Lines(id="columns-beside")
                yield Lines(id="rows-beside")
        yield Lines(id="columns")
        yield Lines(id="rows")
        yield Lines(id="said")
        yield Lines(id="foot")

    def on_mount(self) -> None:
        self.paper = self.query_one("#paper", PagePane)
        self._lines = {lines.id or "": lines for lines in self.query(Lines)}

    def open(self, path: Path | None) -> None:
        """Of another document, whose file lies at ``path``."""
        self._path = path
        self.paper.page = 0

    def expect(self, path: Path, document: Document) -> None:
        """Draws the first picture of what comes next."""
        if self._picture is not None and document.pages:
            self._picture.prefetch([PageRef(path, 0, document.pages[0].rotation)])

    def draw(
        self, state: EditorState, head: Head, foot: tuple[Command, ...], say: Callable[[str], str]
    ) -> None:
        """``say`` names the keys in a sentence."""
        width = self.app.size.width
        self._head = replace(head, sender=state.draft.sender)
        calm = _calm(state.draft)
        self._lines["calm"].display = calm is not None
        self._put("calm", StyledLine((StyledRun(f" {calm or ''}", "accent"),)))
        self._lay_out(state)
        self._table(state, width, say)
        if state.columns:
            lines, show = columns.drawn(state, state.columns, self._room, say)
        else:
            height = self._lines["fields"].size.height
            if state.approving:
                self.told = len(fields.told(state.draft, self._room, height, say))
            lines, show = fields.drawn(state, self._room, height, say)
        self._lines["fields"].put(lines, show=show)
        self._page(state)
        above, below = header_footer.foot(state.mode, foot, width)
        self._put(
            "said",
            StyledLine((StyledRun(f" {say(state.notice)}", "strong"),)) if state.notice else above,
        )
        self._put("foot", below)
        drawn = (below,) if state.notice else (above, below)
        hits = (run.hit for line in drawn for run in line.runs)
        self.shown = {hit.command.id for hit in hits if isinstance(hit, FooterClick)}

    @property
    def pictures(self) -> bool:
        """This station can show some."""
        return self._picture is not None

    def toggle(self, state: EditorState) -> bool:
        """Picture or text; False when this station has no pictures."""
        if self._picture is None:
            return False
        self._seen = not self._seen
        self._page(state)
        return True

    def leaf(self, state: EditorState, by: int) -> None:
        """Further down the page or up, and over its end to the next one."""
        if self.paper.display and self.paper.roll(by * max(self.paper.size.height - 2, 1)):
            return
        page = self.paper.page + by
        if 0 <= page < len(state.draft.document.pages):
            self._show(state, page, ())

    def _put(self, name: str, line: StyledLine) -> None:
        self._lines[name].put([line])

    def _lay_out(self, state: EditorState) -> None:
        """Anew for another document or screen alone: no key moves what she looks at."""
        now = state.draft.document.docid, state.draft.doctype.name, self.app.size
        if now == self._laid:
            return
        self._laid, screen = now, self.app.size.width
        self._room = self._side = fields.needed(state.draft, screen)
        if screen >= WIDE and state.draft.table:
            self._side = max(self._side, screen * 6 // 10)
        self.query_one("#side").styles.width = self._side + 1  # the line on its left

    def _table(self, state: EditorState, width: int, say: Callable[[str], str]) -> None:
        """Under all, on a wide screen under the fields: then the page has the whole height."""
        beside = width >= WIDE
        head, lines, show = rows.drawn(state, self._side if beside else width, say)
        here, there = ("-beside", "") if beside else ("", "-beside")
        for name in ("columns", "rows"):
            self._lines[name + there].display = False
            self._lines[name + here].display = bool(head)
        titles, body = self._lines["columns" + here], self._lines["rows" + here]
        # One more for the line above it.
        titles.styles.height = len(head) + 1
        body.styles.height = min(len(lines), self._height(state, beside))
        titles.put(head)
        body.put(lines, show=show)

    def _height(self, state: EditorState, beside: bool) -> int:
        """Most rows of the table in sight."""
        screen = self.app.size.height
        return max(screen - len(state.draft.entries) - OTHERS if beside else screen // ROWS - 2, 2)

    def _page(self, state: EditorState) -> None:
        """The page on which the field in hand or the offered row stands; the one shown when it
        stands nowhere."""
        if state.picked:
            self._show(state, state.picked.page, (state.picked.span,), "picked")
            return
        if state.columns:
            table = table_in_hand(state.draft, state.columns)
            pages = {table.page, *(row.page for row in table.rows)}
            self._show(state, self.paper.page if self.paper.page in pages else table.page, ())
            return
        spans = state.entry.marked
        if state.typed and state.typed.offer:
            spans = (*state.typed.spans[:1], *state.typed.wraps)
        elif offer := state.row_offer:
            lines = ((*cell.spans[:1], *cell.wraps) for cell in offer.cells)
            spans = tuple(span for found in lines for span in found)
        page = spans[0].page if spans else min(self.paper.page, len(state.draft.document.pages) - 1)
        self._show(state, page, spans)

    def _show(
        self, state: EditorState, page: int, spans: tuple[Span, ...], look: str = "found"
    ) -> None:
        document, in_hand = state.draft.document, state.columns
        above = None
        if in_hand:
            table = table_in_hand(state.draft, in_hand)
            spans = columns.column_spans(table, in_hand.at, page)
            above = partial(columns.lettered, table=table, page=page, at=in_hand.at)
        seen = self._picture is not None and self._seen and not state.picked
        self.paper.display = not seen
        self.paper.show(document, page=page, marked=spans, look=look, above=above)
        pages = header_footer.leaf(page, len(document.pages)) if seen else ""
        self._put("head", header_footer.head(replace(self._head, page=pages), self.app.size.width))
        if self._picture is None:
            return
        self._picture.display = seen
        sheet = PageRef(self._path, page, document.pages[page].rotation) if self._path else None
        self._picture.show(sheet, self._marks(state, page, spans))

    def _marks(self, state: EditorState, page: int, spans: tuple[Span, ...]) -> Marks:
        """On the picture of that page."""
        if state.columns:
            boxes = columns.column_boxes(state, state.columns, page)
            drawn = ((columns.letter(at), box, at == state.columns.at) for at, box in boxes.items())
            return Marks(columns=tuple(starmap(MarkedColumn, drawn)))
        document = state.draft.document
        return Marks(tuple(span.bbox(document) for span in spans if span.page == page))
