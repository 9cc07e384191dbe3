"""Header numbers of which a check says that one is wrong, put right by the page.

Pure. Where an equation of header fields fails, its numbers may only stand in each other's places:
the order that makes it hold and moves the fewest of them is proposed. Else, where another number of
the page would make it hold in the place of one of them, that number is, for the field of which the
model was least certain. What the model wrote is kept beside it, and judgement goes by that: a
number that was looked for because it fits proves nothing by fitting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations

from appliance.domain.doctype import Check, DocType, FieldSpec
from appliance.domain.document import Document
from appliance.domain.fields import Field
from appliance.extraction import grounding
from appliance.extraction.chunks import Chunks
from appliance.extraction.merge import certainty
from appliance.judgement.checks import State, evaluate
from appliance.judgement.match import NUMBERS
from appliance.judgement.normalize import normalize
from appliance.judgement.party import country_of
from appliance.judgement.style import Style, style_of

_MOST = 5
"""Fields of an equation that is looked at: there are 120 orders of them."""
_GROUPS = 5
"""Chunks of a number at most: ``1 234 567,80`` is three and two blanks."""
_GROUP = re.compile(r"\d{3}(?!\d)")


def reckoned(
    document: Document, doctype: DocType, whole: Sequence[Chunks], fields: Sequence[Field]
) -> tuple[Field, ...]:
    """``fields`` with what is proposed in the header; ``whole`` are the chunks of the pages, on
    which every text stands."""
    equations = [check for check in doctype.checks if _adds_up_header(check, doctype)]
    if not equations:
        return tuple(fields)
    found = {field.fieldtype: field for field in fields if field.line_item_id is None}
    style = style_of(document, country=country_of(doctype, fields))
    for check in equations:
        for better in _put_right(check, document, doctype, whole, found, style):
            found[better.fieldtype] = better
    return tuple(
        found[field.fieldtype] if field.line_item_id is None else field for field in fields
    )


def _adds_up_header(check: Check, doctype: DocType) -> bool:
    """An equation of three numbers or more, all of the header: one of two only copies."""
    return (
        check.relation == "=="
        and 2 < len({term.name for term in check.terms}) == len(check.terms) <= _MOST
        and not any(term.column for term in check.terms)
        and all(doctype.spec(term.name).type in NUMBERS for term in check.terms)
    )


def _put_right(
    check: Check,
    document: Document,
    doctype: DocType,
    whole: Sequence[Chunks],
    header: Mapping[str, Field],
    style: Style,
) -> list[Field]:
    values = {
        term.name: _value(header[term.name].text, doctype.spec(term.name), style)
        for term in check.terms
    }
    said = {name: value for name, value in values.items() if value is not None}
    (outcome,) = evaluate([check], {name: f"{value:f}" for name, value in said.items()}, [])
    if outcome.state is not State.FAILED or any(header[name].instead_of for name in said):
        return []
    signs = {term.name: term.sign for term in check.left}
    signs |= {term.name: -term.sign for term in check.right}

    def proposed(name: str, text: str) -> Field:
        spans = grounding.by_label(document, grounding.spans(text, whole), doctype.spec(name))
        field = header[name]
        return replace(field, text=text, spans=spans, agrees=None, instead_of=field.text)

    if order := _ordered(signs, said):
        moved = [(name, header[other].text) for name, other in order if name != other]
        return [proposed(name, text) for name, text in moved if text is not None]
    over = sum((sign * said[name] for name, sign in signs.items()), Decimal(0))
    fitting: list[Field] = []
    for name, sign in signs.items():
        wanted = said[name] - sign * over
        # A nothing stands on nearly every page, and makes two others alike.
        text = _standing(wanted, doctype.spec(name), whole, style) if wanted else None
        if text is not None:
            fitting.append(proposed(name, text))
    return sorted(fitting, key=certainty)[:1]


def _ordered(
    signs: Mapping[str, int], said: Mapping[str, Decimal]
) -> Sequence[tuple[str, str]] | None:
    """Of whom each takes the number so that the sum is nothing; None when no order does it."""
    names = [*signs]
    orders = [
        list(zip(names, others, strict=True))
        for others in permutations(names)
        if not sum(signs[name] * said[other] for name, other in zip(names, others, strict=True))
    ]
    return min(orders, key=lambda order: sum(a != b for a, b in order), default=None)


def _standing(
    wanted: Decimal, spec: FieldSpec, whole: Sequence[Chunks], style: Style
) -> str | None:
    """How the page writes a number, where it first does."""
    begins = _digits(f"{wanted.normalize():f}")
    for page in whole:
        for at, first in enumerate(page.texts):
            if not _digits(first):
                continue
            for text in _numbers(page.texts[at : at + _GROUPS]):
                if _digits(text).startswith(begins) and _value(text, spec, style) == wanted:
                    return text
    return None


def _numbers(texts: Sequence[str]) -> Iterator[str]:
    """The first chunk, and with the groups of three behind it."""
    yield texts[0]
    for end in range(2, len(texts), 2):
        if texts[end - 1].strip() or not _GROUP.match(texts[end]):
            return
        yield "".join(texts[: end + 1])


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _value(text: str | None, spec: FieldSpec, style: Style) -> Decimal | None:
    value = normalize(text, spec, style).value if text else None
    return Decimal(value) if value else None
