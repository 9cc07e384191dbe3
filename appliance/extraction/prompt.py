"""The one renderer of the header question and of its perfect answer, for serving and for training.

Pure. Rows are not asked for here: ``column_question`` asks where in a table they stand. Text is cut
into pieces, because only our own words may hold special tokens: a document that says
``<|im_end|>`` says just that. What all documents of a type share comes first, so that a model has
to read it once. A GGUF's own chat template is never run: it is code from a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Page, page_text
from appliance.domain.prediction import Field
from appliance.domain.rows import header_by_name

SEPARATORS = (", ", ": ")
_LISTED_AT_MOST = 12
"""Values of a list that the question names."""


@dataclass(frozen=True, slots=True)
class PromptFormat:
    """What a family of models wants around a question; may hold special tokens."""

    before: str
    after: str
    """Between the document and the answer."""


PLAIN = PromptFormat("", "")
CHATML = PromptFormat("<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n")


@dataclass(frozen=True, slots=True)
class PromptPart:
    text: str
    special: bool = False
    """Whether names of special tokens in it are meant as such."""


@dataclass(frozen=True, slots=True)
class Prompt:
    shared: tuple[PromptPart, ...]
    """The same for all documents of a type."""
    own: tuple[PromptPart, ...]
    """The document's; the answer follows."""


def choose_format(knows: Callable[[str], bool]) -> PromptFormat:
    """By the special tokens that a vocabulary has."""
    return CHATML if knows("<|im_start|>") and knows("<|im_end|>") else PLAIN


def question(doctype: DocType, text: str, *, form: PromptFormat) -> Prompt:
    return framed(f"{instruction(doctype)}\n\nDocument:\n", text, form=form)


def framed(instruction: str, text: str, *, form: PromptFormat) -> Prompt:
    """``instruction`` is the same for all documents of a type, ``text`` is what it is about."""
    shared = (PromptPart(form.before, special=True), PromptPart(instruction))
    own = (PromptPart(f"{text}\n\nJSON:\n"), PromptPart(form.after, special=True))
    return Prompt(_filled(shared), _filled(own))


def document_text(pages: Iterable[Page]) -> str:
    return "\n\n".join(page_text(page) for page in pages)


def instruction(doctype: DocType) -> str:
    lines = (
        titled(doctype),
        "Copy these fields from the document as JSON, null where it does not say it:",
        *map(asked, doctype.fields),
    )
    return "\n".join(lines)


def titled(doctype: DocType) -> str:
    return f"{doctype.title}. {doctype.description}".strip()


def asked(spec: FieldSpec) -> str:
    """The line that asks for a field."""
    kind = "" if spec.type is FieldType.TEXT else f" ({spec.type.value.replace('_', ' ')})"
    line = f"- {spec.name}{kind}"
    if spec.description:
        line += f": {spec.description}"
    if 0 < len(spec.values) <= _LISTED_AT_MOST:
        line += f" [{', '.join(spec.values)}]"
    return line


def answer(doctype: DocType, fields: Iterable[Field]) -> str:
    """The JSON that a perfect model would write: every asked key once, in the type's order."""
    named = header_by_name(fields)
    whole = {spec.name: _value(spec, named.get(spec.name)) for spec in doctype.fields}
    return json.dumps(whole, ensure_ascii=False, separators=SEPARATORS)


def _value(spec: FieldSpec, field: Field | None) -> object:
    if field is None or field.text is None:
        return None
    return field.text if spec.type.verbatim else {"words": field.words, "value": field.text}


def _filled(pieces: Iterable[PromptPart]) -> tuple[PromptPart, ...]:
    return tuple(piece for piece in pieces if piece.text)
