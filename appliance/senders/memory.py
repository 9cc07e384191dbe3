"""What is remembered of a sender, looked for on its next page. Pure.

Most of what a clerk types is the same on every document of a sender. A value that she approved
before is proposed where the page says it: nothing is filled in that is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from appliance.domain.doctype import CODES, NUMBERS, DocType, FieldSpec, FieldType
from appliance.domain.document import Document, Span
from appliance.domain.prediction import TRUSTED
from appliance.fields.chunks import chunks
from appliance.fields.folding import fold_alnum, upper_alnum
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import WritingStyle, style_of
from appliance.senders.history import ApprovedDocument
from appliance.senders.letters import PageLetters

_CHANGES = NUMBERS | {FieldType.DATE}
"""Types of what is another on every document."""
_OF_A_LIST = {FieldType.CURRENCY, FieldType.COUNTRY}
"""Listed types whose words a page does not say by chance; of others the model reads which it is."""
_TELLING = 8
"""Letters and digits that an older value has at least, to be looked for after the newest document
said another one."""
_WRONG = 2
"""Documents in a row whose clerks said another value although the page had this one."""


@dataclass(frozen=True, slots=True)
class RememberedValue:
    text: str
    """As a clerk last wrote it."""
    documents: int
    """Of the sender, in which it stands."""
    share: float
    """0-1; such documents among those in which the field has any value."""
    approved_at: float = 0.0
    """The last of them, in seconds since 1970, UTC."""
    doubted: bool = False
    """On a later one that has it too a clerk preferred another."""


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

    def __init__(self, doctype: DocType, earlier: Sequence[ApprovedDocument]) -> None:
        """``earlier``: the newest first."""
        self._doctype = doctype
        self._earlier = earlier
        self._pages: dict[int, RememberedValues] = {}

    def values(self, spec: FieldSpec) -> tuple[RememberedValue, ...]:
        """Of one field of the header those that may be looked for, the newest first."""
        return tuple(self._of(spec))

    def constant(self, spec: FieldSpec) -> str | None:
        """What the last documents all say, as it was last written; None while they are too few, or
        differ."""
        if not self.stays(spec):
            return None
        said = [one.texts.get(spec.name) for one in self._earlier[:TRUSTED]]
        same = {reduced(text, spec) for text in said if text}
        return said[0] if len(said) == TRUSTED and all(said) and len(same) == 1 else None

    def emptied(self, spec: FieldSpec, text: str) -> tuple[int, int]:
        """On how many documents a clerk emptied the field in which the model had written ``text``,
        and on how many the model had. The first is 0 if she kept a value on the newest of them."""
        of = [one for one in self._earlier if _wrote(one, spec, text)]
        empty = [one for one in of if one.texts.get(spec.name) is None]
        return (len(empty), len(of)) if empty and empty[0] is of[0] else (0, len(of))

    def stays(self, spec: FieldSpec) -> bool:
        """A value of it may be remembered at all."""
        changes = spec.type in _CHANGES or spec.name in (self._doctype.number, self._doctype.gross)
        is_told = spec.type.verbatim or spec.type in _OF_A_LIST
        return is_told and not changes and spec.name not in self._doctype.decides

    def _of(self, spec: FieldSpec) -> Iterator[RememberedValue]:
        if not self.stays(spec):
            return
        texts = enumerate(one.texts.get(spec.name) for one in self._earlier)
        said = [(at, text) for at, text in texts if text]
        folded = [reduced(text, spec) for _, text in said]
        last = folded[:TRUSTED]
        if _may_change(spec, self._doctype) and (len(last) < TRUSTED or len(set(last)) > 1):
            return
        for number, (at, text) in enumerate(said):
            this = folded[number]
            if this in folded[:number] or (this != folded[0] and len(this) < _TELLING):
                continue
            many = folded.count(this)
            when = self._earlier[at].approved_at
            value = RememberedValue(text, many, many / len(said), when)
            wrong = self._wrong(spec, value, [at for at, _ in said[:number]])
            if wrong < _WRONG:
                yield replace(value, doubted=wrong > 0)

    def _wrong(self, spec: FieldSpec, value: RememberedValue, since: Iterable[int]) -> int:
        """On how many documents that came ``since`` and have this value too clerks preferred
        another; it is counted to ``_WRONG``."""
        found = (at for at in since if self._page(at).found(spec, [value]))
        return len(tuple(islice(found, _WRONG)))

    def _page(self, at: int) -> RememberedValues:
        if at not in self._pages:
            document = self._earlier[at].document
            self._pages[at] = RememberedValues(document, style_of(document))
        return self._pages[at]


def _wrote(earlier: ApprovedDocument, spec: FieldSpec, text: str) -> bool:
    """The model had. Without its marks one amount may be another."""
    wrote = earlier.answered.get(spec.name) or ""
    if spec.type in _CHANGES:
        return wrote == text
    return bool(wrote) and reduced(wrote, spec) == reduced(text, spec)


def _may_change(spec: FieldSpec, doctype: DocType) -> bool:
    """A code that names no party is the number of an order as often as one of a customer."""
    return spec.type is FieldType.CODE and spec.name not in doctype.party


def reduced(text: str, spec: FieldSpec) -> str:
    """Equal where two texts say the same constant."""
    return upper_alnum(text) if spec.type in CODES else fold_alnum(text)


class RememberedValues:
    """Looks for them on one document."""

    def __init__(self, document: Document, style: WritingStyle) -> None:
        self._document = document
        self._style = style

    def found(self, spec: FieldSpec, values: Iterable[RememberedValue]) -> FoundValue | None:
        """The likest; of those as like the one that comes first."""
        return max(self.every(spec, values), key=lambda one: one.likeness, default=None)

    def every(self, spec: FieldSpec, values: Iterable[RememberedValue]) -> Iterator[FoundValue]:
        """Those that stand there, in their order."""
        yield from (found for value in values if (found := self._one(spec, value)))

    def _one(self, spec: FieldSpec, value: RememberedValue) -> FoundValue | None:
        for at in self._written.of(value.text, spec)[:1]:
            return FoundValue(value, at.text, at.span, 1.0)
        like = self._letters.likest(value.text) if spec.type.verbatim else None
        return FoundValue(value, like.printed, like.span, like.share) if like else None

    @cached_property
    def _letters(self) -> PageLetters:
        return PageLetters(self._document)

    @cached_property
    def _written(self) -> Occurrences:
        return Occurrences([chunks(page.words) for page in self._document.pages], self._style)
