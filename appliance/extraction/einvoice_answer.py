"""An e-invoice answers what a type asks: nothing is guessed. Pure.

A field that names a business term is what the e-invoice says under it, and absent where the
e-invoice could say it and does not. Each value is looked for on the page. What the page says
otherwise is a blocker: a picture that differs may be a second invoice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import Document
from appliance.domain.einvoice import (
    CREDIT_NOTES,
    KIND,
    LINES,
    EInvoice,
    Level,
    TermPlace,
    TermValue,
)
from appliance.domain.prediction import NO_MODEL, Field, Prediction
from appliance.extraction.einvoice_page import differences
from appliance.fields.chunks import chunks
from appliance.fields.grounding import by_label
from appliance.fields.occurrences import Occurrence, Occurrences
from appliance.fields.style import style_of
from appliance.tables.table import WordKey, words_in

_BEHIND_MARK = re.compile(r"[.,](\d{1,4})\D*$")


def answers(document: Document, doctype: DocType) -> bool:
    """There is an e-invoice, and the type names business terms."""
    return document.einvoice is not None and names_terms(doctype)


def names_terms(doctype: DocType) -> bool:
    return any(spec.einvoice for spec in doctype.fields)


def answered(document: Document, doctype: DocType) -> Prediction | None:
    """What the e-invoice says of all that is asked, with no model's name; fields that it cannot say
    are left out. None where it does not answer."""
    invoice = document.einvoice
    if invoice is None or not answers(document, doctype):
        return None
    pages = [chunks(page.words) for page in document.pages]
    search = Occurrences(pages, style_of(document))
    answer = _Answer(invoice, document, doctype, search)
    faults = (Blocker(BlockerCode.EINVOICE_INVALID, one) for one in invoice.faults)
    return Prediction(
        document.docid,
        doctype.name,
        NO_MODEL,
        (*answer.header(), *answer.rows()),
        (*faults, *differences(invoice, document, doctype, search)),
    )


def unanswered(doctype: DocType, said: Prediction) -> bool:
    """Something is asked that only the page can say: a model has to read it."""
    names = {field.fieldtype for field in said.header}
    return any(spec.name not in names for spec in doctype.fields) or (
        doctype.items is not None and not said.rows
    )


def completed(said: Prediction, guessed: Prediction, doctype: DocType) -> Prediction:
    """With what a model answered of the rest; in the order of the type."""
    both = {field.fieldtype: field for field in (*guessed.header, *said.header)}
    header = (both[spec.name] for spec in doctype.fields if spec.name in both)
    table = [cell for row in (said.rows or guessed.rows) for cell in row]
    open_ = (one for one in guessed.blockers if not _is_answered(one, said))
    return replace(guessed, fields=(*header, *table), blockers=(*said.blockers, *open_))


def _is_answered(doubt: Blocker, said: Prediction) -> bool:
    """It is only about how a model read what the e-invoice says."""
    if doubt.code == BlockerCode.TABLE_CUT:
        return bool(said.rows)
    stated = {field.fieldtype for field in said.header}
    return doubt.code == BlockerCode.WINDOWS_DIFFER and doubt.fieldtype in stated


@dataclass(frozen=True, slots=True)
class _ByLine:
    """Where a value stands."""

    places: Mapping[int | None, Sequence[Occurrence]]
    """By the line's number."""
    lines: int
    """A bit for each of these lines."""


