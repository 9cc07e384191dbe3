"""What a model says about a document, and what was decided on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from appliance.domain.blockers import Blocker
from appliance.domain.document import Document, Span
from appliance.domain.einvoice import TermPlace
from appliance.domain.plurals import counted
from appliance.domain.rows import header, rows

_SPOKEN = str.maketrans("-_", "  ")

TRUSTED = 3
"""Documents of a sender that say the same, from which on it is the sender's: what was keyed once
may be a slip."""

NO_MODEL = "e-invoice"
"""Stands for the model where the e-invoice says all that is asked."""

CERTAIN = 20.0
"""Nats by which a token is likelier than any other, at most."""


def value_places(
    spans: tuple[Span, ...], wraps: tuple[Span, ...] = ()
) -> tuple[tuple[Span, ...], ...]:
    """Several ``spans`` are alternatives; with ``wraps`` they are the one value together."""
    return ((*spans, *wraps),) if wraps else tuple((span,) for span in spans)


@dataclass(frozen=True, slots=True)
class TokenScore:
    """Of one token of an answer: log-probabilities (nats, <= 0), and how near others came."""

    free: float
    """Over the whole vocabulary: what the model wanted."""
    allowed: float
    """Over the tokens that the grammar allowed: what it could choose."""
    margin: float = CERTAIN
    """Nats by which it is likelier than the next allowed one, ``CERTAIN`` at most; 0 is a tie."""
    entropy: float = 0.0
    """Nats, of the choice among the allowed ones; 0 when only one was."""

    def __post_init__(self) -> None:
        if not isfinite(self.free + self.allowed + self.margin + self.entropy):
            raise ValueError(f"a token's score is a number: {self}")


@dataclass(frozen=True, slots=True)
class Remembered:
    """What clerks approved on earlier documents of the sender, found on this one too."""

    documents: int
    """Earlier ones that say it, at least one; where there is no value, those that were left empty
    although the model had answered the same."""
    share: float
    """0-1; of the earlier ones that say anything there, or of those with that answer."""
    likeness: float
    """0-1; 1 where the page says it in the same letters and digits."""
    answered: str | None
    """What the model wrote."""
    placed: bool = False
    """Not the value was approved on those, but its place; ``share`` is of those that have one."""
    told: bool = False
    """They were approved at other sites: nothing is accepted because of them."""

    @property
    def trusted(self) -> bool:
        return self.documents >= TRUSTED and not self.told

    @property
    def in_words(self) -> str:
        """For a clerk."""
        if self.told:
            return f"as on {counted(self.documents, 'document')} at other sites"
        many = (
            f"{self.documents} earlier documents" if self.documents > 1 else "an earlier document"
        )
        return f"where it stood on {many}" if self.placed else f"as on {many}"


@dataclass(frozen=True, slots=True)
class Field:
    """One answer to one question: a header field or one cell of a line item."""

    fieldtype: str
    text: str | None
    """As it stands in the document, white space as single spaces; for a listed type the listed
    value; None when the answer is that the document does not say it."""
    spans: tuple[Span, ...] = ()
    """Every place where the text (for a listed type: its words) stands; the first is shown."""
    wraps: tuple[Span, ...] = ()
    """Of a value that goes on below its first line: what stands there, from the top. ``spans`` is
    its first line then, one place and no other."""
    words: str | None = None
    """The words that it was read from: of a listed type, and of a value from earlier documents that
    the page says in other letters; else None."""
    line_item_id: int | None = None
    """Row of the table, from 0; None in the header."""
    tokens: tuple[TokenScore, ...] = ()
    """Of the value alone, forced tokens left out; empty when a clerk wrote it."""
    runners_up: tuple[str, ...] = ()
    """What else the model would have written, the likeliest first."""
    agrees: bool | None = None
    """Does a second reading say the same? None when there was none."""
    instead_of: str | None = None
    """What the model wrote, empty for nothing, where another number is proposed that fits a
    check."""
    remembered: Remembered | None = None
    """None where no earlier document of the sender says what stands here."""
    einvoice: TermPlace | None = None
    """Where the e-invoice says it; None of what a model answered. ``text`` is the e-invoice's then,
    and stands on the page only if there are ``spans``."""

    @property
    def as_read(self) -> str | None:
        """The text without what is proposed."""
        return self.text if self.instead_of is None else self.instead_of or None

    @property
    def from_memory(self) -> bool:
        """It stands in place of what the model wrote."""
        return self.remembered is not None and self.remembered.answered != self.text

    @property
    def is_told(self) -> bool:
        """It is what other sites say, and not what the model wrote."""
        return self.from_memory and self.remembered is not None and self.remembered.told

    @property
    def places(self) -> tuple[tuple[Span, ...], ...]:
        """Every place where the value stands, each by the spans that say it, from the top."""
        return value_places(self.spans, self.wraps)

    @property
    def place(self) -> tuple[Span, ...]:
        """The one that was read; empty where the value stands nowhere."""
        return next(iter(self.places), ())

    def lies_in(self, document: Document) -> bool:
        """False of one that was found in another reading of the file."""
        return all(span.lies_in(document) for place in self.places for span in place)


@dataclass(frozen=True, slots=True)
class Prediction:
    docid: str
    doctype: str
    model: str
    """Version of the model that answered; ``NO_MODEL`` where none had to."""
    fields: tuple[Field, ...]
    """Header fields in the order of the document type, then the rows from the top."""
    blockers: tuple[Blocker, ...] = ()
    """What extraction found that a clerk has to see: a table that was cut, windows that differ."""
    asked: str = ""
    """What its document type asked for, as ``asked_in_short`` says it; empty where nobody wrote it
    down."""

    @property
    def header(self) -> list[Field]:
        return header(self.fields)

    @property
    def rows(self) -> list[list[Field]]:
        """The line items, the cells of each in the order of their columns."""
        return list(rows(self.fields).values())


@dataclass(frozen=True, slots=True)
class AnswerVersions:
    """What an answer stands on beside its model. It proves nothing about answers on others."""

    reading: str = ""
    """Version of the reading that made the document, with its settings."""
    extraction: str = ""
    """Version of the extraction, with the settings that an answer depends on. Both are empty where
    nobody wrote them down, and no version that serves is."""


class Basis(StrEnum):
    """What carries a value; results and records hold it as ``how``."""

    CHECK = "check"
    PROBABILITY = "probability"
    SENDER = "sender"
    """Earlier documents of the sender: their value, or where it stood, is found on this one."""
    EINVOICE = "einvoice"
    """The e-invoice says it, is valid, and the page says nothing else."""
    CLERK = "clerk"
    ABSENT = "absent"
    """The document does not say it."""
    UNSUPPORTED = "unsupported"
    """Nothing does."""
    UNPROMISED = "unpromised"
    """It looks sure, but no accuracy is promised of it."""


ACCEPTED = frozenset({Basis.CHECK, Basis.PROBABILITY, Basis.SENDER, Basis.EINVOICE, Basis.ABSENT})
"""Of an answer that was accepted without a clerk."""
CARRYING = ACCEPTED - {Basis.ABSENT} | {Basis.CLERK}
"""Of a value that is there, and that something speaks for."""


@dataclass(frozen=True, slots=True)
class FieldJudgement:
    """A field with its normal form and what the judgement thinks of it."""

    field: Field
    value: str | None
    """Normal form: ISO 8601 date, decimal with a point, bare IBAN; None when absent or unclear."""
    score: float | None
    """0-1, how sure; None when a clerk wrote it."""
    how: str
    """A ``Basis``; any text in a record that another version wrote."""
    blockers: tuple[Blocker, ...] = ()
    looked_at: bool = False
    """A clerk stood on it, was asked about it or decided it; False in records that do not say."""
    proven: bool = False
    """A cell in an equation of its table that holds, whatever is promised of rows; False in records
    that do not say."""

    @property
    def fieldtype(self) -> str:
        return self.field.fieldtype

    @property
    def line_item_id(self) -> int | None:
        return self.field.line_item_id


@dataclass(frozen=True, slots=True)
class Judgement:
    fields: tuple[FieldJudgement, ...]
    """Same order as the prediction's."""
    blockers: tuple[Blocker, ...]
    """The document's first, then those of its fields; of cells that are only unsure their table
    says how many rows have some. None means accepted."""
    party: str | None = None
    """Normal form of who sent it."""
    sender: str | None = None
    """Who that is, as it stands on the document."""
    checks_failed: tuple[str, ...] = ()
    """For a clerk: what does not add up in a document that one approved all the same."""
    because: str = ""
    """Why she did, in her words; empty when no check failed."""

    @property
    def accepted(self) -> bool:
        return not self.blockers

    @property
    def header(self) -> list[FieldJudgement]:
        return header(self.fields)

    @property
    def rows(self) -> list[list[FieldJudgement]]:
        """In the order of the table, where a row that a clerk added may stand above an older
        one."""
        return list(rows(self.fields).values())


def in_kind(blockers: Sequence[Blocker]) -> str:
    """What kind each is and of which fields, without a word of what the document says."""
    fields: dict[str, dict[str, None]] = {}
    for one in blockers:
        fields.setdefault(one.code, {}).update({one.fieldtype: None} if one.fieldtype else {})
    return "; ".join(
        f"{code}: {', '.join(names)}" if names else code for code, names in fields.items()
    ).translate(_SPOKEN)


def in_short(blockers: Sequence[Blocker]) -> str:
    """The first two in words and how many there are beside them; empty when there are none."""
    said = "; ".join(blocker.message.removesuffix(".") for blocker in blockers[:2])
    return f"{said}; and {len(blockers) - 2} more" if len(blockers) > 2 else said
