"""A second set of sums on the pages, as the sums of another document would be. Pure.

Somebody may print a second invoice in a margin or at the foot, and its numbers add up like the
first one's. What is told apart from it: sums of parts, as for each rate of a tax, which make up the
total; numbers of rows; and numbers that add up by chance, which no usual rate makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from itertools import combinations

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Prediction
from appliance.domain.rows import cells, header_by_name
from appliance.extraction.document_numbers import DocumentNumbers, number_of
from appliance.extraction.equation_repair import triples
from appliance.extraction.header_equations import Equation, adds_up, equation
from appliance.fields.chunks import chunks
from appliance.fields.style import WritingStyle
from appliance.tables.table import WordKey, words_in

_RATE, _HIGHEST = Decimal("0.005"), Decimal("0.30")
"""Taxes are multiples of half a percent, and 30 % at most."""
_CENT = Decimal("0.01")
_PARTS = 10
"""Sums of which it is tried whether some make up the total, at most."""


def second_sums(
    document: Document, doctype: DocType, prediction: Prediction, style: WritingStyle
) -> tuple[Blocker, ...]:
    """A blocker of the document where an equation of its type holds by what ``prediction`` says,
    and by three other numbers of the pages as well."""
    return tuple(_told(document, doctype, prediction, style))


def _told(
    document: Document, doctype: DocType, prediction: Prediction, style: WritingStyle
) -> Iterator[Blocker]:
    header = header_by_name(prediction.fields)
    for check in doctype.checks:
        found = (
            None
            if check.columns or not adds_up(check, doctype)
            else equation(check, doctype, prediction.fields, style)
        )
        if found is None or len(found.signs) != 3 or not header.keys() >= found.signs.keys():
            continue
        read = {
            name: number_of(header[name].text, doctype.spec(name), style) for name in found.signs
        }
        own = {name: value for name, value in read.items() if value}
        if len(own) < len(read) or abs(found.over(own)) > found.tolerance:
            continue
        page = DocumentNumbers(
            [chunks(one.words) for one in document.pages],
            _row_words(document, prediction),
            style,
        )
        if said := _others(found, own, doctype, page):
            message = f"the pages also add up {said}: is there a second document?"
            yield Blocker(BlockerCode.SECOND_SUMS, message)


def _others(
    found: Equation, own: Mapping[str, Decimal], doctype: DocType, page: DocumentNumbers
) -> str:
    """The first other three numbers; empty where there are none, or the type adds nothing."""
    pair = next((names for names in found.summands if len(names) == 2), None)
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
