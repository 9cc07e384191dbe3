"""The XML of a stranger becomes a tree, or is refused: no DOCTYPE, so no entities, and bounded.

Nothing but the bytes is opened, and what is refused is parsed no further.
"""

from __future__ import annotations

from lxml import etree

from appliance.domain.errors import DocumentError
from appliance.domain.limits import megabytes

MAX_BYTES = 20_000_000
"""Attachments included, which an invoice may carry."""
_ELEMENTS = 150_000
"""Some four thousand rows."""
_DEPTH = 64
"""Elements in each other; the deepest invoice has fewer than twenty."""
_CHUNK = 16_384
"""Bytes that are parsed before anybody looks."""
_SMALLER = "Ask the sender for one without attachments."
_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_HINTS = (f"{_INSTANCE}schemaLocation", f"{_INSTANCE}noNamespaceSchemaLocation")
"""Where a document names its schema, which whoever validates it would open."""


def tree(data: bytes) -> etree._Element:
    """Raises DocumentError when it is refused or damaged."""
    check_size(len(data))
    parser = etree.XMLPullParser(
        events=("start", "end"),
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    bounds = _Bounds()
    try:
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
            bounds.check(parser)
        root: etree._Element = parser.close()
    except (etree.XMLSyntaxError, LookupError) as error:
        bounds.check(parser)
        raise _translated(error) from error
    etree.strip_attributes(root, *_HINTS)
    return root


def _translated(error: Exception) -> DocumentError:
    # A text, a tag or the like of more than 10 MB.
    if getattr(error, "code", None) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return _refusal("has a part that is too large", hint=_SMALLER)
    return _refusal("is damaged or cut off", hint="Ask the sender for it again.")


def check_size(size: int) -> None:
    """Raises DocumentError for more than ``MAX_BYTES``."""
    if size > MAX_BYTES:
        raise _refusal(
            f"is too large: {megabytes(size)}, the limit is {megabytes(MAX_BYTES)}",
            hint=_SMALLER,
        )


class _Bounds:
    """What was met of a tree so far."""

    def __init__(self) -> None:
        self._depth = self._elements = 0

    def check(self, parser: etree.XMLPullParser) -> None:
        """Raises DocumentError when what was parsed since goes beyond them."""
        for event, element in parser.read_events():
            if event == "end":
                self._depth -= 1
                continue
            if not self._elements and element.getroottree().docinfo.doctype:
                raise _refusal("begins with a DOCTYPE, as no e-invoice does")
            self._depth += 1
            self._elements += 1
            if self._depth > _DEPTH:
                raise _refusal("is nested too deep")
            if self._elements > _ELEMENTS:
                raise _refusal(f"has more than {_ELEMENTS} parts")


def _refusal(what: str, *, hint: str = "Ask the sender for a PDF.") -> DocumentError:
    return DocumentError(f"The XML of the e-invoice {what}.", hint=hint)
