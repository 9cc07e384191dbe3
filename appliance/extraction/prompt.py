"""The one renderer of a question and of its perfect answer, for serving and for training.

Pure. Text is cut into pieces, because only our own words may hold special tokens: a document that
says ``<|im_end|>`` says just that. What all documents of a type share comes first, so that a model
has to read it once. A GGUF's own chat template is never run: it is code from a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Page, page_text
from appliance.domain.prediction import Field
from appliance.domain.rows import header, rows

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
    shared = (PromptPart(form.before, special=True), PromptPart(instruction(doctype)))
    own = (PromptPart(f"{text}\n\nJSON:\n"), PromptPart(form.after, special=True))
    return Prompt(_filled(shared), _filled(own))


def document_text(pages: Iterable[Page]) -> str:
    return "\n\n".join(page_text(page) for page in pages)


def instruction(doctype: DocType) -> str:
    lines = [
        f"{doctype.title}. {doctype.description}".strip(),
        "Copy these fields from the document as JSON, null where it does not say it:",
        *map(_ask, doctype.fields),
    ]
    if doctype.items:
        lines.append(f"- {doctype.items.name} (rows): {doctype.items.description}".rstrip(": "))
        lines += (f"  {_ask(spec)}" for spec in doctype.items.fields)
    return "\n".join(lines) + "\n\nDocument:\n"


def answer(doctype: DocType, fields: Iterable[Field]) -> str:
    """The JSON that a perfect model would write: every asked key once, in the type's order."""
    fields = tuple(fields)
    whole: dict[str, object] = _values(doctype.fields, header(fields))
    if doctype.items:
        table = doctype.items
        whole[table.name] = [_values(table.fields, row) for _, row in sorted(rows(fields).items())]
    return json.dumps(whole, ensure_ascii=False, separators=SEPARATORS)


def _values(specs: Iterable[FieldSpec], fields: Iterable[Field]) -> dict[str, object]:
    named = {field.fieldtype: field for field in fields}
    return {spec.name: _value(spec, named.get(spec.name)) for spec in specs}


def _value(spec: FieldSpec, field: Field | None) -> object:
    if field is None or field.text is None:
        return None
    return field.text if spec.type.verbatim else {"words": field.words, "value": field.text}


def _ask(spec: FieldSpec) -> str:
    kind = "" if spec.type is FieldType.TEXT else f" ({spec.type.value.replace('_', ' ')})"
    asked = f"- {spec.name}{kind}"
    if spec.description:
        asked += f": {spec.description}"
    if 0 < len(spec.values) <= _LISTED_AT_MOST:
        asked += f" [{', '.join(spec.values)}]"
    return asked


def _filled(pieces: Iterable[PromptPart]) -> tuple[PromptPart, ...]:
    return tuple(piece for piece in pieces if piece.text)
