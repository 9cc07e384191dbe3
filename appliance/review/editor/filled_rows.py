"""The rows of a draft by the words on which their cells stand.

Pure. A 1 stands in many places of a page: a cell is meant on the line of its row, below the same
cell of another row, in the order of the columns; and one word says one cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.domain.document import Span
from appliance.fields.chunks import cut
from appliance.fields.folding import fold_alnum
from appliance.fields.grounding import row_line
from appliance.fields.numbers import readings
from appliance.review.draft.derived import DerivedState
from appliance.review.editor.page_lines import PageLines, WordIndices, digits

FAR = 8
"""Lines between a cell and its row's line, and places that are looked at."""


@dataclass(frozen=True, slots=True)
class LocatedCell:
    page: int
    words: WordIndices
    text: str


LocatedRow = dict[int, LocatedCell]
"""By number of the column; of cells that stand nowhere nothing."""

_Place = tuple[int, int]
"""Page and word."""


def located(derived: DerivedState, pages: Sequence[PageLines]) -> dict[int, LocatedRow]:
    """By ``line_item_id``, those of which a cell stands somewhere."""
    found: dict[int, LocatedRow] = {}
    after: tuple[int, int] | None = None
    taken: set[_Place] = set()
    for row in derived.state.rows:
        fields = [derived.field(place) for place in derived.context.cells(row)]
        spans = [
            [span for span in one.spans if (span.page, span.start) not in taken] for one in fields
        ]
        line = row_line(derived.context.document, spans, after=after)
        if line is None:
            continue
        after = line
        row_search = _RowSearch(pages[line[0]], *line, known=list(found.values()), taken=taken)
        found[row] = row_search.cells([one.text or "" for one in fields], spans)
        taken |= set(words_of(found[row]))
    return found


def words_of(row: LocatedRow) -> Iterator[_Place]:
    for cell in row.values():
        yield from ((cell.page, at) for at in cell.words)


class _RowSearch:
    def __init__(
        self,
        lines: PageLines,
        page: int,
        line: int,
        *,
        known: Sequence[LocatedRow],
        taken: set[_Place],
    ) -> None:
        self._lines = lines
        self._page = page
        self._line = line
        self._known = known[0] if known else {}
        self._taken = {at for number, at in taken if number == page}
        self._given: set[tuple[int, int]] = set()
        self._found: LocatedRow = {}

    def cells(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> LocatedRow:
        """The sure ones first; those that stand nowhere as one run of words are put together."""
        ways = self._ways(texts, spans)
        self._given = {(span.start, span.end) for one in spans for span in one}
        for n in sorted(range(len(texts)), key=lambda n: len(ways[n]) > 1):
            free = [words for words in ways[n] if self._taken.isdisjoint(words)]
            if free:
                last = n == len(texts) - 1
                self._take(n, min(free, key=lambda one: self._oddness(n, one, last)), texts[n])
        if self._found:
            first = min(cell.words[0] for cell in self._found.values())
            for n, text in enumerate(texts):
                if text and n not in self._found:
                    self._take(n, self._by_text(text, self._lines.line_of[first]), text)
        return self._found

    def _take(self, n: int, words: WordIndices, text: str) -> None:
        if words and words[0] in self._lines.line_of:
            self._found[n] = LocatedCell(self._page, words, text)
            self._taken.update(words)

    def _ways(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> list[list[WordIndices]]:
        """Where each cell may stand: where the draft says, or the row says it again."""
        ways = [[tuple(range(span.start, span.end)) for span in self._near(one)] for one in spans]
        line_of = self._lines.line_of
        firsts = [words[0][0] for words in ways if words]
        own = {line_of[at] for at in firsts if self._distance(at) == 0 and at in line_of}
        beside = [at for line in own for at in self._lines.lines[line]]
        for words, text in zip(ways, texts, strict=True):
            if words and (said := digits(text)):
                alike = [(at,) for at in beside if self._lines.digits[at] == said]
                others = [one for one in alike if one not in words]
                words.extend(one for one in others if _says(self._lines.text(*one), text))
        return ways

    def _near(self, spans: Iterable[Span]) -> list[Span]:
        here = [span for span in spans if span.page == self._page]
        near = sorted(here, key=lambda span: self._distance(span.start))
        return [span for span in near if self._distance(span.start) <= FAR][:FAR]

    def _distance(self, at: int) -> int:
        return abs(self._lines.page.words[at].line - self._line)

    def _oddness(self, n: int, words: WordIndices, last: bool) -> tuple[float, ...]:
        """Off what is above, not where the draft says, far, out of order. The last column is on the
        right: where price and amount are the same, it has the second of them."""
        box = self._lines.box(words)
        off = 0.0
        if n in self._known and self._known[n].page == self._page:
            above = self._lines.box(self._known[n].words)
            off = min(abs(above.left - box.left), abs(above.right - box.right)) // box.height
        turns = sum(
            (self._lines.boxes[cell.words[0]].left < box.left) != (other < n)
            for other, cell in self._found.items()
        )
        elsewhere = bool(self._known) and (words[0], words[-1] + 1) not in self._given
        return off, elsewhere, self._distance(words[0]), turns, -box.left if last else box.left

    def _by_text(self, text: str, line: int) -> WordIndices:
        """Words near ``line`` that say it, though they go on below and beside other cells."""
        wanted = fold_alnum(text)
        near = range(max(0, line - FAR // 2), min(len(self._lines.lines), line + FAR))
        for number in sorted(near, key=lambda one: abs(one - line)) if wanted else ():
            for start, at in enumerate(self._lines.lines[number]):
                if wanted.startswith(fold_alnum(self._lines.text(at)) or wanted + "?"):
                    words = self._put_together(wanted, number, start)
                    if words and self._taken.isdisjoint(words):
                        return words
        return ()

    def _put_together(self, wanted: str, line: int, start: int) -> WordIndices:
        """``wanted`` from the word ``start`` of ``line`` on; below it goes on where it began."""
        lines = self._lines.lines
        left = self._lines.boxes[lines[line][start]].left
        words: list[int] = []
        for number in range(line, min(len(lines), line + FAR)):
            for at in lines[number][start if number == line else 0 :]:
                said, box = fold_alnum(self._lines.text(at)), self._lines.boxes[at]
                if said and wanted.startswith(said) and box.left > left - box.height:
                    words.append(at)
                    wanted = wanted[len(said) :]
                elif number == line:
                    break
                if not wanted:
                    return tuple(words)
        return ()


def _says(word: str, text: str) -> bool:
    """As one of its chunks, or as the same number."""
    if word == text or (text in word and text in cut(word)):
        return True
    return any(map(str.isdigit, word)) and bool(set(readings(word)) & set(readings(text)))
