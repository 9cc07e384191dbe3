"""Signs of another document on the pages of one. Pure.

Somebody may print a second invoice in a margin or at the foot. Its numbers add up like the first
one's, and its date stands under the same words. No signs of it are sums of parts, as for each rate
of a tax, which make up the total; numbers and dates of rows; numbers that add up by chance, which
no usual rate makes; and days under short words, such as ``Date``, that head any day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from itertools import combinations

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, FieldType
from appliance.domain.document import Document, Span
from appliance.domain.prediction import Prediction
from appliance.domain.rows import cells, header_by_name
from appliance.extraction.document_numbers import DocumentNumbers, number_of
from appliance.extraction.equation_repair import triples
from appliance.extraction.header_equations import Equation, without_rows
from appliance.fields.chunks import Chunks, chunks
from appliance.fields.dates import readings
from appliance.fields.grounding import heading
from appliance.fields.occurrences import ValueSearch
from appliance.fields.style import WritingStyle
from appliance.tables.table import WordKey, words_in

_RATE, _HIGHEST = Decimal("0.005"), Decimal("0.30")
"""Taxes are multiples of half a percent, and 30 % at most."""
_CENT = Decimal("0.01")
_PARTS = 10
"""Sums of which it is tried whether some make up the total, at most."""
_TELLING = 8
"""Letters from which on the words that head a date tell which one it is, as Issue date does."""


def second_document(
    document: Document, doctype: DocType, prediction: Prediction, style: WritingStyle
) -> tuple[Blocker, ...]:
    """A blocker of the document where an equation of its type holds by what ``prediction`` says,
    and by three other numbers of the pages as well; or where the type has a number, and one other
    day stands under the words that head a date of the header."""
    pages = [chunks(page.words) for page in document.pages]
    in_rows = _row_words(document, prediction)
    signs = (
        *_sums(doctype, prediction, style, DocumentNumbers(pages, in_rows, style)),
        *_days(document, doctype, prediction, pages, in_rows),
    )
    return tuple(
        Blocker(BlockerCode.SECOND_DOCUMENT, f"the pages also {sign}: is there a second document?")
        for sign in dict.fromkeys(signs)
    )


def _sums(
    doctype: DocType, prediction: Prediction, style: WritingStyle, page: DocumentNumbers
) -> Iterator[str]:
    header = header_by_name(prediction.fields)
    for found in without_rows(doctype, style):
        if len(found.signs) != 3 or not header.keys() >= found.signs.keys():
            continue
        read = {
            name: number_of(header[name].text, doctype.spec(name), style) for name in found.signs
        }
        own = {name: value for name, value in read.items() if value}
        if len(own) < len(read) or abs(found.over(own)) > found.tolerance:
            continue
        if said := _others(found, own, doctype, page):
            yield f"add up {said}"


def _others(
    found: Equation, own: Mapping[str, Decimal], doctype: DocType, page: DocumentNumbers
) -> str:
    """The first other three numbers; empty where there are none, or the type adds nothing."""
    pair = found.pair
    if pair is None:
        return ""
    (total,) = found.signs.keys() - set(pair)
    known = {abs(value) for value in own.values()}
    others = [
        one
        for one in triples(found, doctype, page)
        if known.isdisjoint(abs(value) for value, _ in one.values())
        and _is_taxed(*(one[name][0] for name in pair))
    ]
    parts = _making_up(abs(own[total]), [abs(one[total][0]) for one in others])
    for one in others:
        if abs(one[total][0]) not in parts:
            return f"{one[pair[0]][1]} + {one[pair[1]][1]} = {one[total][1]}"
    return ""


def _is_taxed(net: Decimal, tax: Decimal) -> bool:
    rate = round(tax / net / _RATE) * _RATE
    has_cents = bool(net % 1 or tax % 1)
    return 0 < rate <= _HIGHEST and abs(net * rate - tax) <= _CENT and has_cents


def _making_up(total: Decimal, sums: Sequence[Decimal]) -> Set[Decimal]:
    """Those that take part in some of them whose sum is the ``total``."""
    tried = sorted(set(sums))[:_PARTS]
    return {
        one
        for many in range(2, len(tried) + 1)
        for some in combinations(tried, many)
        if sum(some) == total
        for one in some
    }


def _days(
    document: Document,
    doctype: DocType,
    prediction: Prediction,
    pages: Sequence[Chunks],
    in_rows: Set[WordKey],
) -> Iterator[str]:
    dates = {spec.name for spec in doctype.fields if spec.type is FieldType.DATE}
    own = [one for one in prediction.header if one.fieldtype in dates and one.text and one.spans]
    if not doctype.number or not own:
        return
    found = [
        (heading(document, span), text)
        for span, text in _written_days(pages)
        if words_in([span]).isdisjoint(in_rows)
    ]
    for one in own:
        said = set(readings(one.text or "").possible)
        heads = {heading(document, span) for span in one.spans}
        others = [
            (head, day)
            for head, day in found
            if head in heads
            and sum(map(str.isalpha, head)) >= _TELLING
            and said.isdisjoint(readings(day).possible)
        ]
        if len(others) == 1:  # of more there is a list
            ((head, day),) = others
            yield f'say {day} under "{head}"'


def _written_days(pages: Sequence[Chunks]) -> Iterator[tuple[Span, str]]:
    for number, page in enumerate(pages):
        search = ValueSearch(page)
        for run in search.dates:
            if readings(run.text).possible:
                yield Span(number, *search.words(run)), run.text


def _row_words(document: Document, prediction: Prediction) -> Set[WordKey]:
    """All words of the lines in which a cell stands."""
    said = words_in(span for cell in cells(prediction.fields) for span in cell.spans)
    lines = {(page, document.pages[page].words[word].line) for page, word in said}
    return {
        (number, at)
        for number, page in enumerate(document.pages)
        for at, word in enumerate(page.words)
        if (number, word.line) in lines
    }
