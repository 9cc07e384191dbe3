"""Whether a value stands in the document, and whether it stands beside its label.

Pure. A second look, apart from the grammar that made the value: the words of its spans must say
it, and the words behind a listed value must be known to say that one.
"""

from __future__ import annotations

from appliance.domain.doctype import FieldSpec
from appliance.domain.document import Document, Span
from appliance.domain.fields import Field
from appliance.extraction.grounding import beside_label
from appliance.judgement.plain import letters

SHORT = 2
"""A value of so many characters stands in many places by chance."""


def grounded(field: Field, document: Document) -> bool:
    """Every span lies in the document and says the text (for a listed type: its words)."""
    said = (field.text if field.words is None else field.words) or ""
    # A lone currency mark has neither letters nor digits.
    reduce = letters if letters(said) else _packed
    wanted = reduce(said)
    return bool(wanted and field.spans) and all(
        wanted in reduce(_text(span, document)) for span in field.spans
    )


def by_its_label(field: Field, spec: FieldSpec, document: Document) -> bool:
    """At one of its places a word of the field's name or description stands left or above."""
    return any(beside_label(document, span, spec) for span in field.spans)


def unsaid(field: Field, spec: FieldSpec) -> str | None:
    """Why the words of a listed value do not say it, for a clerk; None when they do."""
    if spec.type.verbatim:
        return None
    words = _packed(field.words or "").casefold()
    said = [
        value
        for value, ways in spec.values.items()
        if words in {_packed(way).casefold() for way in (value, *ways)}
    ]
    if field.text in said:
        return None
    return (
        f"{field.words!r} says {said[0]}, not {field.text}"
        if said
        else (f"{field.words!r} does not say {field.text}")
    )


def _packed(text: str) -> str:
    return "".join(text.split())


def _text(span: Span, document: Document) -> str:
    inside = span.page < len(document.pages)
    return "".join(word.text for word in span.words(document)) if inside else ""
