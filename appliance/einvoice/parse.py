"""The bytes of an XML become an EInvoice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import TypeAlias

from lxml import etree

from appliance.domain.einvoice import EInvoice, Level, Syntax, TermValue
from appliance.domain.errors import DocumentError
from appliance.einvoice.arithmetic import failed_sums
from appliance.einvoice.schema import breaches
from appliance.einvoice.terms import DATES, ROOTS, Binding, Group
from appliance.einvoice.tree import tree

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
    paths = _paths(root, binding)
    values = tuple(_values(root, binding.header, binding, paths))
    lines = tuple(
        tuple(_values(line, binding.line, binding, paths))
        for line in _selected(binding, binding.lines, root)
    )
    if not any((values, *lines)):
        raise DocumentError(
            "The XML of the e-invoice says nothing.", hint="Ask the sender for it again."
        )
    profile = next((value.text for value in values if value.term == "BT-24"), "")
    said = EInvoice(binding.syntax, profile, _level(profile), values, lines)
    faults = chain(breaches(root, said), _beyond(root, binding), failed_sums(said))
    return replace(said, faults=tuple(faults))


def _level(profile: str) -> Level:
    """By the last word of the profile; the others are CIUS and extensions of the standard."""
    last = profile.rpartition(":")[2]
    return {"minimum": Level.MINIMUM, "basicwl": Level.HEADER}.get(last, Level.LINES)


def _values(
    at: etree._Element,
    groups: tuple[Group, ...],
    binding: Binding,
    paths: dict[etree._Element, str],
) -> Iterator[TermValue]:
    for group in groups:
        for index, element in enumerate(_selected(binding, group.path, at)):
            for term, path in group.terms.items():
                for found in _selected(binding, path, element):
                    text = _text(found, term)
                    if text:
                        yield TermValue(term, text, _path(found, paths), index)


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


def _selected(binding: Binding, path: str, at: etree._Element) -> list[Found]:
    found: list[Found] = _xpath(binding.syntax, path)(at)
    return found


def _path(found: Found, paths: dict[etree._Element, str]) -> str:
    attribute = getattr(found, "attrname", None)
    return f"{paths[found.getparent()]}/@{attribute}" if attribute else paths[found]


def _paths(root: etree._Element, binding: Binding) -> dict[etree._Element, str]:
    """Of every element the path that selects it alone; foreign ones, and all in them, have none."""
    prefixes = {namespace: prefix for prefix, namespace in binding.namespaces.items()}
    paths = {root: f"/{_named(root, prefixes)}"}
    open_ = [root]
    while open_:
        parent = open_.pop()
        met: Counter[str] = Counter()
        for child in parent:
            name = _named(child, prefixes)
            if name:
                met[name] += 1
                paths[child] = f"{paths[parent]}/{name}[{met[name]}]"
                open_.append(child)
    return paths


def _named(element: etree._Element, prefixes: dict[str, str]) -> str:
    name = etree.QName(element)
    prefix = prefixes.get(name.namespace)
    return f"{prefix}:{name.localname}" if prefix else ""


def _beyond(root: etree._Element, binding: Binding) -> Iterator[str]:
    if binding.syntax is Syntax.UBL and _selected(binding, "cac:PrepaidPayment", root):
        yield "It also asks for payments to third parties, which the standard does not know."
