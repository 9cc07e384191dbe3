"""One answer looked at by itself: its normal form, and what is wrong with it alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import Blocker, Document
from appliance.domain.fields import Field
from appliance.judgement.grounding import grounded, unsaid
from appliance.judgement.normalize import normalize
from appliance.judgement.style import Style

Settled = Mapping[tuple[str, int | None], str | None]
"""What a clerk decided, by field and row, with the normal form where she chose one. The name of
the table stands for the table as a whole, an empty name for what is said of the document."""

NOTHING_SETTLED: Settled = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Looked:
    field: Field
    spec: FieldSpec
    value: str | None
    blockers: tuple[Blocker, ...] = ()
    settled: bool = False
    """A clerk decided it: nobody doubts it any more."""

    @property
    def absent(self) -> bool:
        return self.field.text is None


def look(
    field: Field,
    doctype: DocType,
    document: Document,
    style: Style,
    settled: Settled = NOTHING_SETTLED,
) -> Looked:
    spec = _spec(field, doctype)
    if (key := (field.fieldtype, field.line_item_id)) in settled:
        chosen = settled[key]
        text = field.text
        value = normalize(text, spec, style).value if text is not None and not chosen else chosen
        return Looked(field, spec, value, settled=True)
    if field.text is None:
        missing = (blocker("missing-required", "is missing", field),) if spec.required else ()
        return Looked(field, spec, None, blockers=missing)
    normal = normalize(field.text, spec, style)
    wrong = [*_wrong(field, spec, document)]
    if normal.problem:
        wrong.append(blocker(normal.code, normal.problem, field))
    return Looked(field, spec, normal.value, blockers=tuple(wrong))


def blocker(code: str, message: str, field: Field) -> Blocker:
    """The message begins with the field's name, for a clerk."""
    name = spoken(field.fieldtype)
    joint = " " if message.startswith(("is ", "holds ")) else ": "
    return Blocker(code, f"{name}{joint}{message}", field.fieldtype, field.line_item_id)


def spoken(name: str) -> str:
    return name.replace("_", " ")


def _spec(field: Field, doctype: DocType) -> FieldSpec:
    try:
        return doctype.spec(field.fieldtype, in_items=field.line_item_id is not None)
    except KeyError:
        # The type was edited after the answer: the field is nothing but a text now.
        return FieldSpec(field.fieldtype)


def _wrong(field: Field, spec: FieldSpec, document: Document) -> Iterator[Blocker]:
    if not grounded(field, document):
        yield blocker("not-on-the-page", f"{field.text!r} does not stand on the page", field)
    elif reason := unsaid(field, spec):
        yield blocker("unsure", reason, field)
