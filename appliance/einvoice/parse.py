"""The bytes of an XML become an EInvoice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain, islice
from typing import TypeAlias

from lxml import etree

from appliance.domain.einvoice import DATES, EInvoice, Level, Syntax, TermValue
from appliance.domain.errors import DocumentError
from appliance.einvoice.arithmetic import failed_sums
from appliance.einvoice.codes import failed_codes
from appliance.einvoice.schema import breaches
from appliance.einvoice.terms import ROOTS, Binding, Group
from appliance.einvoice.tree import tree

_MAX_LINES = 10_000
_TOLD = 20
"""Faults of which a clerk is told."""
_BEFORE_ROOT = r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*+"
_ROOT = re.compile(rf"{_BEFORE_ROOT}<(?:[\w.-]+:)?(\w+)([^>]*)", re.DOTALL)
_BASIC_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_ISO_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")
_NOTE = re.compile(r"#([A-Z]{3})#(.*)", re.DOTALL)
"""A note of UBL whose subject, BT-21, stands before it."""

Found: TypeAlias = etree._Element | etree._ElementUnicodeResult
"""An attribute is a text that knows its element."""


def promises_einvoice(head: bytes) -> bool:
    """Whether a file that begins so names itself an e-invoice, read or refused by ``parsed``."""
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    root = _ROOT.match(head.decode(encoding, errors="replace"))
    names = (etree.QName(name) for name in ROOTS)
    return root is not None and any(
        root[1] == name.localname and str(name.namespace) in root[2] for name in names
    )


def parsed(data: bytes) -> EInvoice | None:
    """None when it is XML of another kind. Raises DocumentError when it is refused, damaged or
    empty, ToolError when there are no schemas."""
    root = tree(data)
    binding = ROOTS.get(root.tag)
    if binding is None:
        return None
    reader = _Reader(root, binding)
    values, lines = tuple(reader.header()), tuple(reader.lines())
    if not any((values, *lines)):
        raise DocumentError(
            "The XML of the e-invoice says nothing.", hint="Ask the sender for it again."
        )
    profile = next((value.text for value in values if value.term == "BT-24"), "")
    said = EInvoice(binding.syntax, profile, _level(profile), values, lines)
    faults = chain(
        breaches(root, said), failed_codes(root, said), reader.beyond(), failed_sums(said)
    )
    return replace(said, faults=tuple(islice(faults, _TOLD)))


def _level(profile: str) -> Level:
    """By the last word of the profile; the others are CIUS and extensions of the standard."""
    last = profile.rpartition(":")[2]
    return {"minimum": Level.MINIMUM, "basicwl": Level.HEADER}.get(last, Level.LINES)


class _Reader:
    """Finds what the tables of terms name."""

    def __init__(self, root: etree._Element, binding: Binding) -> None:
        self._root = root
        self._binding = binding
        self._steps = _steps(root, binding)
        self._variables = {"currency": "", "tax_currency": ""}
        terms = binding.header[0].terms
        currency, tax_currency = (self._first(terms[term]) for term in ("BT-5", "BT-6"))
        if tax_currency == currency:
            tax_currency = ""
        self._variables = {"currency": currency, "tax_currency": tax_currency}

    def header(self) -> Iterator[TermValue]:
        return self._values(self._root, self._binding.header)

    def lines(self) -> Iterator[tuple[TermValue, ...]]:
        """Raises DocumentError for more than ``_MAX_LINES``."""
        for number, line in enumerate(self._selected(self._binding.lines, self._root)):
            if number == _MAX_LINES:
                raise DocumentError(
                    f"The e-invoice has more rows than the limit of {_MAX_LINES}.",
                    hint="Ask the sender for several.",
                )
            yield tuple(self._values(line, self._binding.line))

    def beyond(self) -> Iterator[str]:
        """What extensions say and the standard does not, for a clerk."""
        if self._binding.syntax is Syntax.UBL and self._first("cac:PrepaidPayment"):
            yield "It also asks for payments to third parties, which the standard does not know."

    def _values(self, at: etree._Element, groups: tuple[Group, ...]) -> Iterator[TermValue]:
        for group in groups:
            for index, element in enumerate(self._selected(group.path, at)):
                for term, path in group.terms.items():
                    for found in self._selected(path, element):
                        if text := _text(found, term):
                            yield TermValue(term, text, self._path(found), index)

    def _first(self, path: str) -> str:
        return next((_text(found, "") for found in self._selected(path, self._root)), "")

    def _selected(self, path: str, at: etree._Element) -> Iterator[Found]:
        for alternative in path.split(" | "):
            # Handing variables over takes longer than finding what they do not concern.
            variables = self._variables if "$" in alternative else {}
            yield from _xpath(self._binding.syntax, alternative)(at, **variables)

    def _path(self, found: Found) -> str:
        """That selects it alone."""
        attribute = getattr(found, "attrname", None)
        last = found.getparent() if attribute else found
        steps = [self._steps[one] for one in (*reversed([*last.iterancestors()]), last)]
        return "/".join(["", *steps, *([f"@{attribute}"] if attribute else [])])


def _text(found: Found, term: str) -> str:
    raw = found if isinstance(found, str) else "".join(found.itertext())
    text = " ".join(raw.split())
    if term in DATES:
        return _date(text)
    if term in {"BT-21", "BT-22"} and not isinstance(found, str):
        return _noted(text, found, term)
    return text


def _date(text: str) -> str:
    if basic := _BASIC_DATE.fullmatch(text):
        return "-".join(basic.groups())
    iso = _ISO_DATE.fullmatch(text)
    return iso[1] if iso else text


def _noted(text: str, element: etree._Element, term: str) -> str:
    """Of a note of UBL its subject or its text, which stand in one element."""
    if etree.QName(element).localname != "Note":
        return text
    note = _NOTE.fullmatch(text)
    if term == "BT-21":
        return note[1] if note else ""
    return note[2].strip() if note else text


@cache
def _xpath(syntax: Syntax, path: str) -> etree.XPath:
    binding = next(one for one in ROOTS.values() if one.syntax is syntax)
    return etree.XPath(path, namespaces=dict(binding.namespaces))


def _steps(root: etree._Element, binding: Binding) -> dict[etree._Element, str]:
    """Of every element the last step of its path; foreign ones, and all in them, have none. Whole
    paths would take gigabytes where a name is long and many elements are in it."""
    prefixes = {namespace: prefix for prefix, namespace in binding.namespaces.items()}
    steps = {root: _named(root, prefixes)}
    open_ = [root]
    while open_:
        met: Counter[str] = Counter()
        for child in open_.pop():
            name = _named(child, prefixes)
            if name:
                met[name] += 1
                steps[child] = f"{name}[{met[name]}]"
                open_.append(child)
    return steps


def _named(element: etree._Element, prefixes: dict[str, str]) -> str:
    name = etree.QName(element)
    prefix = prefixes.get(name.namespace)
    return f"{prefix}:{name.localname}" if prefix else ""
