"""A document and its type in, a prediction out: the header is copied, rows are read from tables."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from appliance.domain.asked import asked_in_short
from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Field, Prediction
from appliance.extraction.alternatives import runners_up
from appliance.extraction.asking import WindowAnswer, cut_windows, run_request, token_budget
from appliance.extraction.asking_columns import TableAnswer, ask_columns
from appliance.extraction.decode import Decoder
from appliance.extraction.header_answer import AnsweredValue
from appliance.extraction.header_fields import cuts, header_fields
from appliance.extraction.header_repair import repaired
from appliance.extraction.merge import merge_windows
from appliance.extraction.prompt import choose_format
from appliance.extraction.row_reader import RowReader
from appliance.extraction.windows import Window, left_out
from appliance.fields.chunks import Chunks, chunks
from appliance.system.turns import never, take_turn
from appliance.tables.table import WordKey

WINDOW = 6000
"""Tokens of a document that are asked about at once."""
ANSWER = 1500
"""Tokens of an answer about a window."""


@dataclass(frozen=True, slots=True)
class AnsweredWindow:
    reading: WindowAnswer
    again: bool
    """Its fields were asked once more, from the last on."""


Answered = AnsweredWindow | TableAnswer
"""One question and its answer."""

_NOTHING = Blocker(BlockerCode.NOTHING_TO_READ, "nothing to read: no page has a word on it")


class Extractor:
    """``model`` is the version's name; ``window`` and ``answer`` are limits in tokens.

    Every method raises ModelError when the model does not do, DoctypeError when the type is too big
    for its context, and WorkerError when it fails on this one document.
    """

    def __init__(
        self,
        engine: Decoder,
        *,
        model: str,
        window: int = WINDOW,
        answer: int = ANSWER,
        twice: bool = False,
        asks_columns: bool = True,
        knows_words: bool = True,
    ) -> None:
        """``twice``: what the header says is asked once more, in another order.
        ``asks_columns``: the model is asked what the columns of tables are. ``knows_words``: what
        is known to stand above columns counts beside it."""
        self._engine = engine
        self._model = model
        self._window = window
        self._twice = twice
        self._asks_columns = asks_columns
        self._knows_words = knows_words
        self._answer = min(answer, engine.context // 4)
        self._format = choose_format(engine.knows)
        self._last: tuple[Document, DocType, tuple[WindowAnswer, ...]] | None = None

    def extract(
        self,
        document: Document,
        doctype: DocType,
        *,
        begun: list[Answered] | None = None,
        over: Callable[[], bool] = never,
    ) -> Prediction:
        """The same document, type and model give the same prediction, whatever came before.

        ``begun`` holds the answers of earlier turns, and gets those of this one. Raises Unfinished
        when the turn is ``over`` before the last of them.
        """
        parts = [] if begun is None else begun
        reader = RowReader(document, doctype, knows_words=self._knows_words)
        take_turn(parts, self._parts(document, doctype, reader, first=len(parts)), over)
        windows_read = [part for part in parts if isinstance(part, AnsweredWindow)]
        readings = tuple(part.reading for part in windows_read if not part.again)
        self._last = document, doctype, readings
        if not readings:
            nothing = tuple(Field(spec.name, None) for spec in doctype.fields)
            return self._predicted(document, doctype, nothing, [_NOTHING])
        whole = [chunks(page.words) for page in document.pages]
        header, differ = merge_windows(list(header_fields(document, doctype, whole, readings)))
        if self._twice:
            again = tuple(part.reading for part in windows_read if part.again)
            header = _compared(document, _backwards(doctype), whole, header, again)
        rows = reader.read([part for part in parts if isinstance(part, TableAnswer)])
        fields = repaired(document, doctype, whole, (*header, *rows.fields), rows.words)
        shown = [reading.window for reading in readings]
        unseen = _unseen(left_out(document, shown, hidden=reader.inner_words))
        cut = [blocker for reading in readings for blocker in cuts(doctype, reading)]
        return self._predicted(document, doctype, fields, [*unseen, *cut, *differ, *rows.blockers])

    def _predicted(
        self,
        document: Document,
        doctype: DocType,
        fields: Iterable[Field],
        blockers: Iterable[Blocker],
    ) -> Prediction:
        return Prediction(
            document.docid,
            doctype.name,
            self._model,
            tuple(fields),
            tuple(blockers),
            asked_in_short(doctype),
        )

    def runners_up(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        fieldtypes: Iterable[str],
        n: int = 3,
    ) -> Prediction:
        """``prediction`` with up to ``n`` other values for each of these header fields."""
        asked = set(fieldtypes)
        readings = self._readings(document, doctype) if asked else ()
        fields = [field for field in prediction.header if field.fieldtype in asked]
        others: dict[str, tuple[str, ...]] = {}
        # Window by window: to come back to one costs as much as to read it.
        for field in sorted(fields, key=lambda field: _believed(readings, field)):
            others[field.fieldtype] = self._others(doctype, readings, field, n)

        def filled(field: Field) -> Field:
            found = others.get(field.fieldtype) if field.line_item_id is None else None
            return field if found is None else replace(field, runners_up=found)

        return replace(prediction, fields=tuple(map(filled, prediction.fields)))

    def _readings(self, document: Document, doctype: DocType) -> tuple[WindowAnswer, ...]:
        """Kept for the last document, since runners-up are asked for after it."""
        if self._last is None or self._last[:2] != (document, doctype):
            reader = RowReader(document, doctype, knows_words=self._knows_words)
            cut = self._windows(document, doctype, hidden=reader.inner_words)
            readings = tuple(self._ask(document, doctype, cut))
            self._last = document, doctype, readings
        return self._last[2]

    def _parts(
        self, document: Document, doctype: DocType, reader: RowReader, *, first: int
    ) -> Generator[tuple[Answered, int]]:
        """The answers from the ``first`` question on, and with each how many there are."""
        kinds = [(False, doctype), *([(True, _backwards(doctype))] if self._twice else ())]
        asked = [
            (again, kind, window)
            for again, kind in kinds
            for window in self._windows(document, kind, hidden=reader.inner_words)
        ]
        named = reader.likeliest() if self._asks_columns and asked else []
        number = len(asked) + len(named)
        for again, kind, window in asked[first:]:
            (reading,) = self._ask(document, kind, [window])
            yield AnsweredWindow(reading, again), number
        for one in named[max(first - len(asked), 0) :]:
            form = self._format
            yield (
                ask_columns(self._engine, doctype, document, one.table, one.naming, form=form),
                number,
            )

    def _windows(
        self, document: Document, doctype: DocType, *, hidden: Set[WordKey]
    ) -> Sequence[Window]:
        engine = self._engine
        left = token_budget(
            engine, doctype, form=self._format, answer=self._answer, context=engine.context
        )
        # Between two pages, and where words are hidden, stands a line end more than is counted.
        ends = len(document.pages) + len(hidden)
        limit = min(self._window, left - min(ends, left // 20))
        return cut_windows(engine, document, limit=limit, hidden=hidden)

    def _ask(
        self, document: Document, doctype: DocType, those: Iterable[Window]
    ) -> Iterator[WindowAnswer]:
        form, most = self._format, self._answer
        for window in those:
            yield run_request(self._engine, doctype, document, window, form=form, most=most)

    def _others(
        self, doctype: DocType, readings: Sequence[WindowAnswer], field: Field, n: int
    ) -> tuple[str, ...]:
        """What other windows said, then what the window that was believed nearly said."""
        said = _said(readings, field)
        found = [value.text for _, value in said if value.text not in (None, field.text)]
        believed = _believed(readings, field)
        if believed < len(said):
            found += runners_up(self._engine, doctype, *said[believed], most=n)
        return tuple(text for text in dict.fromkeys(found) if text and text != field.text)[:n]


def _backwards(doctype: DocType) -> DocType:
    """Its header, asked from the last field on."""
    return replace(doctype, fields=doctype.fields[::-1])


def _compared(
    document: Document,
    backwards: DocType,
    pages: Sequence[Chunks],
    fields: Sequence[Field],
    again: Sequence[WindowAnswer],
) -> tuple[Field, ...]:
    """With whether the header is answered alike when it is asked ``again``."""
    second, _ = merge_windows(list(header_fields(document, backwards, pages, again)))
    said = {field.fieldtype: field.text for field in second}
    return tuple(
        replace(field, agrees=_alike(said.get(field.fieldtype), field.text)) for field in fields
    )


def _alike(one: str | None, other: str | None) -> bool:
    """But for case and blanks."""
    if one is None or other is None:
        return one is other
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _said(
    readings: Sequence[WindowAnswer], field: Field
) -> list[tuple[WindowAnswer, AnsweredValue]]:
    """What each window said of a header field, in their order."""
    return [
        (reading, value)
        for reading in readings
        for value in reading.header.values
        if value.spec.name == field.fieldtype
    ]


def _believed(readings: Sequence[WindowAnswer], field: Field) -> int:
    """Which of them said what was taken; their number when none did."""
    said = _said(readings, field)
    return next(
        (at for at, (_, value) in enumerate(said) if value.text == field.as_read), len(said)
    )


def _unseen(words: int) -> tuple[Blocker, ...]:
    if not words:
        return ()
    return (
        Blocker(BlockerCode.LEFT_OUT, f"{words} words are too long to be read: is it a document?"),
    )
