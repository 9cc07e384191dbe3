"""What is remembered of a sender, looked for on its next page. Pure.

Most of what a clerk types is the same on every document of a sender. A value that she approved
before is proposed where the page says it: nothing is filled in that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from appliance.domain.doctype import CODES, NUMBERS, DocType, FieldSpec, FieldType
from appliance.domain.document import Document, Span
from appliance.fields.chunks import chunks
from appliance.fields.folding import fold_alnum, upper_alnum
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import WritingStyle
from appliance.senders.letters import PageLetters

_CHANGES = NUMBERS | {FieldType.DATE}
"""Types of what is another on every document."""
_TRUSTED = 3
"""Documents in a row that say a code that names no party, before it is looked for."""
_TELLING = 8
"""Letters and digits of one that is looked for although the last document said another."""


@dataclass(frozen=True, slots=True)
class RememberedValue:
    text: str
    """As a clerk last wrote it."""
    documents: int
    """Of the sender, that say it."""


@dataclass(frozen=True, slots=True)
class FoundValue:
    value: RememberedValue
    printed: str
    """The page's own letters."""
    span: Span
    likeness: float
    """0-1; 1 where the page says it as ``Occurrences`` finds it."""


class SenderMemory:
    """Of one sender's approved documents of one type."""

    def __init__(self, doctype: DocType, earlier: Sequence[Mapping[str, str | None]]) -> None:
        """``earlier`` holds the header values as clerks wrote them, the newest document first."""
        self._doctype = doctype
        self._values = {
            spec.name: tuple(self._of(spec, [one.get(spec.name) for one in earlier]))
            for spec in doctype.fields
        }

    def values(self, name: str) -> tuple[RememberedValue, ...]:
        """Of one field those that may be looked for, the newest first."""
        return self._values[name]

    def _of(self, spec: FieldSpec, said: Sequence[str | None]) -> Iterator[RememberedValue]:
        if spec.type in _CHANGES or spec.name in (self._doctype.number, self._doctype.gross):
            return
        texts = [text for text in said if text]
        folded = [_reduced(text, spec) for text in texts]
        last = folded[:_TRUSTED]
        if _may_change(spec, self._doctype) and (len(last) < _TRUSTED or len(set(last)) > 1):
            return
        for at, text in enumerate(texts):
            lately = folded[at] == folded[0]
            if folded[at] in folded[:at] or not (lately or len(folded[at]) >= _TELLING):
                continue
            yield RememberedValue(text, folded.count(folded[at]))


def _may_change(spec: FieldSpec, doctype: DocType) -> bool:
    """A code that names no party is the number of an order as often as one of a customer."""
    return spec.type is FieldType.CODE and spec.name not in doctype.party


def _reduced(text: str, spec: FieldSpec) -> str:
    return upper_alnum(text) if spec.type in CODES else fold_alnum(text)


class RememberedValues:
    """Looks for them on one document."""

    def __init__(self, document: Document, style: WritingStyle) -> None:
        self._letters = PageLetters(document)
        self._written = Occurrences([chunks(page.words) for page in document.pages], style)

    def found(self, spec: FieldSpec, values: Iterable[RememberedValue]) -> FoundValue | None:
        """The likest; of those as like the one that comes first."""
        every = [found for value in values if (found := self._one(spec, value))]
        return max(every, key=lambda one: one.likeness, default=None)

    def _one(self, spec: FieldSpec, value: RememberedValue) -> FoundValue | None:
        for at in self._written.of(value.text, spec)[:1]:
            return FoundValue(value, at.text, at.span, 1.0)
        like = self._letters.likest(value.text) if spec.type.verbatim else None
        return FoundValue(value, like.printed, like.span, like.share) if like else None
