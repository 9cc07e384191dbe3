"""Whether a value stands in the document, and whether it stands beside its label.

Pure. A second look, apart from the grammar that made the value: the words of its spans must say
it. The label is recognised by the words of the field's name, description and values.
"""

from __future__ import annotations

import re

from appliance.domain.doctype import FieldSpec
from appliance.domain.document import Document, Page, Span, Word
from appliance.domain.fields import Field
from appliance.judgement.plain import letters, unaccented

SHORT = 2
"""A value of so many characters stands in many places by chance."""

_STEM = 4
"""Letters by which a word of a label is recognised: packages, package."""


def grounded(field: Field, document: Document) -> bool:
    """Every span lies in the document and says the text (for a listed type: its words)."""
    said = _content(field.text if field.words is None else field.words)
    return bool(said and field.spans) and all(
        said in _content(_text(span, document)) for span in field.spans
    )


def beside_label(field: Field, spec: FieldSpec, document: Document) -> bool:
    """A word of the label stands before it on its line or right above it."""
    label = _stems(spec)
    return any(
        unaccented(word.text)[:_STEM] in label
        for span in field.spans
        for word in _neighbours(document.pages[span.page], span)
    )


def _content(text: str | None) -> str:
    # A lone currency mark has neither letters nor digits.
    return letters(text or "") or "".join((text or "").split())


def _text(span: Span, document: Document) -> str:
    inside = span.page < len(document.pages)
    return "".join(word.text for word in span.words(document)) if inside else ""


def _stems(spec: FieldSpec) -> set[str]:
    said = f"{spec.name.replace('_', ' ')} {spec.description} {' '.join(spec.values)}"
    return {unaccented(word)[:_STEM] for word in re.findall(r"[^\W\d_]{3,}", said)}


def _neighbours(page: Page, span: Span) -> list[Word]:
    first = page.words[span.start]
    before = [word for word in page.words[: span.start] if word.line == first.line]
    above = [
        word
        for word in page.words
        if word.bbox.bottom <= first.bbox.top + first.bbox.height / 2
        and first.bbox.top - word.bbox.bottom <= 2 * first.bbox.height
        and word.bbox.left <= first.bbox.right
        and word.bbox.right >= first.bbox.left
    ]
    return before[-4:] + above


def says_another(field: Field, spec: FieldSpec) -> str | None:
    """The listed value that the words are known for, when it is not the one answered."""
    words = _content(field.words)
    known = [
        value for value, says in spec.values.items() if words in {_content(one) for one in says}
    ]
    return known[0] if known and field.text not in known else None