class _Answer:
    def __init__(
        self, invoice: EInvoice, document: Document, doctype: DocType, search: Occurrences
    ) -> None:
        self._invoice = invoice
        self._document = document
        self._doctype = doctype
        self._search = search
        self._places_of = cache(self._distinct)  # lines say the same again and again
        self._by_line_of = cache(self._by_line)
        lines = {
            (number, word.line) for number, page in enumerate(document.pages) for word in page.words
        }
        self._numbers = {line: number for number, line in enumerate(sorted(lines))}

    def header(self) -> Iterator[Field]:
        for spec in self._doctype.fields:
            if spec.einvoice and self._invoice.level.says(spec.einvoice):
                every = [one for one in self._invoice.values if one.term == spec.einvoice]
                found = self._shown_first(every, spec)
                yield self._field(spec, found, self._places(found, spec) if found else ())

    def rows(self) -> Iterator[Field]:
        """Each from the line of the page on which most of its cells begin."""
        items = self._doctype.items
        if items is None or items.einvoice != LINES or self._invoice.level is not Level.LINES:
            return
        line = None
        every = [{one.term: one for one in reversed(row)} for row in self._invoice.lines]
        asked = {spec.einvoice for spec in items.fields}
        # One that says nothing of what is asked is a note among the rows.
        for number, said in enumerate(one for one in every if not asked.isdisjoint(one)):
            cells = [(spec, said.get(spec.einvoice or "")) for spec in items.fields]
            found = [self._by_line_of(_text(one, spec) if one else "", spec) for spec, one in cells]
            beside = most_shared([one.lines for one in found], after=line)
            line = line if beside is None else beside
            texts = [_text(one, spec) if one else "" for spec, one in cells]
            places = apart(texts, [on.places.get(line, ()) for on in found])
            for (spec, one), here in zip(cells, places, strict=True):
                yield self._field(spec, one, here, row=number)

    def _shown_first(self, every: Sequence[TermValue], spec: FieldSpec) -> TermValue | None:
        """Of several accounts the one that the page names."""
        shown = (one for one in every if len(every) > 1 and self._places(one, spec))
        return next(shown, next(iter(every), None))

    def _places(self, said: TermValue, spec: FieldSpec) -> Sequence[Occurrence]:
        return self._places_of(_text(said, spec), spec)

    def _distinct(self, text: str, spec: FieldSpec) -> Sequence[Occurrence]:
        """None of them within another: the shortest says all."""
        found: list[Occurrence] = []
        taken: set[WordKey] = set()
        for place in self._search.of(text, spec) if text else ():
            words = words_in([place.span])
            if taken.isdisjoint(words):
                taken |= words
                found.append(place)
        return found

    def _by_line(self, text: str, spec: FieldSpec) -> _ByLine:
        places = defaultdict[int | None, list[Occurrence]](list)
        for place in self._places_of(text, spec):
            places[self._line(place)].append(place)
        return _ByLine(places, sum(1 << line for line in places if line is not None))

    def _line(self, place: Occurrence) -> int:
        """Its number among all lines of the document."""
        span = place.span
        return self._numbers[span.page, self._document.pages[span.page].words[span.start].line]

    def _field(
        self,
        spec: FieldSpec,
        said: TermValue | None,
        places: Sequence[Occurrence],
        *,
        row: int | None = None,
    ) -> Field:
        term = spec.einvoice or LINES
        if said is None:
            return Field(spec.name, None, line_item_id=row, einvoice=TermPlace(term, None))
        text = _text(said, spec)
        spans = tuple(one.span for one in places)
        if row is None:
            spans = by_label(self._document, spans, spec)
        words = {one.span: one.text for one in places}
        shown = words[spans[0]] if spans else None
        return Field(
            spec.name,
            text,
            spans,
            words=None if shown == text else shown,
            line_item_id=row,
            einvoice=TermPlace(said.term, said.xpath),
        )


def apart(
    texts: Sequence[str], places: Sequence[Sequence[Occurrence]]
) -> list[Sequence[Occurrence]]:
    """Return for each cell of a row its ``places`` with the likeliest first: the one with as many
    decimals as its text has, and none that another cell has first, where there is a choice. A
    price of 10.00 is not the quantity 10 beside it."""
    ordered = [
        sorted(here, key=lambda place: _decimals(place.text) != _decimals(text))
        for text, here in zip(texts, places, strict=True)
    ]
    taken: set[WordKey] = set()
    found: list[Sequence[Occurrence]] = list(ordered)
    for at in sorted(range(len(ordered)), key=lambda at: len(ordered[at])):
        here = ordered[at]
        free = (one for one in here if taken.isdisjoint(words_in([one.span])))
        if (first := next(free, None)) is not None:
            found[at] = [first, *(one for one in here if one is not first)]
            taken |= words_in([first.span])
    return found


def _decimals(text: str) -> int:
    """Return how many digits stand behind the last mark of a number."""
    digits = _BEHIND_MARK.search(text)
    return len(digits[1]) if digits else 0


def most_shared(cells: Sequence[int], *, after: int | None) -> int | None:
    """As ``row_line`` finds it, of cells that each have a bit for every line on which they stand:
    ten thousand rows may say the same, and each may stand on each line."""
    shared = [-1] + [0] * len(cells)
    for lines in cells:
        for number in range(len(cells), 0, -1):
            shared[number] |= shared[number - 1] & lines
    most = next(filter(None, shared[:0:-1]), 0)
    if not most:
        return None
    floor = 0 if after is None else after + 1
    behind = most >> floor << floor or most
    return (behind & -behind).bit_length() - 1


def _text(said: TermValue, spec: FieldSpec) -> str:
    """Of a listed type the value that is listed, where one is."""
    text = said.text
    if said.term == KIND:
        text = "credit note" if text in CREDIT_NOTES else "invoice"
    ways = ((value, {value, *words}) for value, words in spec.values.items())
    return next((value for value, words in ways if text in words), text)
