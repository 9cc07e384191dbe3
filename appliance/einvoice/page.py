"""An e-invoice as a page that a person reads: every value on it, with its name before it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap

from appliance.domain.einvoice import EInvoice, TermValue

_LABEL = 28
"""Characters of the column of names."""
_VALUE = 68
_CELL = 36
"""Characters after which a value, or a cell of the rows, goes on in the next line."""
_STREET = ("Address", "Address, second line", "Address, third line")
_ADDRESS = (*_STREET, "City", "Post code", "Region", "Country")
_CONTACT = ("Contact", "Telephone", "E-mail")
_ADJUSTMENT = ("Amount", "Of", "Percent", "Tax category", "Tax percent", "Reason", "Reason code")
_OF_A_ROW = ("amount", "of", "percent", "reason", "reason code")


def _named(terms: str, names: Iterable[str]) -> dict[str, str]:
    return {f"BT-{term}": name for term, name in zip(terms.split(), names, strict=True)}


_SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Seller": {
        **_named("27 28 29 30", ("Name", "Trading name", "Identifier", "Register number")),
        **_named("31 32 33 34", ("VAT id", "Tax number", "Legal information", "E-address")),
        **_named("35 36 162 37 38 39 40", _ADDRESS),
        **_named("41 42 43", _CONTACT),
    },
    "Buyer": {
        **_named("44 45 46 47", ("Name", "Trading name", "Identifier", "Register number")),
        **_named("48 49", ("VAT id", "E-address")),
        **_named("50 51 163 52 53 54 55", _ADDRESS),
        **_named("56 57 58", _CONTACT),
    },
    "Payee": _named("59 60 61", ("Name", "Identifier", "Register number")),
    "Tax representative": {
        **_named("62 63", ("Name", "VAT id")),
        **_named("64 65 164 66 67 68 69", _ADDRESS),
    },
    "Invoice": {
        **_named("1 3 2", ("Number", "Type code", "Date")),
        **_named("5 6", ("Currency", "Currency of the tax")),
        **_named("7 8 9", ("Tax point date", "Tax point code", "Due date")),
        **_named("10 11 12", ("Buyer reference", "Project", "Contract")),
        **_named("13 14", ("Purchase order", "Sales order")),
        **_named("15 16 17", ("Receiving advice", "Despatch advice", "Tender or lot")),
        **_named("18 19", ("Invoiced object", "Accounting reference")),
        **_named("20 23 24", ("Payment terms", "Business process", "Specification")),
    },
    "Earlier invoice": _named("25 26", ("Number", "Date")),
    "Delivery": {
        **_named("70 71 72", ("Name", "Location", "Date")),
        **_named("75 76 165 77 78 79 80", _ADDRESS),
    },
    "Period": _named("73 74", ("From", "To")),
    "Payment": {
        **_named("81 82 83", ("Means code", "Means", "Remittance text")),
        **_named("84 85 86", ("Account", "Account name", "Bank")),
        **_named("87 88", ("Card", "Card holder")),
        **_named("89 90 91", ("Mandate", "Creditor", "Debited account")),
    },
    "Notes": _named("21 22", ("Subject", "Note")),
}
"""Before the rows, by its headline the terms of each section."""

_SECTIONS_BELOW: Mapping[str, Mapping[str, str]] = {
    "Allowances": _named("92 93 94 95 96 97 98", _ADJUSTMENT),
    "Charges": _named("99 100 101 102 103 104 105", _ADJUSTMENT),
    "Tax": {
        **_named("118 119 116 117", ("Category", "Percent", "Tax base", "Tax")),
        **_named("120 121", ("Exemption", "Exemption code")),
    },
    "Totals": {
        **_named("106 107 108", ("Rows", "Allowances", "Charges")),
        **_named("109 110 111", ("Total without tax", "Tax", "Tax in its own currency")),
        **_named("112 113 114", ("Total with tax", "Paid before", "Rounding")),
        "BT-115": "Amount due",
    },
    "Documents": _named("122 123 124", ("Reference", "Description", "Address")),
}

_COLUMNS = {
    **_named("126 153 129 130", ("No.", "Item", "Quantity", "Unit")),
    **_named("146 151 152 131", ("Price", "Tax", "Tax %", "Amount")),
}
_RIGHT = frozenset({"BT-129", "BT-146", "BT-152", "BT-131"})
"""Columns of numbers."""
_BELOW_A_ROW = {
    **_named("154 127", ("Description", "Note")),
    **_named("155 156 157", ("Seller's number", "Buyer's number", "Standard number")),
    **_named("158 159", ("Classification", "Country of origin")),
    **_named("160 161", ("Property", "Value")),
    **_named("132 133 128", ("Order line", "Accounting reference", "Invoiced object")),
    **_named("134 135", ("From", "To")),
    **_named("147 148 149 150", ("Price discount", "Price before", "Price for", "Unit of price")),
    **_named("136 137 138 139 140", (f"Allowance, {name}" for name in _OF_A_ROW)),
    **_named("141 142 143 144 145", (f"Charge, {name}" for name in _OF_A_ROW)),
}


def page(said: EInvoice) -> str:
    """Lines of text in a fixed pitch; empty where nothing is said."""
    sections = (
        *(_section(name, terms, said.values) for name, terms in _SECTIONS.items()),
        _rows(said.lines),
        *(_section(name, terms, said.values) for name, terms in _SECTIONS_BELOW.items()),
    )
    return "\n\n".join("\n".join(lines) for lines in map(list, sections) if lines)


def _section(name: str, terms: Mapping[str, str], values: Sequence[TermValue]) -> Iterator[str]:
    here = _in_order(values, terms)
    if here:
        yield name
        yield from _labelled(here, terms)


def _in_order(values: Sequence[TermValue], terms: Mapping[str, str]) -> list[TermValue]:
    """Those under ``terms``, group by group, in the order of ``terms``."""
    order = {term: number for number, term in enumerate(terms)}
    here = (value for value in values if value.term in order)
    return sorted(here, key=lambda value: (value.group, order[value.term]))


def _labelled(values: Iterable[TermValue], terms: Mapping[str, str]) -> Iterator[str]:
    for value in values:
        label = f"  {terms[value.term]}:".ljust(_LABEL)
        for line in _wrapped(value.text, _VALUE):
            yield label + line
            label = " " * _LABEL


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _rows(lines: Sequence[Sequence[TermValue]]) -> Iterator[str]:
    """A table, and below each row what has no column."""
    if not any(lines):
        return
    cells = [_cells(line) for line in lines]
    widths = {
        term: max([len(name), *(len(part) for row in cells for part in row[term])])
        for term, name in _COLUMNS.items()
    }
    yield "Rows"
    yield _line(_COLUMNS, widths)
    for line, row in zip(lines, cells, strict=True):
        for number in range(max(map(len, row.values()))):
            parts = {term: part[number] for term, part in row.items() if number < len(part)}
            yield _line(parts, widths)
        yield from _labelled(_in_order(line, _BELOW_A_ROW), _BELOW_A_ROW)


def _cells(line: Sequence[TermValue]) -> dict[str, list[str]]:
    """By column its text in as many lines as it takes."""
    return {
        term: [part for one in line if one.term == term for part in _wrapped(one.text, _CELL)]
        for term in _COLUMNS
    }


def _line(parts: Mapping[str, str], widths: Mapping[str, int]) -> str:
    cells = (
        parts.get(term, "").rjust(width) if term in _RIGHT else parts.get(term, "").ljust(width)
        for term, width in widths.items()
    )
    return "  ".join(cells).rstrip()
